"""Judgement: how good a list is, with intervals, beside a named naive rival on the same rows.

All functions take y (n, 0/1) and score or probability (n,). Higher score = more likely. Ties are fair: they count
half for AUC, and share their places for the top of the list. Intervals come from `resamples`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import resamples

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

LIFTS = (5, 10, 20)
TOPS = (20, 50, 100)
BINS = 10
RESAMPLED_ROWS = 20_000
MEASURES = ("auc", "average_precision", *(f"lift_{percent}" for percent in LIFTS))
"""What a rival that only orders customers is measured by."""


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


def calibration(y: Floats, probability: Floats, *, bins: int = BINS) -> list[dict[str, float]]:
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


def calibration_error(y: Floats, probability: Floats, *, bins: int = BINS) -> float:
    """Expected calibration error over equal-sized bins: mean distance between said and happened."""
    curve = calibration(y, probability, bins=bins)
    return float(sum(b["n"] * abs(b["said"] - b["happened"]) for b in curve) / len(y))


def interval(
    y: Floats, score: Floats, measure: Callable[[Floats, Floats], float], *, seed: int, group: Ints | None = None
) -> tuple[float, float]:
    """95 % bootstrap interval of any measure, resampling customers (rows, when `group` is None).

    Long lists are resampled 20,000 rows at a time; the spread is narrowed to that of the whole list (the m-out-of-n
    bootstrap: Bickel, Götze and van Zwet 1997).
    """
    n, whole = len(y), measure(y, score)
    rng = np.random.default_rng(seed)
    values = []
    for weight in resamples.drawn(resamples.places(n, group), seed=seed):
        rows = np.repeat(np.arange(n), weight)
        if len(rows) > RESAMPLED_ROWS:
            rows = rng.choice(rows, RESAMPLED_ROWS)
        value = measure(y[rows], score[rows])
        if not np.isnan(value):
            values.append(whole + (value - whole) * np.sqrt(min(1.0, RESAMPLED_ROWS / n)))
    return resamples.span(np.array(values))


def paired(
    y: Floats,
    ours: Floats,
    theirs: Floats,
    measure: Callable[[Floats, Floats], float],
    *,
    seed: int,
    group: Ints | None = None,
) -> dict[str, Any]:
    """Ours less theirs by any measure, each resample of customers asked of both: value, low, high."""
    both = np.column_stack([ours, theirs])

    def less(wanted: Floats, said: Floats) -> float:
        return measure(wanted, said[:, 0]) - measure(wanted, said[:, 1])

    low, high = interval(y, both, less, seed=seed, group=group)
    told: dict[str, Any] = without_nan({"value": less(y, both), "low": low, "high": high})
    return told


def judged(
    y: Floats,
    probability: Floats,
    *,
    seed: int,
    group: Ints | None = None,
    score: Floats | None = None,
    naive: tuple[str, Floats] | None = None,
) -> dict[str, Any]:
    """Every figure of the card for one list of probabilities. JSON-able, NaN as None.

    score: what the list is ordered by, when that is not the probability (which folds calibrate one by one).
    naive: the rival's name and its score (n,), which only orders; then `naive` tells its figures and `better` ours
    less the rival's, with the interval of the difference over the same resamples of customers. `above_base` is
    the same against saying the base rate of everyone.
    """
    ordered = probability if score is None else score
    figures = _figures(y, ordered)
    figures |= {"n": len(y), "base_rate": float(y.mean()), "brier": brier(y, probability)}
    figures["calibration_error"] = calibration_error(y, probability)
    figures["calibration"] = calibration(y, probability)
    figures |= {f"precision_{top}": precision_at(y, ordered, top=top) for top in TOPS if top <= len(y)}
    rounds = _rounds(y, probability, ordered, naive and naive[1], seed=seed, group=group)
    figures["auc"] = _told(figures["auc"], rounds["auc"])
    figures["intervals"] = {
        name: list(_holding(figures[name], found))
        for name, found in rounds.items()
        if name in figures and name not in ("auc", "calibration")
    }
    for bin_, found in zip(figures["calibration"], rounds["calibration"].T, strict=True):
        bin_["low"], bin_["high"] = _bin_span(bin_["happened"], bin_["n"], found)
    figures["above_base"] = _above_base(figures, rounds)
    if naive is not None:
        figures["naive"] = rival(naive[0], y, naive[1])
        figures["better"] = {
            name: _told(_value(figures[name]) - figures["naive"][name], rounds[name] - rounds[f"naive {name}"])
            for name in MEASURES
            if figures["naive"][name] is not None
        }
    clean: dict[str, Any] = without_nan(figures)
    return clean


def rival(name: str, y: Floats, score: Floats) -> dict[str, Any]:
    """The naive rival's figures: it only orders customers, so it is measured on order alone."""
    figures = {"name": name, **_figures(y, score)}
    figures |= {f"precision_{top}": precision_at(y, score, top=top) for top in TOPS if top <= len(y)}
    clean: dict[str, Any] = without_nan(figures)
    return clean


