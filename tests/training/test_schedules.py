"""Training by the clock and by hand: a schedule promotes only what has earned it."""

from datetime import UTC, datetime

import pytest

from portal.kit.errors import Refusal
from tests.cast import Cast
from training import schedules, work
from training.models import Champion, Recipe, TrainingRun, TrainingSchedule
from training.tasks import tick

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
WORSE = {"auc": {"value": 0.6}, "naive": {"auc": 0.7}}


@pytest.fixture
def schedule(cast: Cast) -> TrainingSchedule:
    cast.dataset(cast.alder)
    recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")
    return TrainingSchedule.objects.create(name="Weekly", recipe=recipe, promote=True, next_at=NOON)


def test_a_slot_queues_one_run_of_the_recipe(schedule: TrainingSchedule) -> None:
    (run,) = schedules.start_due(at=NOON)
    assert isinstance(run, TrainingRun)
    assert (run.recipe, run.promote, run.requested_by) == (schedule.recipe, True, None)
    assert schedules.start_due(at=NOON) == []


def test_running_by_hand_names_the_person_and_leaves_the_plan_alone(schedule: TrainingSchedule, cast: Cast) -> None:
    run = schedules.run_now(schedule, by=cast.vera, at=NOON)
    schedule.refresh_from_db()
    assert (run.requested_by, schedule.last_run, schedule.next_at) == (cast.vera, run, NOON)


def test_two_people_may_run_it_by_hand_at_different_moments(schedule: TrainingSchedule, cast: Cast) -> None:
    later = NOON.replace(second=1)
    assert schedules.run_now(schedule, by=cast.vera, at=NOON) != schedules.run_now(schedule, by=cast.vera, at=later)


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_schedules_run_does_not_promote_what_loses_to_the_naive_rival(
    schedule: TrainingSchedule, cast: Cast, by_hand: bool
) -> None:
    run = schedules.run_now(schedule, by=cast.vera, at=NOON) if by_hand else schedules.start_due(at=NOON)[0]
    assert isinstance(run, TrainingRun)
    run.version = cast.version(metrics=WORSE)
    assert work.train(run, lambda **_: None)["promoted"] is False
    assert not Champion.objects.exists()


def test_a_schedules_run_promotes_what_beats_it(schedule: TrainingSchedule, cast: Cast) -> None:
    run = schedules.run_now(schedule, by=cast.vera, at=NOON)
    run.version = cast.version()
    assert work.train(run, lambda **_: None)["promoted"] is True
    assert Champion.objects.get().version == run.version


def test_running_by_hand_says_why_it_cannot(cast: Cast) -> None:
    recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")
    bare = TrainingSchedule.objects.create(name="Weekly", recipe=recipe)
    with pytest.raises(Refusal, match="upload data"):
        schedules.run_now(bare, by=cast.vera, at=NOON)


def test_the_tick_starts_what_is_due(schedule: TrainingSchedule) -> None:
    tick()
    assert TrainingRun.objects.count() == 1
