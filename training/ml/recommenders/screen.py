"""Rules at work on one partner's products and customers: what is barred, pinned, demoted and spread out.

Compiled once per world, asked block by block. A barred product is kept out before candidates are proposed, so that it
takes no other product's place, neither among the candidates nor in a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, Texts
from training.ml.recommenders.likeness import Likeness
from training.ml.recommenders.proposals import ordered
from training.ml.recommenders.rules import Rules, Scope

if TYPE_CHECKING:
    from training.ml.recommenders.candidates import Candidates, World

#: Log-odds taken from a product just like one the customer refused: its chance falls to about a quarter.
STRENGTH = float(np.log(4.0))


@dataclass(frozen=True)
class Screen:
    """barred: (segments named by a rule + 1 × items), the last row for all other customers. group: each customer's row.

    refused: (pairs) of customer and item codes, sorted, as customer × items + item. pinned: per rule, the item and the
    rows of `barred` it speaks to. `world` is what the rules were compiled for.
    """

    rules: Rules
    world: World
    barred: Flags
    group: Ints
    refused: npt.NDArray[np.int64]
    pinned: tuple[tuple[int, Flags], ...]

    @classmethod
    def of(cls, rules: Rules, world: World) -> Self:
        """Compile; products, categories, segments and customers that the dataset does not know are passed over."""
        baskets = world.baskets
        scopes = [*rules.excluded, *rules.pinned, *(scope for scope, _ in rules.margins)]
        names = sorted({_plain(scope.segment) for scope in scopes if scope.segment})
        group = _groups(baskets, names)
        products = _Products(baskets)
        barred = np.tile(~baskets.items.available, (len(names) + 1, 1))
        for scope in rules.excluded:
            barred[np.ix_(_rows(scope, names), products.of(scope))] = True
        for scope, least in rules.margins:
            wanting = products.of(scope)
            wanting = wanting[~(products.margins[wanting] >= least)]  # unknown (NaN) is too small
            barred[np.ix_(_rows(scope, names), wanting)] = True
        pinned = []
        for scope in rules.pinned:
            spoken = np.zeros(len(names) + 1, dtype=bool)
            spoken[_rows(scope, names)] = True
            pinned += [(int(item), spoken) for item in products.of(scope)]
        refused = _coded(rules.refused.items(), baskets)
        return cls(rules, world, barred, group, refused, tuple(pinned))

    @cached_property
    def likeness(self) -> Likeness:
        """Only looked at where somebody refused something, or lists are to be varied."""
        return Likeness.of(self.world)

    @property
    def plain(self) -> bool:
        """Whether nothing is barred, pinned, demoted or spread out: every answer would be "as it was"."""
        still = not (self.barred.any() or len(self.refused) or self.pinned)
        return still and self.rules.repeats == "both" and self.rules.diversity == 0

    def allowed(self, candidates: Candidates) -> Flags:
        """Per row, whether this product may be offered to this customer."""
        found = ~self.barred[self.group[candidates.customer], candidates.item]
        if self.rules.repeats != "both":
            found &= candidates.repeat == (self.rules.repeats == "repeat")
        return found & ~self._is_refused(candidates.customer, candidates.item)

    def open(self, customers: Ints) -> Flags | None:
        """(len(customers) × items) what may be proposed at all; None when nothing is barred for anybody.

        The switch between repeats and new products is not looked at here: `allowed` sees to it.
        """
        if not self.barred.any() and not len(self.refused):
            return None
        found = ~self.barred[self.group[customers]]
        who, what = np.divmod(self.refused, max(1, found.shape[1]))
        asked = np.isin(who, customers)
        order = np.argsort(customers)
        found[order[np.searchsorted(customers[order], who[asked])], what[asked]] = False
        return found

    def pins(self, customers: Ints) -> tuple[Ints, Ints]:
        """(customer, item) pairs to be offered first, by customer and then in the order of the rules; each once."""
        who, what = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for item, spoken in self.pinned:
            group = self.group[customers]
            mine = customers[spoken[group] & ~self.barred[group, item]].astype(np.int64)
            who.append(mine)
            what.append(np.full(len(mine), item, dtype=np.int64))
        customer, item_ = np.concatenate(who), np.concatenate(what)
        first = np.unique(customer * max(1, self.barred.shape[1]) + item_, return_index=True)[1]
        kept = np.sort(first)
        customer, item_ = customer[kept], item_[kept]
        fine = ~self._is_refused(customer, item_) & self._fits_switch(customer, item_)
        order = np.argsort(customer[fine], kind="stable")
        return customer[fine][order].astype(np.int32), item_[fine][order].astype(np.int32)

    def demotion(self, candidates: Candidates) -> Floats:
        """Log-odds to subtract per row: STRENGTH × how like the products are that this customer refused.

        Several refusals add up as chances do: 1 - ∏ (1 - likeness), so that three refused printers speak more clearly
        than one, and nothing is ever taken beyond STRENGTH.
        """
        found = np.zeros(len(candidates), dtype=np.float32)
        if not len(self.refused) or not len(candidates):
            return found
        who, what = np.divmod(self.refused, self.barred.shape[1])
        first, last = (np.searchsorted(who, candidates.customer, side=side) for side in ("left", "right"))
        count = last - first
        row = np.repeat(np.arange(len(candidates)), count)
        start = np.repeat(first - np.cumsum(count) + count, count)
        refused = what[start + np.arange(len(row))]
        alike = self.likeness.between(refused.astype(np.int32), candidates.item[row])
        unlike = np.zeros(len(candidates))
        np.add.at(unlike, row, np.log1p(-np.minimum(alike, 1 - 1e-6)))
        return (STRENGTH * -np.expm1(unlike)).astype(np.float32)

    def varied(self, candidates: Candidates, scores: Floats, *, top: int) -> Floats:
        """Keys to cut lists of `top` by: `scores` themselves without diversity, else with it (see `varied`)."""
        if self.rules.diversity == 0:
            return scores
        kind = self.likeness.category[candidates.item]
        return varied(candidates, scores, kind, top=top, diversity=self.rules.diversity)

    def _is_refused(self, customer: npt.NDArray, item: npt.NDArray) -> Flags:
        if not len(self.refused):
            return np.zeros(len(customer), dtype=bool)
        code = customer.astype(np.int64) * self.barred.shape[1] + item
        place = np.minimum(np.searchsorted(self.refused, code), len(self.refused) - 1)
        return np.asarray(self.refused[place] == code)

    def _fits_switch(self, customer: npt.NDArray, item: npt.NDArray) -> Flags:
        if self.rules.repeats == "both" or not len(customer):
            return np.ones(len(customer), dtype=bool)
        repeat = np.asarray(self.world.pairs.place[customer, item]).ravel() > 0
        return np.asarray(repeat == (self.rules.repeats == "repeat"))


def varied(candidates: Candidates, scores: Floats, kind: Ints, *, top: int, diversity: float) -> Floats:
    """Keys that sort each customer's products by maximal marginal relevance on categories (Carbonell & Goldstein,
    SIGIR 1998): (1 - d) · relevance - d · redundancy.

    Relevance is 1 for a customer's best score and 0 for the last that made the list of `top`; redundancy is
    k / (k + 1) for a product with k better ones of its category. As it depends on the category's own order alone, the
    greedy choice of the paper is one sort. With d = 1 the categories take turns. Products without a category count as
    one category, so that saying nothing brings no advantage. The keys are 0, -1, -2 … per customer; candidates come
    sorted by customer and item.
    """
    if not len(candidates):
        return scores
    order = ordered(candidates.customer, scores)
    customer, score = candidates.customer[order], scores[order]
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    above = _before(np.repeat(np.arange(len(starts)), sizes), kind[order])
    best = score[np.repeat(starts, sizes)]
    last = score[np.repeat(starts + np.minimum(sizes, top) - 1, sizes)]
    relevance = (score - last) / np.where(best > last, best - last, 1)
    key = (1 - diversity) * relevance - diversity * above / (above + 1.0)
    found = np.empty(len(order), dtype=np.float32)
    found[order[ordered(customer, key.astype(np.float32))]] = -place
    return found


def _before(number: npt.NDArray[np.int64], kind: Ints) -> npt.NDArray[np.int64]:
    """For each row, how many earlier rows have the same number and kind."""
    deep = len(kind).bit_length()
    kinds = kind.astype(np.int64) - kind.min()
    keys = ((number * (int(kinds.max()) + 1) + kinds) << deep) | np.arange(len(kind), dtype=np.int64)
    keys.sort()
    new = np.flatnonzero(np.diff(keys >> deep, prepend=-1))
    running = np.arange(len(keys)) - np.repeat(new, np.diff(np.append(new, len(keys))))
    found = np.empty(len(keys), dtype=np.int64)
    found[keys & ((1 << deep) - 1)] = running
    return found


class _Products:
    """The products by code and category, as rules name them."""

    def __init__(self, baskets: Baskets) -> None:
        items = baskets.items
        self.place = {sku: number for number, sku in enumerate(items.sku)}
        self.category = _all_plain(items.category)
        with np.errstate(divide="ignore", invalid="ignore"):
            margins = (items.price - items.cost) / items.price
        self.margins = np.where(items.price > 0, margins, np.nan)

    def of(self, scope: Scope) -> npt.NDArray[np.int64]:
        """Codes of the items a rule speaks of."""
        if not scope.sku:
            found = self.category == _plain(scope.category) if scope.category else np.ones(len(self.category), bool)
            return np.flatnonzero(found)
        item = self.place.get(scope.sku)
        if item is None or (scope.category and self.category[item] != _plain(scope.category)):
            return np.zeros(0, dtype=np.int64)
        return np.array([item])


def _groups(baskets: Baskets, names: list[str]) -> Ints:
    """Each customer's place among the segments rules name; the last place for all others."""
    place = {name: number for number, name in enumerate(names)}
    known = [place.get(_plain(segment), len(names)) for segment in baskets.segments]
    return np.array([*known, len(names)], dtype=np.int32)[baskets.segment]  # -1, unknown, is the last


