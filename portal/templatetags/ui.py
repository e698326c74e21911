"""Tags and filters of the interface. Components themselves are templates in templates/ui/."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import wraps
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.kit import numbers

register = template.Library()


def lenient(write: Callable[..., str]) -> Callable[..., str]:
    """A name the page does not know arrives as an empty string: written as a dash, not as an error."""

    @wraps(write)
    def written(value: Any, *more: Any) -> str:
        return write(None if value == "" else value, *more)

    return written


for _write in (
    numbers.whole, numbers.decimal, numbers.people, numbers.percent, numbers.points, numbers.money, numbers.day,
    numbers.moment,
):  # fmt: skip
    register.filter(_write.__name__, lenient(_write))

BANDS = {
    "high": {"mark": "can", "word": _("High")},
    "medium": {"mark": "special", "word": _("Medium")},
    "low": {"mark": "cone", "word": _("Low")},
}


@register.filter
def age(value: date | datetime | None) -> str:
    return numbers.age(value, at=timezone.localdate()) if value else numbers.NONE


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat() if value else ""


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """A drawing from static/img/icons.svg; decoration only, so hidden from screen readers."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("img/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """This page's address query with some values replaced; None or "" removes one. Changing anything but the
    page goes back to the first page."""
    params: QueryDict = context["request"].GET.copy()
    if "page" not in changes:
        params.pop("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag(takes_context=True)
def without(context: Context, key: str, value: str) -> str:
    """This page's address query without one value of one filter: what a chip's cross leads to."""
    params: QueryDict = context["request"].GET.copy()
    params.pop("page", None)
    params.setlist(key, [one for one in params.getlist(key) if one != str(value)])
    return f"?{params.urlencode()}" if params.urlencode() else "?"


@register.inclusion_tag("ui/sort.html", takes_context=True)
def sort_head(context: Context, name: str, label: str, css: str = "", first: str = "-") -> dict[str, Any]:
    """A head that sorts: `sort=name` ascending, `sort=-name` descending; `first`: the direction of the first click."""
    now = context.get("sort") or context["request"].GET.get("sort", "")
    state = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    then = name if state == "descending" or (not state and first != "-") else f"-{name}"
    return {"label": label, "css": css, "state": state, "href": query(context, sort=then)}


@register.inclusion_tag("ui/band.html")
def band(level: str, chance: float | None = None, large: bool = False) -> dict[str, Any]:
    """Shape, word and number of a band; see templates/ui/band.html."""
    return {"level": level, **BANDS.get(level, BANDS["low"]), "chance": chance, "large": large}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: str = "", help: str = "", css: str = "") -> dict[str, Any]:
    """A form field with label, help and errors tied together for screen readers."""
    return {
        "field": bound,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "css": css,
        "is_check": isinstance(bound.field.widget, CheckboxInput),
    }


@register.simple_block_tag
def panel(content: str, title: str = "", note: str = "", href: str = "", link: str = "", css: str = "") -> str:
    """A titled box around the block's content; see templates/ui/panel.html."""
    named = {"body": content, "title": title, "note": note, "href": href, "link": link, "css": css}
    return render_to_string("ui/panel.html", named)


@register.simple_block_tag
def confirm(content: str, button: str, css: str = "btn btn--small") -> str:
    """A button that opens its own consequence; the block holds sentence and form. See templates/ui/confirm.html."""
    return render_to_string("ui/confirm.html", {"body": content, "button": button, "css": css})


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def words(text: str) -> list[str]:
    """ "a b" → ["a", "b"], for a list written down in a template."""
    return text.split()


@register.simple_tag
def page_window(page: Any) -> Sequence[int | str]:
    """Page numbers to show, with gaps: 1 … 4 5 6 … 90."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def undo_of(extra_tags: str) -> str:
    """The address that takes back what a message reports: `messages.success(…, extra_tags="undo:/…")`."""
    return extra_tags.removeprefix("undo:") if (extra_tags or "").startswith("undo:/") else ""
