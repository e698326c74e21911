"""Files partners send: received, checked, taken into use, taken back. Parsing happens only in a run's child.

`receive` stores the bytes; `request_*` queue runs; `work` is what the child does. An upload is checked as often as its
reading or its columns are corrected; nothing a person sees changes before it is committed.
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import originals, removals
from partners.columns import FACTS, KINDS
from partners.intake import fixes, refusals
from partners.intake.source import Wishes
from partners.models import Partner, Upload, UploadRun, User
from partners.originals import Held
from portal.kit import runs
from portal.kit.errors import Refusal
from portal.kit.start import importing

TAKERS: dict[str, str] = {}
"""Kinds that become rows of an upper storey: kind → a module with `take` and `take_back`, entered by its app."""


def receive(
    partner: Partner,
    *,
    kind: str,
    filename: str,
    chunks: Iterable[bytes],
    by: User | None,
    complete: bool = False,
) -> Upload:
    """Store a file under a name of our own making; `complete`: it is the whole list of its kind.

    Raises Refusal when it is too large or the kind is unknown.
    """
    if kind not in KINDS:
        raise Refusal(
            _("“%(kind)s” is not a kind of file: choose %(kinds)s.") % {"kind": kind, "kinds": ", ".join(KINDS)}
        )
    with originals.received(partner, chunks, name=plain_name(filename)) as held:
        return take(partner, held, kind=kind, filename=filename, by=by, complete=complete)


def take(partner: Partner, held: Held, *, kind: str, filename: str, by: User | None, complete: bool = False) -> Upload:
    """Make a received file an upload: a row and a link, however large the file is."""
    with transaction.atomic():
        upload = Upload.objects.create(
            partner=partner,
            kind=kind,
            filename=plain_name(filename),
            size=held.size,
            sha256=held.sha256,
            created_by=by,
        )
        if complete:
            declare_complete(upload, complete=True)
        try:
            originals.adopt(upload, held.path)
        except BaseException:
            shutil.rmtree(upload.folder, ignore_errors=True)
            raise
    return upload


def plain_name(filename: str) -> str:
    """What people call the file: shown, and never a path."""
    return PurePath(filename.replace("\\", "/").replace("\x00", "")).name[:255] or "file"


def request_check(
    upload: Upload,
    *,
    by: User | None,
    at: date,
    wishes: Wishes | None = None,
    columns: Sequence[str] = (),
    complete: bool | None = None,
) -> UploadRun:
    """Read the file again with these corrections; `columns` are wishes such as "Source column=field".

    `complete` says whether the file is the complete list of its kind; None leaves that as it was said before.
    """
    with transaction.atomic():
        run = prepare(upload, UploadRun.Step.CHECK, by=by, at=at, wishes=wishes, columns=columns)
        if complete is not None and complete != upload.is_complete:
            declare_complete(upload, complete=complete)
    runs.enqueue(run)
    return run


def declare_complete(upload: Upload, *, complete: bool) -> None:
    """Say that this is the complete list of its kind, so that older files of it are set aside when it is in use."""
    if complete and upload.kind not in FACTS:
        raise Refusal(_("A file of outcomes adds what happened; it cannot be a complete list."))
    upload.is_complete = complete
    upload.save(update_fields=["is_complete"])


def request_commit(
    upload: Upload, *, by: User | None, at: date, skip_bad: bool = False, confirm: int | None = None
) -> UploadRun:
    """Take a checked upload into use. Raises Refusal while it has errors that nobody agreed to skip.

    A complete list that would remove more than a fifth of its table's rows needs `confirm`, their number.
    """
    if upload.state not in (Upload.State.CHECKED, Upload.State.REFUSED):
        raise Refusal(_("%(name)s has not been checked, or is in use already.") % {"name": upload.filename})
    refuse_errors(upload, skip_bad=skip_bad, quoting=False)
    preview = upload.report.get("preview", {})
    removals.refuse_unconfirmed(preview.get("removed", 0), preview.get("current", 0), confirm=confirm)
    run = prepare(upload, UploadRun.Step.COMMIT, by=by, at=at, skip_bad=skip_bad, confirm=confirm)
    runs.enqueue(run)
    return run


def request_withdraw(upload: Upload, *, by: User | None, at: date, confirm: int | None = None) -> UploadRun:
    """Undo: the dataset is built again without this upload. Refused when its days are over.

    The run fails with a Refusal whose `blocks` is "confirm:NUMBER" when more than a fifth of the table's rows would
    go: ask for the number and call this again with it.
    """
    run = prepare_withdraw(upload, by=by, at=at, confirm=confirm)
    runs.enqueue(run)
    return run


def prepare_withdraw(upload: Upload, *, by: User | None, at: date, confirm: int | None = None) -> UploadRun:
    """The same for a command, which does the work itself."""
    if upload.state != Upload.State.COMMITTED:
        raise Refusal(_("%(name)s is not in use, so there is nothing to undo.") % {"name": upload.filename})
    removals.refuse_late(upload, at=at)
    return prepare(upload, UploadRun.Step.WITHDRAW, by=by, at=at, confirm=confirm)


def prepare(
    upload: Upload,
    step: str,
    *,
    by: User | None,
    at: date,
    wishes: Wishes | None = None,
    columns: Sequence[str] = (),
    **answers: bool | int | None,
) -> UploadRun:
    """The run row of one step; while a step of this upload is under way, there is no second.

    `answers` are what a person said when asked: `skip_bad`, `confirm`.
    """
    fixes.read((wishes or Wishes()).fixes)
    options = {"at": at.isoformat(), "wishes": (wishes or Wishes()).as_dict(), "columns": list(columns), **answers}
    if step == UploadRun.Step.CHECK:
        originals.refuse_shredded(upload)
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
        words = ngettext(
            "%(rows)s row has an error; nothing was changed.", "%(rows)s rows have errors; nothing was changed.", rows
        )
        by_option = _("Correct the file, or skip the bad rows (--skip-bad).")
        advice = by_option if quoting else _("Correct the file, or leave the rows with errors out.")
        raise Refusal(f"{upload.filename}: {sentence(first)} {words % {'rows': f'{rows:,}'}} {advice}")
    if not report.get("good"):
        raise Refusal(_("%(name)s has no row that can be used; nothing was changed.") % {"name": upload.filename})


def same_in_use(upload: Upload) -> Upload | None:
    """An upload in use with the same bytes, read the same way, when taking this one too would change nothing.

    It would where a newer file changed those rows: then the older values are wanted back. Without a newer one only an
    erasure can have changed them, and what was erased is not wanted back.
    """
    active = Upload.objects.active().filter(partner=upload.partner, kind=upload.kind).exclude(pk=upload.pk)
    same = active.filter(sha256=upload.sha256)
    found = next((one for one in same if fingerprint(one) == fingerprint(upload)), None)
    if found is None or upload.kind in TAKERS or found == active.last() or _changes_nothing(upload):
        return found
    return None


def _changes_nothing(upload: Upload) -> bool:
    """By the preview, as long as the data are those it was counted against."""
    preview, current = upload.report.get("preview", {}), upload.partner.dataset
    if preview.get("against") != (current.number if current else 0):
        return False
    return not any(preview.get(name) for name in ("created", "updated", "removed"))


def fingerprint(upload: Upload) -> str:
    """Content, columns and reading, as one digest: what the canonical file is a function of."""
    matches = [[one["source"], one["role"], one["field"]] for one in upload.mapping.get("matches", [])]
    parts = [upload.sha256, upload.kind, matches, upload.mapping.get("row_number"), upload.reading.get("plan")]
    parts += ["complete"] if upload.is_complete else []
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
    with importing():
        from partners.uploading import do

    return do(run, report)