def _rows(scope: Scope, names: list[str]) -> npt.NDArray[np.int64]:
    return np.array([names.index(_plain(scope.segment))] if scope.segment else range(len(names) + 1), dtype=np.int64)


def _coded(refused: Iterable[tuple[str, frozenset[str]]], baskets: Baskets) -> npt.NDArray[np.int64]:
    """Pairs of known customers and products, sorted."""
    pairs = [(who, sku) for who, skus in refused for sku in skus]
    if not pairs:
        return np.zeros(0, dtype=np.int64)
    customer = _places(baskets.customers, [who for who, _ in pairs])
    item = _places(baskets.items.sku, [sku for _, sku in pairs])
    known = (customer >= 0) & (item >= 0)
    return np.unique(customer[known] * len(baskets.items) + item[known])


def _places(among: Texts, wanted: list[str]) -> npt.NDArray[np.int64]:
    """Where each value stands in a sorted list; -1 where it does not."""
    values = np.array(wanted, dtype=object)
    if not len(among):
        return np.full(len(values), -1)
    place = np.minimum(np.searchsorted(among, values), len(among) - 1)
    return np.where(among[place] == values, place, -1)


def _plain(name: str) -> str:
    """Names as people write them: without regard to case and spaces at the ends."""
    return name.strip().casefold()


def _all_plain(names: Texts) -> Texts:
    kinds, place = np.unique(names.astype(str), return_inverse=True)
    return np.array([_plain(kind) for kind in kinds], dtype=object)[place] if len(kinds) else names
