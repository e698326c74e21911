"""What every recommender sees and offers.

Data is sparse: a `Baskets` is a table of (customer, order, product) lines with integer codes, never a dense matrix.
Scores are dense, but only for one block of customers at a time, in 32-bit floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

#: How many scores may stand in memory at once: 4 M × 4 bytes = 16 MB per source.
BLOCK_CELLS = 4_000_000
#: How many customers may stand in one block: their candidates are described by some 200 rows each.
BLOCK_CUSTOMERS = 2_000


@dataclass(frozen=True)
class Items:
    """The products of one partner; arrays of equal length n. Prices and costs per piece, NaN when unknown.

    asked: the list price, NaN where there is none. listed: on the partner's own list of products, sold or not.
    """

    sku: Texts
    name: Texts
    category: Texts
    price: npt.NDArray[np.float64]
    cost: npt.NDArray[np.float64]
    available: Flags
    asked: npt.NDArray[np.float64]
    listed: Flags

    @classmethod
    def plain(cls, skus: Sequence[str]) -> Items:
        """Products of which nothing but the code is known."""
        n, code = len(skus), np.array(skus, dtype=object)
        blank, unknown = np.full(n, "", dtype=object), np.full(n, np.nan)
        return cls(code, blank, blank, unknown, unknown, np.ones(n, bool), unknown, np.zeros(n, bool))

    def as_known(self, sold: Flags, paid: Floats) -> Items:
        """As they stood on a day by which these were `sold`, at the usual prices `paid` (NaN where none was).

        What nobody listed and nobody had bought was not there to be offered; what is unavailable today may have been.
        """
        price = np.where(np.isfinite(paid), paid, self.asked)
        return replace(self, price=price, available=sold | self.listed)

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True)
class Baskets:
    """Purchases of one partner (or of several, pooled) known on the day `as_of` (a proleptic day number).

    `customer`, `item`, `order`, `day`, `quantity`, `price` have one entry per order line; codes index `customers` and
    `items`; `day` < `as_of`. `segment` has one code per customer, -1 when unknown. `newest` order codes are larger.
    """

    customers: Texts
    items: Items
    customer: Ints
    item: Ints
    order: Ints
    day: Ints
    quantity: Floats
    price: Floats
    segment: Ints
    as_of: int
    segments: Texts = field(default_factory=lambda: np.empty(0, dtype=object))

    @property
    def age(self) -> Ints:
        """Days since each line, at least 1."""
        return np.int32(self.as_of) - self.day

    @cached_property
    def owned(self) -> sp.csr_matrix:
        """(customers × items) 1.0 where the customer has ever bought the product."""
        return self.matrix(np.ones(len(self.day), dtype=np.float32), binary=True)

    def matrix(self, weights: Floats, *, binary: bool = False) -> sp.csr_matrix:
        """(customers × items) with the weights of the lines summed up, or 1.0 wherever there is any."""
        shape = (len(self.customers), len(self.items))
        table = sp.csr_matrix((weights, (self.customer, self.item)), shape=shape, dtype=np.float32)
        table.sum_duplicates()
        if binary:
            table.data[:] = 1.0
        return table

    def before(self, day: int) -> Baskets:
        """What was known on an earlier `day`: only lines strictly before it, and products by what these tell."""
        known = self.only(self.day < day)
        n = len(self.items)
        paid = usual(known.item, known.price, n, otherwise=np.full(n, np.nan))
        sold = np.bincount(known.item, minlength=n) > 0
        return replace(known, as_of=day, items=self.items.as_known(sold, paid))

    def between(self, start: int, end: int) -> Baskets:
        """The lines with start ≤ day < end."""
        return self.only((self.day >= start) & (self.day < end))

    def only(self, keep: Flags) -> Baskets:
        """The lines marked in `keep`, the same customers and items."""
        columns = ("customer", "item", "order", "day", "quantity", "price")
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})


def usual(item: Ints, values: Floats, n: int, *, otherwise: npt.NDArray[np.float64]) -> Floats:
    """(n,) the median of each item's known values; `otherwise` where there is none."""
    known = np.isfinite(values)
    item, values = item[known], values[known]
    order = np.lexsort((values, item))
    counts = np.bincount(item, minlength=n)
    middle = np.cumsum(counts) - counts + np.maximum(counts - 1, 0) // 2
    found = otherwise.astype(np.float32)
    sold = counts > 0
    found[sold] = values[order][middle[sold]]
    return found


def cells(table: sp.csr_matrix, rows: Ints, columns: Ints) -> npt.NDArray:
    """One value per (row, column) pair; scipy answers no pairs with another sparse table."""
    if not len(rows):
        return np.zeros(0, dtype=table.dtype)
    return np.asarray(table[rows, columns]).ravel()


class Recommender(Protocol):
    """One way to score every product for a customer. Larger is better; 0 means "nothing speaks for it".

    A recommender draws no random numbers and keeps no customers: `scores` takes the history to judge by, which may be
    that of customers it has never seen, over the same items it was fitted on.
    """

    name: ClassVar[str]

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all lines of `baskets`; returns itself."""
        ...

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        """(len(customers) × items), finite, for the customers with these codes in `baskets`."""
        ...

    def state(self) -> dict[str, npt.NDArray]:
        """All that was learned, as plain arrays of numbers and text: what `restore` takes back."""
        ...

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self: ...


def blocks(customers: Ints, items: int, *, at_once: int = BLOCK_CELLS) -> Iterator[Ints]:
    """`customers` in slices whose dense scores fill at most `at_once` cells, BLOCK_CUSTOMERS at most."""
    size = min(BLOCK_CUSTOMERS, max(1, at_once // max(1, items)))
    for start in range(0, len(customers), size):
        yield customers[start : start + size]


def best(scores: Floats, count: int) -> Ints:
    """(rows × min(count, items)) the items with the highest scores, best first; ties go to the lower code."""
    rows, items = scores.shape
    count = min(count, items)
    if count == 0 or rows == 0:
        return np.zeros((rows, count), dtype=np.int32)
    keys = _unlike_keys(scores)
    if count < items:
        keys = np.partition(keys, count - 1, axis=1)[:, :count]
    keys.sort(axis=1)
    return (keys & 0xFFFFFFFF).astype(np.int32)


def _unlike_keys(scores: Floats) -> npt.NDArray[np.int64]:
    """Whole numbers that sort like (-score, item), so that a partition may not choose freely among equals."""
    bits = (scores.astype(np.float32) + np.float32(0)).view(np.int32).astype(np.int64)  # + 0 turns -0.0 into 0.0
    ascending = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    return (-ascending << 32) | np.arange(scores.shape[1], dtype=np.int64)


def recommend(
    recommender: Recommender, baskets: Baskets, customers: Ints, *, top: int, owned: bool = True
) -> list[Ints]:
    """The `top` products for each customer, best first; fewer when there are fewer. Without `owned`, only new ones."""
    found: list[Ints] = []
    for block in blocks(customers, len(baskets.items)):
        scores = np.array(recommender.scores(baskets, block), copy=True)
        if not owned:
            scores[baskets.owned[block].toarray() > 0] = -np.inf
        for row, items in zip(scores, best(scores, top), strict=True):
            found.append(items[np.isfinite(row[items])])
    return found
