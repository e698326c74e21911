"""Run the tests in every lane this machine offers, and say at the end which lanes ran.

    python tests/lanes.py [pytest arguments…]

SQLite: every test, always. PostgreSQL and Redis: the tests marked `lanes` (data, tenancy, workers) once more,
on the servers that DATABASE_URL and REDIS_URL name or that answer on localhost. A database of our own is made
and dropped; of Redis we take an empty numbered database and empty only that one.
"""

# ruff: noqa: T201
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_HERE = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS_HERE = "redis://127.0.0.1:6379"
NO_TESTS = 5  # pytest's exit code for "nothing was collected"
WORKERS = ("-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Lane:
    name: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    skipped: str = ""  # why it cannot run here; empty when it can


@dataclass(frozen=True)
class Result:
    lane: Lane
    code: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return not self.lane.skipped and self.code not in (0, NO_TESTS)

    def line(self) -> str:
        if self.lane.skipped:
            return f"  skipped  {self.lane.name}: {self.lane.skipped}"
        word = "FAILED " if self.failed else "no tests" if self.code == NO_TESTS else "passed "
        return f"  {word}  {self.lane.name}, {self.seconds:.0f} s"


def postgres_url(environment: Mapping[str, str]) -> str:
    """The server to use: the one the environment names (never a SQLite file), else the usual local one."""
    named = environment.get("DATABASE_URL", "")
    return named if named.startswith("postgres") else POSTGRES_HERE


def with_path(url: str, path: str) -> str:
    """`url` with another database name or number: the part after the host, before any options."""
    return re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", rf"\g<1>/{path}", url, count=1)


@contextmanager
def postgres(environment: Mapping[str, str]) -> Iterator[Lane]:
    """A PostgreSQL database of our own for one lane, dropped with those the tests made beside it."""
    import psycopg

    server, name = postgres_url(environment), f"fairway_lane_{uuid4().hex[:8]}"
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        yield Lane("PostgreSQL", skipped=f"no database could be made there ({reason})")
        return
    try:
        yield Lane("PostgreSQL", ("-m", "lanes"), {"DATABASE_URL": with_path(server, name)})
    finally:
        drop(server, name)


def drop(server: str, name: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{name}%"])
        for (found,) in rows.fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(found)))


@contextmanager
def redis_server(environment: Mapping[str, str]) -> Iterator[Lane]:
    """An empty numbered database on a Redis server for the length of the lane, emptied again after it."""
    import redis

    server = environment.get("REDIS_URL") or REDIS_HERE
    if not server.startswith(("redis://", "rediss://")):
        yield Lane(
            "Redis",
            skipped=f"REDIS_URL begins {server.split(':')[0]}:, these tests need redis:// or rediss://",
        )
        return
    try:
        number = empty_number(server)
    except redis.RedisError as error:
        yield Lane("Redis", skipped=f"no Redis answered ({error})")
        return
    if number is None:
        yield Lane("Redis", skipped="every database from 15 down to 8 on that server holds somebody's data")
        return
    url = with_path(server, str(number))
    try:
        yield Lane("Redis", ("-m", "lanes"), {"REDIS_URL": url})
    finally:
        with redis.Redis.from_url(url) as client:
            client.flushdb()


def empty_number(server: str) -> int | None:
    import redis

    for number in range(15, 7, -1):
        with redis.Redis.from_url(with_path(server, str(number)), socket_connect_timeout=2) as client:
            if client.dbsize() == 0:
                return number
    return None


def merged(data: Lane, broker: Lane) -> list[Lane]:
    """One lane when both servers are there, since the same tests run on both; otherwise each for itself."""
    if data.skipped or broker.skipped:
        return [data, broker]
    return [Lane("PostgreSQL + Redis", data.arguments, {**data.environment, **broker.environment})]


def run(lane: Lane, arguments: list[str]) -> Result:
    if lane.skipped:
        return Result(lane)
    print(f"\n== {lane.name} ==", flush=True)
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", *WORKERS, *lane.arguments, *arguments]
    code = subprocess.run(command, cwd=ROOT, env={**clean, **lane.environment}, check=False).returncode
    return Result(lane, code, time.monotonic() - started)


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that databases are dropped all the same
    results = [run(Lane("SQLite"), arguments)]
    with postgres(os.environ) as data, redis_server(os.environ) as broker:
        results += [run(lane, arguments) for lane in merged(data, broker)]
    print("\nLanes:", *(result.line() for result in results), sep="\n")
    return int(any(result.failed for result in results) or results[0].code == NO_TESTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
