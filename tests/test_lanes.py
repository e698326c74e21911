"""The lane runner: it uses what is there, says what is not, and leaves servers as it found them."""

import sys
from subprocess import CompletedProcess

import psycopg
import pytest
import redis

from tests import lanes
from tests.lanes import Lane, Result

NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("postgresql://u:p@host:5432/postgres", "mine", "postgresql://u:p@host:5432/mine"),
        (
            "postgresql://u:p@host/postgres?sslmode=require",
            "mine",
            "postgresql://u:p@host/mine?sslmode=require",
        ),
        ("redis://127.0.0.1:6379", "15", "redis://127.0.0.1:6379/15"),
        ("redis://127.0.0.1:6379/0?socket_timeout=1", "9", "redis://127.0.0.1:6379/9?socket_timeout=1"),
    ],
)
def test_only_the_database_part_of_an_address_changes(url: str, path: str, expected: str) -> None:
    assert lanes.with_path(url, path) == expected


def test_a_sqlite_address_in_the_environment_does_not_pass_for_postgresql() -> None:
    assert lanes.postgres_url({"DATABASE_URL": "sqlite:////tmp/x"}) == lanes.POSTGRES_HERE
    assert lanes.postgres_url({"DATABASE_URL": "postgres://a@b/c"}) == "postgres://a@b/c"


def test_a_server_that_does_not_answer_skips_its_lane_with_the_reason() -> None:
    with lanes.postgres(NOWHERE) as data, lanes.redis_server(NOWHERE) as broker:
        assert "no database could be made" in data.skipped
        assert "no Redis answered" in broker.skipped
        assert lanes.merged(data, broker) == [data, broker]


def test_a_broker_on_a_socket_is_not_used_as_a_lane() -> None:
    with lanes.redis_server({"REDIS_URL": "redis+socket:///x"}) as broker:
        assert "need redis://" in broker.skipped


def test_two_servers_make_one_lane_with_both_addresses() -> None:
    data = Lane("PostgreSQL", ("-m", "lanes"), {"DATABASE_URL": "d"})
    broker = Lane("Redis", ("-m", "lanes"), {"REDIS_URL": "r"})
    (both,) = lanes.merged(data, broker)
    assert both.environment == {"DATABASE_URL": "d", "REDIS_URL": "r"}
    assert both.arguments == ("-m", "lanes")


def test_the_lane_database_is_dropped_with_those_made_beside_it() -> None:
    with lanes.postgres({}) as lane:
        if lane.skipped:
            pytest.skip(lane.skipped)
        name = lane.environment["DATABASE_URL"].rpartition("/")[2]
        with psycopg.connect(lanes.POSTGRES_HERE, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "test_{name}_gw0"')
    with psycopg.connect(lanes.POSTGRES_HERE) as connection:
        left = connection.execute("SELECT 1 FROM pg_database WHERE datname LIKE %s", [f"%{name}%"]).fetchall()
    assert left == []


def test_the_redis_lane_takes_an_empty_number_and_leaves_others_alone() -> None:
    with lanes.redis_server({}) as lane:
        if lane.skipped:
            pytest.skip(lane.skipped)
        url = lane.environment["REDIS_URL"]
        with redis.Redis.from_url(url) as ours:
            ours.set("mine", "1")
            assert url != lanes.with_path(lanes.REDIS_HERE, str(lanes.empty_number(lanes.REDIS_HERE)))
    with redis.Redis.from_url(url) as ours:
        assert ours.dbsize() == 0


@pytest.mark.parametrize(
    ("result", "failed", "words"),
    [
        (Result(Lane("SQLite"), 0, 61.2), False, "passed   SQLite, 61 s"),
        (Result(Lane("SQLite"), 1, 2), True, "FAILED   SQLite"),
        (Result(Lane("Redis"), lanes.NO_TESTS, 2), False, "no tests  Redis"),
        (Result(Lane("Redis", skipped="no Redis answered")), False, "skipped  Redis: no Redis answered"),
    ],
)
def test_the_last_lines_say_how_each_lane_went(result: Result, failed: bool, words: str) -> None:
    assert result.failed is failed
    assert words in result.line()


def test_a_lane_sees_its_own_servers_and_not_those_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://caller/x")
    monkeypatch.setenv("REDIS_URL", "redis://caller")
    seen: dict[str, str] = {}

    def record(command: list[str], *, env: dict[str, str], **_rest: object) -> CompletedProcess[str]:
        seen.update(env)
        assert command[:3] == [sys.executable, "-m", "pytest"]
        return CompletedProcess(command, 0)

    monkeypatch.setattr(lanes.subprocess, "run", record)
    lanes.run(Lane("PostgreSQL", (), {"DATABASE_URL": "postgres://lane/y"}), [])
    assert seen["DATABASE_URL"] == "postgres://lane/y"
    assert "REDIS_URL" not in seen
