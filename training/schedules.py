"""Start what the training schedules say is due; each slot starts one run however many schedulers tick."""

from datetime import datetime

from portal.kit.runs import Run
from portal.kit.schedules import start_due as start_due_of
from training import runs
from training.models import TrainingRun, TrainingSchedule


def start(schedule: TrainingSchedule, *, at: datetime, slot: str | None = None) -> TrainingRun:
    """Start this schedule's run now. Raises Refusal when there is nothing to train on."""
    return runs.request(schedule.recipe, by=None, today=at.date(), promote=schedule.promote, slot=slot)


def start_due(*, at: datetime) -> list[Run]:
    return start_due_of(TrainingSchedule, start, at=at)
