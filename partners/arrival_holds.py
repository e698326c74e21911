"""Who may write to a file on its way: one sender at a time, for as long as bytes are coming."""

from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Arrival
from portal.kit.errors import Refusal

SPAN = timedelta(seconds=30)
"""A sender that has been silent this long may be replaced by another."""
RENEWED = timedelta(seconds=10)


class Elsewhere(Refusal):
    """A piece for another offset than the file has reached."""


class Busy(Refusal):
    """Another sender is writing."""


class Ended(Refusal):
    """The file was cancelled, has expired or is damaged; it has to be sent from the beginning."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__(
            _("%(name)s was cancelled or has expired: send it from the beginning.") % {"name": arrival.filename}
        )


class Hold:
    """Taken by a conditional update and let go by `settle` or at the end; its moment is the fence of every write."""

    def __init__(self, arrival: Arrival, *, offset: int) -> None:
        self.arrival, self.offset = arrival, offset
        self.until: datetime | None = None

    def __enter__(self) -> Self:
        now = timezone.now()
        free = Arrival.objects.filter(Q(held_until=None) | Q(held_until__lte=now), expires_at__gt=now, upload=None)
        if not free.filter(pk=self.arrival.pk, offset=self.offset).update(held_until=now + SPAN):
            raise self._reason(now)
        self.until = now + SPAN
        self.arrival.refresh_from_db()
        return self

    def _reason(self, now: datetime) -> Refusal:
        found = Arrival.objects.filter(pk=self.arrival.pk).first()
        if found is None or (found.upload_id is None and found.expires_at <= now):
            return Ended(self.arrival)
        if found.offset != self.offset:
            words = _("%(name)s is here up to byte %(here)s, and this piece is for byte %(asked)s: go on from there.")
            told = {"name": found.filename, "here": found.offset, "asked": self.offset}
            return Elsewhere(words % told)
        if found.upload_id:
            return Elsewhere(_("%(name)s is here as a whole: there is nothing to add.") % {"name": found.filename})
        return Busy(_("%(name)s is being sent from somewhere else: wait half a minute.") % {"name": found.filename})

    def renew(self) -> None:
        """To be called before each write: after a long silence the file may be somebody else's."""
        now = timezone.now()
        if self.until and self.until - now <= SPAN - RENEWED:
            self._write(held_until=now + SPAN)
            self.until = now + SPAN

    def settle(self, *, offset: int, expires_at: datetime) -> None:
        """Acknowledge what was written and let go."""
        self._write(offset=offset, expires_at=expires_at, held_until=None)
        self.until = None

    def _write(self, **fields: Any) -> None:
        mine = Arrival.objects.filter(pk=self.arrival.pk, offset=self.offset, held_until=self.until)
        if not mine.update(**fields):
            self.until = None
            raise self._reason(timezone.now())

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self.until:
            Arrival.objects.filter(pk=self.arrival.pk, held_until=self.until).update(held_until=None)
