"""Recipes in the admin: made without a shell, trained by a button, and never by a mere look."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from training.models import Recipe, TrainingRun

ADD = "/admin/training/recipe/add/"
FIELDS: dict[str, Any] = {
    "name": "Churn", "kind": "churn", "outcome": "inactivity:90", "horizon": 90, "gap": 0, "budget": 600
}  # fmt: skip


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def recipe(cast: Cast) -> Recipe:
    cast.dataset(cast.alder)
    return Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")


def page(recipe: Recipe) -> str:
    return reverse("admin:training_recipe_change", args=[recipe.pk])


def press(browser: Client, recipe: Recipe, name: str) -> Any:
    return browser.post(reverse("admin:training_recipe_do", args=[recipe.pk, name]), follow=True)


class TestMaking:
    def test_families_are_chosen_from_the_known_names(self, vera: Client) -> None:
        form = vera.get(ADD).content.decode()
        assert 'type="checkbox" name="families" value="churn_net"' in form
        assert "Churn net (Keras)" in form

    def test_a_recipe_is_saved_with_its_families(self, vera: Client) -> None:
        vera.post(ADD, {**FIELDS, "families": ["logistic", "boosting"]})
        assert Recipe.objects.get().families == ["logistic", "boosting"]

    def test_a_gap_is_saved_and_refused_beside_its_field_where_it_makes_no_sense(self, vera: Client) -> None:
        answer = vera.post(ADD, {**FIELDS, "outcome": "labelled", "gap": 14})
        assert "A label has no gap" in answer.content.decode()
        assert not Recipe.objects.exists()
        vera.post(ADD, {**FIELDS, "gap": 14})
        assert Recipe.objects.get().gap == 14

    def test_no_family_chosen_means_all_that_suit(self, vera: Client) -> None:
        vera.post(ADD, FIELDS)
        assert Recipe.objects.get().families == []

    def test_an_outcome_that_is_none_is_refused_beside_its_field(self, vera: Client) -> None:
        answer = vera.post(ADD, {**FIELDS, "outcome": "purchase:90"})
        assert "is not an outcome of churn: write inactivity:90" in answer.content.decode()
        assert not Recipe.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "outcome", "family"), [("churn", "inactivity:90", "ease"), ("recommendation", "", "boosting")]
    )
    def test_a_family_that_cannot_learn_the_kind_is_refused(
        self, vera: Client, kind: str, outcome: str, family: str
    ) -> None:
        answer = vera.post(ADD, {**FIELDS, "kind": kind, "outcome": outcome, "families": [family]})
        assert "cannot learn this kind of model" in answer.content.decode()
        assert not Recipe.objects.exists()

    def test_an_unknown_family_is_refused(self, vera: Client) -> None:
        vera.post(ADD, {**FIELDS, "families": ["oracle"]})
        assert not Recipe.objects.exists()


class TestTraining:
    def test_train_now_queues_a_run_in_my_name_and_leads_to_its_page(
        self, vera: Client, recipe: Recipe, cast: Cast
    ) -> None:
        answer = press(vera, recipe, "train_now")
        run = TrainingRun.objects.get()
        assert (run.state, run.requested_by, run.promote) == ("queued", cast.vera, False)
        assert answer.redirect_chain[-1][0] == f"/admin/training/trainingrun/{run.pk}/change/"

    def test_train_and_promote_asks_for_promotion(self, vera: Client, recipe: Recipe) -> None:
        press(vera, recipe, "train_and_promote")
        assert TrainingRun.objects.get().promote

    def test_a_refusal_becomes_a_message_and_queues_nothing(self, vera: Client) -> None:
        bare = Recipe.objects.create(name="Bare", kind="churn", outcome="inactivity:90")
        answer = press(vera, bare, "train_now")
        assert "upload data, or name one partner" in answer.content.decode()
        assert answer.redirect_chain[-1][0] == page(bare)
        assert not TrainingRun.objects.exists()

    @pytest.mark.parametrize("name", ["train_now", "train_and_promote"])
    def test_looking_at_a_buttons_address_does_nothing(self, vera: Client, recipe: Recipe, name: str) -> None:
        assert vera.get(reverse("admin:training_recipe_do", args=[recipe.pk, name])).status_code == 405
        assert not TrainingRun.objects.exists()

    def test_a_button_that_does_not_exist_is_missing(self, vera: Client, recipe: Recipe) -> None:
        assert press(vera, recipe, "get_urls").status_code == 404

    def test_a_press_without_the_forms_token_is_refused(self, cast: Cast, recipe: Recipe) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.vera)
        assert press(strict, recipe, "train_now").status_code == 403
        assert not TrainingRun.objects.exists()

    def test_several_recipes_train_from_the_list(self, vera: Client, recipe: Recipe, cast: Cast) -> None:
        other = Recipe.objects.create(name="Offers", kind="recommendation")
        vera.post(
            "/admin/training/recipe/",
            {"action": "train_chosen", "_selected_action": [recipe.pk, other.pk]},
            follow=True,
        )
        assert {run.recipe for run in TrainingRun.objects.all()} == {recipe, other}
        assert {run.requested_by for run in TrainingRun.objects.all()} == {cast.vera}

    def test_from_the_list_one_refusal_does_not_stop_the_others(self, vera: Client, recipe: Recipe, cast: Cast) -> None:
        bare = Recipe.objects.create(name="Bare", kind="churn", outcome="labelled", partner=cast.birch)
        chosen = {"action": "train_chosen", "_selected_action": [bare.pk, recipe.pk]}
        said = vera.post("/admin/training/recipe/", chosen, follow=True).content.decode()
        assert "has no data in use yet" in said
        assert TrainingRun.objects.get().recipe == recipe

    def test_the_deed_stands_in_the_recipes_history(self, vera: Client, recipe: Recipe) -> None:
        press(vera, recipe, "train_now")
        history = vera.get(reverse("admin:training_recipe_history", args=[recipe.pk])).content.decode()
        assert "Train now" in history


class TestRights:
    def test_staff_who_may_only_look_see_no_buttons_and_press_none(self, cast: Cast, recipe: Recipe) -> None:
        clerk = cast.person("Clerk", is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_recipe"))
        browser = cast.browser(clerk)
        shown = browser.get(page(recipe))
        assert shown.status_code == 200
        assert "Train now" not in shown.content.decode()
        assert press(browser, recipe, "train_now").status_code == 403
        assert not TrainingRun.objects.exists()

    def test_the_right_to_train_is_the_right_to_add_runs(self, cast: Cast, recipe: Recipe) -> None:
        trainer = cast.person("Trainer", is_staff=True)
        names = ["view_recipe", "add_trainingrun", "view_trainingrun"]
        trainer.user_permissions.set(Permission.objects.filter(codename__in=names))
        press(cast.browser(trainer), recipe, "train_now")
        assert TrainingRun.objects.get().requested_by == trainer


class TestDeleting:
    def test_a_used_recipe_cannot_be_deleted(self, vera: Client, recipe: Recipe) -> None:
        press(vera, recipe, "train_now")
        assert vera.post(reverse("admin:training_recipe_delete", args=[recipe.pk]), {"post": "yes"}).status_code == 403
        assert Recipe.objects.exists()
        assert TrainingRun.objects.exists()

    def test_an_unused_one_can(self, vera: Client, recipe: Recipe) -> None:
        vera.post(reverse("admin:training_recipe_delete", args=[recipe.pk]), {"post": "yes"})
        assert not Recipe.objects.exists()

    def test_the_list_offers_no_wholesale_deletion(self, vera: Client, recipe: Recipe) -> None:
        assert "delete_selected" not in vera.get("/admin/training/recipe/").content.decode()


def test_score_now_is_one_step_away_with_kind_and_partner_filled_in(vera: Client, cast: Cast) -> None:
    own = Recipe.objects.create(name="Own", kind="churn", outcome="labelled", partner=cast.alder)
    assert (
        f"/admin/predictions/scoringrun/add/?kind=churn&amp;partner={cast.alder.pk}"
        in vera.get(page(own)).content.decode()
    )
