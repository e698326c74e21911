"""Judgement: how good a list is, with intervals, beside a named naive rival on the same rows.

All functions take y (n, 0/1) and score or probability (n,). Higher score = more likely. Ties are fair: they count
half for AUC, and share their places for the top of the list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

LIFTS = (5, 10, 20)
TOPS = (20, 50, 100)
RESAMPLES = 200
RESAMPLED_ROWS = 20_000


def auc(y: Floats, score: Floats) -> float:
    """Area under the ROC curve (Mann–Whitney); NaN when only one class is there."""
    positives = float(y.sum())
    negatives = len(y) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle = ends - (counts - 1) / 2.0
    return float((middle[place][y > 0.5].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(y: Floats, score: Floats) -> float:
    """Mean precision over the positives, in steps of distinct scores (as scikit-learn defines it)."""
    if y.sum() == 0:
        return float("nan")
    values, place = np.unique(-score, return_inverse=True)
    hits = np.cumsum(np.bincount(place, weights=y, minlength=len(values)))
    seen = np.cumsum(np.bincount(place, minlength=len(values)))
    gained = np.diff(np.concatenate([[0.0], hits])) / hits[-1]
    return float(np.sum(gained * hits / seen))


def precision_at(y: Floats, score: Floats, *, top: int) -> float:
    """Share of positives among the first `top`; places shared by a tie count in proportion."""
    top = min(top, len(y))
    if top == 0:
        return float("nan")
    edge = np.sort(score)[::-1][top - 1]
    above, level = score > edge, score == edge
    return float((y[above].sum() + y[level].mean() * (top - above.sum())) / top)


def lift(y: Floats, score: Floats, *, percent: float) -> float:
    """Positives among the first `percent` of the list, against the base rate."""
    rate = y.mean() if len(y) else 0.0
    if rate == 0:
        return float("nan")
    return precision_at(y, score, top=max(1, round(len(y) * percent / 100))) / float(rate)


def brier(y: Floats, probability: Floats) -> float:
    """Mean squared distance between probability and outcome."""
    return float(np.mean((probability - y) ** 2))


def calibration(y: Floats, probability: Floats, *, bins: int = 10) -> list[dict[str, float]]:
    """Equal-sized bins by probability: what was said, what happened, how many."""
    order = np.argsort(probability, kind="stable")
    return [
        {
            "said": float(probability[rows].mean()),
            "happened": float(y[rows].mean()),
            "n": float(len(rows)),
        }
        for rows in np.array_split(order, min(bins, max(1, len(y))))
        if len(rows)
    ]


def calibration_error(y: Floats, probability: Floats, *, bins: int = 10) -> float:
    """Expected calibration error over equal-sized bins: mean distance between said and happened."""
    curve = calibration(y, probability, bins=bins)
    return float(sum(b["n"] * abs(b["said"] - b["happened"]) for b in curve) / len(y))


def interval(
    y: Floats, score: Floats, measure: Callable[[Floats, Floats], float], *, seed: int, group: Ints | None = None
) -> tuple[float, float]:
    """95 % bootstrap interval, resampling customers (rows, when `group` is None)."""
    rng = np.random.default_rng(seed)
    units = np.arange(len(y)) if group is None else group
    names, place = np.unique(units, return_inverse=True)
    values = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(names), len(names))
        times = np.bincount(drawn, minlength=len(names))[place]
        rows = np.repeat(np.arange(len(y)), times)
        if len(rows) > RESAMPLED_ROWS:
            rows = rng.choice(rows, RESAMPLED_ROWS)
        value = measure(y[rows], score[rows])
        if not np.isnan(value):
            values.append(value)
    if not values:
        return float("nan"), float("nan")
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def judged(y: Floats, probability: Floats, *, seed: int, group: Ints | None = None) -> dict[str, Any]:
    """Every figure of the card for one list of probabilities. JSON-able, NaN as None."""
    figures: dict[str, Any] = {
        "n": len(y),
        "base_rate": float(y.mean()),
        "average_precision": average_precision(y, probability),
        "brier": brier(y, probability),
        "calibration_error": calibration_error(y, probability),
        "calibration": calibration(y, probability),
    }
    figures |= {f"lift_{percent}": lift(y, probability, percent=percent) for percent in LIFTS}
    figures |= {f"precision_{top}": precision_at(y, probability, top=top) for top in TOPS if top <= len(y)}
    low, high = interval(y, probability, auc, seed=seed, group=group)
    figures["auc"] = {"value": auc(y, probability), "low": low, "high": high}
    others: dict[str, Callable[[Floats, Floats], float]] = {
        "average_precision": average_precision,
        "lift_10": lambda a, b: lift(a, b, percent=10),
        "brier": brier,
    }
    figures["intervals"] = {
        name: list(interval(y, probability, measure, seed=seed, group=group)) for name, measure in others.items()
    }
    clean: dict[str, Any] = without_nan(figures)
    return clean


def rival(name: str, y: Floats, score: Floats) -> dict[str, Any]:
    """The naive rival's figures: it only orders customers, so it is measured on order alone."""
    figures = {
        "name": name,
        "auc": auc(y, score),
        "average_precision": average_precision(y, score),
        **{f"lift_{percent}": lift(y, score, percent=percent) for percent in LIFTS},
    }
    clean: dict[str, Any] = without_nan(figures)
    return clean


def without_nan(value: Any) -> Any:
    """The same structure with NaN replaced by None, so that it is honest JSON."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and np.isnan(value) else value
