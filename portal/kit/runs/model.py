"""The run row: guarded states, a lease with a fence, and what a person wants to know while waiting."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

ATTEMPTS = 3
LOG_CHARACTERS = 20_000


class LostLease(Exception):
    """Another worker owns this run now; whatever we still wanted to write must not be written."""


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RunQuerySet(models.QuerySet["Run"]):
    def open(self) -> Self:
        return self.filter(state__in=[State.QUEUED, State.RUNNING])

    def unheard(self, *, at: datetime, after: timedelta) -> Self:
        """Queued, and no message sent lately: the wake-up was lost or never left."""
        late = models.Q(dispatched_at__isnull=True, queued_at__lt=at - after / 4)
        return self.filter(late | models.Q(dispatched_at__lt=at - after), state=State.QUEUED)

    def stale(self, *, at: datetime) -> Self:
        """Running, but its worker stopped renewing the lease."""
        return self.filter(state=State.RUNNING, lease_until__lt=at)


class Run(models.Model):
    """One piece of heavy work. Concrete runs name the function that does it: `WORK = "module:function"`."""

    WORK: ClassVar[str] = ""
    QUEUE: ClassVar[str] = "upkeep"
    STRICT: ClassVar[bool] = False
    """Does the kernel enforce the child's memory limit? Yes for bytes that strangers sent."""
    WITHOUT: ClassVar[tuple[str, ...]] = ()
    """Packages its child has no use for, though other packages import them where they can."""
    State = State

    key = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    stage = models.CharField(_("stage"), max_length=80, blank=True)
    progress = models.FloatField(_("progress"), default=0)
    message = models.TextField(_("what happened"), blank=True)
    log = models.TextField(_("log"), blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    fence = models.PositiveIntegerField(_("fence"), default=0, editable=False)
    worker = models.CharField(_("worker"), max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    queued_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    dispatched_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    cancel_requested_at = models.DateTimeField(null=True, editable=False)
    slot = models.CharField(_("schedule slot"), max_length=120, null=True, blank=True, unique=True, editable=False)

    class Meta:
        abstract = True

    # `objects` of a concrete run may be scoped to a tenant; the machinery uses this plain one.
    @classmethod
    def rows(cls) -> RunQuerySet:
        return RunQuerySet(model=cls)

    @property
    def ended(self) -> bool:
        return self.state not in (State.QUEUED, State.RUNNING)

    @property
    def percent(self) -> int:
        return round(100 * self.progress)

    @property
    def seconds(self) -> float | None:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at and self.started_at else None

    @property
    def queue(self) -> str:
        return self.QUEUE

    @property
    def limits(self) -> tuple[int, int]:
        """Megabytes and seconds the child may take."""
        return settings.CHILD_MEMORY_MB, settings.CHILD_SECONDS

    def claim(self, *, worker: str, at: datetime) -> bool:
        """Take the run by compare-and-swap. False means another worker has it, or it has ended: leave quietly."""
        taken = (
            self.rows()
            .filter(pk=self.pk, state=State.QUEUED, cancel_requested_at=None)
            .update(
                state=State.RUNNING,
                worker=worker,
                fence=F("fence") + 1,
                attempts=F("attempts") + 1,
                started_at=at,
                progress=0,
                stage="",
                lease_until=at + timedelta(seconds=settings.RUN_LEASE_SECONDS),
            )
        )
        if taken:
            self.refresh_from_db()
        return bool(taken)

    def _mine(self) -> RunQuerySet:
        return self.rows().filter(pk=self.pk, state=State.RUNNING, fence=self.fence)

    def renew(self, *, at: datetime, **seen: Any) -> bool:
        """Keep the lease and write progress; False when the run was taken from us or asked to stop."""
        until = at + timedelta(seconds=settings.RUN_LEASE_SECONDS)
        return bool(self._mine().filter(cancel_requested_at=None).update(lease_until=until, **seen))

    def end(self, state: str, *, at: datetime, **seen: Any) -> bool:
        if state == State.SUCCEEDED:
            seen.setdefault("progress", 1)
        return bool(self._mine().update(state=state, ended_at=at, lease_until=None, **seen))

    def give_back(self, *, at: datetime, message: str) -> bool:
        """After a crash: queue again, or fail for good at the third strike."""
        if self.attempts >= ATTEMPTS:
            return self.end(State.FAILED, at=at, message=message)
        return bool(self._mine().update(state=State.QUEUED, lease_until=None, dispatched_at=None, message=message))

    def cancel(self, *, at: datetime) -> None:
        """A queued run ends at once; a running one is stopped by its supervisor at the next heartbeat."""
        rows = self.rows().filter(pk=self.pk)
        if not rows.filter(state=State.QUEUED).update(
            state=State.CANCELLED,
            ended_at=at,
            cancel_requested_at=at,
            message=str(_("Cancelled before it started.")),
        ):
            rows.filter(state=State.RUNNING).update(cancel_requested_at=at)
        self.refresh_from_db()

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that only a worker still holding this run can commit. Raises LostLease otherwise."""
        with transaction.atomic():
            if not self._mine().update(fence=self.fence):
                raise LostLease(f"{self._meta.label} {self.pk} is no longer ours")
            yield
