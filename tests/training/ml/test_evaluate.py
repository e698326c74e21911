"""The measures agree with the textbook, ties are fair, and intervals hold what they should."""

import json

import numpy as np
import pytest
from sklearn import metrics

from training.ml import evaluate, resamples


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


def test_the_resamples_hold_what_a_plain_bootstrap_holds() -> None:
    """Row weights on a list sorted once give the same spread as drawing the rows again and sorting them anew."""
    y, p = scores(800, coarse=True)
    rng, drawn = np.random.default_rng(5), []
    for _ in range(300):
        rows = rng.integers(0, 800, 800)
        drawn.append([evaluate.auc(y[rows], p[rows]), evaluate.average_precision(y[rows], p[rows])])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    told = evaluate.judged(y, p, seed=1)
    assert [told["auc"]["low"], told["auc"]["high"]] == pytest.approx([low[0], high[0]], abs=0.006)
    assert told["intervals"]["average_precision"] == pytest.approx([low[1], high[1]], abs=0.012)


def test_weights_that_are_all_one_give_the_plain_figures() -> None:
    y, p = scores(300, coarse=True)
    order, bins = resamples.Order.of(y, p), resamples.Bins.of(y, p, bins=10)
    once = np.ones((1, 300), dtype=np.int64)
    told = order.measures(once, lifts=(5, 10, 20), tops=(20, 50))
    assert told["auc"][0] == pytest.approx(evaluate.auc(y, p))
    assert told["average_precision"][0] == pytest.approx(evaluate.average_precision(y, p))
    for percent in (5, 10, 20):
        assert told[f"lift_{percent}"][0] == pytest.approx(evaluate.lift(y, p, percent=percent))
    assert told["precision_50"][0] == pytest.approx(evaluate.precision_at(y, p, top=50))
    assert bins.measures(once)["brier"][0] == pytest.approx(evaluate.brier(y, p))
    assert bins.measures(once)["calibration_error"][0] == pytest.approx(evaluate.calibration_error(y, p))


def test_long_lists_are_judged_in_packets_without_being_judged_differently() -> None:
    y, p = scores(30_000)
    order = resamples.Order.of(y, p)
    assert len(order.starts) <= resamples.EXACT + resamples.PACKETS
    told = order.measures(np.ones((1, 30_000), dtype=np.int64), lifts=(10,), tops=(100,))
    assert told["auc"][0] == pytest.approx(evaluate.auc(y, p), abs=1e-4)
    assert told["average_precision"][0] == pytest.approx(evaluate.average_precision(y, p), abs=2e-4)
    assert told["precision_100"][0] == pytest.approx(evaluate.precision_at(y, p, top=100))


def test_a_better_list_is_better_beyond_doubt_where_single_intervals_overlap() -> None:
    """Paired differences see what two intervals beside each other hide."""
    y, p = scores(600)
    worse = p + np.random.default_rng(3).normal(0, 0.15, 600)
    told = evaluate.judged(y, p, seed=1, naive=("worse", worse))
    alone = evaluate.judged(y, worse, seed=1)
    assert alone["auc"]["high"] > told["auc"]["low"]
    assert told["better"]["auc"]["low"] > 0
    assert told["better"]["auc"]["value"] == pytest.approx(told["auc"]["value"] - told["naive"]["auc"])


def test_a_list_is_not_better_than_itself_nor_than_its_twin() -> None:
    y, p = scores(400)
    told = evaluate.judged(y, p, seed=1, naive=("itself", p * 2))
    assert told["better"]["auc"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    noise = np.random.default_rng(1).normal(0, 1, (2, 400))
    chance = evaluate.judged(y, 1 / (1 + np.exp(-noise[0])), seed=1, naive=("twin", noise[1]))
    assert chance["better"]["auc"]["low"] < 0 < chance["better"]["auc"]["high"]


def test_perfect_constant_and_inverted_lists_are_told_apart() -> None:
    y = np.tile([0.0, 0.0, 1.0], 50)
    perfect = evaluate.judged(y, np.where(y > 0, 0.9, 0.1), seed=1, naive=("inverted", 1 - y))
    assert perfect["auc"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert perfect["naive"]["auc"] == 0.0
    assert perfect["better"]["auc"]["low"] == 1.0
    constant = evaluate.judged(y, np.full(150, 1 / 3), seed=1, naive=("inverted", 1 - y))
    assert constant["auc"]["value"] == constant["auc"]["low"] == constant["auc"]["high"] == 0.5
    assert constant["above_base"]["brier"]["value"] == pytest.approx(0.0)
    assert perfect["above_base"]["brier"]["low"] > 0
    assert constant["lift_10"] == pytest.approx(1.0)


def test_the_list_is_ordered_by_its_score_and_calibrated_by_its_probability() -> None:
    y, p = scores(500)
    told = evaluate.judged(y, np.full(500, y.mean()), score=p, seed=1)
    assert told["auc"]["value"] == pytest.approx(evaluate.auc(y, p))
    assert told["brier"] == pytest.approx(y.mean() * (1 - y.mean()))


def test_every_bin_of_the_calibration_carries_an_interval_that_holds_it() -> None:
    y, p = scores(2000)
    for one in evaluate.judged(y, p, seed=1)["calibration"]:
        assert one["low"] <= one["happened"] <= one["high"]
        assert 0 < one["high"] - one["low"] < 0.2


def test_none_of_twenty_is_not_never() -> None:
    y, p = np.zeros(200), np.full(200, 0.02)
    y[:5] = 1
    told = evaluate.judged(y, p + np.arange(200) * 1e-6, seed=1)["calibration"]
    empty = next(one for one in told if one["happened"] == 0)
    assert empty["low"] == 0
    assert empty["high"] == pytest.approx(1 - 20 / (20 + 1.96**2))  # Wilson's upper end for none of 20


def test_intervals_of_long_lists_are_as_narrow_as_their_length_allows() -> None:
    y, p = scores(60_000)

    def rate(wanted: np.ndarray, _: np.ndarray) -> float:
        return float(wanted.mean())

    low, high = evaluate.interval(y, p, rate, seed=1)
    assert high - low == pytest.approx(2 * 1.96 * y.std() / np.sqrt(60_000), rel=0.25)


@pytest.mark.parametrize("rows", [1, 2, 9])
def test_a_handful_of_rows_is_judged_without_a_fall(rows: int) -> None:
    y, p = scores(rows)
    json.dumps(evaluate.judged(y, p, seed=1, naive=("same", p)), allow_nan=False)
