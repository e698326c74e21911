"""Time zones people may choose."""

import zoneinfo
from functools import cache


@cache
def _names() -> tuple[str, ...]:
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    names = zoneinfo.available_timezones()
    return tuple(sorted(name for name in names if "/" in name and not name.startswith(skipped)))


def zone_choices() -> list[tuple[str, str]]:
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in _names())]
