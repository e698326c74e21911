"""Partner by partner: figures where there are customers enough, silence where there are not, and nobody mixed up."""

import json

import numpy as np
import pytest

from training.ml import evaluate, grades, judgement, slices


def pooled(sizes: dict[str, int], seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    partner = np.repeat(list(sizes), list(sizes.values()))
    p = rng.beta(2, 3, len(partner))
    return (rng.random(len(partner)) < p).astype(float), p, partner


def test_each_partner_is_judged_on_its_own_rows() -> None:
    y, p, partner = pooled({"alder": 600, "birch": 300})
    told = slices.by_partner(y, p, score=p, partner=partner, seed=1)
    assert [(one["partner"], one["n"]) for one in told] == [("alder", 600), ("birch", 300)]
    mine = partner == "birch"
    assert told[1]["auc"]["value"] == evaluate.auc(y[mine], p[mine])
    assert told[1]["base_rate"] == y[mine].mean()
    assert told[1]["low"] < told[1]["base_rate"] < told[1]["high"]
    assert told[1]["auc"]["low"] < told[1]["auc"]["value"] < told[1]["auc"]["high"]


def test_a_partner_that_is_told_too_much_stands_out() -> None:
    y, p, partner = pooled({"alder": 800, "birch": 800})
    loud = np.where(partner == "birch", np.minimum(p + 0.3, 1.0), p)
    fair, high = slices.by_partner(y, loud, score=loud, partner=partner, seed=1)
    assert fair["low"] <= fair["said"] <= fair["high"]
    assert high["said"] > high["high"]
    assert high["calibration_error"] > 0.2 > fair["calibration_error"]


@pytest.mark.parametrize("rows", [1, 99])
def test_below_the_floor_nothing_but_the_count_is_told(rows: int) -> None:
    y, p, partner = pooled({"tiny": rows})
    assert slices.by_partner(y, p, score=p, partner=partner, seed=1) == [{"partner": "tiny", "n": rows, "few": True}]


def test_a_partner_to_whom_hardly_anything_happened_is_too_few_as_well() -> None:
    y = np.zeros(5000)
    y[:9] = 1
    told = slices.by_partner(y, y + 0.0, score=y, partner=np.full(5000, "calm"), seed=1)
    assert told == [{"partner": "calm", "n": 5000, "few": True}]


def test_the_whole_judgement_is_honest_json_with_money_partners_and_grade() -> None:
    y, p, partner = pooled({"alder": 500, "birch": 40})
    naive = np.random.default_rng(2).random(len(y))
    worth = np.where(partner == "birch", np.nan, 100.0)
    metrics, told = judgement.of(y, p, score=p, naive=("coin", naive), partner=partner, worth=worth, seed=1)
    json.dumps([metrics, told], allow_nan=False)
    assert metrics["better"]["auc"]["low"] > 0
    assert told["grade"]["letter"] == grades.grade(metrics)
    assert {one["partner"] for one in told["slices"]} == {"alder", "birch"}
    assert told["money_curve"]["n"] == 540
