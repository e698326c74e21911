"""Looking back: what the sources would have proposed on an earlier day, and what was bought after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.blend import Lesson
from training.ml.recommenders.candidates import Candidates, World
from training.ml.recommenders.catalogue import company, onto
from training.ml.recommenders.interface import Baskets, Ints, blocks, cells

#: Customers looked at per date, over all partners: enough for the blend, bounded in time and memory.
MOST_CUSTOMERS = 4000
#: Seconds that allow all of them, and how many are looked at however little time there is.
FULL_BUDGET, FEWEST_SAMPLED = 240.0, 300


@dataclass(frozen=True)
class Stand:
    """One partner on one past day: the world as known then, some of its customers' candidates, and the future.

    next_basket: (customers × items), non-zero for the products of the first order within the horizon.
    """

    world: World
    customers: Ints
    lesson: Lesson
    next_basket: sp.csr_matrix


def dates(worlds: Sequence[Baskets], *, as_of: int, horizon: int, most: int = 3) -> tuple[list[int], int]:
    """Past days to learn from, newest first, and the horizon used: the asked one, or a third of a short history.

    Each day has its whole horizon before `as_of` (and, but for the newest, before the next newer one), and at least
    as much history behind it.
    """
    days = [int(world.day.min()) for world in worlds if len(world.day)]
    span = as_of - min(days) if days else 0
    used = max(1, min(horizon, span // 3))
    found = [as_of - used * step for step in range(1, most + 1) if span - used * step >= used]
    return found, used


@dataclass(frozen=True)
class Sample:
    """Which customers are looked at: about `most` per date over all partners, drawn by `seed`."""

    seed: int
    most: int = MOST_CUSTOMERS

    @classmethod
    def within(cls, budget: float, *, seed: int) -> Sample:
        """As many as a training of `budget` seconds on two cores can afford."""
        return cls(seed, int(np.clip(MOST_CUSTOMERS * budget / FULL_BUDGET, FEWEST_SAMPLED, MOST_CUSTOMERS)))


def stands(
    worlds: Sequence[Baskets], groups: Sequence[Sequence[int]], *, day: int, horizon: int,
    families: frozenset[str], sample: Sample,
) -> list[Stand]:  # fmt: skip
    """Every partner as it stood on `day`, judged by the `horizon` days that followed."""
    buyers = [np.unique(world.before(day).customer) for world in worlds]
    share = min(1.0, sample.most / max(1, sum(len(found) for found in buyers)))
    found: list[Stand] = []
    for group in groups:
        past = [worlds[number].before(day) for number in group]
        together = company(past, families=families)
        for number, known in zip(group, past, strict=True):
            if not len(buyers[number]):
                continue
            mine = onto(together, known.items.sku)
            draw = np.random.default_rng([sample.seed, number, day])
            count = int(np.ceil(share * len(buyers[number])))
            customers = np.sort(draw.choice(buyers[number], count, replace=False)).astype(np.int32)
            later = worlds[number].between(day, day + horizon)
            found.append(_stand(World.of(known, mine, families), customers, later))
    return found


def _stand(world: World, customers: Ints, later: Baskets) -> Stand:
    parts = [world.candidates(block) for block in blocks(customers, len(world.baskets.items))]
    candidates = Candidates.joined(parts)
    bought = cells(later.owned, candidates.customer, candidates.item) > 0
    first = np.full(len(later.customers), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, later.customer, later.order)
    basket = later.only(later.order == first[later.customer]).owned
    return Stand(world, customers, Lesson(candidates, bought), basket)


def named_population(stand: Stand) -> Ints:
    """The customers lists are judged on: two orders or more, active within 365 days, and buying in the horizon."""
    habits = stand.world.habits
    buying = np.diff(stand.next_basket.indptr) > 0
    regular = (habits.orders >= 2) & (np.nan_to_num(habits.since_last, nan=1e9) <= 365)
    return stand.customers[(buying & regular)[stand.customers]]
