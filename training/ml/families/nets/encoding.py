"""Numbers as nets like them: piecewise-linear ramps between quantiles (Gorishniy, Rubachev and Babenko 2022).

A ramp is 0 below its quantile, 1 above the next and straight between, so that a column's bends are given to the net
instead of having to be found, and no outlier reaches further than the last quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from training.ml.families.nets import Singles
    from training.ml.interface import Floats, Ints

MOST_RAMPS, FEWEST_RAMPS = 16, 4
WIDTH = 240
"""Ramps all columns share: with many columns each has fewer."""
FEW = 8
"""Columns of so many values or fewer need no bends: one ramp from the smallest to the largest."""


@dataclass
class Encoding:
    """Ramp k rises from low[k] to high[k] over column origin[k] of x; after the ramps come flags for gaps.

    medians (m,) fill gaps; gappy: columns with a flag; means and deviations (d,) centre and scale what comes out.
    """

    medians: Floats
    gappy: Ints
    low: Floats
    high: Floats
    origin: Ints
    means: Floats
    deviations: Floats

    def transform(self, x: Floats) -> Singles:
        """x (n × m, NaN = missing) → (n × d), float32; an average row becomes zeros."""
        return np.asarray((self._derived(x) - self.means) / self.deviations, dtype=np.float32)

    def gathered(self, shares: Any, *, width: int) -> Floats:
        """Sum derived columns' shares (n × d) back onto the columns they came from (n × width)."""
        back = np.zeros((len(self.origin), width))
        back[np.arange(len(self.origin)), self.origin] = 1.0
        return np.asarray(shares @ back)

    def as_dict(self) -> dict[str, Any]:
        return {name: np.asarray(value).tolist() for name, value in vars(self).items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Encoding:
        whole = ("gappy", "origin")
        return cls(
            **{name: np.asarray(value, dtype=np.int64 if name in whole else float) for name, value in data.items()}
        )

    def _derived(self, x: Floats) -> Floats:
        filled = np.where(np.isnan(x), self.medians, x)
        ramps = (filled[:, self.origin[: len(self.low)]] - self.low) / (self.high - self.low)
        return np.hstack([np.clip(ramps, 0.0, 1.0), np.isnan(x[:, self.gappy])])


def fit(x: Floats) -> Encoding:
    """Learn ramps, medians and flags from training rows x (n × m). Ramps lie between quantiles that differ."""
    known = [column[~np.isnan(column)] for column in x.T]
    bending = max(1, sum(len(np.unique(column)) > FEW for column in known))
    ramps = int(np.clip(WIDTH // bending, FEWEST_RAMPS, MOST_RAMPS))
    spots = [(j, low, high) for j, column in enumerate(known) for low, high in pairwise(_ends(column, ramps))]
    missing = np.isnan(x).mean(axis=0)
    gappy = np.flatnonzero((missing > 0.005) & (missing < 0.995))
    found = Encoding(
        medians=np.array([np.median(column) if len(column) else 0.0 for column in known]),
        gappy=gappy,
        low=np.array([low for _, low, _ in spots]),
        high=np.array([high for _, _, high in spots]),
        origin=np.concatenate([[j for j, _, _ in spots], gappy]).astype(np.int64),
        means=np.zeros(1),
        deviations=np.ones(1),
    )
    derived = found._derived(x)
    found.means = derived.mean(axis=0)
    alone = np.bincount(found.origin, minlength=x.shape[1])[found.origin] == 1
    # a flag or a lone ramp is scaled like any input; the ramps of one column keep their steps, which say how far
    found.deviations = np.where(alone, np.maximum(derived.std(axis=0), 0.1), 0.5)
    return found


def _ends(values: Floats, ramps: int) -> list[float]:
    """Where ramps begin and end: at quantiles, and at every value so frequent that it would fill a ramp alone.

    Quantiles are taken of the other values: a column that is mostly zero keeps its ramps for what is not.
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= FEW:
        return [float(end) for end in distinct[[0, -1]]] if len(distinct) > 1 else []
    heavy = counts > len(values) / ramps
    others = np.repeat(distinct[~heavy], counts[~heavy])
    cuts = np.quantile(others, np.linspace(0, 1, ramps + 1)) if len(others) else np.empty(0)
    return [float(end) for end in np.unique(np.concatenate([distinct[heavy], cuts]))]
