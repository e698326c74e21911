"""The permanent report of an upload in use or undone, and how long it can be taken back."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from partners import removals
from partners.models import Upload, UploadRun
from partners.upload_board import columns, problems, reading, review
from portal.kit import numbers


def counts(upload: Upload) -> dict[str, int]:
    """What it did, as it was settled when it was taken into use."""
    done = upload.report.get("committed", {})
    found = review.changes(upload)
    return {**found, **{name: int(done[name]) for name in found if done.get(name) is not None}}


def asks_number(run: UploadRun | None) -> int:
    """How many rows an undo would remove, where it was refused until somebody types that number; else 0."""
    if run is None or run.step != UploadRun.Step.WITHDRAW or run.state != UploadRun.State.FAILED:
        return 0
    return removals.asked_for(str(run.result.get("blocks", ""))) or 0


def facts(upload: Upload) -> list[tuple[str, str]]:
    """How it was read, and sums to compare with the system it came from."""
    report = upload.report
    told = [(finding.label, finding.value) for finding in reading.findings(upload)]
    if signs := reading.decimals(upload):
        told.append((_("Decimal sign"), signs))
    matches = [match for match in upload.mapping.get("matches", []) if match["source"].strip()]
    if matches:
        used = sum(match["role"] == "field" for match in matches)
        kept = sum(match["role"] == "attribute" for match in matches)
        words = _("%(used)s used, %(kept)s kept as attributes, %(rest)s left out")
        told.append((_("Columns"), words % {"used": used, "kept": kept, "rest": len(matches) - used - kept}))
    if report.get("first_on"):
        first, last = (numbers.day(date.fromisoformat(report[name])) for name in ("first_on", "last_on"))
        told.append((_("Dates"), f"{first} – {last}"))
    return told + sums(upload)


def sums(upload: Upload) -> list[tuple[str, str]]:
    """Control sums over the rows that were taken."""
    names = {"customers": _("Customers"), "amount": _("Sum of the amounts")}
    return [
        (names.get(name, name.replace("_", " ")), numbers.decimal(value, 0 if value == int(value) else 2))
        for name, value in upload.report.get("totals", {}).items()
    ]


def decided(upload: Upload, *, personal: bool) -> list[str]:
    """The corrections people made on the way."""
    made = [fix["text"] for fix in problems.fixes(upload, personal=personal)]
    by_hand = [row.source for row in columns.rows(upload, personal=False) if row.sure == _("chosen by hand")]
    if by_hand:
        made.append(_("Columns chosen by hand: %(names)s") % {"names": ", ".join(by_hand)})
    return made


def context(upload: Upload, run: UploadRun | None, *, personal: bool, today: date) -> dict[str, Any]:
    """Everything the last page shows."""
    until = removals.undo_until(upload)
    return {
        "counts": counts(upload),
        "unknown": int(upload.report.get("committed", {}).get("unknown", 0)),
        "facts": facts(upload),
        "decided": decided(upload, personal=personal),
        "until": until,
        "undoable": upload.state == Upload.State.COMMITTED and until is not None and today <= until,
        "asks": asks_number(run),
        "warnings": problems.groups(upload, "warning", personal=personal),
    }
