"""Rows no model had seen, over several dates, and what they teach: one slope, and how partners differ."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from training.ml import history, lending, level, splits
from training.ml.calibrate import sigmoid

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Bools, Floats, Ints

FOLDS = 5


@dataclass(frozen=True)
class Held:
    """margin (n,): log-odds, not calibrated yet; y (n,): outcomes; whose row, whose customer, and of which day."""

    margin: Floats
    y: Floats
    partner: Floats
    group: Ints
    moment: Ints

    @classmethod
    def of(cls, frame: pd.DataFrame, rows: Bools, margin: Floats) -> Held:
        """Those of the rows chosen from the frame that have a margin: where it is NaN nobody answered."""
        places = np.flatnonzero(rows)[~np.isnan(margin)]
        some = frame.iloc[places]
        return cls(
            margin[~np.isnan(margin)],
            some["y"].to_numpy(np.float64),
            some["partner"].to_numpy(dtype=str),
            history.customer_groups(frame)[places],
            some["as_of"].to_numpy().astype("datetime64[D]").astype(np.int64),
        )

    def __add__(self, other: Held) -> Held:
        return Held(*(np.append(getattr(self, one.name), getattr(other, one.name)) for one in fields(self)))

    def teach(self, *, span: int, seed: int) -> tuple[float, lending.Learned]:
        """The slope under which every day keeps a level of its own, and what partners lend each other beyond it.

        span: days from a date until its outcome is known.
        """
        slope, evened = level.evened(self.margin, self.y, moment=self.moment)
        fold = splits.group_folds(self.group, folds=FOLDS, seed=seed)
        return slope, lending.learned(
            sigmoid(evened), self.y, partner=self.partner.tolist(), group=self.group, fold=fold,
            moment=self.moment, span=span,
        )  # fmt: skip
