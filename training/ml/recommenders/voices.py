"""Which of a customer's products speaks loudest for another one, and how many customers bought these together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints, cells

#: Pairs of an owned product and a candidate that are looked at together: some 100 MB.
AT_ONCE = 2_000_000
#: Up to so many products what all pairs say stands in one dense table of 144 MB, many times faster to look up.
DENSE = 6_000
#: Up to so many multiplications all pairs of products are counted in advance, else pair by pair.
COUNTED = 500_000_000
#: Pairs of products whose buyers are compared at once: a few hundred MB where each has thousands of buyers.
PAIRS_AT_ONCE = 2_000
#: Who bought three products together is counted where one bit per customer and product takes at most so many bytes.
BITS = 2**28
#: A second product is named when it speaks at least so loudly, beside the first.
SHARE = 0.5

Words = npt.NDArray[np.uint64]
Voice = Callable[[Ints, Ints], Floats]


def of_weights(weights: sp.csr_matrix) -> Voice:
    """How loudly one product speaks for another, pair by pair, read from a table of weights (items × items)."""
    if weights.shape[0] > DENSE:
        return lambda owned, wanted: cells(weights, owned, wanted)
    table = weights.toarray().astype(np.float32, copy=False)
    return lambda owned, wanted: np.asarray(table[owned, wanted])


def loudest(voice: Voice, inputs: sp.csr_matrix, customer: Ints, item: Ints) -> tuple[Ints, Ints]:
    """Per candidate the owned product that speaks loudest for it and the next one, if at least SHARE as loud; -1 where
    there is none. inputs: (customers × items) how much each product owned counts."""
    first = np.full(len(customer), -1, dtype=np.int32)
    second = first.copy()
    sizes = np.diff(inputs.indptr)[customer].astype(np.int64)
    for rows in _slices(sizes):
        count = sizes[rows]
        begin = np.cumsum(count) - count
        flat = np.repeat(inputs.indptr[customer[rows]] - begin, count) + np.arange(int(count.sum()))
        owned, row = inputs.indices[flat], np.repeat(np.arange(len(count)), count)
        said = voice(owned, item[rows][row]) * inputs.data[flat]
        said[owned == item[rows][row]] = 0  # a product is no reason for itself
        top, place = _best(said, row, len(count))
        heard = top > 0
        first[rows][heard] = owned[place[heard]]
        said[place[heard]] = 0
        next_, place = _best(said, row, len(count))
        heard &= (next_ > 0) & (next_ >= SHARE * top)
        second[rows][heard] = owned[place[heard]]
    return first, second


def _slices(sizes: npt.NDArray[np.int64]) -> Iterator[slice]:
    """Rows in runs of at most AT_ONCE pairs, or of one row."""
    total, start = np.cumsum(sizes), 0
    while start < len(sizes):
        before = total[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(total, before + AT_ONCE, side="right")))
        yield slice(start, end)
        start = end


def _best(said: Floats, row: npt.NDArray, rows: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The largest value of every row, 0 where there is none above, and its first place."""
    top = np.zeros(rows, dtype=np.float32)
    if len(said):
        starts = np.flatnonzero(np.diff(row, prepend=-1))
        top[row[starts]] = np.maximum(np.maximum.reduceat(said, starts), 0)
    place = np.zeros(rows, dtype=np.int64)
    at = np.flatnonzero(said == top[row])[::-1]  # the first place is written last
    place[row[at]] = at
    return top, place


class Company:
    """How many customers bought what together, counted among the partner's own."""

    def __init__(self, baskets: Baskets) -> None:
        self.baskets = baskets
        self.owners = sp.csr_matrix(baskets.owned.T)
        self.buyers = np.diff(self.owners.indptr).astype(np.int32)

    def both(self, one: Ints, other: Ints) -> Ints:
        """Who bought both, pair by pair."""
        if self._all is not None:
            return np.asarray(self._all[one, other])
        items = self.owners.shape[0]
        pairs, place = np.unique(one.astype(np.int64) * items + other, return_inverse=True)
        counts = np.zeros(len(pairs), dtype=np.int32)
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            first, second = np.divmod(pairs[start : start + PAIRS_AT_ONCE], items)
            common = self.owners[first].multiply(self.owners[second]).sum(axis=1)
            counts[start : start + PAIRS_AT_ONCE] = np.asarray(common).ravel()
        return counts[place]

    def added(self, one: Ints, other: Ints, third: Ints, segment: Ints) -> tuple[Ints, Ints]:
        """Who bought one and other, and who of them the third too; in a segment, or everywhere where that is -1.
        Nobody where the partner is too large to look (BITS)."""
        buyers, both = np.zeros((2, len(one)), dtype=np.int32)
        bits = self._bits
        if bits is None or not len(one):
            return buyers, both
        products, members = bits
        keys = np.stack([np.minimum(one, other), np.maximum(one, other), third, segment])
        unlike, place = np.unique(keys, axis=1, return_inverse=True)
        few, some = np.zeros((2, unlike.shape[1]), dtype=np.int32)
        step = max(1, AT_ONCE // max(1, products.shape[1]))
        for start in range(0, unlike.shape[1], step):
            a, b, c, where = unlike[:, start : start + step]
            common = products[a] & products[b] & members[where]
            few[start : start + step] = np.bitwise_count(common).sum(axis=1)
            some[start : start + step] = np.bitwise_count(common & products[c]).sum(axis=1)
        return few[place.ravel()], some[place.ravel()]

    @cached_property
    def _bits(self) -> tuple[Words, Words] | None:
        """One bit per customer, for every product's owners and every segment's members, the last row being everybody;
        None where the products would take more than BITS bytes."""
        owned, n = self.baskets.owned, len(self.baskets.customers)
        words = -(-max(1, n) // 64)
        if 8 * words * owned.shape[1] > BITS:
            return None
        products = np.zeros((owned.shape[1], words), dtype=np.uint64)
        customer = np.repeat(np.arange(n), np.diff(owned.indptr))
        np.bitwise_or.at(products, (owned.indices, customer // 64), _bit(customer))
        segment, last = self.baskets.segment, len(self.baskets.segments)
        members = np.zeros((last + 1, words), dtype=np.uint64)
        known = np.flatnonzero(segment >= 0)
        np.bitwise_or.at(members, (segment[known], known // 64), _bit(known))
        np.bitwise_or.at(members, (np.full(n, last), np.arange(n) // 64), _bit(np.arange(n)))
        return products, members

    @cached_property
    def _all(self) -> Ints | None:
        """(items × items) who bought both, where counting them all in advance is cheap."""
        owned = self.baskets.owned
        sizes = np.diff(owned.indptr).astype(np.float64)
        if owned.shape[1] > DENSE or float((sizes**2).sum()) > COUNTED:
            return None
        return np.asarray((self.owners @ owned).toarray()).astype(np.int32)


def _bit(customer: npt.NDArray) -> Words:
    return np.uint64(1) << (customer % 64).astype(np.uint64)
