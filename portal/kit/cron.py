"""A cron line as a sentence, in the language that is active now."""

import re
import zoneinfo
from collections.abc import Callable
from datetime import datetime

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTH_NAMES = ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EVERY = re.compile(r"^\*/(\d+)$")


def sentence(line: str, zone: str = "") -> str:
    """“0 6 * * 1” → “Mondays at 06:00 (Europe/Berlin)”. Unusual lines are told field by field, never guessed at."""
    parts = line.split()
    if len(parts) != 5:
        return line
    minute, hour, day, month, weekday = parts
    clock = _clock(minute, hour)
    days = _days(day, month, weekday)
    if clock is None or days is None:
        said = _("minute %(minute)s, hour %(hour)s, day of month %(day)s, month %(month)s, weekday %(weekday)s") % {
            "minute": minute, "hour": hour, "day": day, "month": month, "weekday": weekday,
        }  # fmt: skip
    elif days == "":
        said = clock
    else:
        said = _("%(days)s, %(clock)s") % {"days": days, "clock": clock}
    said = said[:1].upper() + said[1:]
    return _("%(sentence)s (%(zone)s)") % {"sentence": said, "zone": zone} if zone else said


def moment(at: datetime, *, zone: str = "") -> str:
    """A slot for people: weekday, date, time and the offset that holds on that day."""
    local = at.astimezone(zoneinfo.ZoneInfo(zone)) if zone else at
    return _("%(weekday)s %(date)s, %(time)s (UTC%(offset)s)") % {
        "weekday": WEEKDAYS[local.weekday()],
        "date": date_format(local.replace(tzinfo=None), "DATE_FORMAT"),
        "time": f"{local:%H:%M}",
        "offset": f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:5],
    }


def _clock(minute: str, hour: str) -> str | None:
    if found := EVERY.match(minute):
        if hour != "*":
            return None
        count = int(found[1])
        return ngettext("every %(count)s minute", "every %(count)s minutes", count) % {"count": count}
    if minute == "*" and hour == "*":
        return _("every minute")
    if not minute.isdecimal():
        return None
    if hour == "*":
        return _("every hour at minute %(minute)s") % {"minute": minute}
    if found := EVERY.match(hour):
        count = int(found[1])
        return ngettext(
            "every %(count)s hour at minute %(minute)s", "every %(count)s hours at minute %(minute)s", count
        ) % {"count": count, "minute": minute}
    hours = _numbers(hour)
    if hours is None:
        return None
    times = [f"{one:02d}:{int(minute):02d}" for one in hours]
    return _("at %(times)s") % {"times": get_text_list(times, _("and"))}


def _days(day: str, month: str, weekday: str) -> str | None:
    """The days in words; empty when the clock already says it all (“every hour” needs no “every day”)."""
    months = "" if month == "*" else _named(month, MONTH_NAMES, lambda number: str(MONTHS[number]))
    if months is None or (day != "*" and weekday != "*"):
        return None
    if weekday != "*":
        said = _weekdays(weekday)
    elif day != "*":
        numbers = _numbers(day)
        said = None if numbers is None else _("on day %(days)s of the month") % {
            "days": get_text_list([str(one) for one in numbers], _("and"))
        }  # fmt: skip
    else:
        said = _("every day")
    if said is None or not months:
        return said
    return _("%(days)s in %(months)s") % {"days": said, "months": months}


def _weekdays(field: str) -> str | None:
    if field.lower() in ("1-5", "mon-fri"):
        return _("Mondays to Fridays")
    days = _named(field, DAY_NAMES, lambda number: str(WEEKDAYS[(number - 1) % 7]))
    return None if days is None else _("every %(days)s") % {"days": days}


def _named(field: str, names: tuple[str, ...], word: Callable[[int], str]) -> str | None:
    lowered = field.lower()
    for number, name in enumerate(names):
        if name:
            lowered = re.sub(rf"\b{name}\b", str(number), lowered)
    numbers = _numbers(lowered)
    if numbers is None:
        return None
    return str(get_text_list([word(number) for number in numbers], _("and")))


def _numbers(field: str) -> list[int] | None:
    """“1,3-5” → [1, 3, 4, 5]; None for anything else."""
    found: list[int] = []
    for part in field.split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdigit()):
            return None
        found += range(int(first), int(last or first) + 1)
    return found or None
