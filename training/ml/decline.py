"""Is a customer buying less than usual, or is it chance? Its own pace against its own ups and downs.

Orders are taken to arrive by a Poisson process of the customer's own rate. Given how many orders fell into the recent
window and the time before it together, the recent ones are then binomial (Przyborowski & Wilenski 1940, comparing two
Poisson rates), and the chance of so few or fewer says how much the decline speaks. Evidence is minus the logarithm of
that chance: 0.7 is a coin's throw, 3 is one in twenty. The same holds for silence: after s mean gaps it is s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats

COIN = 0.5
"""Evidence below this is no decline: more than half of steady customers look like it."""
SURE = 1.6
"""Evidence from which a decline is hardly chance: one steady customer in five looks like it."""
REACH = 730
SHORTEST = 60
"""Days before the window that tell what is usual, at most and at least."""
WINDOWS = (90, 180)
MOST = 20.0


def evidence(now: Floats, before: Floats, share: Floats | float) -> Floats:
    """−log P(so few or fewer in the window), shape (n,); 0 where something is not known.

    now, before (n,): counts in the window and in the time it is held against. share: the window's part of both times.
    """
    from scipy.special import betainc

    with np.errstate(invalid="ignore", divide="ignore"):
        chance = np.where(before > 0, betainc(np.maximum(before, 1e-9), now + 1, 1 - np.asarray(share)), 1.0)
        return np.asarray(np.nan_to_num(np.clip(-np.log(chance), 0.0, MOST), nan=0.0, posinf=MOST))


def facts(known: Mapping[str, Floats]) -> dict[str, Floats]:
    """How far each customer (n,) is below its own usual pace, in the window where that speaks most.

    faded_now, faded_usual: orders in the window, and how many were usual; faded_days: its length; faded: the evidence.
    fell: the evidence of the last 90 days against the 90 before.
    """
    year, earlier, age = known["orders_365"], np.nan_to_num(known["orders_before_365"]), known["age"]
    found = {name: np.zeros(len(year)) for name in ("faded_now", "faded_usual", "faded_days", "faded")}
    for days in WINDOWS:
        now = known[f"orders_{days}"]
        span = np.clip(age, 0, REACH) - days
        span = np.where(span >= SHORTEST, span, np.nan)
        before = year + earlier - now
        told = evidence(now, before, days / (days + span))
        better = told > found["faded"]
        new = {"faded_now": now, "faded_usual": before / span * days, "faded_days": np.full(len(now), float(days))}
        for name, values in {**new, "faded": told}.items():
            found[name] = np.where(better, values, found[name])
    found["fell"] = evidence(known["orders_90"], known["orders_before_90"], 0.5)
    return found
