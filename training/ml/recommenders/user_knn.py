"""User neighbours: what the customers most alike have bought lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints
from training.ml.recommenders.neighbours import MOST, Crowd, Turns, referees


class UserKnn:
    """User-wise collaborative filtering with recency, without the customer's own part (after Faggioli, Polato, Aiolli,
    "Recency aware collaborative filtering for next basket recommendation", UMAP 2020; asymmetric cosine after Aiolli,
    RecSys 2013).

    likeness(u, v) = both / (|u| ** slant · |v| ** (1 - slant)) over the products ever bought; the `count` customers
    most alike each speak for the products of their last `window` orders, by the share of these orders that held it.
    What the customer buys anyway is left to `frequency` and `next_basket`: this source is there for what is new.
    With customers enough, a crowd of `most` drawn by `seed` stands for all.
    """

    name: ClassVar[str] = "user_knn"

    def __init__(
        self, *, slant: float = 0.35, window: int = 1, count: int = 100, most: int = MOST, seed: int = 0
    ) -> None:
        self.slant, self.window = slant, window
        self.count, self.most, self.seed = count, most, seed
        self.crowd = Crowd.nobody()
        self._seen: tuple[Baskets, Ints] | None = None

    def fit(self, baskets: Baskets) -> Self:
        chosen = referees(baskets, most=self.most, seed=self.seed)
        owned = baskets.owned[chosen]
        size = np.maximum(1, np.diff(owned.indptr))
        looks = sp.csr_matrix((sp.diags_array((size ** (self.slant - 1)).astype(np.float32)) @ owned).T)
        self.crowd = Crowd(baskets.customers[chosen], looks, lately(baskets, self.window)[chosen])
        self._seen = None
        return self

    def nonzero(self, baskets: Baskets, customers: Ints) -> sp.csr_matrix:
        """`scores` as a sparse table."""
        rows = baskets.owned[customers]
        if not len(self.crowd):
            return sp.csr_matrix(rows.shape, dtype=np.float32)
        if self._seen is None or self._seen[0] is not baskets:
            self._seen = (baskets, self.crowd.places(baskets.customers))
        size = np.maximum(1, np.diff(rows.indptr)) ** -self.slant
        alike = self.crowd.nearest(rows, self._seen[1][customers], self.count)
        return sp.csr_matrix(sp.diags_array((size / self.count).astype(np.float32)) @ (alike @ self.crowd.says))

    def circle(self, baskets: Baskets, customers: Ints) -> Ints:
        """(len(customers) × count) the codes in `baskets` of the customers asked, most alike first; -1 where there are
        fewer, and for those whom `baskets` do not know."""
        found = np.full((len(customers), self.count), -1, dtype=np.int32)
        if not len(self.crowd):
            return found
        if self._seen is None or self._seen[0] is not baskets:
            self._seen = (baskets, self.crowd.places(baskets.customers))
        places = self._seen[1]
        codes = np.full(len(self.crowd), -1, dtype=np.int32)
        there = np.flatnonzero(places >= 0)
        codes[places[there]] = there
        alike = self.crowd.nearest(baskets.owned[customers], places[customers], self.count)
        row = np.repeat(np.arange(len(customers)), np.diff(alike.indptr))
        order = np.lexsort((-alike.data, row))
        found[row, np.arange(len(row)) - alike.indptr[row]] = codes[alike.indices[order]]
        return found

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return self.nonzero(baskets, customers).toarray()

    def state(self) -> dict[str, npt.NDArray]:
        return self.crowd.state() | {"slant": np.array(self.slant), "count": np.array(self.count)}

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        found = cls(slant=float(state["slant"]), count=int(state["count"]))
        found.crowd = Crowd.restore(state)
        return found


def lately(baskets: Baskets, window: int) -> sp.csr_matrix:
    """(customers × items) share of the customer's last `window` orders (fewer when there are fewer) that held it."""
    turns = Turns.of(baskets)
    weight = (turns.age < window) / np.minimum(turns.count, window)[turns.customer]
    table = baskets.matrix(weight[turns.line].astype(np.float32))
    table.eliminate_zeros()
    return table
