"""Looking back: what the sources would have proposed on an earlier day, and what was bought after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.blend import Lesson
from training.ml.recommenders.candidates import Candidates, World
from training.ml.recommenders.catalogue import company, onto
from training.ml.recommenders.events import Events
from training.ml.recommenders.interface import Baskets, Flags, Ints, blocks, cells
from training.ml.recommenders.splits import STEP, Look

#: Customers looked at per date, over all partners: enough for the blend, bounded in time and memory.
MOST_CUSTOMERS = 4000
#: Seconds that allow all of them, and how many are looked at however little time there is.
FULL_BUDGET, FEWEST_SAMPLED = 240.0, 300
#: Purchases that sources learn from when they look back; of more, a sample of whole customers teaches as well.
MOST_LINES = 1_000_000
#: Purchases from which on a look costs twice as much as one over few.
MANY_LINES = 1_000_000
#: Looks back at most, the seconds of budget each takes, and the parts of a horizon they lie apart.
MOST_LOOKS, LOOK_SECONDS, PARTS = 7, 60.0, 3


@dataclass(frozen=True)
class Stand:
    """One partner on one past day: the world as known then, some of its customers' candidates, and the future.

    next_basket: (customers × items), non-zero for the products of the first order within the horizon, or for all that
    was held out by lot. clear: see `Look`. split: see `splits`.
    """

    world: World
    customers: Ints
    lesson: Lesson
    next_basket: sp.csr_matrix
    clear: bool = True
    split: str = "time"


def dates(
    worlds: Sequence[Baskets], *, as_of: int, horizon: int, split: str = "time", most: int = MOST_LOOKS
) -> tuple[list[int], int]:  # fmt: skip
    """Past days to learn from, newest first, and the horizon used: the asked one, or a third of a short history.

    Each day has its whole horizon before `as_of` and at least as much history behind it. They lie a third of a horizon
    apart, or a day where that is less. Where only the order of baskets is known a day is an order, and the horizon the
    next one.
    """
    days = [int(world.day.min()) for world in worlds if len(world.day)]
    span = as_of - min(days) if days else 0
    if split == "random":
        return ([as_of - step for step in range(min(3, most))] if days else []), horizon
    if split == "last":
        return [as_of - STEP * step for step in range(1, min(5, most) + 1) if span - STEP * step >= STEP], STEP
    used = max(1, min(horizon, span // 3))
    apart = dict.fromkeys(used * (PARTS + step) // PARTS for step in range(most))
    return [as_of - back for back in apart if span - back >= used], used


def looks_within(budget: float, lines: int) -> int:
    """How many dates a training of `budget` seconds can look back from, over so many purchases: a look over
    MANY_LINES costs twice as much as one over few."""
    dear = 1.0 + min(1.0, lines / MANY_LINES)
    return int(np.clip(budget / (LOOK_SECONDS * dear), PARTS + 1, MOST_LOOKS))


@dataclass(frozen=True)
class Sample:
    """Which customers are looked at: about `most` per date over all partners, drawn by `seed`."""

    seed: int
    most: int = MOST_CUSTOMERS

    @classmethod
    def within(cls, budget: float, *, seed: int) -> Sample:
        """As many as a training of `budget` seconds on two cores can afford."""
        return cls(seed, int(np.clip(MOST_CUSTOMERS * budget / FULL_BUDGET, FEWEST_SAMPLED, MOST_CUSTOMERS)))

    def lesser(self) -> Self:
        """Half as many: for dates that only teach."""
        return type(self)(self.seed, max(FEWEST_SAMPLED, self.most // 2))


def thinned(worlds: Sequence[Baskets], *, seed: int, most: int = MOST_LINES) -> list[Baskets]:
    """The worlds with about `most` lines in all: a random part of the customers with all they bought. Others stay
    listed without purchases, so that every code keeps its meaning."""
    lines = sum(len(world.day) for world in worlds)
    if lines <= most:
        return list(worlds)
    draw = np.random.default_rng(seed)
    kept = [draw.random(len(world.customers)) < most / lines for world in worlds]
    return [world.only(some[world.customer]) for world, some in zip(worlds, kept, strict=True)]


def stands(
    look: Look, groups: Sequence[Sequence[int]], *, families: frozenset[str], sample: Sample,
    events: Sequence[Events] = (), split: str = "time", strengths: Sequence[dict[str, float]] = (),
) -> list[Stand]:  # fmt: skip
    """Every partner as it stood at the look, judged by what followed. events: per partner what was answered then;
    strengths: per group, see `company`."""
    buyers = [np.unique(world.customer) for world in look.known]
    share = min(1.0, sample.most / max(1, sum(len(found) for found in buyers)))
    found: list[Stand] = []
    for place, group in enumerate(groups):
        found_out = strengths[place] if strengths else None
        together = company([look.known[number] for number in group], families=families, strengths=found_out)
        for number in group:
            if not len(buyers[number]):
                continue
            known = look.known[number]
            draw = np.random.default_rng([sample.seed, number, look.day])
            count = int(np.ceil(share * len(buyers[number])))
            customers = np.sort(draw.choice(buyers[number], count, replace=False)).astype(np.int32)
            world = World.of(known, onto(together, known.items.sku), families)
            answers = events[number] if events else Events.none()
            stand = _stand(world, customers, look.later[number], answers, split=split)
            found.append(replace(stand, clear=look.clear))
    return found


def _stand(world: World, customers: Ints, later: Baskets, events: Events, *, split: str) -> Stand:
    parts = [world.candidates(block) for block in blocks(customers, len(world.baskets.items))]
    candidates = Candidates.joined(parts)
    bought = _answered(cells(later.owned, candidates.customer, candidates.item) > 0, candidates, events)
    buying = (np.diff(later.owned.indptr) > 0)[candidates.customer]
    buying |= np.isin(candidates.customer, candidates.customer[bought])
    first = np.full(len(later.customers), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, later.customer, later.order)
    basket = later.owned if split == "random" else later.only(later.order == first[later.customer]).owned
    return Stand(world, customers, Lesson(candidates, bought, buying), basket, split=split)


def _answered(bought: Flags, candidates: Candidates, events: Events) -> Flags:
    """What was accepted counts as bought though no order shows it yet, what was called wrong as not bought."""
    for taken in (True, False):
        told = events.taken == taken
        shape = (int(candidates.customer.max(initial=0)) + 1, int(candidates.item.max(initial=0)) + 1)
        told &= (events.customer < shape[0]) & (events.item < shape[1])
        ones = np.ones(int(told.sum()), dtype=np.float32)
        table = sp.csr_matrix((ones, (events.customer[told], events.item[told])), shape=shape)
        bought = np.where(cells(table, candidates.customer, candidates.item) > 0, taken, bought)
    return np.asarray(bought, dtype=bool)


def named_population(stand: Stand) -> Ints:
    """The customers lists are judged on: two orders or more, active within 365 days, and buying in the horizon. Where
    only the order is known: everyone with another order than the one held out. By lot: everyone of whom something
    was."""
    habits = stand.world.habits
    named = np.diff(stand.next_basket.indptr) > 0
    if stand.split == "last":
        named &= habits.orders >= 1
    elif stand.split == "time":
        named &= (habits.orders >= 2) & (np.nan_to_num(habits.since_last, nan=1e9) <= 365)
    return stand.customers[named[stand.customers]]
