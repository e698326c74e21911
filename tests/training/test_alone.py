"""A partner that keeps its data alone: nothing of it reaches the network's model, and the better of two answers it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django_scopes import scopes_disabled

from partners.models import DatasetVersion, Partner
from tests.cast import Cast
from tests.training.ml import makers
from training import alone, registry, runs, work
from training.ml import pooling
from training.models import Champion, ModelVersion, Recipe, TrainingRun

CANARY = "KEEPER-CANARY"


def quiet(**_: Any) -> None:
    """Nobody listens."""


def keeps(partner: Partner, *, shares: bool = False) -> Partner:
    partner.shares_data = shares
    partner.save()
    return partner


def with_data(cast: Cast, partner: Partner, *, customers: int = 90, seed: int = 1, name: str = "") -> Partner:
    """Two years of orders in the partner's dataset folder; `name` marks its customers, segments and regions."""
    folder = cast.dataset(partner).folder
    makers.partner(folder, key=partner.slug, customers=customers, seed=seed)
    if name:
        for file in ("orders", "customers", "interactions"):
            frame = pd.read_parquet(folder / f"{file}.parquet")
            frame["customer_id"] = name + frame["customer_id"]
            if file == "customers":
                frame["segment"], frame["region"] = name + frame["segment"], name
            frame.to_parquet(folder / f"{file}.parquet", index=False)
    return partner


@pytest.fixture
def network(cast: Cast) -> TrainingRun:
    """A queued training of the network; Alder shares its data, Birch keeps its own."""
    cast.dataset(cast.alder)
    cast.dataset(keeps(cast.birch))
    recipe = Recipe.objects.create(name="Churn", kind="churn", outcome="inactivity:60", families=["logistic"])
    return runs.prepare(recipe, by=cast.vera, today=makers.TODAY, as_of=makers.TODAY, promote=True)


def own_runs() -> list[TrainingRun]:
    return list(TrainingRun.objects.filter(slot__startswith=alone.SLOT).select_related("recipe"))


def trained(run: TrainingRun) -> ModelVersion:
    """The version this run's work makes, as a worker's child would make it."""
    from django.utils import timezone

    assert run.claim(worker="test", at=timezone.now())
    return ModelVersion.objects.get(pk=work.train(run, quiet)["version_id"])


class TestTheirOwnTraining:
    def test_every_network_training_is_followed_by_one_for_each_that_keeps_its_data(
        self, network: TrainingRun, cast: Cast
    ) -> None:
        network.version = cast.version()
        work.train(network, quiet)
        (own,) = own_runs()
        assert (own.recipe.partner, own.recipe.kind, own.recipe.outcome) == (cast.birch, "churn", "inactivity:60")
        assert (own.promote, own.requested_by, own.state) == (True, None, "queued")
        work.train(network, quiet)
        assert len(own_runs()) == 1

    def test_partners_that_share_are_closed_or_have_no_data_get_none(self, network: TrainingRun, cast: Cast) -> None:
        keeps(cast.birch, shares=True)
        Partner.objects.create(slug="empty", name="Empty", shares_data=False)
        assert alone.follow(network) == []

    def test_a_training_that_does_not_come_to_answer_is_followed_by_nothing(
        self, network: TrainingRun, cast: Cast
    ) -> None:
        network.version, network.promote = cast.version(), False
        work.train(network, quiet)
        network.promote, network.slot = True, "schedule:1"  # a schedule promotes what beats the naive rival
        network.version.metrics["naive"] = {"auc": 0.9}
        work.train(network, quiet)
        assert own_runs() == []
        network.version.metrics["naive"] = {"auc": 0.7}
        work.train(network, quiet)
        assert len(own_runs()) == 1

    @pytest.mark.parametrize(
        ("outcome", "counts", "queued"),
        [
            ("inactivity:60", {"orders": 5}, 1),
            ("inactivity:60", {"orders": 4, "customers": 900}, 0),
            ("subscription:60", {"orders": 900, "subscriptions": 29}, 0),
            ("subscription:60", {"subscriptions": 30}, 1),
            ("labelled", {"customers": 29, "orders": 900}, 0),
            ("labelled", {"customers": 30}, 1),
        ],
    )
    def test_partners_with_fewer_rows_than_a_model_needs_customers_get_none(
        self, network: TrainingRun, cast: Cast, outcome: str, counts: dict[str, int], queued: int
    ) -> None:
        with scopes_disabled():
            DatasetVersion.objects.filter(partner=cast.birch).update(counts=counts)
        network.recipe.outcome = outcome
        assert len(alone.follow(network)) == queued

    @pytest.mark.parametrize("category", ["", ":Toner"])
    def test_of_a_category_no_rhythm_is_told(self, network: TrainingRun, cast: Cast, category: str) -> None:
        network.recipe.kind, network.recipe.outcome = "propensity", "purchase:60" + category
        assert len(alone.follow(network)) == (0 if category else 1)  # Birch has 17 order lines

    @pytest.mark.parametrize("by_hand", [True, False])
    def test_it_does_not_replace_what_a_person_promoted(self, network: TrainingRun, cast: Cast, by_hand: bool) -> None:
        theirs = cast.version(partner=cast.birch)
        (first,) = alone.follow(network)
        TrainingRun.objects.filter(pk=first.pk).update(version=theirs)
        registry.promote(theirs, by=cast.vera if by_hand else None)
        again = runs.prepare(network.recipe, by=None, today=makers.TODAY, as_of=makers.TODAY, promote=True)
        (own,) = alone.follow(again)
        own.version = cast.version(partner=cast.birch)
        assert work.train(own, quiet)["promoted"] is not by_hand
        present = Champion.objects.get(kind="churn", partner=cast.birch).version
        assert present == (theirs if by_hand else own.version)

    def test_a_training_for_one_partner_is_followed_by_nothing(self, network: TrainingRun, cast: Cast) -> None:
        network.recipe.partner = cast.alder
        assert alone.follow(network) == []

    def test_taking_the_consent_back_counts_from_the_next_training_on(self, network: TrainingRun, cast: Cast) -> None:
        assert runs.sources(None) == [cast.alder]
        keeps(cast.birch, shares=True)
        assert runs.sources(None) == [cast.alder, cast.birch]
        keeps(cast.alder)
        assert runs.sources(None) == [cast.birch]
        assert [run.recipe.partner for run in alone.follow(network)] == [cast.alder]


