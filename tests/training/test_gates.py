"""What a version must show: every gate names its numbers, and an unreadable one never passes."""

from typing import Any

import pytest

from tests.cast import Cast
from training import gates
from training.gates import Gate
from training.models import Champion


def named(found: list[Gate]) -> dict[str, Gate]:
    return {gate.name: gate for gate in found}


@pytest.mark.parametrize(
    ("kind", "metrics", "passes"),
    [
        ("churn", {"auc": {"value": 0.8}, "naive": {"auc": 0.7}}, True),
        ("churn", {"auc": 0.8, "naive": {"auc": {"value": 0.7}}}, True),
        ("churn", {"auc": {"value": 0.7}, "naive": {"auc": 0.7}}, False),
        ("churn", {"auc": {"value": 0.6}, "naive": {"auc": 0.7}}, False),
        ("churn", {"auc": {"value": None}, "naive": {"auc": 0.7}}, False),
        ("churn", {"auc": {"value": "0.9"}, "naive": {"auc": 0.7}}, False),
        ("churn", {"auc": {"value": 0.8}, "naive": {"auc": None}}, False),
        ("churn", {"auc": {"value": 0.8}}, False),
        ("churn", {}, False),
        ("value", {"mae": {"value": 90.0}, "naive": {"mae": 120.0}}, True),
        ("value", {"mae": {"value": 130.0}, "naive": {"mae": 120.0}}, False),
        ("recommendation", {"ndcg_10": {"value": 0.2}, "popularity": {"ndcg_10": {"value": 0.1}}}, True),
        ("recommendation", {"ndcg_10": {"value": 0.05}, "popularity": {"ndcg_10": {"value": 0.1}}}, False),
    ],
)
def test_only_a_better_readable_number_beats_the_naive_rival(
    cast: Cast, kind: str, metrics: dict[str, Any], passes: bool
) -> None:
    assert gates.beats_naive(cast.version(kind, metrics=metrics)) is passes


def test_a_recommender_must_beat_the_strongest_rival_it_names(cast: Cast) -> None:
    metrics = {
        "ndcg_10": {"value": 0.2},
        "popularity": {"ndcg_10": {"value": 0.1}},
        "naive": {"name": "frequency", "ndcg_10": {"value": 0.25}},
    }
    assert not gates.beats_naive(cast.version("recommendation", metrics=metrics))


def test_the_checklist_names_the_numbers(cast: Cast) -> None:
    found = named(gates.checklist(cast.version()))
    assert found["Naive rival"] == Gate(
        "Naive rival", True, "AUC 0.800; the naive rival reaches 0.700 on the same rows."
    )
    assert found["Certainty"].passed
    assert "0.770 to 0.830" in found["Certainty"].sentence
    assert found["Enough rows"] == Gate(
        "Enough rows", True, "Learned from 1,000 rows; below 200 the numbers above are luck."
    )


def test_missing_files_fail_and_say_so(cast: Cast) -> None:
    gate = named(gates.checklist(cast.version()))["Files"]
    assert gate.passed is False
    assert "Train it again" in gate.sentence


def test_an_interval_that_includes_the_rival_fails_and_names_both_ends(cast: Cast) -> None:
    metrics = {"auc": {"value": 0.72, "low": 0.69, "high": 0.75}, "naive": {"auc": 0.7}}
    gate = named(gates.checklist(cast.version(metrics=metrics)))["Certainty"]
    assert gate.passed is False
    assert gate.sentence == "The 95 % interval, 0.690 to 0.750, includes the rival's 0.700."


def test_where_lower_is_better_the_high_end_must_beat_the_rival(cast: Cast) -> None:
    def certainty(high: float) -> bool | None:
        metrics = {"mae": {"value": 90, "low": 80, "high": high}, "naive": {"mae": 120}}
        return named(gates.checklist(cast.version("value", metrics=metrics)))["Certainty"].passed

    assert certainty(110.0) is True
    assert certainty(125.0) is False


def test_without_an_interval_certainty_cannot_be_told(cast: Cast) -> None:
    found = named(gates.checklist(cast.version(metrics={"auc": 0.8, "naive": {"auc": 0.7}})))
    assert found["Certainty"].passed is None


def test_a_version_worse_than_the_champion_fails_against_it_by_name(cast: Cast) -> None:
    worse = cast.version(metrics={"auc": {"value": 0.75}, "naive": {"auc": 0.7}})
    assert cast.champion
    gate = named(gates.checklist(worse))["Present champion"]
    assert gate.passed is False
    assert "AUC 0.750" in gate.sentence
    assert f"{cast.champion} reached 0.800" in gate.sentence


def test_the_networks_champion_is_no_measure_for_a_partners_own_model(cast: Cast) -> None:
    assert cast.champion
    own = cast.version(partner=cast.alder, metrics={"auc": {"value": 0.6}, "naive": {"auc": 0.5}})
    assert named(gates.checklist(own))["Present champion"].passed is None


def test_the_first_version_of_a_scope_has_nobody_to_compare_with(cast: Cast) -> None:
    assert named(gates.checklist(cast.version()))["Present champion"].passed is None
    assert not Champion.objects.exists()


def test_too_few_rows_fail_with_the_number(cast: Cast) -> None:
    gate = named(gates.checklist(cast.version(rows=40)))["Enough rows"]
    assert gate.passed is False
    assert "40 rows" in gate.sentence


@pytest.mark.parametrize(
    ("better", "passed", "words"),
    [
        ({"value": 0.03, "low": 0.01, "high": 0.05}, True, "0.010 to 0.050, is above zero"),
        ({"value": 0.03, "low": -0.01, "high": 0.07}, False, "-0.010 to 0.070, is not all above zero"),
        ({"value": None, "low": None, "high": None}, True, "0.770 to 0.830"),
    ],
)
def test_certainty_is_judged_by_the_difference_on_the_same_customers(
    cast: Cast, better: dict[str, float | None], passed: bool, words: str
) -> None:
    """Two intervals may overlap where the difference is beyond doubt, and the other way round."""
    metrics = {"auc": {"value": 0.8, "low": 0.77, "high": 0.83}, "naive": {"auc": 0.7}, "better": {"auc": better}}
    gate = named(gates.checklist(cast.version(metrics=metrics)))["Certainty"]
    assert gate.passed is passed
    if better["value"] is not None:
        assert words in gate.sentence


@pytest.mark.parametrize(
    ("card", "passed", "words"),
    [
        ({"held_back": [{"column": "attr_x"}]}, True, "attr_x alone nearly tells the outcome and is not used."),
        ({"held_back": [], "allowed": [{"column": "attr_x"}]}, None, "somebody declared it legitimate"),
        ({"held_back": []}, True, "No column alone tells the outcome too well."),
    ],
)
def test_columns_that_tell_too_much_are_named(
    cast: Cast, card: dict[str, Any], passed: bool | None, words: str
) -> None:
    gate = named(gates.checklist(cast.version(card=card)))["Columns that tell too much"]
    assert gate.passed is passed
    assert words in gate.sentence
