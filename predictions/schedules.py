"""Start what the scoring schedules say is due; each slot starts one run however many schedulers tick."""

from datetime import datetime

from partners.models import User
from portal.kit.runs import Run
from portal.kit.schedules import start_due as start_due_of
from predictions import scoring
from predictions.models import ScoringRun, ScoringSchedule


def start(schedule: ScoringSchedule, *, at: datetime, slot: str | None = None) -> ScoringRun:
    """Start this schedule's run now. Raises Refusal when there is nothing to score with."""
    return scoring.request(schedule.kind, by=None, partner=schedule.partner, slot=slot)


def run_now(schedule: ScoringSchedule, *, by: User, at: datetime) -> ScoringRun:
    """Start outside the plan, for a person."""
    slot = schedule.slot_by_hand(at=at)
    run = scoring.request(schedule.kind, by=by, partner=schedule.partner, slot=slot)
    ScoringSchedule.objects.filter(pk=schedule.pk).update(last_run=run, last_message="")
    return run


def start_due(*, at: datetime) -> list[Run]:
    return start_due_of(ScoringSchedule, start, at=at)