class TestWhoAnswers:
    @pytest.fixture
    def pair(self, network: TrainingRun, cast: Cast) -> tuple[ModelVersion, ModelVersion]:
        """The network's champion, and Birch's own, which came by itself and lost against it."""
        theirs = cast.version(datasets=[cast.alder.dataset_id])
        registry.promote(theirs, by=cast.vera)
        own = cast.version(partner=cast.birch)
        own.metrics["network"] = {"better": "network"}
        own.save()
        (run,) = alone.follow(network)
        TrainingRun.objects.filter(pk=run.pk).update(version=own)
        registry.promote(own, by=None)
        return theirs, own

    def test_the_networks_model_where_it_was_better_on_the_partners_own_rows(
        self, pair: tuple[ModelVersion, ModelVersion], cast: Cast
    ) -> None:
        assert registry.champion("churn", cast.birch) == pair[0]

    def test_its_own_model_where_that_was_better(self, pair: tuple[ModelVersion, ModelVersion], cast: Cast) -> None:
        pair[1].metrics["network"] = {"better": "own"}
        pair[1].save()
        assert registry.champion("churn", cast.birch) == pair[1]

    def test_what_a_person_promoted_whatever_the_figures(
        self, pair: tuple[ModelVersion, ModelVersion], cast: Cast
    ) -> None:
        second = cast.version(partner=cast.birch)
        registry.promote(second, by=None)
        registry.promote(pair[1], by=cast.vera)
        assert registry.champion("churn", cast.birch) == pair[1]

    def test_the_networks_model_again_once_the_partner_shares_and_taught_it(
        self, pair: tuple[ModelVersion, ModelVersion], cast: Cast
    ) -> None:
        theirs, own = pair
        own.metrics["network"] = {"better": "own"}
        own.save()
        keeps(cast.birch, shares=True)
        assert registry.champion("churn", cast.birch) == own
        theirs.datasets = [cast.alder.dataset_id, cast.birch.dataset_id]
        theirs.save()
        assert registry.champion("churn", cast.birch) == theirs

    def test_the_networks_model_rather_than_a_mere_rhythm_that_was_not_compared(
        self, pair: tuple[ModelVersion, ModelVersion], cast: Cast
    ) -> None:
        theirs, own = pair
        own.metrics.pop("network")
        own.save()
        assert registry.champion("churn", cast.birch) == own
        own.card["pooling"] = {"rhythm": True}
        own.save()
        assert registry.champion("churn", cast.birch) == theirs
        own.metrics["network"] = {"better": "own"}
        own.save()
        assert registry.champion("churn", cast.birch) == own

    def test_its_own_model_where_there_is_no_other(self, cast: Cast) -> None:
        own = cast.version(partner=cast.birch)
        registry.promote(own, by=None)
        assert registry.champion("churn", cast.birch) == own


def test_a_network_model_that_learned_from_the_partner_is_not_compared_on_its_rows(cast: Cast) -> None:
    theirs = cast.version(datasets=[cast.dataset(cast.alder).pk])
    cast.dataset(keeps(cast.birch))
    registry.promote(theirs, by=None)
    assert alone.rival("churn", cast.birch) == theirs
    theirs.datasets.append(cast.birch.dataset_id)
    theirs.save()
    assert alone.rival("churn", cast.birch) is None


def test_a_network_model_whose_files_are_refused_is_nothing_to_compare_with(cast: Cast) -> None:
    assert alone.folder(cast.champion) is None


def test_a_keepers_rows_never_reach_the_network_and_its_own_model_is_judged_against_it(
    network: TrainingRun, cast: Cast, home: Path
) -> None:
    with_data(cast, cast.alder)
    with_data(cast, cast.birch, seed=2, name=CANARY)
    theirs = trained(network)
    files = [file for file in theirs.folder.rglob("*") if file.is_file()]
    said = b"".join(file.read_bytes() for file in files) + str([theirs.card, theirs.metrics]).encode()
    for secret in (CANARY, "birch", pooling.mark("birch")):
        assert secret.encode() not in said
    assert pooling.mark("alder").encode() in said
    assert theirs.datasets == [cast.alder.dataset_id]
    (run,) = own_runs()
    TrainingRun.objects.filter(pk=run.pk).update(as_of=makers.TODAY)
    own = trained(TrainingRun.objects.get(pk=run.pk))
    told = own.metrics["network"]
    assert told["n"] == own.metrics["n"]
    assert told["own"]["brier"] == pytest.approx(own.metrics["brier"], abs=1e-4)
    assert told["better"] == min(("own", "network"), key=lambda one: told[one]["log_loss"])
    answers = registry.champion("churn", cast.birch)
    assert answers == (own if told["better"] == "own" and own.alias == "champion" else theirs)
    assert CANARY.encode() in b"".join(file.read_bytes() for file in own.folder.rglob("*") if file.is_file())
