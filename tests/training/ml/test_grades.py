"""The grade: the worst of its notes, each by a rule that is written down, and never better than what is known."""

from typing import Any

import pytest

from training.ml import grades

GOOD: dict[str, Any] = {
    "n": 4000,
    "base_rate": 0.25,
    "auc": {"value": 0.85, "low": 0.83, "high": 0.87},
    "naive": {"auc": 0.73},
    "better": {"auc": {"value": 0.12, "low": 0.10, "high": 0.14}},
    "calibration_error": 0.012,
}


def test_a_model_that_is_good_in_everything_gets_an_a() -> None:
    assert grades.grade(GOOD) == "A"
    assert [note.letter for note in grades.notes(GOOD)] == ["A", "A", "A"]


@pytest.mark.parametrize(
    ("change", "letter"),
    [
        ({"n": 790}, "B"),
        ({"n": 300, "base_rate": 0.9}, "D"),
        ({"n": 60}, "E"),
        ({"calibration_error": 0.03}, "B"),
        ({"calibration_error": 0.05}, "C"),
        ({"calibration_error": 0.07}, "D"),
        ({"calibration_error": 0.2}, "E"),
        ({"calibration_error": None}, "E"),
        ({"better": {"auc": {"value": 0.01, "low": -0.01, "high": 0.03}}}, "C"),
        ({"better": {"auc": {"value": 0.0, "low": -0.01, "high": 0.01}}}, "D"),
        ({"better": {"auc": {"value": -0.03, "low": -0.05, "high": -0.01}}}, "E"),
    ],
)
def test_the_worst_note_is_the_grade(change: dict[str, Any], letter: str) -> None:
    assert grades.grade({**GOOD, **change}) == letter


@pytest.mark.parametrize(("drift", "letter"), [(None, "A"), (0.0, "A"), (0.1, "B"), (0.25, "C"), (3.0, "C")])
def test_drift_marks_down_once_it_is_known(drift: float | None, letter: str) -> None:
    assert grades.grade(GOOD, drift=drift) == letter


def test_versions_without_a_paired_difference_are_held_against_the_rivals_number() -> None:
    old = {key: value for key, value in GOOD.items() if key != "better"}
    assert grades.difference(old, "auc") == pytest.approx((0.12, 0.10, 0.14))
    assert grades.grade(old) == "A"
    assert grades.grade({**old, "naive": {"auc": 0.84}}) == "C"
    assert grades.difference({"auc": 0.8, "naive": {"auc": 0.7}}, "auc") is None
    assert grades.difference({"auc": GOOD["auc"], "naive": 0.7}, "auc") is None


def test_where_less_is_better_a_smaller_error_is_a_gain() -> None:
    value = {"n": 900, "mae": {"value": 80.0, "low": 75.0, "high": 85.0}, "naive": {"mae": 100.0}}
    assert grades.difference(value, "mae") == (20.0, 15.0, 25.0)
    assert grades.grade(value, measure="mae") == "A"
    paired = {**value, "better": {"mae": {"value": 5.0, "low": 1.0, "high": 9.0}}}  # ours errs more
    assert grades.grade(paired, measure="mae") == "E"


def test_what_was_not_judged_has_no_grade_and_what_cannot_be_told_has_a_bad_one() -> None:
    assert grades.grade({}) == ""
    assert grades.grade({"n": 500, "auc": {"value": None}, "base_rate": 0.0}) == "E"
    assert grades.grade({"n": "many", "auc": "high", "better": 3}) == "E"


def test_the_card_carries_the_rule_of_every_note_in_both_languages() -> None:
    told = grades.told(GOOD)
    assert told["letter"] == "A"
    assert len(told["rule"]) == len(told["notes"]) + 1
    assert all(rule["en"] and rule["zh-hans"] for rule in told["rule"])


OFFERS: dict[str, Any] = {
    "n": 250,
    "base_rate": 0.02,
    "ndcg_10": {"value": 0.3, "low": 0.28, "high": 0.33},
    "naive": {"ndcg_10": 0.2},
    "trust": {"repeat": {"ratio": 1.2}, "new": {"ratio": 0.9}},
}


def test_recommendations_count_all_people_judged() -> None:
    assert grades.grade(OFFERS, measure="ndcg_10") == "A"


@pytest.mark.parametrize(
    ("trust", "letter"),
    [
        ({"repeat": {"ratio": 1.1}, "new": {"ratio": 0.7}}, "B"),  # 1 / 0.7 = 1.43 times too low
        ({"repeat": {"ratio": 2.5}, "new": {"ratio": 1.0}}, "D"),
        ({"repeat": {"ratio": 1.0}, "new": {"ratio": 0.0}}, "E"),
        ({"repeat": {"ratio": 1.0}, "new": {"ratio": None}}, "A"),  # too few new purchases to tell
        ({"repeat": {"ratio": None}, "new": {"ratio": None}}, "E"),
        (None, "E"),
    ],
)
def test_offers_are_marked_down_by_how_far_their_chances_were_off(trust: dict[str, Any] | None, letter: str) -> None:
    assert grades.grade({**OFFERS, "trust": trust}, measure="ndcg_10") == letter
