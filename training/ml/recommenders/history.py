"""What each customer did with each product so far: one row per (customer, product) pair ever bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, usual


@dataclass(frozen=True)
class Pairs:
    """One entry per pair; days are day numbers, `times` counts distinct days, `quantity` and `price` are usual ones.

    `place` is a (customers × items) table holding the entry's number + 1. `orders` counts the pair's orders; where all
    lines bear one date, days tell nothing and `times` are orders too.
    """

    customer: Ints
    item: Ints
    first: Ints
    last: Ints
    times: Ints
    quantity: Floats
    price: Floats
    place: sp.csr_matrix
    orders: Ints

    @classmethod
    def of(cls, baskets: Baskets) -> Self:
        """Usual quantity is the mean of the pair's orders, usual price the last one paid."""
        order = np.lexsort((baskets.order, baskets.day, baskets.item, baskets.customer))
        customer, item, day = baskets.customer[order], baskets.item[order], baskets.day[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (customer[1:] != customer[:-1]) | (item[1:] != item[:-1])
        starts = np.flatnonzero(fresh)
        ends = np.append(starts[1:], len(order)) - 1 if len(starts) else starts
        of_day, of_order = (_counted(fresh, values, starts) for values in (day, baskets.order[order]))
        dated = len(day) and day.min() < day.max()
        lines = ends - starts + 1
        quantity = np.add.reduceat(baskets.quantity[order], starts) / lines if len(starts) else np.zeros(0)
        shape = (len(baskets.customers), len(baskets.items))
        number = np.arange(1, len(starts) + 1, dtype=np.int32)
        return cls(
            customer[starts], item[starts], day[starts], day[ends], of_day if dated else of_order,
            quantity.astype(np.float32), baskets.price[order][ends] if len(starts) else np.zeros(0, np.float32),
            sp.csr_matrix((number, (customer[starts], item[starts])), shape=shape, dtype=np.int32), of_order,
        )  # fmt: skip

    def gap(self) -> Floats:
        """Mean days from one purchase to the next; NaN when bought on one day only."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (self.last - self.first) / (self.times - 1)
        return np.where(self.last > self.first, found, np.nan).astype(np.float32)


def _counted(fresh: Flags, values: Ints, starts: npt.NDArray) -> Ints:
    """How many runs of equal values there are from each start to the next."""
    if not len(starts):
        return np.zeros(0, dtype=np.int32)
    new = fresh.copy()
    new[1:] |= values[1:] != values[:-1]
    return np.asarray(np.add.reduceat(new.astype(np.int32), starts), dtype=np.int32)


@dataclass(frozen=True)
class Habits:
    """One entry per customer: orders ever and within 90 days, days since first and last order, products per order."""

    orders: Ints
    recent: Ints
    since_first: Floats
    since_last: Floats
    size: Floats
    gap: Floats

    @classmethod
    def of(cls, baskets: Baskets) -> Self:
        """Customers without orders have 0 orders and NaN days."""
        n = len(baskets.customers)
        first_line = np.unique(baskets.order, return_index=True)[1]
        customer, day = baskets.customer[first_line], baskets.day[first_line]
        orders = np.bincount(customer, minlength=n)
        recent = np.bincount(customer[day >= baskets.as_of - 90], minlength=n)
        first, last = np.full(n, np.iinfo(np.int32).max), np.full(n, -1)
        np.minimum.at(first, customer, day)
        np.maximum.at(last, customer, day)
        known = orders > 0
        lines = np.bincount(baskets.customer, minlength=n)
        with np.errstate(divide="ignore", invalid="ignore"):
            size = np.where(known, lines / orders, np.nan)
            gap = np.where(orders > 1, (last - first) / (orders - 1), np.nan)
        return cls(
            orders.astype(np.int32), recent.astype(np.int32),
            np.where(known, baskets.as_of - first, np.nan).astype(np.float32),
            np.where(known, baskets.as_of - last, np.nan).astype(np.float32),
            size.astype(np.float32), gap.astype(np.float32),
        )  # fmt: skip


@dataclass(frozen=True)
class Demand:
    """One entry per item: how it sells among all customers of the baskets."""

    buyers: Floats  # share of the customers active in 90 days who bought it in 90 days
    fresh: Floats  # the same over 30 days
    year: Floats  # the same over 365 days
    season: Floats  # share over the 90 days that began a year ago: what the coming season bought; NaN without
    repeat: Floats  # share of its buyers who bought it on more than one day, leaning on the mean of all items
    age: Floats  # days since its first sale; NaN when never sold
    price: Floats  # usual price
    quantity: Floats  # usual quantity per order

    @classmethod
    def of(cls, baskets: Baskets, pairs: Pairs) -> Self:
        n = len(baskets.items)
        first = np.full(n, np.iinfo(np.int32).max, dtype=np.int64)
        np.minimum.at(first, baskets.item, baskets.day)
        buyers = np.bincount(pairs.item, minlength=n)
        again = np.bincount(pairs.item[pairs.times > 1], minlength=n)
        mean = again.sum() / max(1, buyers.sum())
        start = baskets.as_of - 365
        covered = len(baskets.day) and baskets.day.min() <= start
        season = _shares(baskets.between(start, start + 90)) if covered else np.full(n, np.nan)
        return cls(
            _shares(baskets.between(baskets.as_of - 90, baskets.as_of)),
            _shares(baskets.between(baskets.as_of - 30, baskets.as_of)),
            _shares(baskets.between(start, baskets.as_of)),
            season.astype(np.float32),
            ((again + 10 * mean) / (buyers + 10)).astype(np.float32),
            np.where(buyers > 0, baskets.as_of - first, np.nan).astype(np.float32),
            usual(baskets.item, baskets.price, n, otherwise=baskets.items.price),
            usual(baskets.item, baskets.quantity, n, otherwise=np.ones(n)),
        )


def _shares(baskets: Baskets) -> Floats:
    bought = baskets.owned
    active = int((np.diff(bought.indptr) > 0).sum())
    return (np.asarray(bought.sum(axis=0)).ravel() / max(1, active)).astype(np.float32)
