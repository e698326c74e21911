"""Ranks within a date: where a customer stands among the customers of the same partner on the same day.

A season, a price level or a partner's size shifts everybody's figures; it does not shift ranks, so that what was
learned on one date holds on another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats


def mid_ranks(values: Floats, *, among: Floats) -> Floats:
    """The share of `among` below each value, ties counted half; NaN stays NaN. Both 1-D; result in 0 … 1."""
    known = np.sort(among[~np.isnan(among)])
    if not len(known):
        return np.full(len(values), np.nan)
    below = np.searchsorted(known, values, side="left") + np.searchsorted(known, values, side="right")
    ranks = below / (2.0 * len(known))
    ranks[np.isnan(values)] = np.nan
    return ranks
