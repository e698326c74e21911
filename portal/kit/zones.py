"""Time zones people may choose."""

import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def _names() -> tuple[str, ...]:
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    names = zoneinfo.available_timezones()
    return tuple(sorted(name for name in names if "/" in name and not name.startswith(skipped)))


def zone_choices() -> list[tuple[str, str]]:
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in _names())]


def known_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("%(name)s is not a time zone: write one such as Europe/Berlin."), params={"name": name})
