"""Runs in the admin: a page that tells how far it is, an endpoint that says the same, and a way to stop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.kit.admin.runs import stages
from tests.cast import Cast
from training.admin.words import STAGES
from training.models import Recipe, TrainingRun

BEGAN = datetime(2026, 11, 1, 10, 0, 0, tzinfo=UTC)
LOG = "10:00:00 ▸ features\n10:00:25 ▸ train\n10:00:40 logistic: 1.2 s for 3 folds\n"


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def recipe(cast: Cast) -> Recipe:
    cast.dataset(cast.alder)
    return Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")


def a_run(recipe: Recipe, **more: Any) -> TrainingRun:
    return TrainingRun.objects.create(recipe=recipe, as_of="2026-10-01", **more)


def running(recipe: Recipe, **more: Any) -> TrainingRun:
    known: dict[str, Any] = {"stage": "train", "progress": 0.42, "log": LOG, "attempts": 1, **more}
    return a_run(recipe, state="running", started_at=timezone.now() - timedelta(seconds=90), **known)


def page(run: TrainingRun) -> str:
    return reverse("admin:training_trainingrun_change", args=[run.pk])


def state(browser: Client, run: TrainingRun) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get(reverse("admin:training_trainingrun_state", args=[run.pk])).json()
    return answer


class TestThePage:
    def test_it_shows_state_progress_stage_and_log(self, vera: Client, recipe: Recipe) -> None:
        shown = vera.get(page(running(recipe))).content.decode()
        assert '<progress max="1" value="0.420"' in shown
        assert "Training the families" in shown
        assert "logistic: 1.2 s for 3 folds" in shown

    def test_an_open_run_is_followed_by_script_or_loads_itself_again(self, vera: Client, recipe: Recipe) -> None:
        run = running(recipe)
        shown = vera.get(page(run)).content.decode()
        assert f'data-run="/admin/training/trainingrun/{run.pk}/state/"' in shown
        assert "js/admin-run.js" in shown
        assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in shown

    def test_an_ended_run_is_an_ordinary_page(self, vera: Client, recipe: Recipe) -> None:
        shown = vera.get(page(a_run(recipe, state="failed", message="Too few customers."))).content.decode()
        assert "Too few customers." in shown
        assert "admin-run.js" not in shown
        assert "http-equiv" not in shown

    def test_a_finished_run_shows_its_version_and_figures(self, vera: Client, recipe: Recipe, cast: Cast) -> None:
        version = cast.version(card={"device": {"en": "No GPU: CPU path in use", "zh-hans": "使用 CPU"}})
        shown = vera.get(page(a_run(recipe, state="succeeded", progress=1, version=version))).content.decode()
        assert f"/admin/training/modelversion/{version.pk}/change/" in shown
        assert "0.770 – 0.830" in shown
        assert "No GPU: CPU path in use" in shown

    def test_the_log_is_text_whatever_it_holds(self, vera: Client, recipe: Recipe) -> None:
        shown = vera.get(page(running(recipe, log="<script>alert(1)</script>"))).content.decode()
        assert "<script>alert(1)</script>" not in shown

    def test_nobody_can_write_to_it(self, vera: Client, recipe: Recipe) -> None:
        run = running(recipe)
        assert vera.post(page(run), {"state": "succeeded"}).status_code == 405
        assert vera.post(reverse("admin:training_trainingrun_delete", args=[run.pk])).status_code == 403
        run.refresh_from_db()
        assert run.state == "running"


class TestTheEndpoint:
    def test_it_says_what_moves(self, vera: Client, recipe: Recipe) -> None:
        said = state(vera, running(recipe))
        assert (said["state"], said["progress"], said["stage"], said["ended"]) == (
            "running",
            0.42,
            "Training the families",
            False,
        )
        assert [one["name"] for one in said["stages"]] == ["Preparing features", "Training the families"]

    def test_a_waiting_run_says_what_it_waits_for(self, vera: Client, recipe: Recipe) -> None:
        assert state(vera, a_run(recipe))["stage"] == "Waiting for a worker"

    def test_an_end_is_told_with_its_message(self, vera: Client, recipe: Recipe) -> None:
        said = state(vera, a_run(recipe, state="failed", message="Too few customers."))
        assert (said["ended"], said["message"]) == (True, "Too few customers.")

    def test_it_is_never_kept_by_a_cache(self, vera: Client, recipe: Recipe) -> None:
        answer = vera.get(reverse("admin:training_trainingrun_state", args=[a_run(recipe).pk]))
        assert "no-store" in answer["Cache-Control"]

    def test_a_partners_owner_gets_nothing(self, cast: Cast, recipe: Recipe) -> None:
        run = running(recipe)
        address = reverse("admin:training_trainingrun_state", args=[run.pk])
        assert cast.browser(cast.ada).get(address).status_code == 404
        assert cast.browser().get(address).status_code == 302

    def test_staff_without_the_right_are_refused(self, cast: Cast, recipe: Recipe) -> None:
        clerk = cast.person("Clerk", is_staff=True)
        run = running(recipe)
        assert cast.browser(clerk).get(page(run)).status_code == 403
        assert cast.browser(clerk).get(reverse("admin:training_trainingrun_state", args=[run.pk])).status_code == 403

    def test_a_poll_costs_few_queries(self, vera: Client, recipe: Recipe, django_assert_max_num_queries: Any) -> None:
        run = running(recipe)
        with django_assert_max_num_queries(8):
            state(vera, run)


class TestStages:
    def test_each_stage_lasts_until_the_next_and_the_last_until_now(self, recipe: Recipe) -> None:
        run = TrainingRun(recipe=recipe, log=LOG, state="running", started_at=BEGAN)
        found = stages(run, at=BEGAN + timedelta(seconds=85), words=STAGES)
        assert [one["took"] for one in found] == ["25 s", "1 min 0 s"]

    def test_a_stage_may_last_over_midnight(self, recipe: Recipe) -> None:
        run = TrainingRun(recipe=recipe, log="23:59:30 ▸ train\n00:01:00 ▸ judge\n", state="running")
        found = stages(run, at=datetime(2026, 11, 2, 0, 1, 10, tzinfo=UTC), words=STAGES)
        assert [one["took"] for one in found] == ["1 min 30 s", "10 s"]

    def test_a_log_without_stages_has_none(self, recipe: Recipe) -> None:
        assert stages(TrainingRun(recipe=recipe, log="10:00:00 hello\n"), at=BEGAN, words=STAGES) == []

    def test_the_end_is_no_stage(self, recipe: Recipe) -> None:
        run = TrainingRun(recipe=recipe, log=LOG + "10:01:00 ▸ done\n", ended_at=BEGAN + timedelta(seconds=61))
        assert [one["name"] for one in stages(run, at=BEGAN, words=STAGES)] == [
            "Preparing features",
            "Training the families",
        ]


class TestDeeds:
    def test_a_waiting_run_is_cancelled_at_once(self, vera: Client, recipe: Recipe) -> None:
        run = a_run(recipe)
        vera.post(reverse("admin:training_trainingrun_do", args=[run.pk, "cancel"]))
        run.refresh_from_db()
        assert run.state == "cancelled"

    def test_a_moving_run_is_asked_to_stop(self, vera: Client, recipe: Recipe) -> None:
        run = running(recipe)
        said = vera.post(reverse("admin:training_trainingrun_do", args=[run.pk, "cancel"]), follow=True)
        run.refresh_from_db()
        assert run.cancel_requested_at is not None
        assert "stops at its next heartbeat" in said.content.decode()

    def test_looking_at_the_cancel_address_cancels_nothing(self, vera: Client, recipe: Recipe) -> None:
        run = a_run(recipe)
        assert vera.get(reverse("admin:training_trainingrun_do", args=[run.pk, "cancel"])).status_code == 405
        run.refresh_from_db()
        assert run.state == "queued"

    def test_an_ended_run_offers_to_train_again(self, vera: Client, recipe: Recipe, cast: Cast) -> None:
        run = a_run(recipe, state="failed", seed=11)
        assert "Cancel this run" not in vera.get(page(run)).content.decode()
        vera.post(reverse("admin:training_trainingrun_do", args=[run.pk, "again"]))
        made = TrainingRun.objects.exclude(pk=run.pk).get()
        assert (made.recipe, made.seed, made.requested_by, made.promote) == (recipe, 11, cast.vera, False)


class TestTrainNow:
    ADD = "/admin/training/trainingrun/add/"

    def test_a_day_may_be_named(self, vera: Client, recipe: Recipe, cast: Cast) -> None:
        vera.post(self.ADD, {"recipe": recipe.pk, "as_of": "2026-03-01", "promote": "on"})
        run = TrainingRun.objects.get()
        assert (str(run.as_of), run.promote, run.requested_by) == ("2026-03-01", True, cast.vera)

    def test_a_day_in_the_future_is_refused_in_words(self, vera: Client, recipe: Recipe) -> None:
        said = vera.post(self.ADD, {"recipe": recipe.pk, "as_of": "2999-03-01"}).content.decode()
        assert "lies in the future" in said
        assert not TrainingRun.objects.exists()

    def test_looking_at_the_form_queues_nothing(self, vera: Client, recipe: Recipe) -> None:
        assert vera.get(f"{self.ADD}?recipe={recipe.pk}").status_code == 200
        assert not TrainingRun.objects.exists()


def test_the_list_says_who_asked_and_how_far_it_is(vera: Client, recipe: Recipe, cast: Cast) -> None:
    running(recipe, requested_by=cast.vera)
    a_run(recipe, slot="a-slot")
    a_run(recipe)
    shown = vera.get("/admin/training/trainingrun/").content.decode()
    assert all(word in shown for word in ("Vera", "Schedule", "Command line", 'value="0.420"', "state-word--running"))
