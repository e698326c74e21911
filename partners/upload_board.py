"""What the upload pages show: matches, problems and consequences as plain values in the page's language."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partners import uploads
from partners.columns import TABLES, Table, in_language
from partners.intake import refusals
from partners.intake.notes import notes
from partners.intake.problems import CAUSES, unquoted
from partners.models import Upload, UploadRun

LOOKS = {
    Upload.State.RECEIVED: "note",
    Upload.State.CHECKED: "note",
    Upload.State.REFUSED: "warn",
    Upload.State.COMMITTED: "good",
    Upload.State.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Row:
    """One source column on the matching page. `options`: value, label, chosen."""

    index: int
    source: str
    samples: str
    sure: str
    look: str
    options: list[tuple[str, str, bool]]


def language() -> str:
    return get_language() or "en"


def steps(upload: Upload | None) -> list[dict[str, Any]]:
    """The four stations of an upload; which are behind us and which is now."""
    state = upload.state if upload else ""
    asks = bool(upload and upload.report.get("code") in ("missing_columns", "ask_date_order", "no_header"))
    now = 1 if not upload else 4 if state in (Upload.State.COMMITTED, Upload.State.WITHDRAWN) else 2 if asks else 3
    names = [_("Choose"), _("Columns"), _("Check"), _("In use")]
    return [
        {"number": number, "name": name, "now": number == now, "done": number < now}
        for number, name in enumerate(names, 1)
    ]


def refusal(upload: Upload, *, personal: bool) -> str:
    """Why the whole file could not be read, in this page's language; cells are quoted by right only."""
    report = upload.report
    if not personal:
        return refusals.unquoted(report, language())
    if report.get("code"):
        return refusals.sentence(report["code"], report["values"], language())
    return report.get("refusal", "")


def rows(upload: Upload, *, personal: bool) -> list[Row]:
    """Every source column with its match; what needs a look comes first."""
    table = TABLES[upload.kind]
    found = [
        _row(table, match, personal=personal) for match in upload.mapping.get("matches", []) if match["source"].strip()
    ]
    order = {"warn": 0, "good": 1, "note": 1, "": 2}
    return sorted(found, key=lambda row: order[row.look])


def _row(table: Table, match: dict[str, Any], *, personal: bool) -> Row:
    value = {"field": match["field"], "attribute": "attribute"}.get(match["role"], "ignore")
    sure, look = _sureness(table, match)
    return Row(
        index=match["index"],
        source=match["source"],
        samples=" · ".join(match["samples"]) if personal else "",
        sure=sure,
        look=look,
        options=[(name, label, name == value) for name, label in _choices(table)],
    )


def _choices(table: Table) -> list[tuple[str, str]]:
    fields = [(column.name, in_language(column.label, language())) for column in table.columns]
    kept = [("attribute", _("Keep as an attribute"))] if table.keeps_attributes else []
    return [("ignore", _("Leave out")), *kept, *fields]


def _sureness(table: Table, match: dict[str, Any]) -> tuple[str, str]:
    if match["by_hand"]:
        return _("chosen by hand"), "note"
    if match["role"] == "field":
        return (_("certain"), "good") if match["confidence"] > 0.9 else (_("likely"), "warn")
    if match["why"] == "tells_outcome":
        return _("tells the outcome itself"), "warn"
    if match["field"]:
        return _("maybe “%(field)s”?") % {"field": in_language(table[match["field"]].label, language())}, "warn"
    return "", ""


def required(upload: Upload) -> list[dict[str, Any]]:
    """What the file cannot do without, and whether it was found."""
    mapping = upload.mapping
    have = {match["field"]: match["source"] for match in mapping.get("matches", []) if match["role"] == "field"}
    if mapping.get("row_number"):
        have[mapping["row_number"]] = _("the row number")
    table = TABLES[upload.kind]
    return [
        {"name": name, "label": in_language(table[name].label, language()), "source": have.get(name, "")}
        for name in table.required
    ]


def groups(upload: Upload, level: str, *, personal: bool) -> list[dict[str, Any]]:
    """Problems of one level, by cause and column, with their first rows; what stands there is told by right only."""
    shown = []
    for group in upload.report.get("groups", []):
        if group["level"] == level:
            cause = CAUSES[group["cause"]]
            shown.append(
                {
                    **(group if personal else unquoted(group)),
                    "title": in_language(cause.title, language()),
                    "needed": in_language(cause.needed, language()),
                    "more": group["count"] - len(group["examples"]),
                }
            )
    return shown


def remarks(upload: Upload) -> list[str]:
    """Columns left out or only likely."""
    return notes(upload.kind, upload.mapping, {}, language())


def consequence(upload: Upload) -> str:
    """What taking it into use will do, in one sentence."""
    will = {name: upload.report.get("preview", {}).get(name, 0) for name in ("created", "updated", "unchanged")}
    words = ngettext(
        "%(good)s row will be taken into use: %(created)s new, %(updated)s changed, %(unchanged)s as it is.",
        "%(good)s rows will be taken into use: %(created)s new, %(updated)s changed, %(unchanged)s as they are.",
        upload.report.get("good", 0),
    )
    return words % {"good": f"{upload.report.get('good', 0):,}", **{name: f"{count:,}" for name, count in will.items()}}


def same(upload: Upload) -> Upload | None:
    """The upload in use that makes this one needless."""
    return uploads.same_in_use(upload) if upload.state in (Upload.State.CHECKED, Upload.State.REFUSED) else None


def asked_columns(upload: Upload) -> str:
    """The column whose order of day and month only a person can know."""
    return upload.report.get("values", {}).get("column", "") if upload.report.get("code") == "ask_date_order" else ""


def latest_run(upload: Upload) -> UploadRun | None:
    return upload.runs.order_by("-pk").first()
