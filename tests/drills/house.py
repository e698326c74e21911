"""A whole Fairway in a temporary folder, with a real broker and real workers, for tests that break things."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import psycopg
import redis

from portal import broker
from tests.lanes import drop, with_path

ROOT = Path(__file__).resolve().parents[2]
PAUSE = Event()  # never set: `wait` on it is a bounded pause between two looks at another process


class House:
    """Its database is SQLite, or one of its own beside the lane's when DATABASE_URL names PostgreSQL; its broker is
    its own, or the numbered Redis database the lane gave it in REDIS_URL."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.broker_folder = home / "broker"
        self.server = os.environ.get("DATABASE_URL", "")
        self.redis = os.environ.get("REDIS_URL", "")
        self.name = f"{self.server.rpartition('/')[2]}_house_{uuid4().hex[:6]}"
        self.database = with_path(self.server, self.name) if self.server else f"sqlite:///{home / 'db.sqlite3'}"
        self.environment = {
            **os.environ,
            "FAIRWAY_HOME": str(home),
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis or broker.url(self.broker_folder),
            "SECRET_KEY": "a key for drills only",
            "FAIRWAY_RUN_LEASE": "3",
            "FAIRWAY_RUN_RESEND": "2",
            "OMP_NUM_THREADS": "1",
            **settings,
        }
        self.port = 0
        self.running: list[subprocess.Popen[bytes]] = []

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    def manage(self, *arguments: str, check: bool = True, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        ran = subprocess.run(command, cwd=folder, env=self.environment, text=True, capture_output=True, check=False)
        assert ran.returncode == 0 or not check, ran.stderr[-3000:]
        return ran

    def script(self, code: str) -> str:
        """Run a few lines inside Django and return what they printed."""
        ran = self.manage("shell", "--no-imports", "-c", code, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def open(self) -> None:
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{self.name}"')
        self.manage("migrate", "-v0")

    def start_broker(self) -> None:
        if not self.redis:
            self._start(broker.command(self.broker_folder, program=broker.binary()), log="broker")

    def start_worker(self, name: str = "worker", *, queues: str = "intake,score,train,gpu,upkeep") -> Any:
        return self._start(
            [
                *[sys.executable, "-m", "celery", "--app", "portal", "worker", "--pool", "threads"],
                *["--concurrency", "3", "--queues", queues, "--hostname", f"{name}@%h"],
                *["--without-gossip", "--without-mingle"],
            ],
            log=name,
        )

    def start_clock(self) -> subprocess.Popen[bytes]:
        return self._start([sys.executable, "-m", "celery", "--app", "portal", "beat", "--pidfile="], log="beat")

    def start_web(self, port: int) -> subprocess.Popen[bytes]:
        return self._start(
            [
                *[sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn"],
                *["--bind", f"127.0.0.1:{port}", "portal.wsgi"],
            ],
            log="web",
        )

    def _start(self, command: list[str], *, log: str) -> subprocess.Popen[bytes]:
        with (self.home / f"{log}.log").open("ab") as file:
            program = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=file, stderr=file, start_new_session=True
            )
        self.running.append(program)
        return program

    def kill(self, program: subprocess.Popen[bytes]) -> None:
        """kill -9 on the whole tree: the children die with their parent."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        self.running.remove(program)

    def flush_broker(self) -> None:
        """Empty the broker. On a server that is not ours, only the numbered database the lane gave us."""
        here = redis.Redis(unix_socket_path=str(broker.socket(self.broker_folder)))
        with redis.Redis.from_url(self.redis) if self.redis else here as client:
            client.flushdb()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        if self.server:
            with psycopg.connect(self.database) as connection:
                return connection.execute(query.replace("?", "%s"), values).fetchall()  # type: ignore[arg-type]
        with contextlib.closing(sqlite3.connect(self.home / "db.sqlite3", timeout=20)) as file:
            return file.execute(query, values).fetchall()

    def wait(self, until: Callable[[], object], *, seconds: float, what: str) -> float:
        """Look until it is so; the seconds it took. Fails with what was waited for and the workers' last words."""
        began = time.monotonic()
        while not until():
            if time.monotonic() - began > seconds:
                tail = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in self.home.glob("*.log"))
                raise AssertionError(f"waited {seconds} s for {what}\n{tail}")
            PAUSE.wait(0.1)
        return time.monotonic() - began

    def end(self) -> None:
        for program in list(self.running):
            self.kill(program)
        if self.redis:
            self.flush_broker()
        if self.server:
            drop(self.server, self.name)


@contextlib.contextmanager
def house(home: Path, **settings: str) -> Iterator[House]:
    home.mkdir(parents=True, exist_ok=True)
    built = House(home, **settings)
    try:
        built.open()
        yield built
    finally:
        built.end()
