"""What taking a file into use will do: the numbers, a sentence, and twenty changes as they will be."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from partners import removals
from partners.columns import TABLES, in_language
from partners.intake.notes import notes
from partners.models import Upload
from partners.upload_board import language, same
from portal.kit import numbers
from portal.kit.errors import Refusal

CHANGES = ("created", "updated", "removed")
MOST = 20


def context(upload: Upload, *, personal: bool) -> dict[str, Any]:
    """What the page of this station shows."""
    return {
        "counts": changes(upload),
        "consequence": consequence(upload),
        "sample": sample(upload, personal=personal),
        "asks": asks_number(upload),
        "same": same(upload),
        "stale": stale(upload),
        "notes": notes(upload.kind, upload.mapping, {}, language()),
        "undo_days": settings.UNDO_DAYS,
        "warnings": sum(group["level"] == "warning" for group in upload.report.get("groups", [])),
    }


def stale(upload: Upload) -> bool:
    """Have the data changed since the changes were counted?"""
    against, current = upload.report.get("preview", {}).get("against"), upload.partner.dataset
    return against is not None and against != (current.number if current else 0)


def counted(kind: str, count: int) -> str:
    """So many of what the file holds: "12,418 customers"."""
    words = {
        "customers": lambda: ngettext("%(n)s customer", "%(n)s customers", count),
        "products": lambda: ngettext("%(n)s product", "%(n)s products", count),
        "orders": lambda: ngettext("%(n)s order line", "%(n)s order lines", count),
        "subscriptions": lambda: ngettext("%(n)s subscription", "%(n)s subscriptions", count),
        "interactions": lambda: ngettext("%(n)s interaction", "%(n)s interactions", count),
        "outcomes": lambda: ngettext("%(n)s outcome", "%(n)s outcomes", count),
    }
    return words[kind]() % {"n": numbers.whole(count)}


def changes(upload: Upload) -> dict[str, int]:
    """Created, updated, unchanged, removed, and the rows left out."""
    preview, report = upload.report.get("preview", {}), upload.report
    found = {name: int(preview.get(name) or 0) for name in ("created", "updated", "unchanged", "removed", "current")}
    return {**found, "skipped": report.get("skipped", 0) + report.get("rejected", 0)}


def consequence(upload: Upload) -> str:
    """What taking it into use will do, in one sentence: "12,418 customers will be updated, 37 rows left out."."""
    found = changes(upload)
    told = {
        "created": _("%(what)s will be added"),
        "updated": _("%(what)s will be updated"),
        "removed": _("%(what)s will be removed"),
        "unchanged": _("%(what)s will stay as now"),
    }
    parts = [words % {"what": counted(upload.kind, found[name])} for name, words in told.items() if found[name]]
    if not parts:
        parts = [_("nothing will change")]
    if found["skipped"]:
        words = ngettext("%(n)s row left out", "%(n)s rows left out", found["skipped"])
        parts.append(words % {"n": numbers.whole(found["skipped"])})
    said = _(", ").join(parts)
    return pgettext("consequence", "%(sentence)s.") % {"sentence": said[0].upper() + said[1:]}


def asks_number(upload: Upload) -> int:
    """How many rows a complete list would remove, where that number must be typed; else 0."""
    found = changes(upload)
    try:
        removals.refuse_unconfirmed(found["removed"], found["current"], confirm=None)
    except Refusal as refusal:
        return removals.asked_for(refusal.blocks) or 0
    return 0


def sample(upload: Upload, *, personal: bool) -> list[dict[str, Any]]:
    """At most twenty changes: what changes, on which row, from what to what; words people wrote only by right."""
    labels = {"created": _("New"), "updated": _("Changed"), "removed": _("Removed")}
    looks = {"created": "good", "updated": "note", "removed": "bad"}
    table = TABLES[upload.kind]
    found = upload.report.get("preview", {}).get("sample") or []
    return [
        {
            "change": one["change"],
            "label": labels[one["change"]],
            "look": looks[one["change"]],
            "key": " · ".join(_written(value) for value in one.get("key", {}).values() if value not in (None, "")),
            "cells": [
                _cell(table, name, pair, personal=personal)
                for name, pair in one.get("columns", {}).items()
                if pair[0] is not None or pair[1] is not None
            ],
        }
        for one in found[:MOST]
        if one.get("change") in CHANGES
    ]


def _cell(table: Any, name: str, pair: list[Any], *, personal: bool) -> dict[str, Any]:
    ours = name in table
    open_to_all = personal or (ours and table[name].type != "text")
    old, new = (_written(value) if open_to_all or value is None else _("(hidden)") for value in pair)
    label = in_language(table[name].label, language()) if ours else name.removeprefix("attr_").replace("_", " ")
    return {"label": label, "old": old, "new": new}


def _written(value: Any) -> str:
    if value is None or value == "":
        return numbers.NONE
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)