def without_nan(value: Any) -> Any:
    """The same structure with NaN and infinity replaced by None, so that it is honest JSON."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _figures(y: Floats, score: Floats) -> dict[str, Any]:
    return {
        "auc": auc(y, score),
        "average_precision": average_precision(y, score),
        **{f"lift_{percent}": lift(y, score, percent=percent) for percent in LIFTS},
    }


def _rounds(
    y: Floats, probability: Floats, score: Floats, naive: Floats | None, *, seed: int, group: Ints | None
) -> dict[str, Floats]:
    """By measure, its value in every resample, shape (resamples,); for `calibration` (resamples × bins)."""
    places = resamples.places(len(y), group)
    ours, bins = resamples.Order.of(y, score), resamples.Bins.of(y, probability, bins=BINS)
    theirs = None if naive is None else resamples.Order.of(y, naive)
    tops = tuple(top for top in TOPS if top <= len(y))
    found: dict[str, list[Floats]] = {}
    for weight in resamples.blocks(places, seed=seed):
        told = {**ours.measures(weight, lifts=LIFTS, tops=tops), **bins.measures(weight)}
        if theirs is not None:
            told |= {f"naive {name}": value for name, value in theirs.measures(weight, lifts=LIFTS).items()}
        for name, value in told.items():
            found.setdefault(name, []).append(value)
    return {name: np.concatenate(values) for name, values in found.items()}


def _above_base(figures: dict[str, Any], rounds: dict[str, Floats]) -> dict[str, Any]:
    """What is won on saying the base rate of everyone; more is better in each."""
    rate, rates = figures["base_rate"], rounds["base_rate"]
    won = {
        "auc": (_value(figures["auc"]) - 0.5, rounds["auc"] - 0.5),
        "average_precision": (figures["average_precision"] - rate, rounds["average_precision"] - rates),
        "brier": (rate * (1 - rate) - figures["brier"], rates * (1 - rates) - rounds["brier"]),
    }
    return {name: _told(value, found) for name, (value, found) in won.items()}


def _bin_span(rate: float, n: float, found: Floats) -> tuple[float, float]:
    """Of a bin: what the resamples span, and at least Wilson's interval (1927), as none of 20 is not never."""
    z2 = 1.96**2
    middle, half = rate + z2 / (2 * n), 1.96 * np.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    low, high = resamples.span(found)
    wilson = float((middle - half) / (1 + z2 / n)), float((middle + half) / (1 + z2 / n))
    return max(0.0, np.fmin(low, wilson[0])), min(1.0, np.fmax(high, wilson[1]))


def _told(value: float, found: Floats) -> dict[str, float]:
    low, high = _holding(value, found)
    return {"value": value, "low": low, "high": high}


def _holding(value: float, found: Floats) -> tuple[float, float]:
    """The span of the resamples, widened to hold the value: an error counted in tenths is larger in a resample."""
    low, high = resamples.span(found)
    return (low, high) if np.isnan(value) or np.isnan(low) else (min(low, value), max(high, value))


def _value(figure: Any) -> float:
    return float(figure["value"] if isinstance(figure, dict) else figure)
