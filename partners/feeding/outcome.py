"""What becomes of a fetched file: checked at once, taken into use when nothing is wrong, or left to a person."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import uploads
from partners.models import FeedFile, Upload, UploadRun, User
from portal.kit import runs
from portal.kit.errors import Refusal

LOOKED_BACK = 20


def settle(file: FeedFile, *, by: User | None) -> str:
    """Go on with a file until it is in use or somebody is needed: one word for the count, a sentence on the file."""
    outcome, message = _settled(file, by)
    file.message = message[:300]
    file.save(update_fields=["message"])
    return outcome


def _settled(file: FeedFile, by: User | None) -> tuple[str, str]:
    upload = file.upload
    if upload is None:
        return "left", _("Somebody removed it.")
    upload.refresh_from_db()  # an earlier execution may have brought it further since the list was made
    try:
        _finish(upload, _open_run(upload) or _check(upload, by))
        if upload.state == Upload.State.CHECKED and file.feed.takes and not asks(upload):
            run = uploads.request_commit(upload, by=by, at=_today(upload))
            _finish(upload, run)
            if "same_as" in run.result:
                uploads.discard(upload)
                file.upload = None
                file.save(update_fields=["upload"])
                return "same", _("The same content is in use already: nothing was changed.")
    except Refusal as refusal:
        return "asks", refusal.sentence
    return _told(file, upload)


def _check(upload: Upload, by: User | None) -> UploadRun | None:
    if upload.state != Upload.State.RECEIVED:
        return None
    return uploads.request_check(upload, by=by, at=_today(upload))


def _open_run(upload: Upload) -> UploadRun | None:
    return upload.runs.filter(state__in=[UploadRun.State.QUEUED, UploadRun.State.RUNNING]).first()


def _finish(upload: Upload, run: UploadRun | None) -> None:
    """Files are taken in the order they were written, so each is waited for, wherever it is worked on."""
    if run is not None:
        runs.run_here(run)
        run.refresh_from_db()
        upload.refresh_from_db()


def asks(upload: Upload) -> bool:
    """Whether a column may be one of ours and nobody has said so yet, of this file or of one with the same header."""
    matches = upload.mapping.get("matches", [])
    if not any(one.get("role") == "suggested" and not one.get("by_hand") for one in matches):
        return False
    columns = upload.reading.get("source", {}).get("columns")
    before = Upload.objects.active().filter(partner=upload.partner, kind=upload.kind).order_by("-committed_at")
    return not any(one.reading.get("source", {}).get("columns") == columns for one in before[:LOOKED_BACK])


def _told(file: FeedFile, upload: Upload) -> tuple[str, str]:
    if upload.state == Upload.State.COMMITTED:
        words = ngettext("%(rows)s row is in use.", "%(rows)s rows are in use.", upload.rows)
        return "taken", words % {"rows": f"{upload.rows:,}"}
    if upload.state == Upload.State.REFUSED:
        bad = upload.report.get("rejected", 0)
        if not bad:
            return "asks", _("It needs a correction before it can be used.")
        words = ngettext("%(rows)s row has an error.", "%(rows)s rows have errors.", bad)
        return "asks", words % {"rows": f"{bad:,}"}
    if upload.state == Upload.State.CHECKED and not file.feed.takes:
        return "checked", _("Checked; somebody takes it into use.")
    if upload.state == Upload.State.CHECKED and asks(upload):
        return "asks", _("A column may be one of ours: somebody says which, once.")
    return "asks", _("It could not be taken into use: its page says why.")


def _today(upload: Upload) -> date:
    return upload.partner.clock(timezone.now()).date()
