"""Schedules in the admin: told in words with the next five runs; saving plans anew; pause, resume, run now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from training.models import Recipe, TrainingRun, TrainingSchedule

ADD = "/admin/training/trainingschedule/add/"
SUNDAY = datetime(2026, 10, 18, 12, tzinfo=UTC)


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def schedule(cast: Cast) -> TrainingSchedule:
    cast.dataset(cast.alder)
    recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")
    return TrainingSchedule.objects.create(
        name="Weekly", recipe=recipe, cron="0 6 * * 1", time_zone="Europe/Berlin", next_at=SUNDAY
    )


def page(schedule: TrainingSchedule) -> str:
    return reverse("admin:training_trainingschedule_change", args=[schedule.pk])


def fields(schedule: TrainingSchedule, **more: Any) -> dict[str, Any]:
    known = {"name": "Weekly", "recipe": schedule.recipe_id, "cron": "0 6 * * 1", "time_zone": "Europe/Berlin"}
    return {**known, "_continue": "1", **more}


def press(browser: Client, schedule: TrainingSchedule, name: str) -> Any:
    return browser.post(reverse("admin:training_trainingschedule_do", args=[schedule.pk, name]), follow=True)


class TestTheForm:
    def test_it_tells_the_schedule_in_words_with_the_next_five_runs(
        self, vera: Client, schedule: TrainingSchedule
    ) -> None:
        with time_machine.travel(SUNDAY, tick=False):
            cast_in = vera.get(page(schedule)).content.decode()
        assert "Every Monday, at 06:00 (Europe/Berlin)" in cast_in
        assert cast_in.count("<li>Monday ") == 5
        assert "Monday 19 Oct 2026, 06:00 (UTC+02:00)" in cast_in
        assert "Monday 26 Oct 2026, 06:00 (UTC+01:00)" in cast_in

    def test_a_new_one_shows_what_its_defaults_mean(self, vera: Client) -> None:
        text = vera.get(ADD).content.decode()
        assert "Every day, at 04:00 (UTC)" in text
        assert text.count("(UTC+00:00)</li>") == 5

    def test_a_line_that_is_no_schedule_is_refused_and_still_shows_the_page(
        self, vera: Client, schedule: TrainingSchedule
    ) -> None:
        answer = vera.post(page(schedule), fields(schedule, cron="soon"))
        assert answer.status_code == 200
        assert "is not a schedule: write minute, hour" in answer.content.decode()
        schedule.refresh_from_db()
        assert schedule.cron == "0 6 * * 1"

    def test_a_paused_one_says_that_none_of_them_starts(self, vera: Client, schedule: TrainingSchedule) -> None:
        press(vera, schedule, "pause")
        assert "none of these will start" in vera.get(page(schedule)).content.decode()


class TestSaving:
    def test_a_new_schedule_is_planned_from_now_on(self, vera: Client, cast: Cast) -> None:
        recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")
        asked = {"name": "New", "recipe": recipe.pk, "cron": "0 6 * * 1", "time_zone": "Europe/Berlin"}
        with time_machine.travel(SUNDAY, tick=False):
            vera.post(ADD, asked)
        assert TrainingSchedule.objects.get().next_at == datetime(2026, 10, 19, 4, tzinfo=UTC)

    def test_a_change_plans_anew_and_catches_nothing_up(self, vera: Client, schedule: TrainingSchedule) -> None:
        with time_machine.travel(SUNDAY + timedelta(days=30), tick=False):
            vera.post(page(schedule), fields(schedule, cron="30 3 * * *"))
        schedule.refresh_from_db()
        assert schedule.next_at == datetime(2026, 11, 18, 2, 30, tzinfo=UTC)

    def test_saving_does_not_undo_what_the_clock_wrote_meanwhile(
        self, vera: Client, schedule: TrainingSchedule, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A slot starts between the form's reading of the row and its writing: the run it noted must stay."""
        run = TrainingRun.objects.create(recipe=schedule.recipe, as_of="2026-10-01")
        planned = TrainingSchedule.replan

        def replan(self: TrainingSchedule, *, at: datetime) -> None:
            TrainingSchedule.objects.filter(pk=self.pk).update(last_run=run, last_message="just now")
            planned(self, at=at)

        monkeypatch.setattr(TrainingSchedule, "replan", replan)
        vera.post(page(schedule), fields(schedule, name="Renamed"))
        schedule.refresh_from_db()
        assert (schedule.name, schedule.last_run, schedule.last_message) == ("Renamed", run, "just now")


class TestDeeds:
    def test_run_now_queues_a_run_in_my_name_and_keeps_the_plan(
        self, vera: Client, cast: Cast, schedule: TrainingSchedule
    ) -> None:
        answer = press(vera, schedule, "run_now")
        run = TrainingRun.objects.get()
        schedule.refresh_from_db()
        assert (run.requested_by, schedule.last_run, schedule.next_at) == (cast.vera, run, SUNDAY)
        assert answer.redirect_chain[-1][0] == f"/admin/training/trainingrun/{run.pk}/change/"

    def test_a_refusal_becomes_a_message(self, vera: Client, cast: Cast) -> None:
        recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")
        bare = TrainingSchedule.objects.create(name="Weekly", recipe=recipe)
        assert "upload data" in press(vera, bare, "run_now").content.decode()
        assert not TrainingRun.objects.exists()

    def test_pausing_and_resuming_plans_from_now_on(self, vera: Client, schedule: TrainingSchedule) -> None:
        press(vera, schedule, "pause")
        schedule.refresh_from_db()
        assert schedule.paused
        press(vera, schedule, "resume")
        schedule.refresh_from_db()
        assert not schedule.paused
        assert schedule.next_at is not None
        assert schedule.next_at > timezone.now()

    @pytest.mark.parametrize("name", ["run_now", "pause", "resume"])
    def test_looking_does_nothing(self, vera: Client, schedule: TrainingSchedule, name: str) -> None:
        address = reverse("admin:training_trainingschedule_do", args=[schedule.pk, name])
        assert vera.get(address).status_code == 405
        schedule.refresh_from_db()
        assert not schedule.paused
        assert not TrainingRun.objects.exists()

    def test_the_last_result_is_told_as_run_or_as_refusal(self, vera: Client, schedule: TrainingSchedule) -> None:
        assert "Has not run yet" in vera.get(page(schedule)).content.decode()
        run = TrainingRun.objects.create(
            recipe=schedule.recipe, as_of="2026-10-01", state="succeeded", message="churn-network-7 is ready."
        )
        TrainingSchedule.objects.update(last_run=run, last_at=SUNDAY)
        assert "churn-network-7 is ready." in vera.get(page(schedule)).content.decode()
        TrainingSchedule.objects.update(last_message="Nobody shares data.")
        text = vera.get("/admin/training/trainingschedule/").content.decode()
        assert "Refused" in text
        assert "Nobody shares data." in text
