"""Item neighbours: products bought by the same customers, for catalogues too large for a dense inverse."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, blocks
from training.ml.recommenders.similarity import Similarity, strongest


class ItemKnn(Similarity):
    """Cosine similarity with shrinkage (Sarwar et al., WWW 2001; shrinkage after Koren, KDD 2008).

    weight[a, b] = n(a, b) / (√(n(a) n(b)) + `shrink`), customers with very many products counting less
    (1 / ln(e + products), as in term weighting). The `kept` nearest neighbours of each product stay.
    """

    name: ClassVar[str] = "item_knn"
    kept: ClassVar[int] = 100

    def __init__(self, *, half_life: float = 365.0, shrink: float = 10.0) -> None:
        super().__init__(half_life=half_life)
        self.shrink = shrink

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all customers of `baskets`, a block of products at a time."""
        self.skus = baskets.items.sku
        owned = baskets.owned
        sizes = np.diff(owned.indptr)
        weighted = sp.diags_array((1.0 / np.log(np.e + sizes)).astype(np.float32)) @ owned
        norms = np.sqrt(np.asarray(weighted.multiply(owned).sum(axis=0)).ravel())
        by_item = sp.csr_matrix(weighted.T)
        parts = [self._neighbours(by_item, owned, norms, rows) for rows in blocks(
            np.arange(owned.shape[1], dtype=np.int32), owned.shape[1]
        )]  # fmt: skip
        self.weights = sp.csr_matrix(sp.vstack(parts)) if parts else sp.csr_matrix((0, 0), dtype=np.float32)
        return self

    def _neighbours(
        self, by_item: sp.csr_matrix, owned: sp.csr_matrix, norms: np.ndarray, rows: np.ndarray
    ) -> sp.csr_matrix:
        together = (by_item[rows] @ owned).toarray()
        together /= norms[rows][:, None] * norms[None, :] + np.float32(self.shrink)
        together[np.arange(len(rows)), rows] = 0.0
        return strongest(together, self.kept)
