"""How numbers, money, chances and dates are written for people, in the language that is active now."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

THIN = "\u202f"  # narrow no-break space: "82 %" never breaks between number and sign
NONE = "–"
SYMBOLS = {
    "EUR": "€", "GBP": "£", "USD": "$", "CNY": "¥", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "HKD": "HK$", "TWD": "NT$", "SGD": "S$",
}  # fmt: skip
MINUS = "\u2212"


def whole(value: float | None) -> str:
    """12418 → "12,418"; both languages group by thousands in business writing."""
    return NONE if value is None else f"{value:,.0f}".replace("-", MINUS)


def decimal(value: float | None, places: int = 1) -> str:
    return NONE if value is None else f"{value:,.{places}f}".replace("-", MINUS)


def percent(value: float | None, places: int = 0) -> str:
    """A share between 0 and 1. Never says 0 % or 100 % of something that is only nearly so."""
    if value is None:
        return NONE
    shown = value * 100
    smallest = 10**-places
    if 0 < shown < smallest / 2:
        return f"<{THIN}{smallest:g}{THIN}%"
    if places == 0 and 99.5 <= shown < 100:
        return f">{THIN}99{THIN}%"
    return f"{shown:,.{places}f}{THIN}%".replace("-", MINUS)


def people(value: float | None) -> str:
    """People to be expected: "12" from ten on, "3.4" below, never 0 of somebody."""
    if value is None:
        return NONE
    if 0 < value < 0.05:
        return f"<{THIN}{decimal(0.1)}"
    return whole(value) if value >= 9.95 or value == int(value) else decimal(value)


def points(value: float | None) -> str:
    """A difference of two shares, signed: 0.17 → "+17 points"."""
    if value is None:
        return NONE
    count = round(value * 100)
    sign = "+" if count > 0 else MINUS if count < 0 else "±"
    return ngettext("%(sign)s%(count)s point", "%(sign)s%(count)s points", abs(count)) % {
        "sign": sign,
        "count": abs(count),
    }


def money(value: float | None, currency: str = "EUR") -> str:
    """Whole units from a hundred up, cents below. Large sums keep their digits: people compare them."""
    if value is None:
        return NONE
    symbol = SYMBOLS.get(currency, f"{currency}\u00a0")
    size = abs(value)
    digits = f"{size:,.0f}" if size >= 100 or size == int(size) else f"{size:,.2f}"
    return f"{MINUS if value < 0 else ''}{symbol}{digits}"


def day(value: date | datetime | None) -> str:
    if value is None:
        return NONE
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "DATE_FORMAT")


def brief(value: date) -> str:
    """Day and month, for the axis of a chart."""
    return date_format(value, "MONTH_DAY_FORMAT")


def month(value: date) -> str:
    """Month and year, for the axis of a chart."""
    return date_format(value, "YEAR_MONTH_FORMAT")


def moment(value: datetime | None) -> str:
    if value is None:
        return NONE
    return date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "DATETIME_FORMAT")


def age(value: date | datetime, *, at: date) -> str:
    """How old something is, in the coarsest unit that is still honest."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    days = (at - value).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 60:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    if days < 700:
        months = days // 30
        return ngettext("%(count)d month ago", "%(count)d months ago", months) % {"count": months}
    years = round(days / 365)
    return ngettext("%(count)d year ago", "%(count)d years ago", years) % {"count": years}
