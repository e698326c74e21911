"""How good the list was for each partner, on the judged rows: for the vendor's eyes, never for another partner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import evaluate, resamples

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

FLOOR = 100
LEAST_OF_EACH = 10
"""Below so many rows, or so few of either kind, a partner's figures are luck: they are not told."""
IN_BINS = 400
"""Rows from which the calibration error is told; a bin of fewer than 80 rows says little."""


def by_partner(
    y: Floats, probability: Floats, *, score: Floats, partner: Any, seed: int, group: Ints | None = None
) -> list[dict[str, Any]]:
    """A dictionary per partner (its key in `partner`, (n,) strings), largest first.

    partner, n, base_rate, said (mean probability), low and high (95 % interval of what happened), auc with interval
    against chance, calibration_error where there are rows enough; `few` alone beside n where there are too few.
    """
    names, place = np.unique(np.asarray(partner, dtype=str), return_inverse=True)
    told = [
        _slice(str(name), y[rows], probability[rows], score[rows], seed, None if group is None else group[rows])
        for number, name in enumerate(names)
        if len(rows := np.flatnonzero(place == number))
    ]
    return sorted(told, key=lambda one: (-one["n"], one["partner"]))


def _slice(name: str, y: Floats, probability: Floats, score: Floats, seed: int, group: Ints | None) -> dict[str, Any]:
    positives = int(y.sum())
    if len(y) < FLOOR or min(positives, len(y) - positives) < LEAST_OF_EACH:
        return {"partner": name, "n": len(y), "few": True}
    order, bins = resamples.Order.of(y, score), resamples.Bins.of(y, probability, bins=1)
    areas, rates = [], []
    for weight in resamples.blocks(resamples.places(len(y), group), seed=seed):
        areas.append(order.measures(weight)["auc"])
        rates.append(bins.measures(weight)["base_rate"])
    (low, high), (area_low, area_high) = (resamples.span(np.concatenate(found)) for found in (rates, areas))
    told: dict[str, Any] = evaluate.without_nan(
        {
            "partner": name,
            "n": len(y),
            "base_rate": float(y.mean()),
            "said": float(probability.mean()),
            "low": low,
            "high": high,
            "auc": {"value": evaluate.auc(y, score), "low": area_low, "high": area_high},
        }
    )
    if len(y) >= IN_BINS:
        told["calibration_error"] = evaluate.calibration_error(y, probability, bins=5)
    return told
