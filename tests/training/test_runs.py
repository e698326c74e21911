"""Asking for a model: whose data may teach it, as of when, and what is refused before anything is queued."""

from datetime import date, timedelta

import pytest

from partners.models import Partner
from portal.kit.errors import Refusal
from tests.cast import Cast
from training import runs
from training.models import Recipe, TrainingRun

TODAY = date(2026, 11, 1)


@pytest.fixture
def recipe(cast: Cast) -> Recipe:
    return Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:90")


class TestWhoseData:
    def test_the_network_learns_from_all_that_share(self, cast: Cast) -> None:
        cast.dataset(cast.alder)
        cast.dataset(cast.birch)
        assert runs.sources(None) == [cast.alder, cast.birch]

    def test_the_network_never_sees_a_partner_that_keeps_its_data(self, cast: Cast) -> None:
        cast.dataset(cast.alder)
        cast.dataset(cast.birch)
        Partner.objects.filter(pk=cast.birch.pk).update(shares_data=False)
        assert runs.sources(None) == [cast.alder]

    def test_a_partner_that_keeps_its_data_trains_its_own_model(self, cast: Cast) -> None:
        cast.dataset(cast.birch)
        Partner.objects.filter(pk=cast.birch.pk).update(shares_data=False)
        assert runs.sources(cast.birch) == [cast.birch]

    def test_closed_partners_and_those_without_data_are_left_out(self, cast: Cast) -> None:
        cast.dataset(cast.alder)
        Partner.objects.filter(pk=cast.alder.pk).update(is_active=False)
        assert cast.birch.dataset is None
        assert runs.sources(None) == []


class TestAsOf:
    def test_the_day_after_the_newest_fact_is_meant_when_none_is_named(self, recipe: Recipe, cast: Cast) -> None:
        cast.dataset(cast.alder)
        run = runs.request(recipe, by=cast.vera, today=TODAY)
        assert run.as_of == date(2026, 10, 1)

    def test_facts_that_reach_today_do_not_move_it_into_the_future(self, recipe: Recipe, cast: Cast) -> None:
        cast.dataset(cast.alder)
        assert runs.request(recipe, by=None, today=date(2026, 9, 30)).as_of == date(2026, 9, 30)

    def test_a_named_day_is_kept(self, recipe: Recipe, cast: Cast) -> None:
        cast.dataset(cast.alder)
        assert runs.request(recipe, by=None, today=TODAY, as_of=date(2026, 3, 1)).as_of == date(2026, 3, 1)

    def test_a_day_in_the_future_is_refused(self, recipe: Recipe, cast: Cast) -> None:
        cast.dataset(cast.alder)
        with pytest.raises(Refusal, match="lies in the future"):
            runs.request(recipe, by=None, today=TODAY, as_of=TODAY + timedelta(days=1))
        assert not TrainingRun.objects.exists()

    def test_without_any_dated_fact_today_is_meant(self, db: None) -> None:
        assert runs.data_date([], today=TODAY) == TODAY


class TestAsking:
    def test_a_request_is_queued_for_its_asker_and_wakes_a_worker_on_commit(
        self,
        recipe: Recipe,
        cast: Cast,
        no_broker: list[tuple[str, int]],
        django_capture_on_commit_callbacks: object,
    ) -> None:
        cast.dataset(cast.alder)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            run = runs.request(recipe, by=cast.vera, today=TODAY, promote=True)
            assert no_broker == []
        assert (run.state, run.requested_by, run.promote) == ("queued", cast.vera, True)
        assert no_broker == [("training.TrainingRun", run.pk)]

    def test_without_data_nothing_is_queued_and_the_sentence_says_what_to_do(self, recipe: Recipe, cast: Cast) -> None:
        with pytest.raises(Refusal, match="upload data, or name one partner"):
            runs.request(recipe, by=cast.vera, today=TODAY)
        own = Recipe.objects.create(name="Own", kind="churn", outcome="labelled", partner=cast.alder)
        with pytest.raises(Refusal, match="Alder Systems has no data in use yet"):
            runs.request(own, by=cast.vera, today=TODAY)
        assert not TrainingRun.objects.exists()

    def test_a_recipe_that_makes_no_sense_is_refused_before_it_is_queued(self, cast: Cast) -> None:
        cast.dataset(cast.alder)
        broken = Recipe.objects.create(name="Broken", kind="churn", outcome="purchase:90")
        with pytest.raises(Refusal, match="not an outcome of churn"):
            runs.request(broken, by=cast.vera, today=TODAY)


class TestRecipes:
    def test_the_same_wish_finds_the_same_recipe(self, cast: Cast) -> None:
        one = runs.recipe_for("churn", partner=None, outcome="", horizon=None, families=[], budget=600)
        two = runs.recipe_for("churn", partner=None, outcome="inactivity:90", horizon=None, families=[], budget=600)
        assert one == two
        assert one.name == "churn inactivity:90 · network"

    def test_a_column_allowed_since_makes_no_second_recipe(self, cast: Cast) -> None:
        wish = {"partner": cast.alder, "outcome": "labelled", "horizon": None, "families": [], "budget": 600}
        kept = runs.recipe_for("churn", allowed=["score"], **wish)  # type: ignore[arg-type]
        kept.allowed = ["score", "attr_reason"]
        kept.save()
        found = runs.recipe_for("churn", allowed=[], **wish)  # type: ignore[arg-type]
        assert (found, found.allowed) == (kept, ["score", "attr_reason"])

    def test_another_scope_or_effort_is_another_recipe(self, cast: Cast) -> None:
        wish = {"outcome": "", "horizon": None, "families": []}
        made = [
            runs.recipe_for("churn", partner=partner, budget=budget, **wish)  # type: ignore[arg-type]
            for partner in (None, cast.alder)
            for budget in (60, 600)
        ]
        assert len({one.pk for one in made}) == 4
