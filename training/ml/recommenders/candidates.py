"""From sources to candidates: which products are worth a closer look for a customer, and what is known of each.

Every source proposes its best new and its best repeat products; the union is described by one row of numbers per
(customer, product). The names are grouped by the kind of evidence, so that a reason can ask which kind mattered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from training.ml.recommenders.history import Demand, Habits, Pairs
from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, Recommender
from training.ml.recommenders.popularity import Popularity
from training.ml.recommenders.proposals import ordered, proposed
from training.ml.recommenders.similarity import Similarity
from training.ml.recommenders.sources import KIND, LOCAL
from training.ml.recommenders.traits import OF_BOTH, OF_CUSTOMERS, OF_ITEMS, Traits

#: How many new products, and how many repeats, each source may propose for one customer.
NEW, REPEAT = 40, 60


def _of(kind: str) -> tuple[str, ...]:
    """Score and rank of every source that carries this kind of evidence."""
    return tuple(f"{name}_{what}" for name, its in KIND.items() if its == kind for what in ("score", "rank"))


#: What a product is and for whom, rather than how well it sells: no reason speaks of it.
GOODS = ("season", "repeat_rate", "item_age", "item_price", "item_quantity")
#: The numbers that describe a candidate, by the kind of evidence they carry.
FEATURES: dict[str, tuple[str, ...]] = {
    "own": (*_of("own"), "own_times", "own_share", "own_last", "own_gap", "own_due", "own_in_last_order"),
    "alike": _of("alike"),
    "together": (*_of("together"), "together_share"),
    "content": _of("content"),
    "popular": (*_of("popular"), *(name for name in OF_ITEMS if name not in GOODS)),
    "goods": GOODS,
    "customer": (*OF_CUSTOMERS, *OF_BOTH),
}
NAMES: tuple[str, ...] = (
    *(name for kind in ("own", "alike", "together", "content") for name in FEATURES[kind]),
    *_of("popular"), *OF_ITEMS, *FEATURES["customer"],
)  # fmt: skip
COLUMN = {name: number for number, name in enumerate(NAMES)}
#: What a source that says nothing scores, as a logarithm.
SILENT = float(np.log(np.float32(1e-4)))


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
    traits: Traits
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
        habits, demand = Habits.of(baskets), Demand.of(baskets, pairs)
        return cls(baskets, pairs, habits, demand, Traits.of(baskets, pairs, habits, demand), sources, sellers)

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
        if "popularity" in self.sources:  # how products sell is told by the source that listens to it
            x[:, _places(OF_ITEMS)] = self.traits.items[item]
        x[:, _places(OF_CUSTOMERS)] = self.traits.customers[customers[row]]
        x[:, _places(OF_BOTH)] = self.traits.both(customers[row], item)
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


def _places(names: tuple[str, ...]) -> slice:
    """Where names that follow each other stand."""
    return slice(COLUMN[names[0]], COLUMN[names[0]] + len(names))


def narrowed(
    found: Candidates, sources: Collection[str], *, new: int = NEW, repeat: int = REPEAT
) -> tuple[Candidates, np.ndarray]:
    """The candidates as they would be with these of their sources only, and which rows they were."""
    said = {name: found.x[:, COLUMN[f"{name}_score"]] for name in KIND}
    gone = [name for name, values in said.items() if name not in sources and np.isfinite(values).any()]
    if not gone:
        return found, np.arange(len(found))
    kept = np.zeros(len(found), dtype=bool)
    group = 2 * found.customer.astype(np.int64) + found.repeat
    order = np.argsort(group, kind="stable")
    for name in sources:
        values = np.nan_to_num(said[name], nan=SILENT)
        rank = np.empty(len(found), dtype=np.int64)
        rank[order] = _ranks(group[order], values[order])
        kept |= (rank < np.where(found.repeat, repeat, new)) & (values > SILENT + 1e-6)
    rows = np.flatnonzero(kept)
    found = found.take(rows)
    blank = [COLUMN[f"{name}_{what}"] for name in gone for what in ("score", "rank")]
    if all(KIND[name] != "own" for name in sources):
        blank += [COLUMN[name] for name in FEATURES["own"]]
    if "popularity" not in sources:
        blank += list(range(*_places(OF_ITEMS).indices(len(NAMES))))
    found.x[:, blank] = np.nan
    picked = {name: np.exp(said[name][kept]) - np.float32(1e-4) for name in sources if np.isfinite(said[name]).any()}
    unknown = np.isnan(found.x[:, COLUMN["frequency_score"]])
    _describe_sources(found.x, found.customer, picked)
    found.x[unknown, COLUMN["frequency_score"]] = found.x[unknown, COLUMN["frequency_rank"]] = np.nan
    return found, rows


def _ranks(group: np.ndarray, values: Floats) -> np.ndarray:
    """0 for the largest value of its group, and so on; groups stand together in ascending order."""
    order = ordered(group, values)
    fresh = np.flatnonzero(np.diff(group, prepend=-1))
    starts = np.repeat(fresh, np.diff(np.append(fresh, len(group))))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - starts
    return rank


def _describe_sources(x: Floats, row: np.ndarray, picked: dict[str, Floats]) -> None:
    """Each source's score and 1 / (1 + its rank among the customer's candidates); of the first that says which
    products go together also its score as a share of the customer's best."""
    leader = next((name for name in picked if KIND[name] == "together"), "")
    for name, values in picked.items():
        values = np.nan_to_num(values)
        x[:, COLUMN[f"{name}_rank"]] = 1.0 / (1.0 + _ranks(row, values))
        x[:, COLUMN[f"{name}_score"]] = np.log(np.maximum(values, 0) + np.float32(1e-4))
        if name == leader and len(row):
            fresh = np.flatnonzero(np.diff(row, prepend=-1))
            top = np.repeat(np.maximum.reduceat(values, fresh), np.diff(np.append(fresh, len(row))))
            x[:, COLUMN["together_share"]] = values / np.maximum(1e-6, top)
