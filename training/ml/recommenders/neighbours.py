"""Neighbours: for a block of customers, the few reference customers most alike, without a table of all pairs.

A crowd of reference customers is kept, at most `most` of them, however many there are: what neighbours say is a mean
over some hundred, and a sample of a few thousand holds enough of those for anybody who is not alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, Texts

#: Reference customers kept. The work for one customer grows with them, their number of customers does not matter.
MOST = 5_000
#: Only customers who bought within so many days are asked, as long as there are any.
ACTIVE = 365
#: Steps between nothing and a row's highest value: enough to throw away most of what cannot be among the best.
STEPS = 256


@dataclass(frozen=True)
class Turns:
    """The orders of a world in the order of time. customer: of each order; age: 0 for the customer's newest order, 1
    for the one before …; count: orders of each customer; line: number of the order of each line."""

    customer: Ints
    age: Ints
    count: npt.NDArray[np.int64]
    line: npt.NDArray[np.int64]

    @classmethod
    def of(cls, baskets: Baskets) -> Self:
        """Only the order of a customer's orders matters, not their dates: those of published data are often made up."""
        n = len(baskets.customers)
        there = np.zeros(int(baskets.order.max(initial=-1)) + 1, dtype=bool)
        there[baskets.order] = True
        line = (np.cumsum(there) - 1)[baskets.order]
        customer = np.zeros(int(there.sum()), dtype=np.int32)
        customer[line] = baskets.customer
        by_time = np.argsort(customer, kind="stable")  # larger codes are newer
        count = np.bincount(customer, minlength=n)
        place = np.arange(len(customer)) - (np.cumsum(count) - count)[customer[by_time]]
        age = np.empty(len(customer), dtype=np.int32)
        age[by_time] = count[customer[by_time]] - 1 - place
        return cls(customer, age, count, line)

    def newest(self, least: int = 2) -> Flags:
        """Which lines belong to the newest order of a customer with at least `least` orders."""
        return ((self.age == 0) & (self.count[self.customer] >= least))[self.line]


def referees(baskets: Baskets, *, most: int = MOST, seed: int = 0) -> Ints:
    """The codes of at most `most` customers with purchases, ascending: of those who bought within ACTIVE days, and of
    the others when these are fewer; drawn by `seed`."""
    last = np.full(len(baskets.customers), np.iinfo(np.int32).min, dtype=np.int64)
    np.maximum.at(last, baskets.customer, baskets.day)
    known = np.flatnonzero(last > np.iinfo(np.int32).min)
    if len(known) > most:
        drawn = np.random.default_rng(seed).random(len(known))
        stale = last[known] < baskets.as_of - ACTIVE
        known = np.sort(known[np.lexsort((drawn, stale))[:most]])
    return known.astype(np.int32)


@dataclass(frozen=True)
class Crowd:
    """Reference customers. names: who they are; looks: (items × referees) what each is recognised by, so that a row of
    a customer's own numbers times `looks` is how alike they are; says: (referees × items) what each recommends."""

    names: Texts
    looks: sp.csr_matrix
    says: sp.csr_matrix

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def nobody(cls) -> Self:
        return cls(np.empty(0, dtype=object), sp.csr_matrix((0, 0), dtype=np.float32),
                   sp.csr_matrix((0, 0), dtype=np.float32))  # fmt: skip

    def places(self, customers: Texts) -> Ints:
        """Where each of these customers stands in the crowd, -1 when not in it: nobody is their own neighbour."""
        place = {name: number for number, name in enumerate(self.names)}
        return np.array([place.get(name, -1) for name in customers], dtype=np.int32)

    def nearest(self, rows: sp.csr_matrix, own: Ints, count: int) -> sp.csr_matrix:
        """(rows × referees) how alike the `count` most alike are; `own`: each row's place in the crowd or -1."""
        alike = sp.csr_matrix(rows @ self.looks)
        inside = np.repeat(own, np.diff(alike.indptr)) != alike.indices
        alike.data *= inside
        return largest(alike, count)

    def state(self) -> dict[str, npt.NDArray]:
        found: dict[str, npt.NDArray] = {"names": self.names.astype(str), "items": np.array(self.says.shape[1])}
        for name, table in (("looks", self.looks), ("says", self.says)):
            found |= {f"{name}_{part}": getattr(table, part) for part in ("data", "indices", "indptr")}
        return found

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        size, items = len(state["names"]), int(state["items"])
        tables = [
            sp.csr_matrix(tuple(state[f"{name}_{part}"] for part in ("data", "indices", "indptr")), shape=shape)
            for name, shape in (("looks", (items, size)), ("says", (size, items)))
        ]
        return cls(state["names"].astype(object), *tables)


def largest(table: sp.csr_matrix, count: int) -> sp.csr_matrix:
    """The `count` largest positive values of every row; of equals at the border, those stored first.

    Long rows are first thinned by counting values in STEPS steps (as in a counting sort), which costs a few passes
    over the table, where sorting or partitioning every row would cost many times as much.
    """
    row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    kept = np.flatnonzero(table.data > 0)
    sizes = np.bincount(row[kept], minlength=table.shape[0])
    if sizes.max(initial=0) > count:
        kept = kept[_promising(row[kept], table.data[kept], table.shape[0], count)]
        kept = kept[_foremost(row[kept], table.data[kept], table.shape[0], count)]
        sizes = np.bincount(row[kept], minlength=table.shape[0])
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    return sp.csr_matrix((table.data[kept], table.indices[kept], indptr), shape=table.shape)


def _promising(row: npt.NDArray, values: Floats, rows: int, count: int) -> Flags:
    """Leaves out values that are certainly not among the `count` largest of their row."""
    top = np.zeros(rows, dtype=np.float32)
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    top[row[starts]] = np.maximum.reduceat(values, starts)
    step = (values * (np.float32(STEPS - 1) / np.maximum(top, np.float32(1e-30)))[row]).astype(np.int32)
    np.minimum(step, STEPS - 1, out=step)
    counts = np.bincount(row * STEPS + step, minlength=rows * STEPS).reshape(rows, STEPS)
    at_least = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    border = (at_least >= count).sum(axis=1) - 1  # the highest step with enough values from it upwards; -1: all
    return step >= border[row]


def _foremost(row: npt.NDArray, values: Floats, rows: int, count: int) -> Flags:
    order = np.lexsort((-values, row))
    sizes = np.bincount(row, minlength=rows)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = np.zeros(len(row), dtype=bool)
    kept[order[rank < count]] = True
    return kept


def to_one(table: sp.csr_matrix) -> sp.csr_matrix:
    """The same table with rows that sum up to 1, or to 0."""
    sums = np.asarray(table.sum(axis=1)).ravel()
    scaled = table.copy()
    scaled.data /= np.repeat(np.where(sums > 0, sums, 1).astype(np.float32), np.diff(table.indptr))
    return scaled
