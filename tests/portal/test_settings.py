"""Settings: each one is documented, nonsense stops the start naming it, and no page waits for an absent broker."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import gettempdir

import pytest
from celery import current_app
from kombu.exceptions import OperationalError

ROOT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(r"""env\.(?:text|flag|number|words|choice|folder|database)\(\s*["']([A-Z_]+)["']""")


def read_by_the_program() -> set[str]:
    return set(READ.findall((ROOT / "portal" / "settings.py").read_text(encoding="utf-8")))


def documented() -> dict[str, str]:
    """Variable → its default, from the tables of docs/settings.md."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", text, re.M))


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import portal.settings"]
    clean = {"PATH": os.environ["PATH"], "FAIRWAY_HOME": gettempdir(), **environment}
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    assert documented().keys() == read_by_the_program()


def test_every_documented_setting_says_its_default_and_its_meaning() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, default, meaning in re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \| (.*) \|$", text, re.M):
        assert default.strip(), name
        assert len(meaning) > 10, name


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("KERAS_BACKEND", "abacus", "KERAS_BACKEND is 'abacus': write one of tensorflow, jax, torch."),
        ("DEBUG", "maybe", "DEBUG is 'maybe': write 1 or 0."),
        ("FAIRWAY_PORT", "http", "FAIRWAY_PORT is 'http': write a whole number."),
        ("FAIRWAY_CHILD_MEMORY_MB", "1", "FAIRWAY_CHILD_MEMORY_MB is 1: write a number from 256"),
        ("DATABASE_URL", "mysql://u@h/d", "DATABASE_URL must begin with postgres:// or sqlite:///"),
        (
            "FAIRWAY_PULL_HOSTS",
            "10.0.0.1/8",
            "FAIRWAY_PULL_HOSTS holds '10.0.0.1/8': write hosts, addresses or networks",
        ),
        ("FAIRWAY_PULL_HOSTS", "nas.corp, 2130706433", "FAIRWAY_PULL_HOSTS holds '2130706433'"),
        ("FAIRWAY_HOME", __file__, "which is a file: name a folder"),
    ],
)
def test_nonsense_stops_the_start_and_names_the_variable(name: str, value: str, sentence: str) -> None:
    done = start(**{name: value})
    assert done.returncode != 0
    assert sentence in done.stderr


def test_nothing_needs_to_be_set() -> None:
    done = start()
    assert done.returncode == 0, done.stderr


def test_waking_a_worker_gives_up_at_once_when_the_broker_is_away() -> None:
    """A page does it; the library's own patience is six seconds."""
    started = time.monotonic()
    nowhere = current_app.connection_for_write("redis+socket:///nonexistent/valkey.sock")
    with nowhere as connection, pytest.raises(OperationalError):
        _ = connection.default_channel
    assert time.monotonic() - started < 3
