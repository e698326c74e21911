"""What every test may ask for. The one cast lives in cast.py, tiny data worlds in worlds.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.utils import translation

from tests.cast import Cast

# The same examples at every run of the suite, so that a red light means the change; the drills roll fresh dice.
hypothesis.settings.register_profile("suite", derandomize="FAIRWAY_DRILLS" not in os.environ, database=None)
hypothesis.settings.load_profile("suite")
ROOT = Path(__file__).resolve().parent.parent


def shared_data() -> Path | None:
    """The folder of real files, when this machine has it."""
    named = os.environ.get("FAIRWAY_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = shared_data()
    if folder is None:
        pytest.skip("NO REAL DATA: set FAIRWAY_DATA to the folder that holds telco/, online-retail/ …")
    return folder


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Every test keeps its files to itself and hashes passwords cheaply."""
    settings.FAIRWAY_HOME = tmp_path / "home"
    settings.FAIRWAY_HOME.mkdir()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.MEDIA_ROOT = str(settings.FAIRWAY_HOME)
    from django.core.cache import cache

    cache.clear()
    return Path(settings.FAIRWAY_HOME)


@pytest.fixture(autouse=True)
def language(settings: Any) -> Iterator[None]:
    """A page asked for in Chinese leaves its language behind in the thread: no test speaks it by accident."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """No message leaves a test: wake-ups are collected here instead. Worker tests in drills/ start real brokers."""
    sent: list[tuple[str, int]] = []

    def send_task(name: str, args: Any = (), **_: Any) -> None:
        sent.append(tuple(args))

    quiet = type("Quiet", (), {"send_task": staticmethod(send_task)})
    monkeypatch.setattr("portal.kit.runs.supervisor.current_app", quiet)
    return sent


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
