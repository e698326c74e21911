"""The model card as a page: judged how, worth what, for whom, by which grade; columns held back until allowed."""

import re
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from tests.cast import Cast
from training import allowances
from training.admin.words import FAMILIES, RECOMMENDERS
from training.ml import families, judgement
from training.models import ModelVersion, Recipe

HELD = {
    "column": "attr_cancel_reason",
    "auc": 0.999,
    "how": "missing",
    "en": "whether Cancel reason is filled in predicts the outcome (AUC 0.999): held back",
    "zh-hans": "Cancel reason 是否填写即可预测结果",
}


@pytest.fixture(scope="module")
def judged() -> tuple[dict[str, Any], dict[str, Any]]:
    """A list of 900 customers of Alder and 20 of Birch, each worth 1,000, that is good beyond doubt."""
    rng = np.random.default_rng(0)
    p = rng.beta(1, 3, 920)
    y = (rng.random(920) < p).astype(float)
    partner = np.repeat(["alder", "birch"], [900, 20])
    return judgement.of(
        y, p, score=p, naive=("silence", rng.random(920)), partner=partner, worth=np.full(920, 1000.0), seed=1
    )


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def version(cast: Cast, judged: tuple[dict[str, Any], dict[str, Any]]) -> ModelVersion:
    recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="labelled")
    metrics, told = judged
    card = {"summary": "Blend.", "held_back": [HELD], "allowed": [], "seed": 7, "dates": ["2026-01-01"], **told}
    return cast.version(card=card, metrics=metrics, recipe=recipe, datasets=[cast.dataset(cast.alder).pk])


def page(version: ModelVersion) -> str:
    return reverse("admin:training_modelversion_change", args=[version.pk])


def column(recipe: Recipe, name: str = "attr_cancel_reason") -> str:
    return reverse("admin:training_recipe_column", args=[recipe.pk, name])


def shown(browser: Client, version: ModelVersion, asked: str = "") -> str:
    text = browser.get(page(version) + asked).content.decode()
    return re.sub(r"\s+", " ", text.replace("\u202f", " "))


class TestFigures:
    def test_the_difference_to_rival_and_base_rate_is_said_with_its_doubt(
        self, vera: Client, version: ModelVersion
    ) -> None:
        text = shown(vera, version)
        assert "Rival: silence" in text
        assert "Better than the rival by" in text
        assert "beyond doubt" in text
        assert "Base rate for everyone" in text
        gate = "is better than the rival&#x27;s by"
        assert gate in text

    def test_the_calibration_is_drawn_with_title_takeaway_and_numbers(
        self, vera: Client, version: ModelVersion
    ) -> None:
        text = shown(vera, version)
        assert '<div class="chart__title">Calibration: what it said and what happened</div>' in text
        assert re.search(r"In \d+ of 10 groups of equal size", text)
        assert text.count("plot-whisker") == 10
        assert "Show the numbers" in text

    def test_each_partner_is_a_line_and_small_ones_are_too_few_to_tell(
        self, vera: Client, version: ModelVersion, cast: Cast
    ) -> None:
        assert cast.alder
        assert cast.birch
        text = shown(vera, version)
        lines = text[text.index("Partner by partner") :]
        assert "Alder Systems" in lines
        assert lines.index("too few to tell") > lines.index(cast.birch.name)

    def test_the_grade_is_shown_with_every_rule(self, vera: Client, version: ModelVersion) -> None:
        text = shown(vera, version)
        assert "Where the grade comes from: the worst of these notes" in text
        assert "calibration error: A to 0.025" in text
        assert re.search(r'Grade <span class="state-word[^"]*">[A-E]</span>', text)
        versions = vera.get("/admin/training/modelversion/").content.decode()
        assert re.search(r'field-graded"><span class="state-word[^"]*">[A-E]</span>', versions)

    def test_weights_are_shown_as_shares_of_the_whole(self, vera: Client, cast: Cast) -> None:
        lines = [{"family": "logistic", "weight": 0.6}, {"family": "boosting", "weight": 0.2}]
        text = shown(vera, cast.version(card={"families": lines}))
        assert "<td>75 %</td>" in text
        assert "<td>25 %</td>" in text

    def test_a_card_of_another_shape_breaks_nothing(self, vera: Client, cast: Cast) -> None:
        odd: dict[str, Any] = {
            "slices": ["alder", {"partner": "x"}, {"partner": "alder", "n": 3, "few": True}],
            "money_curve": {"orders": "none"},
            "held_back": ["attr_x", {}],
            "allowed": None,
            "reasons": ["shap"],
            "grade": 3,
        }
        metrics = {"auc": 0.8, "better": {"auc": 1}, "above_base": [], "calibration": [{"said": None}, 3]}
        assert vera.get(page(cast.version(card=odd, metrics=metrics))).status_code == 200


