"""The money curve: what calling the first so many of a list would have brought on the judged rows.

net(n) = save rate × margin × worth of those among the first n to whom it happened − offer cost × n

A call costs the offer and a person's time whether or not the customer would have left; it brings the margin on the
customer's worth when the customer would have left and is kept. The card holds the sums behind the curve, so that
a page can ask with other costs without the data. Verbeke et al. 2012, "New insights into churn prediction in the
telecommunication sector: a profit driven data mining approach", with people and interval instead of one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

POINTS = 60
ORDERS = ("probability", "money")
KEYS = ("n", "hits", "hits_low", "hits_high", "expected", "worth", "worth_low", "worth_high")


@dataclass(frozen=True)
class Terms:
    """What a call costs and brings. cost: money a call; save: share of those who would leave that a call keeps (of
    buyers: who buy because of it); margin: share of worth that is earned; flat: a customer's worth where the data
    know no money."""

    cost: float = 10.0
    save: float = 0.2
    margin: float = 0.3
    flat: float = 500.0


DEFAULTS = Terms()


@dataclass(frozen=True)
class Point:
    """Calling the first n: hits = how many of them it happened to; net and its 95 % interval in money."""

    n: int
    hits: float
    net: float
    low: float
    high: float


def curve(y: Floats, probability: Floats, worth: Floats, *, seed: int, group: Ints | None = None) -> dict[str, Any]:
    """What the card keeps: for both orders of the list, the sums at 60 cut-offs. JSON-able, about 6 KB.

    y: (n,) what happened; probability: (n,); worth: (n,) money at stake per customer, 0 where unknown. The list is
    ordered by probability (as the lists of the portal are) or by probability × worth. Intervals resample customers.
    """
    import numpy as np

    known = bool((worth > 0).any())
    orders = {"probability": probability, "money": probability * worth} if known else {"probability": probability}
    return {
        "n": len(y),
        "worth_known": round(float(np.mean(worth > 0)), 3),
        "keys": list(KEYS),
        "orders": {name: _sums(y, probability, worth, score, seed=seed, group=group) for name, score in orders.items()},
    }


def asked(kept: dict[str, Any], terms: Terms = DEFAULTS, *, order: str = "probability") -> list[Point]:
    """The curve under these terms, from calling nobody to calling everyone. Empty when the card holds none."""
    rows = (kept.get("orders") or {}).get(order) or []
    keys = kept.get("keys") or KEYS
    flat = not kept.get("worth_known")
    points = [Point(0, 0.0, 0.0, 0.0, 0.0)] if rows else []
    for row in rows:
        told = dict(zip(keys, row, strict=True))
        sums = [told[name] * (terms.flat if flat else 1.0) for name in _names(flat)]
        net, low, high = (terms.save * terms.margin * total - terms.cost * told["n"] for total in sums)
        points.append(Point(int(told["n"]), told["hits"], net, low, high))
    return points


def best(points: list[Point]) -> Point | None:
    """The cut-off that earned most; the shortest list among equals. It was chosen on the rows that judge it, which
    flatters it a little."""
    return max(points, key=lambda point: (point.net, -point.n), default=None)


def enough(points: list[Point], *, share: float = 0.95) -> Point | None:
    """The shortest list that earns this share of the best; None where nothing is earned."""
    most = best(points)
    if most is None or most.net <= 0:
        return None
    return next(point for point in points if point.net >= share * most.net)


def nearest(points: list[Point], n: int) -> Point | None:
    """The point of the curve next to calling n customers."""
    return min(points, key=lambda point: abs(point.n - n), default=None)


def _names(flat: bool) -> tuple[str, str, str]:
    return ("hits", "hits_low", "hits_high") if flat else ("worth", "worth_low", "worth_high")


def _sums(
    y: Floats, probability: Floats, worth: Floats, score: Floats, *, seed: int, group: Ints | None
) -> list[list[float]]:
    """Rows of KEYS. In a resample, what a call brings on average among the first n, times n."""
    import numpy as np

    from training.ml import resamples

    order = np.argsort(-score, kind="stable")
    ends = np.unique(np.ceil(len(y) * np.linspace(0, 1, POINTS + 1)[1:] ** 1.7).astype(np.int64))
    starts = np.append(0, ends[:-1])
    hit, gain = y[order], (y * worth)[order]
    rounds: dict[str, list[Floats]] = {"hits": [], "worth": []}
    for weight in resamples.blocks(resamples.places(len(y), group), seed=seed):
        times = weight[:, order].astype(np.float64)
        called = np.maximum(np.cumsum(np.add.reduceat(times, starts, axis=1), axis=1), 1.0)
        for name, each in (("hits", hit), ("worth", gain)):
            total = np.cumsum(np.add.reduceat(times * each, starts, axis=1), axis=1)
            rounds[name].append(total / called * ends)
    whole = {"hits": np.cumsum(hit)[ends - 1], "worth": np.cumsum(gain)[ends - 1]}
    spans = {name: np.quantile(np.concatenate(found), [0.025, 0.975], axis=0) for name, found in rounds.items()}
    expected = np.cumsum(probability[order])[ends - 1]
    table = np.column_stack([ends, whole["hits"], *spans["hits"], expected, whole["worth"], *spans["worth"]])
    return [[round(float(value), 2) for value in row] for row in table]
