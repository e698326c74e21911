"""Recommenders that know one thing: how strongly product a speaks for product b."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints, Texts


class Similarity:
    """A sparse (items × items) table of weights: the score of b is the sum of weight[a, b] over the products owned.

    What a customer bought long ago counts less: each product weighs 0.5 ** (age of its last purchase / `half_life`).
    """

    name: ClassVar[str] = "similarity"
    #: Weights kept for each product a; the rest is noise, and the file stays small.
    kept: ClassVar[int] = 200

    def __init__(self, *, half_life: float = 365.0) -> None:
        self.half_life = half_life
        self.skus: Texts = np.empty(0, dtype=object)
        self.weights = sp.csr_matrix((0, 0), dtype=np.float32)
        self._seen: tuple[Baskets, sp.csr_matrix] | None = None

    def fit(self, baskets: Baskets) -> Self:
        raise NotImplementedError

    def inputs(self, baskets: Baskets) -> sp.csr_matrix:
        """(customers × items) how much each product owned counts, at most 1."""
        if self._seen is None or self._seen[0] is not baskets:  # one table serves all blocks
            self._seen = (baskets, recent(baskets, self.half_life))
        return self._seen[1]

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return self.nonzero(baskets, customers).toarray()

    def nonzero(self, baskets: Baskets, customers: Ints) -> sp.csr_matrix:
        """(len(customers) × items): only what the products owned speak of."""
        return self.inputs(baskets)[customers] @ self.weights

    def onto(self, skus: Texts) -> Self:
        """The same knowledge over another list of products; those it has never seen have no neighbours."""
        rows, columns = moved(self.skus, skus)
        ones = np.ones(len(rows), dtype=np.float32)
        choose = sp.csr_matrix((ones, (rows, columns)), shape=(len(skus), len(self.skus)))
        found = type(self)(half_life=self.half_life)
        found.skus, found.weights = np.asarray(skus, dtype=object), (choose @ self.weights @ choose.T).tocsr()
        return found

    def state(self) -> dict[str, npt.NDArray]:
        return {
            "skus": self.skus.astype(str), "half_life": np.array(self.half_life),
            "data": self.weights.data, "indices": self.weights.indices, "indptr": self.weights.indptr,
        }  # fmt: skip

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        found = cls(half_life=float(state["half_life"]))
        found.skus = state["skus"].astype(object)
        parts = (state["data"], state["indices"], state["indptr"])
        found.weights = sp.csr_matrix(parts, shape=(len(found.skus), len(found.skus)))
        return found


def strongest(weights: Floats, kept: int) -> sp.csr_matrix:
    """The `kept` largest weights (by size) of each row of a dense block, as a sparse block."""
    rows, columns = weights.shape
    if kept < columns:
        found = np.argpartition(-np.abs(weights), kept - 1, axis=1)[:, :kept]
    else:
        found = np.tile(np.arange(columns), (rows, 1))
    found.sort(axis=1)
    data = np.take_along_axis(weights, found, axis=1).astype(np.float32)
    table = sp.csr_matrix((data.ravel(), found.ravel(), np.arange(rows + 1) * found.shape[1]), shape=weights.shape)
    table.eliminate_zeros()
    return table


def strongest_of(table: sp.csr_matrix, kept: int) -> sp.csr_matrix:
    """The `kept` largest values (by size) of each row of a sparse table; columns in rising order, no zeros."""
    picked, ends = [], table.indptr
    for start, end in pairwise(ends):
        place = np.arange(start, end)
        if end - start > kept:
            place = start + np.argpartition(-np.abs(table.data[start:end]), kept - 1)[:kept]
        picked.append(place)
    places = np.concatenate(picked) if picked else np.zeros(0, dtype=np.int64)
    lengths = np.append(0, np.cumsum([len(place) for place in picked]))
    found = sp.csr_matrix((table.data[places], table.indices[places], lengths), shape=table.shape, dtype=np.float32)
    found.eliminate_zeros()
    found.sort_indices()
    return found


def spread_out(parts: Sequence[sp.csr_matrix], sold: npt.NDArray, items: int) -> sp.csr_matrix:
    """Weights over all `items` from blocks over those `sold` whose rows are the products spoken for."""
    if not parts:
        return sp.csr_matrix((items, items), dtype=np.float32)
    found = sp.vstack(parts, format="coo")
    return sp.csr_matrix((found.data, (sold[found.col], sold[found.row])), shape=(items, items), dtype=np.float32)


def recent(baskets: Baskets, half_life: float) -> sp.csr_matrix:
    """(customers × items) 0.5 ** (age of the last purchase / half-life) where the customer has bought the product."""
    weights = np.exp2(-baskets.age.astype(np.float32) / np.float32(half_life))
    order = np.lexsort((-weights, baskets.item, baskets.customer))
    customer, item = baskets.customer[order], baskets.item[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (customer[1:] != customer[:-1]) | (item[1:] != item[:-1])
    shape = (len(baskets.customers), len(baskets.items))
    return sp.csr_matrix((weights[order][first], (customer[first], item[first])), shape=shape, dtype=np.float32)


def part(bought: sp.csr_matrix, most: int, *, seed: int) -> sp.csr_matrix:
    """The rows with purchases; so many random ones that they hold about `most` purchases, if there are more."""
    rows = np.flatnonzero(np.diff(bought.indptr) > 0)
    if bought.nnz > most:
        count = max(1, int(len(rows) * most / bought.nnz))
        rows = np.sort(np.random.default_rng(seed).choice(rows, count, replace=False))
    return sp.csr_matrix(bought[rows])


def moved(known: Texts, skus: Texts) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the products known to both lists stand among `skus`, and where among `known`."""
    place = {sku: number for number, sku in enumerate(known)}
    pairs = [(new, place[sku]) for new, sku in enumerate(skus) if sku in place]
    new, old = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return new, old
