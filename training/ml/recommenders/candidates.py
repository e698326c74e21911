"""From sources to candidates: which products are worth a closer look for a customer, and what is known of each.

Every source proposes its best new and its best repeat products; the union is described by one row of numbers per
(customer, product). The names are grouped by the kind of evidence, so that a reason can ask which kind mattered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from training.ml.recommenders.history import Demand, Habits, Pairs
from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, Recommender
from training.ml.recommenders.popularity import Popularity
from training.ml.recommenders.proposals import ordered, proposed
from training.ml.recommenders.similarity import Similarity
from training.ml.recommenders.sources import KIND, LOCAL

#: How many new products, and how many repeats, each source may propose for one customer.
NEW, REPEAT = 40, 60


def _of(kind: str) -> tuple[str, ...]:
    """Score and rank of every source that carries this kind of evidence."""
    return tuple(f"{name}_{what}" for name, its in KIND.items() if its == kind for what in ("score", "rank"))


#: The numbers that describe a candidate, by the kind of evidence they carry.
FEATURES: dict[str, tuple[str, ...]] = {
    "own": (*_of("own"), "own_times", "own_share", "own_last", "own_gap", "own_due", "own_in_last_order"),
    "alike": _of("alike"),
    "together": (*_of("together"), "together_share"),
    "content": _of("content"),
    "popular": (
        *_of("popular"), "popular_30", "popular_90", "popular_365", "trend", "season", "repeat_rate", "item_age",
        "item_price",
    ),
    "customer": ("orders", "orders_90", "since_first", "since_last", "basket_size", "order_gap", "order_due"),
}  # fmt: skip
NAMES: tuple[str, ...] = tuple(name for names in FEATURES.values() for name in names)
COLUMN = {name: number for number, name in enumerate(NAMES)}


@dataclass(frozen=True)
class Candidates:
    """Rows sorted by customer, then item. x: (rows × len(NAMES)), NaN = unknown. `repeat`: bought before."""

    customer: Ints
    item: Ints
    repeat: Flags
    x: Floats

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: np.ndarray) -> Candidates:
        return Candidates(self.customer[rows], self.item[rows], self.repeat[rows], self.x[rows])

    @classmethod
    def joined(cls, parts: list[Candidates]) -> Candidates:
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("customer", "item", "repeat", "x")))


@dataclass(frozen=True)
class World:
    """A partner's baskets with everything candidates are described by; built once, used for every block."""

    baskets: Baskets
    pairs: Pairs
    habits: Habits
    demand: Demand
    sources: dict[str, Recommender]
    sellers: Floats  # per item: partners of the network that sell it, where a reason may say so; else 0

    @classmethod
    def of(
        cls, baskets: Baskets, shared: Mapping[str, Recommender], families: frozenset[str], *,
        network: tuple[Floats, Floats] | None = None,
    ) -> Self:  # fmt: skip
        """Of the sources named in `families`, those of `shared` come as they are, learned elsewhere over the same
        items; those of LOCAL are fitted on the baskets themselves.

        network: (popularity, sellers) per item across partners; stands in where the partner has sold nothing yet.
        """
        pairs = Pairs.of(baskets)
        sources: dict[str, Recommender] = {
            name: make().fit(baskets) for name, make in LOCAL.items() if name in families
        }  # fmt: skip
        popular = sources.get("popularity")
        if isinstance(popular, Popularity) and network is not None and not len(baskets.day):
            popular.shares = network[0][None, :].astype(np.float32)
        sources.update({name: source for name, source in shared.items() if name in families})
        sellers = network[1] if network is not None else np.zeros(len(baskets.items), dtype=np.float32)
        return cls(baskets, pairs, Habits.of(baskets), Demand.of(baskets, pairs), sources, sellers)

    @property
    def together(self) -> Similarity | None:
        """The first source that can say which owned product speaks for another one."""
        return next((source for source in self.sources.values() if isinstance(source, Similarity)), None)

    def candidates(
        self, customers: Ints, *, new: int = NEW, repeat: int = REPEAT, allowed: Flags | None = None,
        added: tuple[Ints, Ints] | None = None,
    ) -> Candidates:  # fmt: skip
        """The union of what the sources propose for these customers; call it with one block at a time.

        allowed: (len(customers) × items) what may be proposed at all. added: (customer, item) codes that become
        candidates whatever the sources say.
        """
        found = proposed(
            self.sources, self.baskets, self.pairs.place, customers, most=(new, repeat), allowed=allowed, added=added
        )
        row, pair, item = found.row, found.pair, found.item.astype(np.int32)
        x = np.full((len(row), len(NAMES)), np.nan, dtype=np.float32)
        _describe_sources(x, row, found.picked)
        self._describe_own(x, customers[row], pair)
        self._describe_items(x, item)
        self._describe_customers(x, customers[row])
        return Candidates(customers[row], item, pair >= 0, x)

    def _describe_own(self, x: Floats, customer: Ints, pair: np.ndarray) -> None:
        """What the customer did with this very product; NaN for products never bought."""
        if not any(KIND[name] == "own" for name in self.sources):
            return
        mine = pair >= 0
        x[~mine, COLUMN["frequency_score"]] = x[~mine, COLUMN["frequency_rank"]] = np.nan
        entry, as_of = pair[mine], self.baskets.as_of
        last, gap = as_of - self.pairs.last[entry], self.pairs.gap()[entry]
        x[mine, COLUMN["own_times"]] = np.log1p(self.pairs.times[entry])
        x[mine, COLUMN["own_share"]] = self.pairs.times[entry] / np.maximum(1, self.habits.orders[customer[mine]])
        x[mine, COLUMN["own_last"]] = np.log1p(last)
        x[mine, COLUMN["own_gap"]] = np.log1p(gap)
        x[mine, COLUMN["own_due"]] = np.log((last + 1) / (gap + 1))
        x[mine, COLUMN["own_in_last_order"]] = last <= self.habits.since_last[customer[mine]]

    def _describe_items(self, x: Floats, item: Ints) -> None:
        """How the product sells; nothing when popularity takes no part."""
        if "popularity" not in self.sources:
            return
        demand = self.demand
        for name, values in (
            ("popular_30", _log(demand.fresh)), ("popular_90", _log(demand.buyers)), ("popular_365", _log(demand.year)),
            ("trend", _log(demand.fresh) - _log(demand.year)), ("season", _log(demand.season)),
            ("repeat_rate", demand.repeat), ("item_age", np.log1p(demand.age)), ("item_price", _log(demand.price)),
        ):  # fmt: skip
            x[:, COLUMN[name]] = values[item]

    def _describe_customers(self, x: Floats, customer: Ints) -> None:
        habits = self.habits
        with np.errstate(invalid="ignore"):
            due = np.log((habits.since_last + 1) / (habits.gap + 1))
        for name, values in (
            ("orders", np.log1p(habits.orders)), ("orders_90", np.log1p(habits.recent)),
            ("since_first", np.log1p(habits.since_first)), ("since_last", np.log1p(habits.since_last)),
            ("basket_size", np.log1p(habits.size)), ("order_gap", np.log1p(habits.gap)), ("order_due", due),
        ):  # fmt: skip
            x[:, COLUMN[name]] = values[customer]


def _describe_sources(x: Floats, row: np.ndarray, picked: dict[str, Floats]) -> None:
    """Each source's score and 1 / (1 + its rank among the customer's candidates); of the first that says which
    products go together also its score as a share of the customer's best."""
    starts = np.searchsorted(row, np.arange(row[-1] + 1)) if len(row) else np.zeros(0, dtype=np.int64)
    leader = next((name for name in picked if KIND[name] == "together"), "")
    for name, values in picked.items():
        order = ordered(row, values)
        rank = np.empty(len(row), dtype=np.float32)
        rank[order] = np.arange(len(row)) - starts[row[order]]
        x[:, COLUMN[f"{name}_rank"]] = 1.0 / (1.0 + rank)
        x[:, COLUMN[f"{name}_score"]] = np.log(np.maximum(values, 0) + 1e-4)
        if name == leader and len(row):
            top = np.maximum.reduceat(values, np.unique(starts))
            x[:, COLUMN["together_share"]] = values / np.maximum(1e-6, top[np.unique(row, return_inverse=True)[1]])


def _log(share: Floats) -> Floats:
    """Logarithm of a share or price that may be 0."""
    return np.log(share + np.float32(1e-4))
