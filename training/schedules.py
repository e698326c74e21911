"""Start what the training schedules say is due; each slot starts one run however many schedulers tick."""

from datetime import datetime

from partners.models import User
from portal.kit.runs import Run
from portal.kit.schedules import start_due as start_due_of
from training import runs
from training.models import TrainingRun, TrainingSchedule


def start(schedule: TrainingSchedule, *, at: datetime, slot: str | None = None) -> TrainingRun:
    """Start this schedule's run now. Raises Refusal when there is nothing to train on."""
    return runs.request(schedule.recipe, by=None, today=at.date(), promote=schedule.promote, slot=slot)


def run_now(schedule: TrainingSchedule, *, by: User, at: datetime) -> TrainingRun:
    """Start outside the plan, for a person. Promotion still has to be earned, as it has by the clock."""
    slot = schedule.slot_by_hand(at=at)
    run = runs.request(schedule.recipe, by=by, today=at.date(), promote=schedule.promote, slot=slot)
    TrainingSchedule.objects.filter(pk=schedule.pk).update(last_run=run, last_message="")
    return run


def start_due(*, at: datetime) -> list[Run]:
    return start_due_of(TrainingSchedule, start, at=at)
