"""`check --deploy`: each thing that makes a deployment unsafe stops it, and the settings the guide shows are clean."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks

ROOT = Path(__file__).resolve().parent.parent.parent


def found(settings: Any) -> set[str]:
    return {message.id for message in run_checks(include_deployment_checks=True) if message.id}


@pytest.fixture
def sound(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings a deployment may have."""
    settings.SECRET_KEY = "s3cret-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    settings.ARTEFACT_KEY, settings.VAULT_KEY = "another", "a third"
    monkeypatch.setattr("portal.checks.connection", SimpleNamespace(vendor="postgresql"))
    settings.REDIS_URL = "redis://broker:6379/0"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.ALLOWED_HOSTS = ["fairway.example.com"]
    settings.DEMO = settings.WHITENOISE_USE_FINDERS = settings.DEBUG = False
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return settings


def test_a_sound_deployment_is_not_complained_about(sound: Any) -> None:
    assert found(sound) == set()


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("SECRET_KEY", "insecure-development-key: set SECRET_KEY before anyone else can reach this server", "E001"),
        ("ARTEFACT_KEY", "s3cret-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2, "E002"),
        ("VAULT_KEY", "s3cret-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2, "E009"),
        ("REDIS_URL", "redis+socket:///srv/fairway/broker/valkey.sock?virtual_host=0", "E004"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "E005"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "E005"),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "E006"),
        ("DEMO", True, "E007"),
        ("WHITENOISE_USE_FINDERS", True, "W008"),
    ],
)
def test_one_thing_wrong_is_named(name: str, value: object, number: str, sound: Any) -> None:
    setattr(sound, name, value)
    assert found(sound) == {f"fairway.{number}"}


def test_a_database_that_is_one_file_on_one_machine_is_named(sound: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.checks.connection", SimpleNamespace(vendor="sqlite"))
    assert found(sound) == {"fairway.E003"}


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEBUG", True, "security.W018"),
        ("SESSION_COOKIE_SECURE", False, "security.W012"),
        ("CSRF_COOKIE_SECURE", False, "security.W016"),
        ("SECURE_SSL_REDIRECT", False, "security.W008"),
        ("SECURE_HSTS_SECONDS", 0, "security.W004"),
        ("SECRET_KEY", "short", "security.W009"),
    ],
)
def test_django_names_what_it_knows_itself(name: str, value: object, number: str, sound: Any) -> None:
    setattr(sound, name, value)
    assert number in found(sound)


def test_the_settings_the_guide_shows_pass(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    block = re.search(r"```ini title=fairway.env\n(.*?)```", guide, re.S)
    assert block, "docs/deploy.md shows no fairway.env"
    shown = dict(line.split("=", 1) for line in block[1].splitlines() if line and not line.startswith("#"))
    keys = {name: value * 20 for name, value in shown.items() if value.startswith("<")}
    environment = {"PATH": os.environ["PATH"], **shown, **keys, "FAIRWAY_HOME": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
