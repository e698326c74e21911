"""A row that starts runs by the clock: a cron line in a time zone. Each slot starts one run, whoever ticks.

Any number of schedulers may tick at once: the slot's name is unique on the run it starts, so the second insert loses.
"""

import logging
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Self

from cronsim import CronSim, CronSimError
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from portal.kit.errors import Refusal
from portal.kit.runs import Run
from portal.kit.zones import known_zone

logger = logging.getLogger(__name__)


def known_cron(line: str) -> None:
    try:
        CronSim(line, datetime(2026, 1, 1))
    except CronSimError as error:
        raise ValidationError(
            _("“%(line)s” is not a schedule: write minute, hour, day, month, weekday, such as “0 6 * * 1”."),
            params={"line": line},
        ) from error


class ScheduleQuerySet(models.QuerySet[Any]):
    def due(self, *, at: datetime) -> Self:
        return self.filter(paused=False, next_at__lte=at)


class Schedule(models.Model):
    name = models.CharField(_("name"), max_length=120)
    cron = models.CharField(
        _("when"),
        max_length=80,
        default="0 4 * * *",
        validators=[known_cron],
        help_text=_("Minute, hour, day of month, month, weekday: “0 6 * * 1” is Mondays at 6:00."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    paused = models.BooleanField(_("paused"), default=False)
    next_at = models.DateTimeField(_("next run"), null=True, blank=True, editable=False)
    last_at = models.DateTimeField(_("last slot"), null=True, blank=True, editable=False)
    last_message = models.CharField(_("last result"), max_length=300, blank=True, editable=False)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    # `objects` of a concrete schedule may be scoped to a tenant; the machinery uses this plain one.
    @classmethod
    def rows(cls) -> ScheduleQuerySet:
        return ScheduleQuerySet(model=cls)

    def upcoming(self, *, after: datetime) -> Iterator[datetime]:
        """The coming slots. cronsim treats daylight-saving changes as Debian's cron does: none lost, none doubled."""
        yield from CronSim(self.cron, after.astimezone(zoneinfo.ZoneInfo(self.time_zone)))

    def next_five(self, *, after: datetime) -> list[datetime]:
        return list(islice(self.upcoming(after=after), 5))

    def plan(self, *, after: datetime) -> None:
        """Set the next slot strictly after a moment. Slots missed while nothing ran are caught up by one run."""
        self.next_at = next(self.upcoming(after=after))

    def replan(self, *, at: datetime) -> None:
        """After a person changed it: the next slot from now on, and never one that ran already, whatever clocks say."""
        self.plan(after=max(at, self.last_at) if self.last_at else at)

    @property
    def slot(self) -> str:
        assert self.next_at is not None
        return f"{self._meta.label_lower}:{self.pk}:{self.next_at:%Y-%m-%dT%H:%MZ}"

    def slot_by_hand(self, *, at: datetime) -> str:
        """The name of a start between the slots; it takes none of theirs."""
        return f"{self._meta.label_lower}:{self.pk}:by-hand:{at:%Y-%m-%dT%H:%M:%S.%fZ}"


def start_due(model: type[Schedule], start: Callable[..., Run], *, at: datetime) -> list[Run]:
    """Start every due schedule of a model once per slot and plan its next one. A refusal is kept on the row."""
    started = []
    for schedule in model.rows().filter(paused=False, next_at=None):
        schedule.plan(after=at)
        schedule.save(update_fields=["next_at"])
    for schedule in model.rows().due(at=at):
        slot_at = schedule.next_at
        try:
            with transaction.atomic():  # the run and the next slot stand together or not at all
                run = _start(schedule, start, at=at)
        except IntegrityError:
            logger.warning("slot %s was started before: planning the next one", schedule.pk)
            _advance(schedule, slot_at, at=at)
            continue
        if run is not None:
            started.append(run)
    return started


def _start(schedule: Schedule, start: Callable[..., Run], *, at: datetime) -> Run | None:
    """Take the slot by compare-and-swap, then start its run; a refusal is kept on the row."""
    slot = schedule.slot
    if not _advance(schedule, schedule.next_at, at=at):
        return None  # another scheduler has it, or a person changed or paused it a moment ago
    schedule.refresh_from_db()
    row = schedule.rows().filter(pk=schedule.pk)
    try:
        with transaction.atomic():
            run = start(schedule, at=at, slot=slot)
    except Refusal as refusal:
        row.update(last_message=refusal.sentence[:300])
        return None
    row.update(last_run=run)  # type: ignore[misc]  # every concrete schedule has one
    return run


def _advance(schedule: Schedule, slot_at: datetime | None, *, at: datetime) -> bool:
    """Move from this slot to the next after `at`, unless somebody moved it first."""
    schedule.plan(after=at)
    rows = schedule.rows().filter(pk=schedule.pk, next_at=slot_at, paused=False)
    return bool(rows.update(next_at=schedule.next_at, last_at=slot_at, last_message=""))
