"""EASE: the best linear guess of a customer's products from their other products, in closed form."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from scipy import linalg

from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.similarity import Similarity, strongest

#: Above this many products the dense inverse (n² × 4 bytes, n³ operations) is left to `item_knn`.
LARGEST_CATALOGUE = 6000


class Ease(Similarity):
    """Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.

    B = I - P / diag(P) with P = (XᵀX + λI)⁻¹ over the binary (customers × items) table X. λ is `strength` times the
    mean popularity of the products sold, so that it means the same in a small and in a large world.
    """

    name: ClassVar[str] = "ease"

    def __init__(self, *, half_life: float = 365.0, strength: float = 5.0) -> None:
        super().__init__(half_life=half_life)
        self.strength = strength

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all customers of `baskets`; needs two dense (items × items) tables of 4-byte numbers."""
        self.skus = baskets.items.sku
        sold = np.unique(baskets.item)  # a long price list of which little is sold costs nothing
        owned = baskets.owned[:, sold]
        gram = (owned.T @ owned).toarray().astype(np.float32)
        ridge = np.float32(max(1.0, self.strength * float(gram.diagonal().mean()))) if len(sold) else np.float32(1)
        gram[np.diag_indices_from(gram)] += ridge
        weights = _inverse(gram)
        weights /= -weights.diagonal()[None, :]
        np.fill_diagonal(weights, 0.0)
        parts = [strongest(weights[rows], self.kept) for rows in _slices(len(sold))]
        found = sp.vstack(parts, format="coo") if parts else sp.coo_matrix((0, 0), dtype=np.float32)
        shape = (len(self.skus), len(self.skus))
        self.weights = sp.csr_matrix((found.data, (sold[found.row], sold[found.col])), shape=shape)
        return self


def _inverse(table: np.ndarray) -> np.ndarray:
    """Of a symmetric positive definite table, in place where LAPACK allows it."""
    if not len(table):
        return table
    factor, _ = linalg.cho_factor(table, lower=True, overwrite_a=True, check_finite=False)
    inverse, info = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
    if info:
        raise ArithmeticError(f"the regularised table of {len(table)} products could not be inverted ({info})")
    for rows in _slices(len(inverse)):  # LAPACK fills one triangle; mirror it a strip at a time
        square = np.tril(inverse[rows, rows])
        inverse[rows, rows] = square + np.tril(square, -1).T
        inverse[rows, rows.stop :] = inverse[rows.stop :, rows].T
    return np.asarray(inverse)


def _slices(count: int, *, size: int = 512) -> list[slice]:
    return [slice(start, min(count, start + size)) for start in range(0, count, size)]
