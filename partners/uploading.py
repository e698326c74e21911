"""The child's side of uploads: check, commit and withdraw. A second execution after a crash is harmless."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from partners import datasets, uploads
from partners.intake import check as checking
from partners.intake import failing, merge, profile, read, sniff
from partners.intake import mapping as matching
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import Source, Wishes
from partners.models import DatasetVersion, Upload, UploadRun
from portal.kit.errors import Refusal

Report = Callable[..., object]


def do(run: UploadRun, report: Report) -> dict[str, Any]:
    upload = run.upload
    language = (run.requested_by.language if run.requested_by else "") or settings.LANGUAGE_CODE
    with scope(partner=upload.partner), translation.override(language):
        return STEPS[run.step](run, upload, report)


def check(run: UploadRun, upload: Upload, report: Report) -> dict[str, Any]:
    """Sniff, match, read every row; the report stays on the upload, whatever it says."""
    wishes, columns = Wishes.from_dict(run.options["wishes"]), list(run.options["columns"])
    upload.report = {}
    for left in ("canonical.parquet", "problems.parquet", "problems.csv"):
        (upload.folder / left).unlink(missing_ok=True)
    try:
        _examine(run, upload, report, wishes, columns)
    except Refusal as refusal:
        upload.report = {"refusal": refusal.sentence, "blocks": refusal.blocks}
        if isinstance(refusal, IntakeRefusal):
            upload.report |= {"code": refusal.code, "values": refusal.values}
        upload.state = Upload.State.REFUSED
        _save(run, upload)
        raise
    errors = any(group["level"] == "error" for group in upload.report["groups"])
    upload.state = Upload.State.REFUSED if errors else Upload.State.CHECKED
    upload.rows = upload.report["good"]
    _save(run, upload)
    return {"message": _("Checked."), **_numbers(upload)}


def _examine(run: UploadRun, upload: Upload, report: Report, wishes: Wishes, columns: list[str]) -> None:
    report(stage=_("Looking at the file"), progress=0.02)
    source = sniff.sniff(upload.original, name=upload.filename, wishes=wishes)
    known, choices = uploads.remembered(upload, source.columns)
    wishes = replace(
        wishes,
        date_order=wishes.date_order or known.date_order,
        date_orders={**known.date_orders, **wishes.date_orders},
    )
    upload.reading = {"source": source.as_dict(), "wishes": wishes.as_dict()}
    found = _matched(upload, source, [*choices, *columns])
    report(stage=_("Reading every row"), progress=0.1)
    plan = profile.plan(upload.original, source, found, wishes=wishes)
    result = checking.check(
        upload.original,
        source,
        plan,
        at=date.fromisoformat(run.options["at"]),
        out=upload.folder,
        progress=lambda share: report(progress=share),
    )
    upload.reading["plan"] = result.reading
    language = translation.get_language() or "en"
    failing.write(upload.folder / "problems.parquet", upload.folder / "problems.csv", language=language)
    upload.report = {**asdict(result), "preview": asdict(_difference(upload))}


def _matched(upload: Upload, source: Source, columns: list[str]) -> matching.Mapping:
    found = matching.suggest(upload.kind, source.columns, read.sample(upload.original, source))
    upload.mapping = found.as_dict()
    found = matching.override(found, columns)
    upload.mapping = found.as_dict()
    return found


def _difference(upload: Upload) -> merge.Difference:
    dataset = upload.partner.dataset
    current = dataset.folder / f"{upload.kind}.parquet" if dataset else upload.folder / "none"
    return merge.difference(upload.canonical, current, upload.kind)


def _save(run: UploadRun, upload: Upload) -> None:
    with run.fenced():
        upload.save(update_fields=["reading", "mapping", "report", "state", "rows"])


def commit(run: UploadRun, upload: Upload, report: Report) -> dict[str, Any]:
    """Check first where nobody has, then build the next dataset with this upload in it."""
    if upload.state == Upload.State.COMMITTED:
        return {"message": _("Already in use."), **_numbers(upload)}
    skip_bad = bool(run.options.get("skip_bad"))
    if upload.state == Upload.State.RECEIVED:
        check(run, upload, report)
        uploads.refuse_errors(upload, skip_bad=skip_bad)
    if same := uploads.same_in_use(upload):
        return _already(upload, same)
    if upload.kind in uploads.TAKERS:
        return _hand_over(run, upload)
    difference = asdict(_difference(upload))
    datasets.renew(run, report=report, adding=upload, settle=lambda version: _settle(upload, version, difference))
    return {"message": _in_use(upload), **_numbers(upload)}


def _settle(upload: Upload, version: DatasetVersion | None, difference: dict[str, int]) -> None:
    upload.state, upload.committed_at, upload.withdrawn_at = Upload.State.COMMITTED, timezone.now(), None
    upload.report["committed"] = {**difference, "dataset": version.number if version else 0}
    upload.save(update_fields=["state", "committed_at", "withdrawn_at", "report"])


def _hand_over(run: UploadRun, upload: Upload) -> dict[str, Any]:
    with run.fenced():
        _settle(upload, None, _taker(upload).take(upload))
    return {"message": _in_use(upload), **_numbers(upload)}


def _taker(upload: Upload) -> Any:
    return import_module(uploads.TAKERS[upload.kind])


def _already(upload: Upload, same: Upload) -> dict[str, Any]:
    words = _("This file is already in use, sent on %(day)s as %(name)s: nothing was changed.")
    message = words % {"day": timezone.localdate(same.committed_at).isoformat(), "name": same.filename}
    dataset = upload.partner.dataset.number if upload.partner.dataset else None
    return {"message": message, **_numbers(same), "created": 0, "updated": 0, "dataset": dataset, "same_as": same.pk}


def withdraw(run: UploadRun, upload: Upload, report: Report) -> dict[str, Any]:
    """Build the next dataset without this upload."""
    if upload.state != Upload.State.COMMITTED:
        return {"message": _("Already undone.")}

    def settle(version: DatasetVersion | None) -> None:
        upload.state, upload.withdrawn_at = Upload.State.WITHDRAWN, timezone.now()
        upload.save(update_fields=["state", "withdrawn_at"])

    version = None
    if upload.kind in uploads.TAKERS:
        with run.fenced():
            _taker(upload).take_back(upload, at=timezone.now())
            settle(None)
    else:
        version = datasets.renew(run, report=report, removing=upload, settle=settle)
    words = _("%(name)s is undone; the data is as if it had never been sent.")
    return {"message": words % {"name": upload.filename}, "dataset": version.number if version else None}


def _in_use(upload: Upload) -> str:
    done = upload.report["committed"]
    words = ngettext(
        "%(rows)s row is in use: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.",
        "%(rows)s rows are in use: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.",
        upload.rows,
    )
    return words % {
        "rows": f"{upload.rows:,}",
        **{name: f"{done[name]:,}" for name in ("created", "updated", "unchanged")},
    }


def _numbers(upload: Upload) -> dict[str, Any]:
    """What commands and programs are told."""
    report = upload.report
    done = report.get("committed") or report.get("preview") or {}
    return {
        "upload": upload.pk,
        "kind": upload.kind,
        "lines": report.get("lines", 0),
        "rows": upload.rows,
        "skipped": report.get("skipped", 0) + report.get("rejected", 0),
        "rejected": report.get("rejected", 0),
        "created": done.get("created", 0),
        "updated": done.get("updated", 0),
        "unchanged": done.get("unchanged", 0),
        "dataset": done.get("dataset"),
        "warnings": _warnings(upload),
    }


def _warnings(upload: Upload) -> list[str]:
    from partners.intake.notes import notes

    said = notes(upload.kind, upload.mapping, upload.report, translation.get_language() or "en")
    if unknown := upload.report.get("committed", {}).get("unknown", 0):
        words = ngettext(
            "%(rows)s row names a customer we do not know and was left out.",
            "%(rows)s rows name customers we do not know and were left out.",
            unknown,
        )
        said.append(words % {"rows": f"{unknown:,}"})
    return said


STEPS: dict[str, Callable[[UploadRun, Upload, Report], dict[str, Any]]] = {
    UploadRun.Step.CHECK: check,
    UploadRun.Step.COMMIT: commit,
    UploadRun.Step.WITHDRAW: withdraw,
}
