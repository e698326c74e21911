"""Columns declared legitimate: what is asked before, what stands in the history, and what a recipe's page shows."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.kit.numbers import NONE, moment
from training.models import Recipe


def asking(recipe: Recipe, column: str, *, allowed: bool) -> dict[str, Any]:
    """What the page says before anything happens."""
    if allowed:
        title = _("Hold back %(column)s again")
        intro = _("From the next training on, the column is used only if it does not tell the outcome too well.")
    else:
        title = _("Declare %(column)s legitimate")
        intro = _(
            "A column that alone tells the outcome is usually a trace of it, written down afterwards; a model that"
            " learns from it looks excellent and knows nothing of customers who are still here. Say that it is"
            " legitimate only when its value is known before the outcome. It is used from the next training on."
        )
    return {"title": title % {"column": column}, "intro": intro, "row": recipe}


def noted(column: str, reason: str, *, allowed: bool) -> str:
    said = (
        _("Column “%(column)s” declared legitimate: %(reason)s")
        if allowed
        else _("Column “%(column)s” held back again: %(reason)s")
    )
    return said % {"column": column, "reason": reason}


def done(column: str, *, allowed: bool) -> str:
    said = (
        _("%(column)s is used from the next training on.")
        if allowed
        else _("%(column)s is checked again at the next training.")
    )
    return said % {"column": column}


def declared(recipe: Recipe) -> SafeString | str:
    """Each column with who said so, when and why, and the way to take it back."""
    if not recipe.pk or not recipe.allowed:
        return NONE
    kind = ContentType.objects.get_for_model(Recipe)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(recipe.pk)).select_related("user")[:200]
    return format_html_join("", "<p>{}</p>", ((_declared(recipe, column, list(entries)),) for column in recipe.allowed))


def _declared(recipe: Recipe, column: str, entries: list[LogEntry]) -> SafeString:
    entry = next((one for one in entries if column.removeprefix("attr_") in one.change_message), None)
    if entry is None:
        said = _("declared on the command line")
    else:
        said = f"{entry.user}, {moment(entry.action_time)}: {entry.change_message}"
    url = reverse("admin:training_recipe_column", args=[recipe.pk, column])
    return format_html('<code>{}</code> {} <a href="{}">{}</a>', column, said, url, _("Hold back again…"))
