"""Ranks within a date: where a customer stands among the customers of the same partner on the same day.

A season, a price level or a partner's size shifts everybody's figures; it does not shift ranks, so that what was
learned on one date holds on another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints


@dataclass(frozen=True)
class Ladder:
    """The distinct values of those ranked among, rising, and how many of them lie below each.

    A search among distinct values is quick, and what is ranked need not be at hand all at once. values (u,);
    below (u + 1,): the last is their number.
    """

    values: Floats
    below: Ints

    @classmethod
    def of(cls, among: Floats) -> Ladder:
        """among: 1-D, in any order; NaN is left out."""
        known = np.sort(among[~np.isnan(among)])
        first = np.flatnonzero(np.append(True, known[1:] != known[:-1])) if len(known) else np.empty(0, dtype=np.int64)
        return cls(known[first], np.append(first, len(known)).astype(np.int64))

    def ranks(self, values: Floats) -> Floats:
        """The share of those ranked among below each value, ties counted half; NaN stays NaN. 1-D, 0 … 1."""
        if not len(self.values):
            return np.full(len(values), np.nan)
        place = np.searchsorted(self.values, values, side="left")
        there = np.minimum(place, len(self.values) - 1)
        up_to = self.below[np.where(self.values[there] == values, there + 1, place)]
        ranks: Floats = (self.below[place] + up_to) / (2.0 * self.below[-1])
        ranks[np.isnan(values)] = np.nan
        return ranks


def mid_ranks(values: Floats, *, among: Floats) -> Floats:
    """The share of `among` below each value, ties counted half; NaN stays NaN. Both 1-D; result in 0 … 1."""
    return Ladder.of(among).ranks(values)
