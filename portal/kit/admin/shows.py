"""Small things admin lists show: a state as word and shape, a link to another row, how long something took."""

from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.kit.numbers import NONE

LOOKS = {
    "queued": "note",
    "running": "note",
    "succeeded": "good",
    "failed": "bad",
    "cancelled": "plain",
    "champion": "good",
    "challenger": "note",
    "archived": "plain",
    "published": "good",
    "staged": "note",
    "retired": "plain",
    "refused": "bad",
    "committed": "good",
    "checked": "note",
    "received": "note",
    "withdrawn": "plain",
}
CSS = {"good": "succeeded", "note": "running", "bad": "failed", "plain": "cancelled"}


def badge(word: Any, *, look: str = "plain") -> SafeString:
    """A state: a word in a box whose colour repeats it. Looks: good, note, bad, plain."""
    return format_html('<span class="state-word state-word--{}">{}</span>', CSS[look], word)


def mark(row: Any, field: str = "state") -> SafeString:
    """The badge of a choice field."""
    return badge(getattr(row, f"get_{field}_display")(), look=LOOKS.get(getattr(row, field), "plain"))


def link(url: str, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)


def row_url(row: Model) -> str:
    """Where the admin shows this row; empty when it does not."""
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def row_link(row: Model | None, text: Any = None) -> SafeString | str:
    if row is None:
        return NONE
    url = row_url(row)
    return link(url, text or row) if url else str(text or row)


def duration(seconds: float | None) -> str:
    """Seconds in the two coarsest units that matter: “4 s”, “3 min 20 s”, “1 h 5 min”."""
    if seconds is None:
        return NONE
    whole = round(seconds)
    if whole < 60:
        return _("%(seconds)s s") % {"seconds": whole}
    if whole < 3600:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": whole // 60, "seconds": whole % 60}
    return _("%(hours)s h %(minutes)s min") % {"hours": whole // 3600, "minutes": whole % 3600 // 60}


def size(count: int) -> str:
    """Bytes for people."""
    from django.template.defaultfilters import filesizeformat

    return str(filesizeformat(count))
