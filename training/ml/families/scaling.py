"""What linear models and nets need before they can learn: no gaps, one scale, and bends where lines are too stiff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints


@dataclass
class Scaling:
    """Fitted on training rows: medians for gaps, a flag per gappy column, knots, then mean 0 and deviation 1.

    `origin[k]` is the column of x that derived column k came from.
    """

    medians: Floats
    gappy: Ints
    knot_columns: Ints
    knots: Floats
    means: Floats
    deviations: Floats
    origin: Ints

    def transform(self, x: Floats) -> Floats:
        """x (n × m) → derived columns (n × d), centred and scaled."""
        return np.asarray((self._derived(x) - self.means) / self.deviations)

    def _derived(self, x: Floats) -> Floats:
        filled = np.where(np.isnan(x), self.medians, x)
        flags = np.isnan(x[:, self.gappy]).astype(np.float64)
        bends = np.maximum(filled[:, self.knot_columns] - self.knots, 0.0)
        return np.hstack([filled, flags, bends])

    def gathered(self, parts: Floats, *, width: int) -> Floats:
        """Sum derived columns' shares (n × d) back onto the columns they came from (n × width)."""
        back = np.zeros((len(self.origin), width))
        back[np.arange(len(self.origin)), self.origin] = 1.0
        return parts @ back

    def as_dict(self) -> dict[str, Any]:
        return {name: np.asarray(value).tolist() for name, value in vars(self).items()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Scaling:
        whole = ("gappy", "knot_columns", "origin")
        return cls(
            **{name: np.asarray(value, dtype=np.int64 if name in whole else float) for name, value in data.items()}
        )


def fit(x: Floats, *, bends: bool) -> Scaling:
    """Learn the scaling from training rows x (n × m). bends: hinges at the quartiles of many-valued columns."""
    known = ~np.isnan(x)
    medians = np.array([np.median(x[known[:, j], j]) if known[:, j].any() else 0.0 for j in range(x.shape[1])])
    share = 1 - known.mean(axis=0)
    gappy = np.flatnonzero((share > 0.005) & (share < 0.995))
    spots: list[tuple[int, float]] = []
    for j in range(x.shape[1]) if bends else ():
        values = x[known[:, j], j]
        if len(values) < 40 or len(np.unique(values)) < 8:
            continue
        cuts = np.unique(np.quantile(values, [0.25, 0.5, 0.75]))
        spots += [(j, float(cut)) for cut in cuts if values.min() < cut < values.max()]
    scaling = Scaling(
        medians=medians,
        gappy=gappy,
        knot_columns=np.array([j for j, _ in spots], dtype=np.int64),
        knots=np.array([cut for _, cut in spots]),
        means=np.zeros(1),
        deviations=np.ones(1),
        origin=np.concatenate([np.arange(x.shape[1]), gappy, [j for j, _ in spots]]).astype(np.int64),
    )
    derived = scaling._derived(x)
    scaling.means = derived.mean(axis=0)
    spread = derived.std(axis=0)
    scaling.deviations = np.where(spread > 1e-9, spread, 1.0)
    return scaling
