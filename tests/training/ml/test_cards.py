"""The card's verdict in one sentence: our number, the rival's, and whether the difference is beyond doubt."""

import pytest

from training.ml import cards, families

METRICS = {"n": 900, "auc": {"value": 0.81, "low": 0.78, "high": 0.84}, "naive": {"name": "recency", "auc": 0.7}}


@pytest.mark.parametrize(
    ("better", "words"),
    [
        ({"value": 0.11, "low": 0.08, "high": 0.14}, "for recency: better beyond doubt."),
        ({"value": 0.01, "low": -0.01, "high": 0.03}, "for recency: the difference may be luck."),
        ({"value": -0.1, "low": -0.2, "high": -0.05}, "for recency: worse beyond doubt."),
        (None, "against 0.700 for recency."),
    ],
)
def test_the_verdict_says_whether_it_is_beyond_doubt(better: dict[str, float] | None, words: str) -> None:
    metrics = {**METRICS, **({"better": {"auc": better}} if better else {})}
    said = cards.summary(metrics, champion="blend")
    assert said["en"].startswith("blend: AUC 0.810 (0.780–0.840) on 900 customers")
    assert said["en"].endswith(words)
    assert said["zh-hans"]


def test_without_outcomes_there_is_no_verdict() -> None:
    metrics = {**METRICS, "auc": {"value": None, "low": None, "high": None}}
    assert "too few outcomes" in cards.summary(metrics, champion="blend")["en"]


def test_the_card_names_columns_left_out_and_how_often_intervals_held() -> None:
    assert cards.dropped(["attr_contact_name"])["en"].endswith("several customers: contact name.")
    assert "contact name" in cards.dropped(["attr_contact_name"])["zh-hans"]
    assert cards.dropped([]) == cards.dropped(None) == cards.interval(None) == cards.interval({"asked": 0.8}) == {}
    assert "80%" in cards.interval({"asked": 0.8, "held": 0.764})["en"]
    assert "76%" in cards.interval({"asked": 0.8, "held": 0.764})["zh-hans"]


def test_every_family_says_how_it_explains_itself() -> None:
    assert set(cards.METHODS) == set(families.WHERE)
    assert all(words["en"] and words["zh-hans"] for words in cards.METHODS.values())
