"""What the card says: sources with their weight or why they are out, how judged, how far chances held, what is thin."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from training.ml.interface import Task
from training.ml.recommenders.calibrate import Calibration
from training.ml.recommenders.card import card, naive
from training.ml.recommenders.sources import LOCAL, SHARED
from training.ml.recommenders.trial import Verdict

from .worlds import checkerboard

NONE = Calibration("none", np.zeros(0), np.zeros(0))
TASK = Task("recommendation", "", 90)
STATE = {"sources": ["popularity", "frequency", "ease"], "horizon_used": 90, "split": "time"}


def spread(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


def figures(value: float) -> dict[str, Any]:
    return {"ndcg_10": spread(value), "recall_10": spread(value), "hit_rate_10": spread(value), "coverage_10": 0.5}


METRICS: dict[str, Any] = {
    **figures(0.3), "n": 400, "popularity": figures(0.1), "frequency": figures(0.2), "new": {"n": 300},
    "repeat": {"n": 350}, "better": {"ndcg_10": {"value": 0.1, "low": 0.08, "high": 0.12}},
    "trust": {
        "repeat": {"n": 900, "said": 110.0, "was": 100, "ratio": 1.1},
        "new": {"n": 500, "said": 12.4, "was": 9, "ratio": None},
    },
}  # fmt: skip
VERDICT = Verdict(
    "boosted", NONE, METRICS, {"linear": 0.28, "boosted": 0.31}, ("popularity", "frequency", "ease"),
    {"item_knn": 0.001},
)  # fmt: skip


def told(verdict: Verdict = VERDICT, *, task: Task = TASK, **state: Any) -> dict[str, Any]:
    return card(
        task, [checkerboard()], as_of=date(2026, 6, 1), days=[date(2026, 3, 3).toordinal()],
        state={**STATE, **state}, verdict=verdict,
    )  # fmt: skip


def test_the_card_is_plain_json_with_every_sentence_in_both_languages() -> None:
    found = told()
    json.dumps(found, allow_nan=False)
    sentences = [found[name] for name in ("summary", "why", "judged", "judged_on", "purchases")]
    sentences += [*found["notes"], *found["trust_told"], *(one["why"] for one in found["sources_told"] if "why" in one)]
    assert all(one["en"] and one["zh-hans"] and "{" not in one["en"] + one["zh-hans"] for one in sentences)


def test_every_source_is_told_of_the_heaviest_first_and_why_the_others_are_out() -> None:
    found = told(importance={"frequency": 0.5, "popularity": 0.2, "ease": 0.3})["sources_told"]
    assert [one["source"] for one in found[:3]] == ["frequency", "ease", "popularity"]
    assert found[0]["share"] == 0.5
    assert {one["source"] for one in found} == {*LOCAL, *SHARED}
    codes = {one["source"]: one["code"] for one in found if not one["taken"]}
    assert codes["item_knn"] == "no_gain"
    assert next(one["cost"] for one in found if one["source"] == "item_knn") == 0.001
    assert codes["user_knn"] == "few"


def test_what_the_recipe_did_not_ask_for_is_said_so() -> None:
    found = told(task=replace(TASK, families=("popularity", "frequency", "ease")))["sources_told"]
    assert {one["code"] for one in found if not one["taken"]} == {"unasked"}


def test_chances_are_told_with_counts_repeats_and_new_apart() -> None:
    repeat, new = told()["trust_told"]
    assert repeat["en"] == "Of the 900 repeats shown, the chances said 110 purchases; there were 100."
    assert new["en"] == "Of the 500 new products shown, 9 were bought: fewer than 20 say nothing of the chances."
    assert "新品" in new["zh-hans"]


@pytest.mark.parametrize(
    ("split", "word"), [("time", "newest one"), ("last", "order of baskets"), ("random", "by lot")]
)
def test_it_says_how_the_past_was_split_and_names_no_dates_that_are_none(split: str, word: str) -> None:
    found = told(split=split)
    assert word in found["judged"]["en"]
    assert bool(found["dates"]) == (split == "time")
    assert any("Without dates" in note["en"] for note in found["notes"]) == (split != "time")


def test_without_dates_a_chance_is_of_the_next_basket_or_of_what_was_held_out() -> None:
    notes = {split: told(split=split, horizon_used=None)["notes"][0]["en"] for split in ("last", "random")}
    assert "next basket" in notes["last"]
    assert "fifth held out" in notes["random"]


def test_the_stronger_rival_is_named_and_the_grade_has_its_rule() -> None:
    found = told()
    assert naive(METRICS)["name"]["en"] == "own most frequent products"
    assert "against 0.200 for own most frequent products" in found["summary"]["en"]
    assert found["grade"]["letter"] == "A"
    assert {note["name"] for note in found["grade"]["notes"]} == {"rows", "rival", "chances"}


def test_thin_data_are_called_thin() -> None:
    few = replace(VERDICT, metrics={**METRICS, "n": 12, "new": {"n": 0}})
    notes = " ".join(note["en"] for note in told(few)["notes"])
    assert "Only 12 customers could be judged" in notes
    assert "lists of new products are not judged" in notes
    assert "read the chances as an order" in notes


def test_what_could_not_be_judged_is_said_and_not_graded() -> None:
    found = told(Verdict("prior", NONE, {}, {}), horizon_used=20)
    assert "Not judged" in found["summary"]["en"]
    assert found["grade"]["letter"] == ""
    assert found["families"] == found["trust_told"] == []
    assert any("learned over 20 days instead of 90" in note["en"] for note in found["notes"])
