"""Histories of baskets laid side by side in rows of equal length: nothing is padded that need not be.

Nets learn from arrays of one shape, but most customers have three orders and a few three hundred. A row holds the
histories of several customers; numbers tell whose is whose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ml.recommenders.interface import Baskets, Floats, Ints

#: Products of one basket a net looks at; of larger baskets, so many drawn by the seed.
MOST_TOGETHER = 32
#: Of a year ago a basket counts half as much as one of today: what is sold changes.
HALF_LIFE = 365.0


@dataclass(frozen=True)
class Orders:
    """The orders of `baskets`, sorted by customer, day and code; lines of products without a number are left out.

    One entry per order: customer, day. `first` has one more: order o's lines are product[first[o]:first[o + 1]],
    numbers from 1. A customer's orders are begin[customer]:begin[customer + 1].
    """

    customer: Ints
    day: Ints
    first: npt.NDArray[np.int64]
    product: Ints
    begin: npt.NDArray[np.int64]

    @classmethod
    def of(cls, baskets: Baskets, number: Ints) -> Orders:
        """number: one per item, 0 for items to leave out."""
        lines = np.flatnonzero(number[baskets.item] > 0)
        lines = lines[np.lexsort((baskets.order[lines], baskets.day[lines], baskets.customer[lines]))]
        customer, order = baskets.customer[lines], baskets.order[lines]
        fresh = np.ones(len(lines), dtype=bool)
        fresh[1:] = (customer[1:] != customer[:-1]) | (order[1:] != order[:-1])
        starts = np.flatnonzero(fresh)
        begin = np.searchsorted(customer[starts], np.arange(len(baskets.customers) + 1))
        product = number[baskets.item[lines]].astype(np.int32)
        return cls(customer[starts], baskets.day[lines][starts], np.append(starts, len(lines)), product, begin)

    def counts(self) -> npt.NDArray[np.int64]:
        """Orders per customer."""
        return np.diff(self.begin)


@dataclass(frozen=True)
class Rows:
    """products (n, l, k) from 1, 0 = none; days (n, l); histories (n, l): one number per history, 0 where there is no
    basket; weight (n, l): how much the basket that follows counts, 0 where none of the same history does."""

    products: Ints
    days: Ints
    histories: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.days)


def packed(orders: Orders, customers: Ints, *, length: int, as_of: int, seed: int) -> Rows:
    """The histories of these customers, each with two orders or more; longer ones than `length` in several parts.

    Parts overlap by one order, so that every order but the first is foretold once.
    """
    parts: list[tuple[int, int]] = []
    for customer in customers:
        last, start = int(orders.begin[customer + 1]), int(orders.begin[customer])
        while last - start >= 2:
            parts.append((max(start, last - length), last))
            last = max(start, last - length) + 1
    place, row, used = np.zeros(len(parts), dtype=np.int64), 0, 0
    for number, (start, last) in enumerate(parts):
        if used + last - start > length:
            row, used = row + 1, 0
        place[number], used = row * length + used, used + last - start
    return _laid_out(orders, parts, place, rows=row + 1 if parts else 0, length=length, as_of=as_of, seed=seed)


def _laid_out(
    orders: Orders, parts: list[tuple[int, int]], place: npt.NDArray[np.int64], *, rows: int, length: int, as_of: int,
    seed: int,
) -> Rows:  # fmt: skip
    chosen = _chosen(orders, seed=seed)
    products = np.zeros((rows * length, chosen.shape[1]), dtype=np.int32)
    days, histories = (np.zeros(rows * length, dtype=np.int32) for _ in range(2))
    weight = np.zeros(rows * length, dtype=np.float32)
    for number, (start, last) in enumerate(parts):
        here = slice(place[number], place[number] + last - start)
        products[here], days[here], histories[here] = chosen[start:last], orders.day[start:last], number + 1
        ahead = slice(here.start, here.stop - 1)
        weight[ahead] = np.exp2((orders.day[start + 1 : last] - as_of) / HALF_LIFE)
    shape = (rows, length)
    return Rows(
        products.reshape(*shape, chosen.shape[1]), days.reshape(shape), histories.reshape(shape), weight.reshape(shape)
    )


def _chosen(orders: Orders, *, seed: int) -> Ints:
    """(orders × k) the products of every order, 0 where it has fewer; k as 95 of 100 orders need, at most
    MOST_TOGETHER."""
    sizes = np.diff(orders.first)
    k = int(np.clip(np.quantile(sizes, 0.95), 1, MOST_TOGETHER)) if len(sizes) else 1
    order = np.repeat(np.arange(len(sizes)), sizes)
    shuffled = np.lexsort((np.random.default_rng(seed).random(len(order)), order))
    turn = np.arange(len(order)) - orders.first[order]
    kept = turn < k
    found = np.zeros((len(sizes), k), dtype=np.int32)
    found[order[kept], turn[kept]] = orders.product[shuffled][kept]
    return found