class TestMoney:
    def test_the_defaults_are_stated_and_the_best_cut_off_is_said_in_people_and_money(
        self, vera: Client, version: ModelVersion
    ) -> None:
        text = shown(vera, version)
        assert 'name="cost" value="10"' in text
        assert 'name="save" value="20"' in text
        assert 'name="margin" value="30"' in text
        assert re.search(r"Best cut-off: call the first [\d,]+ of 920: [\d,]+ of the [\d,]+ to whom it happened", text)
        assert "net gain €" in text

    def test_other_terms_come_with_the_address_and_change_the_answer(self, vera: Client, version: ModelVersion) -> None:
        dear = shown(vera, version, "?cost=100000")
        assert "the best is to call nobody" in dear
        asked = shown(vera, version, "?cost=0&save=100&margin=100&first=920")
        total = round(sum(one["said"] * one["n"] for one in version.metrics["calibration"]))
        assert re.search(r"Call the first 920 of 920: (\d+) of the \1 to whom", asked)
        assert total > 100
        assert 'name="cost" value="0"' in asked

    def test_what_cannot_be_read_is_said_beside_its_field_and_the_defaults_answer(
        self, vera: Client, version: ModelVersion
    ) -> None:
        text = shown(vera, version, "?cost=-5&save=abc&order=weather")
        assert "Best cut-off" in text
        assert text.count('class="terms__error"') == 3

    def test_it_only_reads(self, vera: Client, version: ModelVersion) -> None:
        before = ModelVersion.objects.values().get(pk=version.pk)
        shown(vera, version, "?cost=3")
        assert ModelVersion.objects.values().get(pk=version.pk) == before
        assert '<form method="get" action="#money"' in shown(vera, version)

    def test_several_currencies_are_admitted(self, vera: Client, version: ModelVersion, cast: Cast) -> None:
        version.datasets = [cast.dataset(cast.alder).pk, cast.dataset(cast.birch).pk]
        version.save()
        text = shown(vera, version)
        assert "Partners count in CNY, EUR; their money is added as it is." in text
        assert "net gain €" not in text


class TestHeldBack:
    def test_a_held_back_column_is_named_with_the_way_to_allow_it(self, vera: Client, version: ModelVersion) -> None:
        text = shown(vera, version)
        assert "whether Cancel reason is filled in predicts the outcome" in text
        assert column(version.recipe) in text  # type: ignore[arg-type]
        assert "attr_cancel_reason alone nearly tells the outcome and is not used." in text

    def test_asking_changes_nothing_and_a_reason_allows_it_in_my_name(
        self, vera: Client, version: ModelVersion
    ) -> None:
        recipe = version.recipe
        assert recipe is not None
        assert "usually a trace of it" in vera.get(column(recipe)).content.decode()
        assert vera.post(column(recipe), {"reason": " "}).status_code == 422
        recipe.refresh_from_db()
        assert recipe.allowed == []
        said = vera.post(column(recipe), {"reason": "known at signing"}, follow=True).content.decode()
        recipe.refresh_from_db()
        assert recipe.allowed == ["attr_cancel_reason"]
        assert "is used from the next training on" in said
        assert "known at signing" in said  # who, when and why stand on the recipe's page
        assert "Vera" in said
        history = vera.get(reverse("admin:training_recipe_history", args=[recipe.pk])).content.decode()
        assert "known at signing" in history
        assert "Declared legitimate since" in shown(vera, version)

    def test_it_can_be_taken_back(self, vera: Client, version: ModelVersion) -> None:
        recipe = version.recipe
        assert recipe is not None
        allowances.allow(recipe, "attr_cancel_reason")
        vera.post(column(recipe), {"reason": "it was a trace after all"})
        recipe.refresh_from_db()
        assert recipe.allowed == []

    def test_a_column_named_as_in_the_partners_file_is_the_same_column(
        self, vera: Client, version: ModelVersion
    ) -> None:
        recipe = version.recipe
        assert recipe is not None
        allowances.allow(recipe, "Cancel reason")
        allowances.allow(recipe, "attr_cancel_reason")
        assert recipe.allowed == ["Cancel reason"]
        assert "Hold back again…" in shown(vera, version)
        vera.post(column(recipe), {"reason": "no"})
        recipe.refresh_from_db()
        assert recipe.allowed == []

    def test_who_may_only_look_is_not_offered_it_and_may_not_do_it(self, cast: Cast, version: ModelVersion) -> None:
        clerk = cast.person("Clerk", is_staff=True)
        names = ["view_modelversion", "view_recipe"]
        clerk.user_permissions.set(Permission.objects.filter(codename__in=names))
        browser, recipe = cast.browser(clerk), version.recipe
        assert recipe is not None
        assert column(recipe) not in shown(browser, version)
        assert browser.get(column(recipe)).status_code == 403
        assert browser.post(column(recipe), {"reason": "mine"}).status_code == 403
        recipe.refresh_from_db()
        assert recipe.allowed == []

    def test_nobody_of_a_partner_comes_near_the_card(self, cast: Cast, version: ModelVersion) -> None:
        for person in (cast.ada, cast.vic, cast.noel):
            browser = cast.browser(person)
            assert browser.get(page(version)).status_code in (302, 403, 404)
            assert browser.post(column(version.recipe), {"reason": "mine"}).status_code in (302, 403, 404)  # type: ignore[arg-type]
        assert Recipe.objects.get().allowed == []

    def test_the_next_training_is_told_what_is_allowed_and_what_was_held_back(self, version: ModelVersion) -> None:
        recipe = version.recipe
        assert recipe is not None
        assert allowances.suspected(recipe) == ("attr_cancel_reason",)
        allowances.allow(recipe, "attr_x", "attr_x")
        assert recipe.allowed == ["attr_x"]


