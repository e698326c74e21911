"""Graph filters: smooth a customer's purchases over the graph of products bought by the same customers."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import svds

from training.ml.recommenders.interface import Baskets, Floats, blocks
from training.ml.recommenders.similarity import Similarity, spread_out, strongest


class GraphFilter(Similarity):
    """GF-CF: neighbours plus an ideal low-pass filter (Shen et al., "How powerful is graph convolution for
    recommendation?", CIKM 2021).

    R̃ = D_U^-a R D_I^-½ over the (customers × items) table R of recent purchases; the weight of a for b is
    (R̃ᵀR̃ + α D_I^-½ V Vᵀ D_I^½)[a, b] with the `waves` strongest right singular vectors V of R̃. The paper has a = ½
    and whole purchases; large customers count more here and old purchases less. Nothing is trained, and each
    product keeps the `kept` products that speak for it most.
    """

    name: ClassVar[str] = "graph_filter"
    kept: ClassVar[int] = 100

    def __init__(
        self, *, half_life: float = 180.0, customer_power: float = 0.3, low_pass: float = 0.3, waves: int = 256
    ) -> None:
        super().__init__(half_life=half_life)
        self.customer_power, self.low_pass, self.waves = customer_power, low_pass, waves

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all customers of `baskets`, a block of products at a time."""
        self.skus = baskets.items.sku
        sold = np.unique(baskets.item)
        bought = self.inputs(baskets)[:, sold]
        level = np.sqrt(np.maximum(np.asarray(bought.sum(axis=0)).ravel(), 1e-12)).astype(np.float32)
        size = np.asarray(bought.sum(axis=1)).ravel()
        share = np.where(size > 0, np.maximum(size, 1e-12) ** -self.customer_power, 0).astype(np.float32)
        graph = sp.csr_matrix(sp.diags_array(share) @ bought @ sp.diags_array(1 / level))
        vectors = _low(graph, self.waves)
        self.weights = spread_out(self._blocks(graph, vectors, level), sold, len(self.skus))
        return self

    def _blocks(self, graph: sp.csr_matrix, vectors: Floats, level: Floats) -> list[sp.csr_matrix]:
        """Who speaks for each product: rows are the products spoken for."""
        by_item = sp.csr_matrix(graph.T)
        found = []
        for rows in blocks(np.arange(graph.shape[1], dtype=np.int32), graph.shape[1]):
            weights = (by_item[rows] @ graph).toarray()
            smooth = (vectors[rows] * (np.float32(self.low_pass) * level[rows])[:, None]) @ vectors.T
            weights += smooth / level[None, :]
            weights[np.arange(len(rows)), rows] = 0.0
            found.append(strongest(weights, self.kept))
        return found


def _low(graph: sp.csr_matrix, waves: int) -> Floats:
    """(items × waves) the strongest right singular vectors; the same ones every time."""
    count = min(waves, min(graph.shape))
    if count < 1 or not graph.nnz:
        return np.zeros((graph.shape[1], 0), dtype=np.float32)
    if count >= min(graph.shape) - 1:  # too few rows or columns to iterate over
        return np.linalg.svd(graph.toarray(), full_matrices=False)[2][:count].T.astype(np.float32)
    start = np.ones(min(graph.shape), dtype=np.float32)
    return np.ascontiguousarray(svds(graph, k=count, v0=start, return_singular_vectors="vh")[2].T)
