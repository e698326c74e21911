"""What a model makes of how much a customer buys, told apart into level, change and silence.

Features of buying overlap so much that models spread their weight among them by chance: orders in 90 days are a level,
a trend and a rhythm at once. The joint contribution of all of them is what a model really says. It is read again in
three quantities that people tell apart: how the recent pace compares with the customer's own usual pace, how long the
silence is for its rhythm, and whether its orders got smaller. A ridge regression of the joint contribution on these
(and on the level) gives their share; each is measured from "as usual for this customer", and what they leave is the
level: how much the customer buys at all. It leans toward what is usual over many lists where rows are few.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from training.ml import decline

if TYPE_CHECKING:
    from training.ml.interface import Floats

LEVEL = "habit"
USUAL = {"level": -1.4, "trend_180": -0.8, "trend_90": -0.5, "rhythm": 0.5, "once": 0.5, "money": -0.2}
"""Weights (log-odds of staying away, per unit) that the regression leans toward."""
LEAN = 100.0
"""How many rows `USUAL` weighs."""
HALF = 0.5
"""Added to counts before taking logarithms."""
LONGEST = 730
WINDOW = 180


def parts(joint: Floats, known: Mapping[str, Floats], *, bad_is_up: bool) -> dict[str, Floats]:
    """The joint contribution (n,) as shares (n,) of the groups habit, trend, rhythm and money; they sum to it.

    known: the customers' facts, NaN = not known (such a quantity takes no share). bad_is_up: the outcome is unwelcome.
    """
    axes = quantities(known)
    z = np.column_stack(list(axes.values()))
    lean = np.array([USUAL[name] for name in axes]) * (1 if bad_is_up else -1)
    centre = z.mean(axis=0)
    free = (z - centre).T @ (z - centre) + LEAN * np.eye(z.shape[1])
    weights = lean + np.linalg.solve(free, (z - centre).T @ (joint - joint.mean() - (z - centre) @ lean))
    weights = np.where(weights * lean > 0, weights, 0.0)  # a decline that speaks for staying is chance, not news
    share = {name: weights[k] * z[:, k] for k, name in enumerate(axes)}
    trend = share["trend_180"] + share["trend_90"]
    falls = sum(np.where(axes[name] < 0, share[name], 0.0) for name in ("trend_180", "trend_90"))
    shows = np.maximum(known["faded"], known["fell"]) >= decline.COIN
    trend = np.where(shows, falls, trend)  # a fall that shows outweighs a rise beside it
    found = {"trend": trend, "rhythm": share["rhythm"] + share["once"], "money": share["money"]}
    found[LEVEL] = joint - trend - found["rhythm"] - found["money"]
    return found


def quantities(known: Mapping[str, Floats]) -> dict[str, Floats]:
    """Each (n,), 0 = as usual for this customer, or not known; the level is the usual number of orders in 180 days."""
    half, quarter = np.nan_to_num(known["orders_180"]), np.nan_to_num(known["orders_90"])
    before = np.nan_to_num(known["orders_365"]) + np.nan_to_num(known["orders_before_365"]) - half
    span = np.clip(np.nan_to_num(known["age"]), 0, LONGEST) - WINDOW
    long = span >= WINDOW / 3
    usual = np.where(long, np.maximum(before, 0) / np.maximum(span, 1) * WINDOW, half)
    with np.errstate(invalid="ignore", divide="ignore"):
        basket = np.log(known["spend_90"] / known["orders_90"] / known["basket"])
        late = np.log1p(np.clip(known["overdue"], 0, 50)) - np.log(2.0)
    return {
        "level": np.log(usual + HALF),
        "trend_180": np.log((half + HALF) / (usual + HALF)),
        "trend_90": np.log((quarter + HALF) / (half / 2 + HALF)),
        "rhythm": np.nan_to_num(late, nan=0.0),
        "once": (known["active_days"] == 1).astype(np.float64),
        "money": np.nan_to_num(basket, nan=0.0, posinf=0.0, neginf=0.0).clip(-2, 2),
    }