class TestDrift:
    @pytest.fixture
    def drifted(self, cast: Cast, version: ModelVersion) -> ModelVersion:
        named = [{"name": "orders_90", "psi": 0.31, "en": "orders in 90 days: lower", "zh-hans": "近90天订单数：更低"}]
        drift = {"n": 50, "of": 60, "features": 40, "moved": 1, "far": 1, "psi": 0.31, "named": named}
        made = cast.publication(cast.alder, version=version)
        with scope(partner=cast.alder):
            made.evidence = {"drift": {**drift, "against": "partner"}, "basis": {"en": "The network answers."}}
            made.save()
        return version

    def test_the_card_tells_the_drift_of_every_partner_shown_and_marks_the_grade_down(
        self, vera: Client, drifted: ModelVersion
    ) -> None:
        text = shown(vera, drifted)
        assert "orders in 90 days: lower (0.31)" in text
        assert "moved far" in text
        assert "from a population stability index of 0.1, far from 0.25" in text
        assert ">Drift</th> <td>C</td>" in text

    def test_the_list_itself_says_which_inputs_moved(self, vera: Client, drifted: ModelVersion, cast: Cast) -> None:
        with scope(partner=cast.alder):
            made = cast.alder.publications.get()
        text = vera.get(reverse("admin:predictions_publication_change", args=[made.pk])).content.decode()
        assert "Inputs since training" in text
        assert "orders in 90 days: lower" in text
        assert "50 of 60 customers looked at" in text
        assert "The network answers." in text
        run = vera.get(reverse("admin:predictions_scoringrun_change", args=[made.run_id])).content.decode()
        assert "moved far" in run
        assert "moved far" in vera.get("/admin/predictions/publication/").content.decode()

    def test_a_partner_held_against_all_others_is_unlike_them_and_marks_nothing_down(
        self, vera: Client, drifted: ModelVersion, cast: Cast
    ) -> None:
        with scope(partner=cast.alder):
            made = cast.alder.publications.get()
            made.evidence["drift"]["against"] = "network"
            made.save()
        text = shown(vera, drifted)
        assert "unlike those it learned from" in text
        assert ">Drift</th>" not in text
        said = vera.get(reverse("admin:predictions_publication_change", args=[made.pk])).content.decode()
        assert "Inputs beside those of all partners" in said

    def test_it_speaks_the_readers_language(self, cast: Cast, drifted: ModelVersion) -> None:
        cast.vera.language = "zh-hans"
        cast.vera.save()
        with translation.override("zh-hans"):
            assert "近90天订单数：更低" in shown(cast.browser(cast.vera), drifted)


class TestThePage:
    def test_card_and_list_cost_few_queries(
        self, vera: Client, version: ModelVersion, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        cast.publication(cast.alder, version=version)
        for _ in range(5):
            cast.version(card=version.card, metrics=version.metrics)
        vera.get(page(version))
        with django_assert_max_num_queries(15):
            vera.get(page(version))
        with django_assert_max_num_queries(15):
            vera.get("/admin/training/modelversion/")

    def test_nothing_on_it_breaks_the_content_policy(self, vera: Client, version: ModelVersion) -> None:
        answer = vera.get(page(version))
        text = answer.content.decode()
        body = text[: text.index("<!-- SVGs")] if "<!-- SVGs" in text else text
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", body)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", body)


def test_every_family_a_training_may_try_can_be_asked_for_by_name() -> None:
    assert set(FAMILIES) == {*families.WHERE, *RECOMMENDERS}
