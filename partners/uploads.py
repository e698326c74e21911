"""Files partners send: received, checked, taken into use, taken back. Parsing happens only in a run's child.

`receive` stores the bytes; `request_*` queue runs; `work` is what the child does. An upload is checked as often as its
reading or its columns are corrected; nothing a person sees changes before it is committed.
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from partners.columns import KINDS
from partners.intake import refusals
from partners.intake.source import Wishes
from partners.models import Partner, Upload, UploadRun, User
from portal.kit import runs
from portal.kit.errors import Refusal

FREE = 2**28
TAKERS: dict[str, str] = {}
"""Kinds that become rows of an upper storey: kind → a module with `take` and `take_back`, entered by its app."""


def receive(partner: Partner, *, kind: str, filename: str, chunks: Iterable[bytes], by: User | None) -> Upload:
    """Store a file under a name of our own making. Raises Refusal when it is too large or the kind is unknown."""
    if kind not in KINDS:
        raise Refusal(
            _("“%(kind)s” is not a kind of file: choose %(kinds)s.") % {"kind": kind, "kinds": ", ".join(KINDS)}
        )
    name = PurePath(filename.replace("\\", "/")).name[:255] or "file"
    with transaction.atomic():
        upload = Upload.objects.create(partner=partner, kind=kind, filename=name, size=0, created_by=by)
        try:
            upload.size, upload.sha256 = _store(upload, chunks)
        except BaseException:
            shutil.rmtree(upload.folder, ignore_errors=True)
            raise
        upload.save(update_fields=["size", "sha256"])
    return upload


def _store(upload: Upload, chunks: Iterable[bytes]) -> tuple[int, str]:
    limit = settings.UPLOAD_MAX_MB * 2**20
    upload.folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(upload.folder).free < FREE:
        raise Refusal(_("The server has no room for files at the moment: tell its operator. Nothing was changed."))
    size, digest = 0, hashlib.sha256()
    part = upload.original.with_suffix(".part")
    with part.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise Refusal(
                    _("%(name)s is larger than %(limit)s MB, the limit: split it by date or send it as Parquet.")
                    % {"name": upload.filename, "limit": settings.UPLOAD_MAX_MB}
                )
            digest.update(chunk)
            file.write(chunk)
    part.rename(upload.original)
    return size, digest.hexdigest()


def request_check(
    upload: Upload, *, by: User | None, at: date, wishes: Wishes | None = None, columns: Sequence[str] = ()
) -> UploadRun:
    """Read the file again with these corrections; `columns` are wishes such as "Source column=field"."""
    run = prepare(upload, UploadRun.Step.CHECK, by=by, at=at, wishes=wishes, columns=columns)
    runs.enqueue(run)
    return run


def request_commit(upload: Upload, *, by: User | None, at: date, skip_bad: bool = False) -> UploadRun:
    """Take a checked upload into use. Raises Refusal while it has errors that nobody agreed to skip."""
    if upload.state not in (Upload.State.CHECKED, Upload.State.REFUSED):
        raise Refusal(_("%(name)s has not been checked, or is in use already.") % {"name": upload.filename})
    refuse_errors(upload, skip_bad=skip_bad, quoting=False)
    run = prepare(upload, UploadRun.Step.COMMIT, by=by, at=at)
    runs.enqueue(run)
    return run


def request_withdraw(upload: Upload, *, by: User | None, at: date) -> UploadRun:
    """Undo: the dataset is built again without this upload."""
    if upload.state != Upload.State.COMMITTED:
        raise Refusal(_("%(name)s is not in use, so there is nothing to undo.") % {"name": upload.filename})
    run = prepare(upload, UploadRun.Step.WITHDRAW, by=by, at=at)
    runs.enqueue(run)
    return run


def prepare(
    upload: Upload,
    step: str,
    *,
    by: User | None,
    at: date,
    wishes: Wishes | None = None,
    columns: Sequence[str] = (),
) -> UploadRun:
    """The run row of one step; while a step of this upload is under way, there is no second."""
    options = {"at": at.isoformat(), "wishes": (wishes or Wishes()).as_dict(), "columns": list(columns)}
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)  # two clicks at once: the second one waits here
        if held.runs.filter(state__in=[UploadRun.State.QUEUED, UploadRun.State.RUNNING]).exists():
            raise Refusal(_("%(name)s is being worked on: wait until that has ended.") % {"name": upload.filename})
        if step == UploadRun.Step.CHECK and held.state == Upload.State.COMMITTED:
            raise Refusal(_("%(name)s has not been checked, or is in use already.") % {"name": upload.filename})
        return UploadRun.objects.create(upload=upload, step=step, options=options, requested_by=by)


def refuse_errors(upload: Upload, *, skip_bad: bool, quoting: bool = True) -> None:
    """Errors block, unless someone agreed to leave the bad rows out; a file without a single good row always blocks.

    Quoting a cell is for the operator's command line; on pages and to programs it takes the right to personal data.
    """
    from partners.intake.problems import sentence, unquoted

    report = upload.report
    if report.get("refusal"):
        told = report["refusal"] if quoting else refusals.unquoted(report, "en")
        raise Refusal(told, blocks=report.get("blocks", ""))
    errors = [group for group in report.get("groups", []) if group["level"] == "error"]
    if errors and not skip_bad:
        rows, first = report["rejected"], errors[0] if quoting else unquoted(errors[0])
        raise Refusal(
            f"{upload.filename}: {sentence(first)} "
            + _("%(rows)s rows have errors; nothing was changed. Correct the file, or skip the bad rows (--skip-bad).")
            % {"rows": f"{rows:,}"}
        )
    if not report.get("good"):
        raise Refusal(_("%(name)s has no row that can be used; nothing was changed.") % {"name": upload.filename})


def same_in_use(upload: Upload) -> Upload | None:
    """An upload in use with the same bytes, read the same way."""
    same = Upload.objects.active().filter(partner=upload.partner, kind=upload.kind, sha256=upload.sha256)
    return next((one for one in same.exclude(pk=upload.pk) if fingerprint(one) == fingerprint(upload)), None)


def fingerprint(upload: Upload) -> str:
    """Content, columns and reading, as one digest: what the canonical file is a function of."""
    matches = [[one["source"], one["role"], one["field"]] for one in upload.mapping.get("matches", [])]
    parts = [upload.sha256, upload.kind, matches, upload.mapping.get("row_number"), upload.reading.get("plan")]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def discard(upload: Upload) -> None:
    """Forget an upload that was never in use, file and all."""
    if upload.committed_at:
        raise Refusal(_("%(name)s was in use: undo it instead.") % {"name": upload.filename})
    folder = upload.folder
    upload.delete()
    shutil.rmtree(folder, ignore_errors=True)


def wishes_of(upload: Upload) -> Wishes:
    return Wishes.from_dict(upload.reading.get("wishes", {}))


def remembered(upload: Upload, columns: Sequence[str]) -> tuple[Wishes, list[str]]:
    """What this partner answered the last time a file with the same header was taken into use."""
    before = Upload.objects.active().filter(partner=upload.partner, kind=upload.kind).exclude(pk=upload.pk)
    for one in before.order_by("-committed_at")[:20]:
        if one.reading.get("source", {}).get("columns") == list(columns):
            wishes = wishes_of(one)
            return replace(Wishes(), date_order=wishes.date_order, date_orders=wishes.date_orders), hand_made(one)
    return Wishes(), []


def hand_made(upload: Upload) -> list[str]:
    """The choices a person made on this upload's columns, as wishes."""
    mapping = upload.mapping
    chosen = [
        f"@{one['index']}={one['field'] if one['role'] == 'field' else one['role'].replace('ignored', 'ignore')}"
        for one in mapping.get("matches", [])
        if one["by_hand"]
    ]
    return [*chosen, *([f"#row={mapping['row_number']}"] if mapping.get("row_number") else [])]


def work(run: UploadRun, report: Any) -> dict[str, Any]:
    """What the child does; the heavy imports happen there."""
    from partners.uploading import do

    return do(run, report)
