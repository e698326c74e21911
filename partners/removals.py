"""What takes rows away asks before it does: the count is typed when it is much, and undo ends after some days."""

from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from partners.models import Upload
from portal.kit.errors import Refusal

SHARE = 0.2
CONFIRM = "confirm:"


def refuse_unconfirmed(removed: int, current: int, *, confirm: int | None) -> None:
    """Raise Refusal when more than a fifth of a table's rows would go and nobody has typed how many.

    Its `blocks` is "confirm:NUMBER", so that a page or a program knows which number to ask for.
    """
    if not removed or removed <= SHARE * current or confirm == removed:
        return
    told = {"removed": f"{removed:,}", "current": f"{current:,}", "number": removed}
    if confirm is None:
        words = _(
            "This removes %(removed)s of %(current)s rows, more than a fifth; nothing was changed. "
            "If that is meant, type the number: %(number)s."
        )
    else:
        words = _(
            "This removes %(removed)s of %(current)s rows, not the number that was typed; nothing was changed. "
            "If that is meant, type the number: %(number)s."
        )
    raise Refusal(words % told, blocks=f"{CONFIRM}{removed}")


def asked_for(blocks: str) -> int | None:
    """The number to type that a refusal's `blocks` names; None when it is about something else."""
    name, _colon, number = blocks.partition(":")
    return int(number) if f"{name}:" == CONFIRM and number.isdecimal() else None


def undo_until(upload: Upload) -> date | None:
    """The last day on which this upload can be undone, on its partner's clock; None when it was never in use."""
    if upload.committed_at is None:
        return None
    return upload.partner.clock(upload.committed_at).date() + timedelta(days=settings.UNDO_DAYS)


def refuse_late(upload: Upload, *, at: date) -> None:
    """Raise Refusal when the days in which an upload can be undone are over."""
    last = undo_until(upload)
    if last is None or at <= last:
        return
    words = _(
        "%(name)s has been in use since %(since)s; it could be undone until %(last)s, for %(days)s days. "
        "Send a newer file that corrects its rows instead."
    )
    since = last - timedelta(days=settings.UNDO_DAYS)
    told = {"name": upload.filename, "since": since.isoformat(), "last": last.isoformat(), "days": settings.UNDO_DAYS}
    raise Refusal(words % told)
