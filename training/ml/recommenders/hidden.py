"""A cheap look at unseen purchases: hide some, learn from the rest, and see which setting finds them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints, best, blocks
from training.ml.recommenders.judge import hits_of, ndcg

#: Customers whose purchases are hidden, at most; fewer than FEWEST tell nothing.
MOST, FEWEST = 2000, 30
#: How long the lists are that hidden purchases are looked for in.
LENGTH = 20


@dataclass(frozen=True)
class Hidden:
    """visible: the baskets without what is hidden; truth: (customers × items) what is hidden of `customers`."""

    visible: Baskets
    customers: Ints
    truth: sp.csr_matrix

    @classmethod
    def of(cls, baskets: Baskets, *, seed: int = 7) -> Self:
        """Hide the last order of up to MOST customers, as far as it holds products new to them.

        Where too few have an earlier order (all purchases on one date, say), hide a fifth of the products of those
        with five or more.
        """
        last = np.full(len(baskets.customers), -1, dtype=np.int64)
        np.maximum.at(last, baskets.customer, baskets.order)
        gone = baskets.order == last[baskets.customer]
        fresh = _only_in(baskets, gone)
        able = (np.diff(fresh.indptr) > 0) & (np.diff(baskets.only(~gone).owned.indptr) > 0)
        if able.sum() < FEWEST:
            fresh = _fifth(baskets, seed=seed)
            able = np.diff(fresh.indptr) > 0
        customers = np.flatnonzero(able).astype(np.int32)
        if len(customers) > MOST:
            customers = np.sort(np.random.default_rng(seed).choice(customers, MOST, replace=False))
        truth = fresh[customers]
        chosen = np.zeros(len(able), dtype=bool)
        chosen[customers] = True
        keys = np.repeat(customers.astype(np.int64), np.diff(truth.indptr)) * len(baskets.items) + truth.indices
        mine = chosen[baskets.customer]
        mine[mine] = np.isin(baskets.customer[mine].astype(np.int64) * len(baskets.items) + baskets.item[mine], keys)
        return cls(baskets.only(~mine), customers, truth)

    @property
    def enough(self) -> bool:
        return len(self.customers) >= FEWEST

    def reached(self, scores: Callable[[Ints], Floats]) -> float:
        """NDCG@20 of lists of products not visible. scores: customers' codes to (customers × items)."""
        found = []
        for block in blocks(self.customers, len(self.visible.items)):
            values = np.array(scores(block), copy=True)
            owned = self.visible.owned[block]
            values[np.repeat(np.arange(len(block)), np.diff(owned.indptr)), owned.indices] = -np.inf
            found.append(best(values, LENGTH))
        return float(ndcg(*hits_of(np.concatenate(found), self.truth), LENGTH).mean())


def _only_in(baskets: Baskets, gone: np.ndarray) -> sp.csr_matrix:
    """(customers × items) what is bought in the lines marked `gone` and in no other."""
    later, earlier = baskets.only(gone).owned, baskets.only(~gone).owned
    found = sp.csr_matrix(later - later.multiply(earlier))
    found.eliminate_zeros()
    return found


def _fifth(baskets: Baskets, *, seed: int) -> sp.csr_matrix:
    """(customers × items) a random fifth of the products of customers with five or more."""
    found = baskets.owned.copy()
    sizes = np.diff(found.indptr)
    hidden = np.random.default_rng(seed).random(found.nnz) < 0.2
    found.data = (hidden & np.repeat(sizes >= 5, sizes)).astype(np.float32)
    found.eliminate_zeros()
    return found
