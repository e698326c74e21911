"""How the past is parted from what came after it: by time, by each customer's last order, or by lot.

Published data sets come with the order of baskets only, or with bare (customer, product) pairs. People load them with
made-up dates, and a calendar that was made up teaches nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from training.ml.recommenders.interface import Baskets, Flags

Longs = npt.NDArray[np.int64]

SPLITS = ("time", "last", "random")
#: Days put between two orders of a customer where only their order is known.
STEP = 30
#: Share of each customer's products that is held out where there is no order at all.
HELD = 0.2
#: Fewer gaps between orders than this prove no made-up calendar.
FEWEST_GAPS = 50


@dataclass(frozen=True)
class Look:
    """A past moment: per partner, what was known then and what came after it.

    clear: nothing of its future was known at the newest look, so that it may teach what is judged there.
    """

    day: int
    known: list[Baskets]
    later: list[Baskets]
    clear: bool


def split_of(worlds: Sequence[Baskets]) -> str:
    """random where all purchases of all partners bear one date; last where every customer's orders follow each other
    at one and the same distance from a common first or to a common last day; time otherwise."""
    worlds = [world for world in worlds if len(world.day)]
    days = {int(day) for world in worlds for day in (world.day.min(), world.day.max())}
    if len(days) == 1:
        return "random"
    return "last" if worlds and all(_made_up(world) for world in worlds) else "time"


def dated(baskets: Baskets, split: str) -> Baskets:
    """The same purchases; for "last", every customer's orders STEP days apart, the newest STEP days ago."""
    if split != "last" or not len(baskets.day):
        return baskets
    sequence, fresh = _sequence(baskets)
    customer = baskets.customer[sequence]
    running = np.cumsum(fresh)
    ends = np.append(np.flatnonzero(np.diff(customer)), len(customer) - 1)
    newest = np.zeros(len(baskets.customers), dtype=np.int64)
    newest[customer[ends]] = running[ends]
    day = np.empty_like(baskets.day)
    day[sequence] = baskets.as_of - STEP * (newest[customer] - running + 1)
    return replace(baskets, day=day)


def looks(worlds: Sequence[Baskets], days: Sequence[int], *, horizon: int, split: str, seed: int) -> list[Look]:
    """One look per day of `days`, newest first, its future `horizon` days. By lot, one look per entry, whatever day it
    names: the first holds out of everything, the others of what is known at the first."""
    if split == "random":
        drawn = [_by_lot(worlds, day, seed=[seed, 0]) for day in days[:1]]
        return drawn + [_by_lot(drawn[0].known, day, seed=[seed, n]) for n, day in enumerate(days[1:], start=1)]
    return [
        Look(
            day, [world.before(day) for world in worlds], [world.between(day, day + horizon) for world in worlds],
            day + horizon <= days[0],
        )
        for day in days
    ]  # fmt: skip


def _by_lot(worlds: Sequence[Baskets], day: int, *, seed: list[int]) -> Look:
    held = [_held(world, seed=[*seed, place]) for place, world in enumerate(worlds)]
    parts = list(zip(worlds, held, strict=True))
    return Look(day, [world.only(~out) for world, out in parts], [world.only(out) for world, out in parts], True)


def _held(baskets: Baskets, *, seed: list[int]) -> Flags:
    """Lines of about HELD of each customer's products, the products drawn by lot; at least one product stays."""
    width = max(1, len(baskets.items))
    pairs, place = np.unique(baskets.customer.astype(np.int64) * width + baskets.item, return_inverse=True)
    customer = pairs // width
    order = np.lexsort((np.random.default_rng(seed).random(len(pairs)), customer))
    sizes = np.bincount(customer)
    rank = np.empty(len(pairs), dtype=np.int64)
    rank[order] = np.arange(len(pairs)) - (np.cumsum(sizes) - sizes)[customer[order]]
    most = np.where(sizes > 1, np.maximum(1, np.floor(HELD * sizes)), 0)
    return np.asarray((rank < most[customer])[place])


def _made_up(baskets: Baskets) -> bool:
    """Whether all gaps between a customer's orders are one and the same, and all begin or all end on one day."""
    sequence, fresh = _sequence(baskets)
    customer, day = baskets.customer[sequence][fresh], baskets.day[sequence][fresh].astype(np.int64)
    gaps = np.diff(day)[customer[1:] == customer[:-1]]
    if len(gaps) < FEWEST_GAPS or gaps.min() != gaps.max() or not gaps[0]:
        return False
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    ends = np.append(starts[1:], len(customer)) - 1
    return len(np.unique(day[starts])) == 1 or len(np.unique(day[ends])) == 1


def _sequence(baskets: Baskets) -> tuple[Longs, Flags]:
    """The lines by customer, day and order, and where a new order begins."""
    sequence = np.lexsort((baskets.order, baskets.day, baskets.customer))
    customer, order = baskets.customer[sequence], baskets.order[sequence]
    fresh = np.ones(len(sequence), dtype=bool)
    fresh[1:] = (customer[1:] != customer[:-1]) | (order[1:] != order[:-1])
    return sequence, fresh
