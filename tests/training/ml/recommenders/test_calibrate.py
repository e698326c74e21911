"""Chances that come true as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from training.ml.recommenders import logistic
from training.ml.recommenders.calibrate import Calibration, quality


def simulated(count: int, *, seed: int = 1, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    logits = draw.normal(-1.5, 1.5, count)
    return logits + shift, draw.random(count) < 1 / (1 + np.exp(-logits))


def fitted(logits: np.ndarray, bought: np.ndarray) -> Calibration:
    """Of new products only, half of them called repeats, so that either kind stands for the other."""
    return Calibration.fit(logits, bought, np.arange(len(logits)) % 2 == 0)


def chance(found: Calibration, logits: np.ndarray) -> np.ndarray:
    return found.chance(found.levelled(logits, np.zeros(len(logits), dtype=bool)))


@pytest.mark.parametrize(("count", "kind"), [(600, "logistic"), (20_000, "isotonic")])
def test_shifted_scores_become_chances_again(count: int, kind: str) -> None:
    found = fitted(*simulated(count, shift=1.5))
    logits, bought = simulated(20_000, seed=2, shift=1.5)
    assert found.kind == kind
    measured = quality(chance(found, logits), bought)
    assert measured["calibration_error"] < 0.03
    assert quality(1 / (1 + np.exp(-logits)), bought)["calibration_error"] > 0.1


@pytest.mark.parametrize("count", [600, 20_000])
def test_chances_never_fall_while_scores_rise(count: int) -> None:
    found = fitted(*simulated(count))
    chances = chance(found, np.linspace(-30, 30, 400))
    assert (np.diff(chances) >= 0).all()
    assert 0 <= chances[0] < chances[-1] <= 1


def test_a_short_lucky_streak_is_no_certainty() -> None:
    logits, bought = simulated(20_000)
    top = chance(fitted(np.append(logits, [50, 51, 52]), np.append(bought, [True] * 3)), np.array([60.0]))
    assert top[0] < 0.99


def test_too_few_purchases_leave_the_logit_alone() -> None:
    found = fitted(np.zeros(50), np.arange(50) < 5)
    assert found.kind == "none"
    assert chance(found, np.array([0.0, 2.0])) == pytest.approx([0.5, 1 / (1 + np.exp(-2))])


def test_a_score_that_points_the_wrong_way_is_flattened_and_not_reversed() -> None:
    logits, bought = simulated(500)
    chances = chance(fitted(-logits, bought), np.array([-3.0, 0.0, 3.0]))
    assert (np.diff(chances) >= 0).all()


def test_a_calibration_survives_as_data() -> None:
    found = fitted(*simulated(5_000))
    again = Calibration.from_data(found.as_data())
    grid = np.linspace(-5, 5, 50)
    assert np.array_equal(chance(found, grid), chance(again, grid))


def test_quality_counts_every_row_once() -> None:
    found = quality(np.array([0.1, 0.9, 0.5]), np.array([False, True, True]))
    assert found["brier"] == pytest.approx((0.01 + 0.01 + 0.25) / 3)
    assert sum(row["n"] for row in found["calibration"]) == 3
    assert found["base_rate"] == pytest.approx(2 / 3)
    assert quality(np.zeros(0), np.zeros(0, bool)) == {}


def test_logistic_regression_recovers_planted_slopes() -> None:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(30_000, 3)).astype(np.float32)
    y = draw.random(30_000) < 1 / (1 + np.exp(-(x @ [1.0, -2.0, 0.0] + 0.5)))
    found = logistic.fit(x, y, np.ones(30_000))
    assert found == pytest.approx([1.0, -2.0, 0.0, 0.5], abs=0.08)


def test_weights_count_like_repeated_rows() -> None:
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(400, 2)), draw.random(400) < 0.3
    doubled = logistic.fit(np.vstack([x, x]), np.append(y, y), np.ones(800))
    assert logistic.fit(x, y, np.full(400, 2.0)) == pytest.approx(doubled, abs=1e-6)


def test_separable_data_end_in_finite_slopes() -> None:
    x = np.array([[-1.0], [-2.0], [1.0], [2.0]])
    found = logistic.fit(x, x[:, 0] > 0, np.ones(4))
    assert np.isfinite(found).all()
    assert found[0] > 0


def test_new_products_and_repeats_are_put_on_one_scale() -> None:
    """Chances of repeats are said too low here, those of new products too high; afterwards both come true."""
    draw = np.random.default_rng(5)
    logits = draw.normal(-1.5, 1.0, 20_000)
    repeat = draw.random(20_000) < 0.5
    bought = draw.random(20_000) < 1 / (1 + np.exp(-(logits + np.where(repeat, 1.0, -1.0))))
    found = Calibration.fit(logits, bought, repeat)
    chances = found.chance(found.levelled(logits, repeat))
    for flags in (repeat, ~repeat):
        assert chances[flags].mean() == pytest.approx(bought[flags].mean(), rel=0.05)
    again = Calibration.from_data(found.as_data())
    assert np.array_equal(again.levelled(logits, repeat), found.levelled(logits, repeat))
