"""Matrix factorisation: every product a point among hidden tastes, every customer the point that fits their history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from training.ml.recommenders.hidden import Hidden
from training.ml.recommenders.interface import Baskets, Floats, Ints, Texts
from training.ml.recommenders.similarity import moved, part, recent

#: Rows with up to twice as many products share one regularisation, as the library takes one number at a time.
STEP = 2.0
#: The products' points are learned from so many purchases at most: those of a random part of the customers.
MOST_PURCHASES = 2_000_000
#: Strengths tried on hidden purchases, each with so many rounds, learning from so many purchases at most.
STRENGTHS, TRIED_ROUNDS, TRIED_ON = (0.002, 0.006, 0.018), 5, 500_000
#: A chunk of customers is folded in together: so many numbers of 4 bytes at most (32 MB).
FOLDED_CELLS = 8_000_000


class Factorisation:
    """Implicit-feedback matrix factorisation by alternating least squares (Hu, Koren & Volinsky, ICDM 2008).

    Minimises Σ c(u, i) (p(u, i) - x_u·y_i)² + Σ λ(n_u) |x_u|² + Σ λ(n_i) |y_i|² with p = 1 where bought, else 0, and
    c = 1 + confidence × 0.5 ** (age / half-life) where bought, else 1. λ grows with the number of purchases of the row
    and of the whole side, after Rendle et al., "Revisiting the performance of iALS on item recommendation
    benchmarks", RecSys 2022: λ(n) = strength × (confidence × n + N) with N rows on the other side. Without a strength,
    it is found out on hidden purchases.
    The half steps are those of the library `implicit`; only the products' points are kept, and a customer's point is
    found from the history given at scoring.
    """

    name: ClassVar[str] = "factorisation"

    def __init__(
        self, *, factors: int = 128, confidence: float = 3.0, strength: float | None = None, half_life: float = 180.0,
        rounds: int = 10, seed: int = 7,
    ) -> None:  # fmt: skip
        self.factors, self.confidence, self.strength = factors, confidence, strength
        self.half_life, self.rounds, self.seed = half_life, rounds, seed
        self.skus: Texts = np.empty(0, dtype=object)
        self.points: Floats = np.zeros((0, factors), dtype=np.float32)
        self.spread: Floats = np.zeros(factors, dtype=np.float32)
        self.sold = 0
        self._seen: tuple[Baskets, sp.csr_matrix] | None = None

    def fit(self, baskets: Baskets) -> Self:
        """Learn the products' points from all customers, or as many as MOST_PURCHASES lets; deterministic."""
        if self.strength is None:
            self.strength = self._found_out(baskets)
        return self._learned(baskets, MOST_PURCHASES)

    def _found_out(self, baskets: Baskets) -> float:
        """The strength that finds hidden purchases best; the middle one where too little can be hidden."""
        hidden = Hidden.of(baskets)
        if not hidden.enough:
            return STRENGTHS[len(STRENGTHS) // 2]

        def reached(strength: float) -> float:
            tried = Factorisation(
                factors=self.factors, confidence=self.confidence, strength=strength, half_life=self.half_life,
                rounds=TRIED_ROUNDS, seed=self.seed,
            )  # fmt: skip
            return hidden.reached(partial(tried._learned(hidden.visible, TRIED_ON).scores, hidden.visible))

        return max(STRENGTHS, key=reached)

    def _learned(self, baskets: Baskets, most: int) -> Self:
        self.skus = baskets.items.sku
        known = part(self.inputs(baskets), most, seed=self.seed)
        sold = np.flatnonzero(np.bincount(known.indices, minlength=len(self.skus)))
        known = known[:, sold]
        self.sold = len(sold)
        self.points = np.zeros((len(self.skus), self.factors), dtype=np.float32)
        if len(sold):
            points = self._alternated(known)
            self.spread, turn = _axes(points)
            self.points[sold] = points @ turn
        return self

    def _alternated(self, known: sp.csr_matrix) -> Floats:
        """The products' points after `rounds` rounds. known: (customers × sold products), no row or column empty."""
        import implicit.cpu.als  # noqa: F401 - brings its own libraries, which are to be limited too

        draw, size = np.random.default_rng(self.seed), 0.1 / np.sqrt(self.factors)
        customers, products = (
            (draw.standard_normal((count, self.factors)) * size).astype(np.float32) for count in known.shape
        )
        theirs = _Side(self._confident(known), known.shape[1])
        ours = _Side(self._confident(sp.csr_matrix(known.T)), known.shape[0])
        with threadpool_limits(1, "blas"):  # the library's own threads and those of BLAS would wait for each other
            for _ in range(self.rounds):
                theirs.solve(customers, products, self._ridge)
                ours.solve(products, customers, self._ridge)
        return products

    def _confident(self, table: sp.csr_matrix) -> sp.csr_matrix:
        found = table.copy()
        found.data = 1 + np.float32(self.confidence) * found.data
        return found

    def _ridge(self, count: npt.NDArray, others: int) -> npt.NDArray:
        assert self.strength is not None  # since `fit` or `restore`
        return self.strength * (self.confidence * count + others)

    def inputs(self, baskets: Baskets) -> sp.csr_matrix:
        """(customers × items) the weight of the latest purchase of each product bought, at most 1."""
        if self._seen is None or self._seen[0] is not baskets:  # one table serves all blocks
            self._seen = (baskets, recent(baskets, self.half_life))
        return self._seen[1]

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return np.maximum(self.folded(self.inputs(baskets)[customers]) @ self.points.T, 0)

    def folded(self, bought: sp.csr_matrix) -> Floats:
        """(rows × factors) the points that fit these histories best; zeros for an empty one. Exact.

        Solves (diag(spread + λ) + Σ (c - 1) y yᵀ) x = Σ c y for each row. With fewer purchases than factors, the
        system of purchases (Woodbury) is the smaller one; rows of like length are solved together.
        """
        lengths = np.diff(bought.indptr)
        found = np.zeros((len(lengths), self.factors), dtype=np.float32)
        widths = np.exp2(np.ceil(np.log2(np.maximum(lengths, 1)) * 2) / 2).astype(np.int64)
        for width in np.unique(widths[lengths > 0]):
            rows = np.flatnonzero((widths == width) & (lengths > 0))
            most = max(1, FOLDED_CELLS // (int(width) * self.factors + self.factors**2))
            for start in range(0, len(rows), most):
                some = rows[start : start + most]
                found[some] = self._solved(*_padded(bought, some, int(width)))
        return found

    def _solved(self, items: Ints, weight: Floats) -> Floats:
        """items, weight: (rows × width); padding weighs 0. The points of these rows."""
        extra = np.float32(self.confidence) * weight
        counts = (weight > 0).sum(axis=1)
        diagonal = self.spread + self._ridge(counts, self.sold)[:, None].astype(np.float32)  # (rows × factors)
        bought = self.points[items]
        target = np.where(weight > 0, 1 + extra, 0)
        right = np.einsum("rw,rwf->rf", target, bought)
        if items.shape[1] >= self.factors:
            table = np.matmul((bought * extra[:, :, None]).transpose(0, 2, 1), bought)
            place = np.arange(self.factors)
            table[:, place, place] += diagonal
            return np.linalg.solve(table, right[:, :, None])[:, :, 0]
        rooted = bought * np.sqrt(extra)[:, :, None]
        narrow = rooted / diagonal[:, None, :]
        table = np.matmul(rooted, narrow.transpose(0, 2, 1))
        place = np.arange(items.shape[1])
        table[:, place, place] += 1
        plain = right / diagonal
        held = np.linalg.solve(table, np.einsum("rwf,rf->rw", rooted, plain)[:, :, None])
        return plain - np.einsum("rwf,rw->rf", narrow, held[:, :, 0])

    def onto(self, skus: Texts) -> Self:
        """The same knowledge over another list of products; those it has never seen stand at zero."""
        found = type(self).restore(self.state())
        found.skus = np.asarray(skus, dtype=object)
        new, old = moved(self.skus, skus)
        found.points = np.zeros((len(skus), self.factors), dtype=np.float32)
        found.points[new] = self.points[old]
        return found

    def state(self) -> dict[str, npt.NDArray]:
        return {
            "skus": self.skus.astype(str), "points": self.points, "spread": self.spread, "sold": np.array(self.sold),
            "confidence": np.array(self.confidence), "strength": np.array(self.strength),
            "half_life": np.array(self.half_life), "factors": np.array(self.factors),
        }  # fmt: skip

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        found = cls(
            factors=int(state["factors"]), confidence=float(state["confidence"]), strength=float(state["strength"]),
            half_life=float(state["half_life"]),
        )  # fmt: skip
        found.skus, found.points = state["skus"].astype(object), np.asarray(state["points"], dtype=np.float32)
        found.spread, found.sold = np.asarray(state["spread"], dtype=np.float32), int(state["sold"])
        return found


class _Side:
    """One half step: the rows of a table of confidences, in groups of like length."""

    def __init__(self, table: sp.csr_matrix, others: int) -> None:
        self.others = others
        lengths = np.diff(table.indptr)
        group = np.ceil(np.log(np.maximum(lengths, 1)) / np.log(STEP)).astype(int)
        rows = [np.flatnonzero(group == number) for number in np.unique(group)]
        self.parts = [(some, sp.csr_matrix(table[some]), lengths[some].mean()) for some in rows]

    def solve(self, mine: Floats, theirs: Floats, ridge: Callable[[npt.NDArray, int], npt.NDArray]) -> None:
        """Fit the rows of `mine` to those of `theirs`, in place."""
        from implicit.cpu.als import AlternatingLeastSquares

        step = AlternatingLeastSquares(factors=mine.shape[1], num_threads=1).solver
        for rows, table, length in self.parts:
            some = np.ascontiguousarray(mine[rows])
            step(table, some, theirs, float(ridge(length, self.others)), num_threads=1)
            mine[rows] = some


def _axes(points: Floats) -> tuple[Floats, Floats]:
    """The squares of the points along their main axes, and the turn onto these axes: scores stay as they are."""
    squares, turn = np.linalg.eigh(points.T.astype(np.float64) @ points)
    sign = np.sign(turn[np.abs(turn).argmax(axis=0), np.arange(len(turn))])  # an axis may point either way
    return np.maximum(squares, 0).astype(np.float32), (turn * sign).astype(np.float32)


def _padded(table: sp.csr_matrix, rows: npt.NDArray, width: int) -> tuple[Ints, Floats]:
    """(rows × width) the columns and values of these rows, shorter ones filled up with column 0 at value 0."""
    starts, ends = table.indptr[rows], table.indptr[rows + 1]
    place = starts[:, None] + np.arange(width)
    inside = place < ends[:, None]
    place = np.where(inside, place, 0)
    items = np.where(inside, table.indices[place], 0).astype(np.int32)
    return items, np.where(inside, table.data[place], 0).astype(np.float32)
