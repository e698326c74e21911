"""What is wrong with a file's rows, by cause and column, what would put each group right, and what was done already."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.columns import TABLES, in_language
from partners.intake.causes import known
from partners.intake.problems import unquoted
from partners.models import Upload
from partners.upload_board import language, stamp

HOWS = {
    "dmy": gettext_lazy("day first (31.12.2026)"),
    "mdy": gettext_lazy("month first (12.31.2026)"),
    "ymd": gettext_lazy("year first (2026-12-31)"),
    "serial": gettext_lazy("the day numbers of a spreadsheet (46387)"),
    "compact": gettext_lazy("digits only (20261231)"),
    "month": gettext_lazy("months, taken as their first day (12/2026)"),
    "unix": gettext_lazy("seconds of a computer’s clock (1798675200)"),
    "point": gettext_lazy("numbers with a decimal point (1,234.50)"),
    "comma": gettext_lazy("numbers with a decimal comma (1.234,50)"),
    "stripped": gettext_lazy("the number alone, without words (“12 pcs”)"),
}
EMPTY = "empty"
ACTS = {
    "replace": gettext_lazy("Replace what stands there with …"),
    EMPTY: gettext_lazy("Empty these cells"),
    "accept": gettext_lazy("Take them as they are"),
    "first": gettext_lazy("Keep the first of each, leave the others out"),
    "last": gettext_lazy("Keep the last of each, leave the others out"),
    "skip": gettext_lazy("Leave these rows out"),
}
SHOWN = 6
FORMATS = (".csv", ".xlsx", ".parquet")


def context(upload: Upload, *, personal: bool, said: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the page of this station shows; `said` is what a form that was refused had chosen."""
    found = {level: groups(upload, level, personal=personal) for level in ("error", "warning")}
    for group in (*found["error"], *found["warning"]):
        name = f"g{group['number']}"
        group |= {"chosen": (said or {}).get(name, ""), "instead": (said or {}).get(f"{name}-with", "")}
        for one in group["values"]:
            one["instead"] = (said or {}).get(f"{name}-v{one['place']}", "")
        group["typed"] = any(one["instead"] for one in group["values"])
    return {
        "errors": found["error"],
        "doubts": [group for group in found["warning"] if group["acts"]],
        "remarks": [group for group in found["warning"] if not group["acts"]],
        "can_decide": any(group["acts"] for group in found["error"]),
        "fixes": fixes(upload, personal=personal),
        "stamp": stamp(upload),
        "has_problems": (upload.folder / "problems.csv").is_file(),
        "failing": failing_rows(upload),
    }


def failing_rows(upload: Upload) -> Path | None:
    """The rows that cannot be used, in the format the file came in, where there are any."""
    return next((path for path in upload.folder.glob("failing.*") if path.suffix in FORMATS), None)


def groups(upload: Upload, level: str, *, personal: bool) -> list[dict[str, Any]]:
    """Problems of one level, by cause and column, with their first rows; what stands there is told by right only."""
    found = enumerate(upload.report.get("groups", []))
    return [_group(upload.kind, number, group, personal) for number, group in found if group["level"] == level]


def _group(kind: str, number: int, group: dict[str, Any], personal: bool) -> dict[str, Any]:
    cause = known(group["cause"])
    shown = group if personal else unquoted(group)
    values = [
        {"place": place, "value": one["value"], "count": one.get("count", 0)}
        for place, one in enumerate(group.get("values", []))
    ]
    return {
        **shown,
        "number": number,
        "title": in_language(cause.title, language()),
        "needed": in_language(cause.needed, language()),
        "examples": shown["examples"][:SHOWN],
        "more": max(group["count"] - SHOWN, 0),
        "values": values if personal else [],
        "acts": acts(kind, group),
        "replaces": "replace" in group.get("acts", []),
    }


def acts(kind: str, group: dict[str, Any]) -> list[tuple[str, str]]:
    """What can be done with a whole group: the value the form sends, and its words."""
    told, table = {*group.get("acts", [])}, TABLES[kind]
    if "replace" in told and group["field"] in table and not table[group["field"]].required:
        told.add(EMPTY)
    read = [(f"parse:{how}", _("Read as %(how)s") % {"how": HOWS[how]}) for how in group.get("hows", []) if how in HOWS]
    return [*(read if "parse" in told else []), *((act, str(label)) for act, label in ACTS.items() if act in told)]


def fixes(upload: Upload, *, personal: bool) -> list[dict[str, Any]]:
    """What was decided about whole groups so far, each as a sentence with the place it can be taken back by."""
    made = upload.reading.get("wishes", {}).get("fixes", [])
    return [{"place": place, "text": _told(fix, personal)} for place, fix in enumerate(made)]


def where(cause: str, column: str) -> str:
    """A group in words: what is wrong, and in which column."""
    title = in_language(known(cause).title, language())
    words = _("%(problem)s in column “%(column)s”")
    return words % {"problem": title, "column": column} if column else title


def _told(fix: dict[str, Any], personal: bool) -> str:
    place, seen = where(fix.get("cause", ""), fix.get("column", "")), fix.get("seen", "")
    if seen and personal:
        place = _("%(place)s, where it reads “%(seen)s”") % {"place": place, "seen": seen}
    return _("%(place)s: %(deed)s") % {"place": place, "deed": _deed(fix, personal)}


def _deed(fix: dict[str, Any], personal: bool) -> str:
    act, value = fix.get("act", ""), fix.get("value", "")
    if act == "parse":
        return _("read as %(how)s") % {"how": HOWS.get(fix.get("how", ""), fix.get("how", ""))}
    if act == "replace":
        if not value:
            return _("emptied")
        return _("replaced with “%(value)s”") % {"value": value if personal else "…"}
    told = {"first": _("the first is kept"), "last": _("the last is kept"), "accept": _("taken as they are")}
    return told.get(act, _("rows left out"))
