"""Item neighbours: products bought by the same customers lately, quick and sparse at any size of catalogue."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, blocks
from training.ml.recommenders.similarity import Similarity, spread_out, strongest_of


class ItemKnn(Similarity):
    """Cosine similarity with shrinkage (Sarwar et al., WWW 2001; shrinkage after Koren, KDD 2008).

    weight[a, b] = t(a, b) / (√(t(a, a) t(b, b)) + shrink), with t(a, b) = Σ r(u, a) r(u, b) / n(u) ** `tempering`
    over the customers u: r is 0.5 ** (age of the purchase / half-life) and n the sum of a customer's r, so that those
    who buy everything say little about what goes together. `shrink` is a share of the mean of t(a, a). The `kept`
    products that speak for each product most stay.
    """

    name: ClassVar[str] = "item_knn"
    kept: ClassVar[int] = 50

    def __init__(self, *, half_life: float = 180.0, shrink: float = 0.1, tempering: float = 0.5) -> None:
        super().__init__(half_life=half_life)
        self.shrink, self.tempering = shrink, tempering

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all customers of `baskets`, a block of products at a time: never all pairs at once."""
        self.skus = baskets.items.sku
        sold = np.unique(baskets.item)
        bought = sp.csr_matrix(self.inputs(baskets)[:, sold])
        size = np.asarray(bought.sum(axis=1)).ravel()
        share = np.where(size > 0, np.maximum(size, 1e-12) ** -self.tempering, 0).astype(np.float32)
        by_item = sp.csr_matrix((sp.diags_array(share) @ bought).T)
        level = np.asarray(by_item.T.multiply(bought).sum(axis=0)).ravel().astype(np.float32)
        shrink = np.float32(self.shrink * float(level.mean())) if len(sold) else np.float32(0)
        parts = []
        for rows in blocks(np.arange(len(sold), dtype=np.int32), len(sold)):
            together = sp.csr_matrix(by_item[rows] @ bought)
            row = np.repeat(rows, np.diff(together.indptr))
            together.data /= np.sqrt(level[row]) * np.sqrt(level[together.indices]) + shrink
            together.data[together.indices == row] = 0.0
            parts.append(strongest_of(together, self.kept))
        self.weights = spread_out(parts, sold, len(self.skus))
        return self
