"""The measures agree with the textbook, ties are fair, and intervals hold what they should."""

import json

import numpy as np
import pytest
from sklearn import metrics

from training.ml import evaluate


def scores(rows: int = 500, seed: int = 0, *, coarse: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.random(rows)
    if coarse:
        p = np.round(p, 1)
    return (rng.random(rows) < p).astype(float), np.clip(p, 0.01, 0.99)


@pytest.mark.parametrize("coarse", [False, True])
def test_measures_agree_with_the_reference(coarse: bool) -> None:
    y, p = scores(coarse=coarse)
    assert evaluate.auc(y, p) == pytest.approx(metrics.roc_auc_score(y, p))
    assert evaluate.average_precision(y, p) == pytest.approx(metrics.average_precision_score(y, p))
    assert evaluate.brier(y, p) == pytest.approx(metrics.brier_score_loss(y, p))


def test_one_class_alone_has_no_auc() -> None:
    assert np.isnan(evaluate.auc(np.ones(5), np.arange(5.0)))
    assert np.isnan(evaluate.average_precision(np.zeros(5), np.arange(5.0)))


def test_precision_at_the_top_counts_positives() -> None:
    y = np.array([1.0, 1.0, 0.0, 0.0])
    p = np.array([0.9, 0.8, 0.7, 0.1])
    assert evaluate.precision_at(y, p, top=2) == 1
    assert evaluate.precision_at(y, p, top=4) == 0.5
    assert evaluate.lift(y, p, percent=50) == 2


def test_tied_places_are_shared() -> None:
    y = np.array([1.0, 0.0, 1.0, 0.0])
    assert evaluate.precision_at(y, np.zeros(4), top=1) == 0.5
    assert evaluate.auc(y, np.zeros(4)) == 0.5
    assert evaluate.lift(y, np.zeros(4), percent=50) == 1


def test_calibrated_probabilities_have_little_calibration_error() -> None:
    y, p = scores(5000)
    assert evaluate.calibration_error(y, p) < 0.03
    assert evaluate.calibration_error(y, p / 2) > 0.2
    bins = evaluate.calibration(y, p)
    assert len(bins) == 10
    assert sum(one["n"] for one in bins) == 5000
    assert all(0 <= one["said"] <= 1 for one in bins)


def test_intervals_hold_the_value_and_narrow_with_rows() -> None:
    widths = []
    for rows in (200, 5000):
        y, p = scores(rows)
        low, high = evaluate.interval(y, p, evaluate.auc, seed=1)
        assert low < evaluate.auc(y, p) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2


def test_rows_of_one_customer_are_drawn_together() -> None:
    y, p = scores(100)
    y, p, group = np.tile(y, 10), np.tile(p, 10), np.tile(np.arange(100), 10)
    apart = evaluate.interval(y, p, evaluate.auc, seed=1)
    together = evaluate.interval(y, p, evaluate.auc, seed=1, group=group)
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


def test_the_cards_figures_are_honest_json() -> None:
    y, p = scores(60)
    figures = evaluate.judged(y, p, seed=1)
    json.dumps(figures, allow_nan=False)
    assert {"auc", "average_precision", "brier", "lift_5", "lift_10", "lift_20", "base_rate", "n"} <= set(figures)
    assert "precision_50" in figures
    assert "precision_100" not in figures  # there are only 60 rows
    empty = evaluate.judged(np.zeros(40), np.full(40, 0.5), seed=1)
    assert empty["auc"]["value"] is None
    json.dumps(evaluate.rival("nobody", np.zeros(40), np.zeros(40)), allow_nan=False)
