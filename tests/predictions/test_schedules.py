"""Scoring by the clock and by hand."""

from datetime import UTC, datetime

import pytest

from portal.kit.errors import Refusal
from predictions import schedules
from predictions.models import ScoringRun, ScoringSchedule
from predictions.tasks import tick
from tests.cast import Cast

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def schedule(cast: Cast) -> ScoringSchedule:
    cast.dataset(cast.alder)
    assert cast.champion
    return ScoringSchedule.objects.create(name="Nightly", kind="churn", partner=cast.alder, next_at=NOON)


def test_a_slot_scores_the_partner_it_names_and_publishes(schedule: ScoringSchedule, cast: Cast) -> None:
    (run,) = schedules.start_due(at=NOON)
    assert isinstance(run, ScoringRun)
    assert (run.kind, run.partner, run.publish, run.requested_by) == ("churn", cast.alder, True, None)


def test_running_by_hand_names_the_person_and_leaves_the_plan_alone(schedule: ScoringSchedule, cast: Cast) -> None:
    run = schedules.run_now(schedule, by=cast.vera, at=NOON)
    schedule.refresh_from_db()
    assert (run.requested_by, schedule.last_run, schedule.next_at) == (cast.vera, run, NOON)
    assert len(schedules.start_due(at=NOON)) == 1


def test_running_by_hand_says_why_it_cannot(cast: Cast) -> None:
    bare = ScoringSchedule.objects.create(name="Nightly", kind="churn", last_message="")
    with pytest.raises(Refusal, match="No partner has data"):
        schedules.run_now(bare, by=cast.vera, at=NOON)
    assert not ScoringRun.objects.exists()


def test_running_by_hand_clears_an_old_refusal(schedule: ScoringSchedule, cast: Cast) -> None:
    ScoringSchedule.objects.filter(pk=schedule.pk).update(last_message="No champion.")
    schedules.run_now(schedule, by=cast.vera, at=NOON)
    schedule.refresh_from_db()
    assert schedule.last_message == ""


def test_the_tick_starts_what_is_due_and_wakes_a_worker(
    schedule: ScoringSchedule, no_broker: list[tuple[str, int]], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        tick()
    run = ScoringRun.objects.get()
    assert no_broker == [("predictions.ScoringRun", run.pk)]
