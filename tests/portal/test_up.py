"""`manage.py up`, as people start it: it serves, mends itself, refuses a twin, and leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from django.core.management.base import CommandError

from partners.models import Partner, User
from portal import broker
from portal.demo.accounts import VENDOR_LOGIN
from portal.management.commands import up
from tests.portal.test_supervisor import alive, until

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0  # seconds; a start takes five on an idle machine


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Started:
    """A running `manage.py up` with a home and a port of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        others = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {**others, "FAIRWAY_HOME": str(home), "FAIRWAY_PORT": str(self.port)}
        self.output = home.parent / f"up-{self.port}.txt"
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--no-demo"],
                cwd=ROOT, env=self.environment, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                return json.load(response)
        except (urllib.error.URLError, OSError, ValueError):
            return None

    def said(self, words: str) -> bool:
        return words in self.output.read_text()

    def everyone(self) -> dict[int, str]:
        """Every process of this start with its command line, known by the home in its environment.

        The broker writes its title over its environment; its socket is in the title.
        """
        mark = f"FAIRWAY_HOME={self.home}".encode()
        socket = str(broker.socket(self.home / "broker"))
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = entry.joinpath("cmdline").read_text().replace("\0", " ")
                ours = socket in line or mark in entry.joinpath("environ").read_bytes().split(b"\0")
                if ours and alive(int(entry.name)):
                    found[int(entry.name)] = line
            except OSError:
                continue
        return found

    def one(self, words: str) -> int:
        """The process whose command line holds `words`; 0 when there is none."""
        return next((pid for pid, line in self.everyone().items() if words in line), 0)

    def well(self) -> bool:
        return bool((self.get("/readyz") or {}).get("status") == "ready") and bool(self.one("beat"))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    found = Started(tmp_path / "home")
    try:
        assert until(found.well, seconds=PATIENCE), found.output.read_text()
        yield found
    finally:
        found.process.kill()
        found.process.wait()
        for pid in found.everyone():
            os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_one_start_serves_mends_itself_refuses_a_twin_and_ends_clean(started: Started) -> None:
    assert until(lambda: started.said(f"Fairway is up: http://localhost:{started.port}"))

    twin = started.manage("up")
    assert twin.returncode != 0
    assert f"already runs on {started.home} (process {started.process.pid})" in twin.stderr

    for victim in ("valkey-server", "trainer@", "celery --app portal beat"):
        pid = started.one(victim)
        assert pid, victim
        os.kill(pid, signal.SIGKILL)
        assert until(lambda name=victim, old=pid: started.one(name) not in (0, old), seconds=PATIENCE)
    assert until(started.well, seconds=PATIENCE)
    assert started.said("broker ended with signal SIGKILL; starting it again in 0.5 s")

    # The pulse goes through scheduler, broker and worker: all of them work again.
    assert until(lambda: started.manage("doctor", "--json").returncode == 0, seconds=PATIENCE)

    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(timeout=PATIENCE) == 0
    assert started.everyone() == {}


@pytest.mark.slow
def test_killed_with_minus_nine_it_leaves_no_orphan_and_starts_again_with_its_data(started: Started) -> None:
    made = started.manage("createpartner", "alder", "--name", "Alder")
    assert made.returncode == 0, made.stderr
    started.process.kill()
    started.process.wait()
    assert until(lambda: started.everyone() == {}), started.everyone()

    again = Started(started.home)
    try:
        assert until(again.well, seconds=PATIENCE), again.output.read_text()
        twice = again.manage("createpartner", "alder", "--name", "Alder")
        assert twice.returncode != 0
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(timeout=PATIENCE) == 0
        assert again.everyone() == {}
    finally:
        again.process.kill()
        again.process.wait()


def test_a_busy_port_is_refused_with_another_one_named() -> None:
    with closing(socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} cannot be used .*FAIRWAY_PORT={port + 1} make run"):
            up.refuse_busy(port)


def test_a_port_that_was_just_given_up_is_not_called_busy() -> None:
    up.refuse_busy(free_port())


def test_the_lock_goes_when_its_holder_goes(tmp_path: Path) -> None:
    with up.lock(tmp_path), pytest.raises(CommandError, match=re.escape(str(tmp_path))):
        up.lock(tmp_path)
    up.lock(tmp_path).close()


def test_a_redis_of_ones_own_is_used_and_none_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    assert [program.name for program in up.servers(tmp_path, port=8000)] == ["web"]
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setattr(up.settings, "BROKER_FOLDER", tmp_path / "broker")
    assert [program.name for program in up.servers(tmp_path, port=8000)] == ["broker", "web"]


def test_training_has_a_worker_of_its_own_so_that_uploads_never_wait_for_it(tmp_path: Path) -> None:
    lines = {program.name: " ".join(program.argv) for program in up.workers(tmp_path, demo=False)}
    assert "--queues train,gpu --concurrency 1" in lines["trainer"]
    assert "train" not in lines["worker"].partition("--queues")[2]


def test_the_ticks_that_rescue_work_wait_for_no_work(tmp_path: Path) -> None:
    lines = {program.name: " ".join(program.argv) for program in up.workers(tmp_path, demo=False)}
    assert "--queues upkeep --concurrency 2" in lines["upkeep"]
    assert sum("upkeep" in line.partition("--queues")[2] for line in lines.values()) == 1
    assert list(lines) == ["upkeep", "worker", "trainer", "beat"]


def test_the_demo_world_is_built_once_and_told_on_the_terminal(tmp_path: Path) -> None:
    (demo,) = [program for program in up.workers(tmp_path, demo=True) if program.name == "demo"]
    assert demo.once
    assert demo.log is None


def test_the_web_server_listens_on_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    (web,) = up.servers(tmp_path, port=8123)
    assert "--bind 127.0.0.1:8123" in " ".join(web.argv)


def test_an_empty_database_gets_the_demo_world(cleared: None) -> None:
    assert up.demo_wanted()


def test_a_demo_that_was_begun_is_gone_on_with(cleared: None) -> None:
    Partner.objects.create(slug="harbour", name="Harbour")
    User.objects.create_user(VENDOR_LOGIN, "secret words")
    assert up.demo_wanted()


def test_a_world_of_ones_own_gets_no_demo(cleared: None) -> None:
    Partner.objects.create(slug="alder", name="Alder")
    assert not up.demo_wanted()


@pytest.fixture
def cleared(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up.connections, "close_all", lambda: None)


def test_nobody_answers_on_a_free_port() -> None:
    started = time.monotonic()
    assert not up.answers(free_port())
    assert time.monotonic() - started < 5
