"""EASE: the best linear guess of a customer's products from their other products, in closed form."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy import linalg

from training.ml.recommenders.hidden import Hidden
from training.ml.recommenders.interface import Baskets, Floats, Ints, blocks
from training.ml.recommenders.similarity import Similarity, part, spread_out, strongest, strongest_of

#: Up to so many products sold, the whole table is inverted: two dense tables of n² × 4 bytes (288 MB), n³ operations.
LARGEST_CATALOGUE = 6000
#: Above, each product is guessed from so many nearest ones, and products that share most of their near ones together.
NEAREST, NEAR, SHARED = 250, 30, 0.7
#: and the customers of so many purchases teach it, at most.
MOST_PURCHASES = 3_000_000
#: λ tried, as multiples of the mean popularity, on a table of the products bought most.
STRENGTHS, TRIED_ON = (0.3, 1.0, 3.0, 8.0), 2000


class Ease(Similarity):
    """Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.

    B = I - P / diag(P) with P = (XᵀX + λI)⁻¹ over the (customers × items) table X, where a purchase counts
    0.5 ** (age / half-life): what goes together lately says more about what will. λ is `strength` times the mean
    diagonal of XᵀX, so that it means the same in a small and in a large world; without one, it is found out on hidden
    purchases. The `kept` strongest weights for each product stay.
    """

    name: ClassVar[str] = "ease"
    kept: ClassVar[int] = 30

    def __init__(self, *, half_life: float = 180.0, strength: float | None = None) -> None:
        super().__init__(half_life=half_life)
        self.strength = strength

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all customers of `baskets`, however many products they buy.

        Up to LARGEST_CATALOGUE products the closed form; above, the closed form around each product (see `_near`).
        """
        self.skus = baskets.items.sku
        if self.strength is None:
            self.strength = self._found_out(baskets)
        sold = np.unique(baskets.item)  # a long price list of which little is sold costs nothing
        bought = sp.csr_matrix(self.inputs(baskets)[:, sold])
        guess = _exact
        if len(sold) > LARGEST_CATALOGUE:
            guess, bought = _near, part(bought, MOST_PURCHASES, seed=0)
        found = guess(bought, self.strength * _mean_square(bought), self.kept)
        self.weights = spread_out(found, sold, len(self.skus))
        return self

    def _found_out(self, baskets: Baskets) -> float:
        """The strength that finds hidden purchases best among the products bought most."""
        hidden = Hidden.of(baskets)
        middle = STRENGTHS[len(STRENGTHS) // 2]
        if not hidden.enough:
            return middle
        bought = type(self)(half_life=self.half_life).inputs(hidden.visible)
        counts = np.bincount(hidden.visible.item, minlength=len(baskets.items))
        top = np.sort(np.argsort(-counts, kind="stable")[: min(TRIED_ON, int((counts > 0).sum()))])
        mean = _mean_square(bought[:, np.flatnonzero(counts)])

        def reached(strength: float) -> float:
            weights = spread_out(_exact(sp.csr_matrix(bought[:, top]), strength * mean, self.kept), top, len(counts))
            return hidden.reached(lambda customers: (bought[customers] @ weights).toarray())

        return max(STRENGTHS, key=reached)


def _mean_square(bought: sp.csr_matrix) -> float:
    """The mean diagonal of XᵀX."""
    return float((bought.data.astype(np.float64) ** 2).sum()) / max(1, bought.shape[1])


def _exact(bought: sp.csr_matrix, ridge: float, kept: int) -> list[sp.csr_matrix]:
    """Blocks of the weights with which all products speak for each product (rows)."""
    inverse = _inverse((bought.T @ bought).toarray().astype(np.float32), ridge)
    return [_spoken(inverse, np.arange(rows.start, rows.stop), kept) for rows in _slices(len(inverse))]


def _near(bought: sp.csr_matrix, ridge: float, kept: int) -> list[sp.csr_matrix]:
    """The same for large catalogues: each product is guessed from its NEAREST products alone.

    After Steck, "Markov random fields for collaborative filtering", NeurIPS 2019: a small table is inverted around a
    product, and gives the weights for all others most of whose NEAR nearest are in it, so that few tables are needed.
    Memory: NEAREST × 4 bytes per product besides the purchases, and one block of dense cosines.
    """
    by_item = sp.csr_matrix(bought.T)
    nearest = _nearest(bought, by_item)
    count, width = nearest.shape
    done, inside = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    found: list[sp.csr_matrix] = []
    order: list[Ints] = []
    for product in np.argsort(-np.diff(by_item.indptr), kind="stable"):
        if done[product]:
            continue
        around = np.unique(np.append(nearest[product], np.int32(product)))
        inside[around] = True
        rest = around[~done[around]]
        rest = rest[(rest == product) | (inside[nearest[rest, : min(NEAR, width)]].mean(axis=1) >= SHARED)]
        inside[around], done[rest] = False, True
        weights = _guesses(by_item[around], np.searchsorted(around, rest), ridge, kept)
        found.append(sp.csr_matrix((weights.data, around[weights.indices], weights.indptr), shape=(len(rest), count)))
        order.append(rest)
    place = np.argsort(np.concatenate(order))
    return [sp.csr_matrix(sp.vstack(found, format="csr")[place])]


def _nearest(bought: sp.csr_matrix, by_item: sp.csr_matrix) -> Ints:
    """(items × NEAREST at most) the products with the largest cosines, nearest first; where fewer were ever bought
    together with a product, itself in their place."""
    count = bought.shape[1]
    scale = 1 / np.sqrt(np.maximum(np.asarray(bought.multiply(bought).sum(axis=0)).ravel(), 1e-12))
    scaled = sp.csr_matrix(bought @ sp.diags_array(scale.astype(np.float32)))
    width = min(NEAREST, count - 1)
    found = np.repeat(np.arange(count, dtype=np.int32)[:, None], width, axis=1)
    for rows in blocks(np.arange(count, dtype=np.int32), count):
        alike = sp.csr_matrix(by_item[rows] @ scaled)
        alike.data[alike.indices == np.repeat(rows, np.diff(alike.indptr))] = 0.0
        alike = strongest_of(alike, width)
        for row, start, end in zip(rows, alike.indptr[:-1], alike.indptr[1:], strict=True):
            order = np.argsort(-alike.data[start:end], kind="stable")
            found[row, : end - start] = alike.indices[start:end][order]
    return found


def _guesses(table: sp.csr_matrix, rows: npt.NDArray, ridge: float, kept: int) -> sp.csr_matrix:
    """The strongest weights for these rows of a small (items × customers) table, from all its rows."""
    gram = (table @ table.T).toarray()
    gram[np.diag_indices_from(gram)] += np.float32(max(ridge, 1e-6))
    wanted = np.zeros((len(gram), len(rows)), dtype=np.float32)
    wanted[rows, np.arange(len(rows))] = 1.0
    factor = linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    columns = linalg.cho_solve(factor, wanted, overwrite_b=True, check_finite=False).T
    weights = columns / -columns[np.arange(len(rows)), rows][:, None]
    weights[np.arange(len(rows)), rows] = 0.0
    return strongest(weights, kept)


def _spoken(inverse: Floats, rows: npt.NDArray, kept: int) -> sp.csr_matrix:
    """The strongest weights for these products, from the inverse over them and their like."""
    weights = inverse[rows] / -inverse[rows, rows][:, None]
    weights[np.arange(len(rows)), rows] = 0.0
    return strongest(weights, kept)


def _inverse(table: Floats, ridge: float) -> Floats:
    """Of a symmetric table with `ridge` added to its diagonal; in place where LAPACK allows it."""
    if not len(table):
        return table
    table[np.diag_indices_from(table)] += np.float32(max(ridge, 1e-6))
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
