"""What the upload pages show, as plain values in the page's language. One module for each station of the way."""

import hashlib
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners import uploads
from partners.columns import TABLES, in_language
from partners.intake import refusals
from partners.models import Upload, UploadRun

LOOKS = {
    Upload.State.RECEIVED: "note",
    Upload.State.CHECKED: "note",
    Upload.State.REFUSED: "warn",
    Upload.State.COMMITTED: "good",
    Upload.State.WITHDRAWN: "",
}
STEPS = ("choose", "read", "columns", "check", "review", "done")
CORRECTED = ("read", "columns")
"""The stations that only those who may send files can enter."""
HOPELESS = ("empty_file", "not_a_table", "web_page", "damaged", "unpacks_too_large", "unpacks_too_much", "zip_archive")
"""Reasons to refuse a file that no other way of reading it takes away."""
ABOUT_COLUMNS = ("missing_columns", "bad_wish", "unknown_field", "unknown_column", "column_twice")


def language() -> str:
    return get_language() or "en"


def station(upload: Upload | None) -> str:
    """Where in the way an upload stands: what is to be done there is what the page asks."""
    if upload is None:
        return "choose"
    if closed(upload):
        return "done"
    if refused := upload.report.get("code", ""):
        return "columns" if refused in ABOUT_COLUMNS else "read"
    if not upload.report.get("lines"):
        return "read"
    return "check" if errors(upload) or not upload.report.get("good") else "review"


def closed(upload: Upload) -> bool:
    """Was it taken into use? Then its reading and its columns are history."""
    return upload.state in (Upload.State.COMMITTED, Upload.State.WITHDRAWN)


def stamp(upload: Upload) -> str:
    """What a form about groups of problems was made from: another check may number them otherwise."""
    fixes = upload.reading.get("wishes", {}).get("fixes", [])
    told = [[group["cause"], group["column"], group["count"]] for group in upload.report.get("groups", [])]
    return hashlib.sha256(repr((told, fixes)).encode()).hexdigest()[:16]


def errors(upload: Upload) -> bool:
    return any(group["level"] == "error" for group in upload.report.get("groups", []))


def steps(upload: Upload | None, now: str = "", *, correcting: bool = False) -> list[dict[str, Any]]:
    """The six stations: which is now, which are behind us, and the addresses of those one may go to.

    `correcting`: may this person say how the file is read and matched?
    """
    here = station(upload)
    now = now or here
    names = (_("Choose"), _("Read"), _("Columns"), _("Check"), _("Review"), _("Done"))
    return [
        {
            "number": number,
            "name": name,
            "now": step == now,
            "done": number <= STEPS.index(here) and step != now,
            "href": _address(upload, step) if step != now and (correcting or step not in CORRECTED) else "",
        }
        for number, (step, name) in enumerate(zip(STEPS, names, strict=True), 1)
    ]


def _address(upload: Upload | None, step: str) -> str:
    if upload is None or station(upload) == "done" or not upload.reading.get("source"):
        return ""
    known = {"read": True, "columns": bool(upload.mapping.get("matches"))}
    checked = bool(upload.report.get("lines"))
    known |= {"check": checked, "review": checked and bool(upload.report.get("good")) and not errors(upload)}
    return reverse(f"upload-{step}", args=[upload.partner.slug, upload.pk]) if known.get(step) else ""


def refusal(upload: Upload, *, personal: bool) -> str:
    """Why the whole file could not be read, in this page's language; cells are quoted by right only."""
    report = upload.report
    if report.get("code") == "missing_columns":
        lacking = [in_language(TABLES[upload.kind][name].label, language()) for name in _missing(report)]
        report = {**report, "values": {**report["values"], "fields": _(", ").join(lacking)}}
    if not personal:
        return refusals.unquoted(report, language())
    if report.get("code"):
        return refusals.sentence(report["code"], report["values"], language())
    return report.get("refusal", "")


def _missing(report: dict[str, Any]) -> list[str]:
    return [name.strip() for name in report["values"]["fields"].split(",")]


def latest_run(upload: Upload) -> UploadRun | None:
    return upload.runs.order_by("-pk").first()


def broken(run: UploadRun | None) -> UploadRun | None:
    """The latest run, when it failed and left the upload where it was."""
    return run if run and run.state == UploadRun.State.FAILED and run.message else None


def hopeless(upload: Upload) -> bool:
    """Does only another file help?"""
    return upload.report.get("code") in HOPELESS


def same(upload: Upload) -> Upload | None:
    """The upload in use that makes this one needless."""
    return uploads.same_in_use(upload) if upload.state in (Upload.State.CHECKED, Upload.State.REFUSED) else None


def first_rows(upload: Upload, *, personal: bool) -> dict[str, Any]:
    """The first rows as the file holds them, known while the rest is still being checked; cells by right only."""
    found = upload.report.get("first_rows") or {}
    if not found.get("columns"):
        return {}
    return {"columns": found["columns"], "rows": found.get("rows", [])[:20] if personal else []}
