"""The bootstrap over customers, as weights: a list is sorted once, and every resample costs one pass over it.

Efron and Tibshirani 1993, chapters 6 and 13. Customers are drawn with replacement, all rows of one together; the same
seed draws the same customers, so that two lists are compared on equal resamples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

RESAMPLES = 200
CELLS = 300_000
"""Rows times resamples held in memory at once."""
EXACT = 1_000
PACKETS = 4_000
"""See `Order`."""


def places(rows: int, group: Ints | None) -> Ints:
    """The customer of each row as a number from 0, shape (rows,); every row its own customer when group is None."""
    if group is None:
        return np.arange(rows)
    return np.asarray(np.unique(group, return_inverse=True)[1], dtype=np.int64)


def drawn(place: Ints, *, seed: int) -> Iterator[Ints]:
    """How often each row is in each of the resamples, shape (rows,)."""
    rng = np.random.default_rng(seed)
    customers = int(place.max()) + 1 if len(place) else 0
    plain = customers == len(place) and bool(np.all(place == np.arange(customers)))
    for _ in range(RESAMPLES if customers else 0):
        times = np.bincount(rng.integers(0, customers, customers), minlength=customers)
        yield times if plain else times[place]


def blocks(place: Ints, *, seed: int) -> Iterator[Ints]:
    """The same, many resamples at a time, shape (resamples in the block, rows)."""
    size, held = max(1, CELLS // max(1, len(place))), []
    for times in drawn(place, seed=seed):
        held.append(times)
        if len(held) == size:
            yield np.array(held)
            held = []
    if held:
        yield np.array(held)


def span(found: Floats) -> tuple[float, float]:
    """The middle 95 % of what the resamples gave; NaN when none gave anything."""
    known = found[np.isfinite(found)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


@dataclass(frozen=True)
class Order:
    """A list from the highest score down, in packets of rows that tie.

    rows (n,); y in that order; starts (packets,): the first place of each. Beyond its first thousand packets a long
    list is cut into larger ones, as if neighbours tied: it moves no measure by more than a ten-thousandth.
    """

    rows: Ints
    y: Ints
    starts: Ints

    @classmethod
    def of(cls, y: Floats, score: Floats) -> Order:
        rows = np.argsort(-score, kind="stable")
        starts = np.append(0, np.flatnonzero(np.diff(score[rows])) + 1)
        if len(starts) > EXACT + PACKETS:
            far = np.linspace(EXACT, len(starts) - 1, PACKETS).astype(np.int64)
            starts = np.append(starts[:EXACT], starts[np.unique(far)])
        return cls(rows.astype(np.int64), y[rows].astype(np.int64), starts)

    def measures(self, weight: Ints, *, lifts: Sequence[int] = (), tops: Sequence[int] = ()) -> dict[str, Floats]:
        """auc, average_precision, lift_P, precision_K of every resample; weight: (resamples × n). NaN = undefined."""
        times = weight[:, self.rows]
        count = np.add.reduceat(times, self.starts, axis=1).astype(np.float64)
        gained = np.add.reduceat(times * self.y, self.starts, axis=1).astype(np.float64)
        seen, hits, missed = np.cumsum(count, axis=1), np.cumsum(gained, axis=1), count - gained
        total, positives = seen[:, -1], hits[:, -1]
        with np.errstate(invalid="ignore", divide="ignore"):  # resamples of one kind only have no measure: NaN
            ranked = np.einsum("ij,ij->i", missed, hits - gained / 2)
            precise = np.einsum("ij,ij->i", gained, hits / np.maximum(seen, 1.0))
            told = {
                "auc": ranked / (positives * (total - positives)),
                "average_precision": precise / positives,
            }
            for percent in lifts:
                top = np.maximum(1.0, np.round(total * percent / 100))
                told[f"lift_{percent}"] = _among(seen, hits, top) / top * total / positives
            for places in tops:
                top = np.minimum(float(places), total)
                told[f"precision_{places}"] = _among(seen, hits, top) / top
        return told


@dataclass(frozen=True)
class Bins:
    """Equal-sized bins by probability. rows (n,) in that order; starts (bins,): the first place of every bin."""

    rows: Ints
    starts: Ints
    y: Floats
    probability: Floats

    @classmethod
    def of(cls, y: Floats, probability: Floats, *, bins: int) -> Bins:
        rows = np.argsort(probability, kind="stable")
        sizes = [len(part) for part in np.array_split(rows, min(bins, max(1, len(y)))) if len(part)]
        return cls(rows, np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), y[rows], probability[rows])

    def measures(self, weight: Ints) -> dict[str, Floats]:
        """brier, base_rate, calibration_error (resamples,) and calibration (resamples × bins): what happened."""
        times = weight[:, self.rows].astype(np.float64)
        total = times.sum(axis=1)
        count = np.add.reduceat(times, self.starts, axis=1)
        happened = np.add.reduceat(times * self.y, self.starts, axis=1)
        said = np.add.reduceat(times * self.probability, self.starts, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                "brier": times @ (self.probability - self.y) ** 2 / total,
                "base_rate": happened.sum(axis=1) / total,
                "calibration_error": np.abs(said - happened).sum(axis=1) / total,
                "calibration": happened / count,
            }


def _among(seen: Floats, hits: Floats, top: Floats) -> Floats:
    """Hits among the first `top` (resamples,) of every resample; a tie's places count in proportion."""
    found = np.empty(len(seen))
    for number, count in enumerate(top):
        at = int(np.searchsorted(seen[number], count))
        at = min(at, seen.shape[1] - 1)
        before, low = (seen[number, at - 1], hits[number, at - 1]) if at else (0.0, 0.0)
        step = seen[number, at] - before
        found[number] = low + (hits[number, at] - low) * ((count - before) / step if step else 0.0)
    return found
