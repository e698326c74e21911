"""The child's side of uploads: check, commit and withdraw. A second execution after a crash is harmless."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import date
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from partners import datasets, erasure, memories, originals, previews, recognising, removals, uploads, vault
from partners.intake import check as checking
from partners.intake import failing, profile, read, returned
from partners.intake.merge import Built
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import Wishes
from partners.intake.spool import Spool
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
    while not _checked(run, upload, report):
        report(log=_("Somebody was erased meanwhile: the file is read again without them."))
        upload.refresh_from_db()
        originals.refuse_shredded(upload)
    return {"message": _("Checked."), **_numbers(upload)}


def _checked(run: UploadRun, upload: Upload, report: Report) -> bool:
    """Check once and keep the report; False, with nothing kept, when a person was erased meanwhile."""
    known = erasure.mark(upload.partner)
    wishes, columns = Wishes.from_dict(run.options["wishes"]), list(run.options["columns"])
    _begin_anew(run, upload)
    try:
        with originals.unbroken(upload):
            _examine(run, upload, report, wishes, columns, known)
    except Refusal as refusal:
        seen = {"first_rows": upload.report["first_rows"]} if "first_rows" in upload.report else {}
        upload.report = {**seen, "refusal": refusal.sentence, "blocks": refusal.blocks}
        if isinstance(refusal, IntakeRefusal):
            upload.report |= {"code": refusal.code, "values": refusal.values}
        upload.state = Upload.State.REFUSED
        if not _save(run, upload, known):
            return False
        raise
    errors = any(group["level"] == "error" for group in upload.report["groups"])
    upload.state = Upload.State.REFUSED if errors else Upload.State.CHECKED
    upload.rows = upload.report["good"]
    return _save(run, upload, known)


def _begin_anew(run: UploadRun, upload: Upload) -> None:
    """Forget the last report before the files it speaks of: whoever breaks off here leaves a file to be checked."""
    upload.report, upload.state, upload.rows = {}, Upload.State.RECEIVED, 0
    with run.fenced():
        upload.save(update_fields=["report", "state", "rows"])
    for left in ("canonical.parquet", "problems.*", "failing.*"):
        for path in upload.folder.glob(left):
            path.unlink()


def _examine(run: UploadRun, upload: Upload, report: Report, wishes: Wishes, columns: list[str], known: int) -> None:
    report(stage=_("Looking at the file"), progress=0.02)
    original = vault.original(upload)
    originals.know_digest(upload)
    fresh = not upload.runs.exclude(pk=run.pk).exists()
    source, recalled = recognising.reading(upload, original, wishes, fresh=fresh)
    wishes = recalled.completed(wishes)
    told = recalled.told or upload.reading.get("remembered", {})
    upload.reading = {"source": source.as_dict(), "wishes": wishes.as_dict(), "remembered": told}
    gone = erasure.erased(upload.partner)
    found = recognising.matched(
        upload, source, read.sample(original, source, erased=gone), [*recalled.choices, *columns]
    )
    upload.report = {"first_rows": read.first_rows(original, source, erased=gone)}
    _save(run, upload, known)  # people look at the first rows while the others are read
    report(stage=_("Reading every row"), progress=0.1)
    with closing(Spool(upload.folder)) as spool:
        plan = profile.plan(original, source, found, wishes=wishes, spool=spool)
        plan = replace(plan, erased=gone, current=recognising.table_in_use(upload))
        day, told_of = date.fromisoformat(run.options["at"]), lambda share: report(progress=share)
        result = checking.check(original, source, plan, at=day, out=upload.folder, progress=told_of)
        upload.reading["plan"] = result.reading
        language = translation.get_language() or "en"
        problems, sent = upload.folder / "problems.parquet", returned.Sent(original, source, plan.spool)
        failing.write(problems, upload.folder / "problems.csv", language=language)
        returned.write_original(sent, problems, upload.folder, language=language, erased=gone)
        problems.unlink(missing_ok=True)
        originals.seal_lists(upload)
    upload.report |= asdict(result)
    upload.report["preview"] = previews.preview(upload)


def _save(run: UploadRun, upload: Upload, known: int) -> bool:
    with run.fenced():
        erasure.lock(upload.partner)
        if erasure.mark(upload.partner) != known:
            return False
        upload.save(update_fields=["reading", "mapping", "report", "state", "rows"])
    return True


def commit(run: UploadRun, upload: Upload, report: Report) -> dict[str, Any]:
    """Check first where nobody has, then build the next dataset with this upload in it."""
    if upload.state == Upload.State.COMMITTED:
        return {"message": _("Already in use."), **_numbers(upload)}
    skip_bad = bool(run.options.get("skip_bad"))
    if upload.state == Upload.State.RECEIVED:
        check(run, upload, report)
        uploads.refuse_errors(upload, skip_bad=skip_bad)
    if not upload.canonical.is_file():
        _begin_anew(run, upload)
        raise Refusal(_("%(name)s has to be checked again.") % {"name": upload.filename})
    if same := _same(run, upload):
        _shred_named(upload)
        return _already(upload, same)
    erasure.clean(upload.partner, [upload.canonical])
    if upload.kind in uploads.TAKERS:
        told = _hand_over(run, upload)
        _shred_named(upload)
        return told

    def weigh(_built: object, current: DatasetVersion | None) -> None:
        found = _counted(run, upload, current)
        removals.refuse_unconfirmed(found["removed"], found["current"], confirm=run.options.get("confirm"))

    def settle(version: DatasetVersion | None) -> None:
        counted = ("created", "updated", "unchanged", "removed")
        _settle(upload, version, {name: upload.report["preview"][name] for name in counted})

    datasets.renew(run, report=report, adding=upload, weigh=weigh, settle=settle)
    _shred_named(upload)
    return {"message": _in_use(upload), **_numbers(upload)}


def _same(run: UploadRun, upload: Upload) -> Upload | None:
    """The upload in use that makes this one needless, by the data as they are now."""
    if upload.kind not in uploads.TAKERS:
        upload.partner.refresh_from_db(fields=["dataset"])
        _counted(run, upload, upload.partner.dataset)
    return uploads.same_in_use(upload)


def _counted(run: UploadRun, upload: Upload, current: DatasetVersion | None) -> dict[str, Any]:
    """The preview against these data; it is kept, so that whoever is asked for a number sees what it counts."""
    found = previews.up_to_date(upload, current)
    if found != upload.report.get("preview"):
        upload.report["preview"] = found
        with run.fenced():
            upload.save(update_fields=["report"])
    return found


def _shred_named(upload: Upload) -> None:
    """A file that names erased persons is not kept after it was taken into use."""
    if any(group["cause"] == "erased_person" for group in upload.report.get("groups", [])):
        originals.shred(upload, at=timezone.now())


def _settle(upload: Upload, version: DatasetVersion | None, difference: dict[str, int]) -> None:
    upload.state, upload.committed_at, upload.withdrawn_at = Upload.State.COMMITTED, timezone.now(), None
    upload.report["committed"] = {**difference, "dataset": version.number if version else 0}
    upload.save(update_fields=["state", "committed_at", "withdrawn_at", "report"])
    memories.remember(upload, at=upload.committed_at)


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
    return {
        "message": message,
        **_numbers(same),
        "created": 0,
        "updated": 0,
        "removed": 0,
        "dataset": dataset,
        "same_as": same.pk,
    }


def withdraw(run: UploadRun, upload: Upload, report: Report) -> dict[str, Any]:
    """Build the next dataset without this upload."""
    if upload.state != Upload.State.COMMITTED:
        return {"message": _("Already undone.")}

    told = {"upload": upload.pk, "removed": 0}

    def weigh(built: Built, current: DatasetVersion | None) -> None:
        told["removed"] = previews.weigh_undo(upload, built, current, confirm=run.options.get("confirm"))

    def settle(_version: DatasetVersion | None) -> None:
        upload.state, upload.withdrawn_at = Upload.State.WITHDRAWN, timezone.now()
        upload.save(update_fields=["state", "withdrawn_at"])

    version = None
    if upload.kind in uploads.TAKERS:
        with run.fenced():
            _taker(upload).take_back(upload, at=timezone.now())
            settle(None)
    else:
        version = datasets.renew(run, report=report, removing=upload, weigh=weigh, settle=settle)
    words = _("%(name)s is undone; the data is as if it had never been sent.")
    return {"message": words % {"name": upload.filename}, **told, "dataset": version.number if version else None}


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
        "removed": done.get("removed", 0),
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
