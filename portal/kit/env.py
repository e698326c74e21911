"""Readers of the environment that refuse nonsense at start-up, naming the variable and what it needs."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.strip().lower() in TRUE:
        return True
    if raw.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {raw!r}: write 1 or 0.")


def number(name: str, default: int, *, low: int = 0, high: int = 10**9) -> int:
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {raw!r}: write a whole number.") from error
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name} is {value}: write a number from {low} to {high}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    value = text(name) or default
    if value not in among:
        raise ImproperlyConfigured(f"{name} is {value!r}: write one of {', '.join(among)}.")
    return value


def hosts(name: str, said: list[str]) -> list[str]:
    """Names of hosts, addresses, or networks such as 10.0.0.0/8."""
    for word in said:
        try:
            ipaddress.ip_network(word)
        except ValueError as error:
            if not re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", word):
                raise ImproperlyConfigured(
                    f"{name} holds {word!r}: write hosts, addresses or networks (10.0.0.0/8), separated by commas."
                ) from error
    return said


def folder(name: str, default: Path) -> Path:
    path = Path(text(name) or default).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ImproperlyConfigured(f"{name} is {path}, which is a file: name a folder.")
    return path


def database(name: str, default: str) -> dict[str, Any]:
    raw = text(name) or default
    try:
        found: dict[str, Any] = dict(environ.Env.db_url_config(raw))
    except Exception as error:
        raise ImproperlyConfigured(f"{name} cannot be read: write postgres://user:password@host/name.") from error
    if found.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite:///.")
    return found
