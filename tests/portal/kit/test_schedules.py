"""Schedules: each slot starts one run whoever ticks; missed slots are caught up once; no day lost to summer time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from portal.kit.schedules import ScheduleQuerySet, known_cron, start_due
from portal.kit.zones import known_zone
from predictions import schedules
from predictions.models import ScoringRun, ScoringSchedule
from tests.cast import Cast

pytestmark = pytest.mark.lanes
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """A partner with data and a champion: scoring can be asked for."""
    cast.dataset(cast.alder)
    assert cast.champion
    return cast


def a_schedule(**more: Any) -> ScoringSchedule:
    fields: dict[str, Any] = {"name": "Nightly", "kind": "churn", "cron": "0 4 * * *", **more}
    return ScoringSchedule.objects.create(**fields)


def days_of(cron: str, zone: str, *, start: datetime, days: int) -> Counter[str]:
    """How many slots fall on each local day."""
    found: Counter[str] = Counter()
    for moment in ScoringSchedule(cron=cron, time_zone=zone).upcoming(after=start):
        if moment >= start + timedelta(days=days):
            return found
        found[moment.astimezone(ZoneInfo(zone)).date().isoformat()] += 1
    return found


class TestEachSlotOnce:
    def test_a_due_schedule_starts_one_run_and_plans_the_next_slot(self, ready: Cast) -> None:
        schedule = a_schedule(next_at=NOON - timedelta(hours=8))
        (run,) = schedules.start_due(at=NOON)
        schedule.refresh_from_db()
        assert run.slot == f"predictions.scoringschedule:{schedule.pk}:2026-06-01T04:00Z"
        assert (schedule.last_run_id, schedule.last_at) == (run.pk, NOON - timedelta(hours=8))
        assert schedule.next_at == datetime(2026, 6, 2, 4, tzinfo=UTC)

    def test_a_schedule_that_is_not_due_starts_nothing(self, ready: Cast) -> None:
        a_schedule(next_at=NOON + timedelta(minutes=1))
        assert schedules.start_due(at=NOON) == []

    def test_three_schedulers_that_saw_the_same_slot_start_it_once(
        self, ready: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All three read the due list before any of them starts: the slot's unique name lets one through."""
        schedule = a_schedule(next_at=NOON)
        seen = [[ScoringSchedule.objects.get(pk=schedule.pk)] for _ in range(3)]
        with monkeypatch.context() as patched:
            patched.setattr(ScheduleQuerySet, "due", lambda self, at: seen.pop())
            started = [schedules.start_due(at=NOON) for _ in range(3)]
        assert sorted(len(runs) for runs in started) == [0, 0, 1]
        assert ScoringRun.objects.count() == 1
        schedule.refresh_from_db()
        assert schedule.next_at is not None
        assert schedule.next_at > NOON

    def test_the_loser_leaves_the_database_usable(self, ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        schedule = a_schedule(next_at=NOON)
        stale = ScoringSchedule.objects.get(pk=schedule.pk)
        schedules.start_due(at=NOON)
        with monkeypatch.context() as patched:
            patched.setattr(ScheduleQuerySet, "due", lambda self, at: [stale])
            assert schedules.start_due(at=NOON) == []
        assert not connection.needs_rollback
        assert ScoringRun.objects.count() == 1

    def test_one_schedule_that_lost_its_slot_does_not_stop_the_next(
        self, ready: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = a_schedule(next_at=NOON)
        stale = ScoringSchedule.objects.get(pk=first.pk)
        schedules.start_due(at=NOON)
        other = a_schedule(name="Other", next_at=NOON)
        with monkeypatch.context() as patched:
            patched.setattr(ScheduleQuerySet, "due", lambda self, at: [stale, other])
            assert len(schedules.start_due(at=NOON)) == 1


class TestAPersonMeanwhile:
    """Somebody saves the schedule in the moment between a scheduler's look and its start."""

    def tick_after(self, change: dict[str, Any], schedule: ScoringSchedule, patched: pytest.MonkeyPatch) -> list[Any]:
        stale = ScoringSchedule.objects.get(pk=schedule.pk)
        ScoringSchedule.objects.filter(pk=schedule.pk).update(**change)
        with patched.context() as look:
            look.setattr(ScheduleQuerySet, "due", lambda self, at: [stale])
            return list(schedules.start_due(at=NOON))

    def test_pausing_wins_and_stays(self, ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        schedule = a_schedule(next_at=NOON)
        assert self.tick_after({"paused": True}, schedule, monkeypatch) == []
        schedule.refresh_from_db()
        assert schedule.paused
        assert not ScoringRun.objects.exists()

    def test_a_new_plan_wins_and_stays(self, ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        schedule, later = a_schedule(next_at=NOON), NOON + timedelta(days=3)
        assert self.tick_after({"cron": "0 12 4 * *", "next_at": later}, schedule, monkeypatch) == []
        schedule.refresh_from_db()
        assert (schedule.cron, schedule.next_at) == ("0 12 4 * *", later)

    def test_what_is_started_is_what_was_saved_last(self, ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        schedule = a_schedule(next_at=NOON)
        (run,) = self.tick_after({"partner": ready.alder, "name": "Renamed"}, schedule, monkeypatch)
        schedule.refresh_from_db()
        assert (run.partner, schedule.name) == (ready.alder, "Renamed")


def test_a_slot_that_ran_already_does_not_block_the_schedule(ready: Cast) -> None:
    """However it came to be planned twice, the schedule goes on with the next slot."""
    schedule = a_schedule(next_at=NOON)
    ScoringRun.objects.create(kind="churn", slot=schedule.slot)
    assert schedules.start_due(at=NOON) == []
    schedule.refresh_from_db()
    assert schedule.next_at == datetime(2026, 6, 2, 4, tzinfo=UTC)
    assert len(schedules.start_due(at=schedule.next_at)) == 1


class TestMissedSlots:
    def test_a_week_of_missed_slots_is_caught_up_by_one_run(self, ready: Cast) -> None:
        schedule = a_schedule(next_at=NOON - timedelta(days=7))
        assert len(schedules.start_due(at=NOON)) == 1
        assert schedules.start_due(at=NOON) == []
        schedule.refresh_from_db()
        assert schedule.next_at == datetime(2026, 6, 2, 4, tzinfo=UTC)

    def test_a_paused_schedule_starts_nothing(self, ready: Cast) -> None:
        a_schedule(next_at=NOON - timedelta(days=1), paused=True)
        assert schedules.start_due(at=NOON) == []

    def test_a_new_schedule_waits_for_its_first_slot(self, ready: Cast) -> None:
        schedule = a_schedule(next_at=None)
        assert schedules.start_due(at=NOON) == []
        schedule.refresh_from_db()
        assert schedule.next_at == datetime(2026, 6, 2, 4, tzinfo=UTC)

    def test_a_refusal_is_kept_on_the_row_and_the_next_slot_planned(self, cast: Cast) -> None:
        schedule = a_schedule(next_at=NOON)
        assert schedules.start_due(at=NOON) == []
        schedule.refresh_from_db()
        assert "No partner has data in use yet" in schedule.last_message
        assert schedule.next_at == datetime(2026, 6, 2, 4, tzinfo=UTC)
        assert not ScoringRun.objects.exists()

    def test_a_crash_while_starting_takes_back_run_and_plan_together(self, ready: Cast) -> None:
        schedule = a_schedule(next_at=NOON)

        def start(one: ScoringSchedule, *, at: datetime, slot: str) -> ScoringRun:
            schedules.start(one, at=at, slot=slot)
            raise RuntimeError("power cut")

        with pytest.raises(RuntimeError):
            start_due(ScoringSchedule, start, at=NOON)
        schedule.refresh_from_db()
        assert schedule.next_at == NOON
        assert not ScoringRun.objects.exists()


class TestReplanning:
    def test_a_change_plans_from_now_and_catches_nothing_up(self) -> None:
        schedule = ScoringSchedule(cron="0 4 * * *", next_at=NOON - timedelta(days=3))
        schedule.replan(at=NOON)
        assert schedule.next_at == datetime(2026, 6, 2, 4, tzinfo=UTC)

    def test_a_clock_that_is_behind_never_plans_a_slot_that_ran(self) -> None:
        """Another host, a few seconds ahead, ran 04:00 already; planning it again would block the schedule for good."""
        ran = datetime(2026, 6, 1, 4, tzinfo=UTC)
        schedule = ScoringSchedule(cron="0 4 * * *", last_at=ran)
        schedule.replan(at=ran - timedelta(seconds=20))
        assert schedule.next_at == ran + timedelta(days=1)

    def test_a_start_by_hand_takes_no_slot_of_the_plan(self) -> None:
        schedule = ScoringSchedule(pk=7, cron="0 4 * * *", next_at=NOON)
        assert schedule.slot_by_hand(at=NOON) != schedule.slot
        assert schedule.slot_by_hand(at=NOON) != schedule.slot_by_hand(at=NOON + timedelta(microseconds=1))


class TestSummerTime:
    @pytest.mark.parametrize(
        "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "UTC"]
    )
    @pytest.mark.parametrize("cron", ["30 2 * * *", "0 2 * * *", "30 1 * * *", "0 0 * * *"])
    def test_a_nightly_schedule_runs_once_on_every_local_day_of_the_year(self, zone: str, cron: str) -> None:
        start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
        found = days_of(cron, zone, start=start - timedelta(seconds=1), days=365)
        assert len(found) == 365
        assert set(found.values()) == {1}

    def test_a_time_that_does_not_exist_is_run_when_the_clock_has_jumped(self) -> None:
        zone = ZoneInfo("Europe/Berlin")
        schedule = ScoringSchedule(cron="30 2 * * *", time_zone="Europe/Berlin")
        slot = next(schedule.upcoming(after=datetime(2026, 3, 28, 12, tzinfo=zone)))
        assert slot.astimezone(zone) == datetime(2026, 3, 29, 3, 0, tzinfo=zone)

    def test_monday_at_six_stays_at_six_across_the_change(self) -> None:
        zone = ZoneInfo("Europe/Berlin")
        schedule = ScoringSchedule(cron="0 6 * * 1", time_zone="Europe/Berlin")
        slots = schedule.next_five(after=datetime(2026, 10, 15, tzinfo=zone))
        assert [slot.astimezone(zone).hour for slot in slots] == [6] * 5
        assert {slot.utcoffset() for slot in slots} == {timedelta(hours=2), timedelta(hours=1)}


class TestWhatMayBeWritten:
    @pytest.mark.parametrize("line", ["", "soon", "61 * * * *", "0 0 30 2 *", "* * * *"])
    def test_a_line_that_never_comes_is_refused_with_an_example(self, line: str) -> None:
        with pytest.raises(ValidationError, match="0 6"):
            known_cron(line)

    def test_a_zone_nobody_knows_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="Europe/Berlin"):
            known_zone("Mars/Olympus")
        known_zone("Asia/Shanghai")
