"""The peers: published methods in plain NumPy or from a kept library, each as scores of (rows × items)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp
from scipy import linalg
from threadpoolctl import threadpool_limits

from tests.bench.recommend.history import History

Scores = Callable[..., np.ndarray]
Setting = dict[str, object]


def _settled(h: History, scores: np.ndarray) -> np.ndarray:
    """Nothing known of a product: what sold in the last 90 days, far below everything else."""
    lately = h.only(h.day >= h.as_of - 90)
    shares = np.asarray((lately if len(lately.item) else h).bought().sum(axis=0)).ravel()
    return scores + 1e-6 * shares / max(1.0, shares.max())


def own_most_frequent(h: History, rows: np.ndarray) -> np.ndarray:
    """Orders of the customer with the product ("personal top" in the papers), the recent first of equals."""
    recency = sp.csr_matrix(h.table(1e-4 / (1.0 + h.as_of - h.day)))
    return _settled(h, (h.counts() + recency)[rows].toarray())


def own_decayed(h: History, rows: np.ndarray, *, half_life: float) -> np.ndarray:
    """The same, an order weighing half as much every `half_life` days."""
    return _settled(h, h.table(np.exp2(-(h.as_of - h.day) / half_life))[rows].toarray())


def tifu_knn(
    h: History, rows: np.ndarray, *, groups: int, within: float, between: float, neighbours: int, own: float
) -> np.ndarray:  # fmt: skip
    """TIFU-KNN (Hu, He, Gao, Zhang: "Modeling personalized item frequency information for next-basket
    recommendation", SIGIR 2020): baskets in `groups`, decayed `within` and `between` them, averaged; blended with the
    mean of the nearest (Euclidean) customers' vectors."""
    turn, total = h.turn()
    size = np.ceil(total / groups).astype(int)
    behind = total - turn  # 0 = the newest; groups are filled from the newest, the oldest may be smaller
    group, place = behind // size, behind % size
    held = np.where(group == (total - 1) // size, total - group * size, size)
    amount = (total - 1) // size + 1
    vectors = h.table(within**place / held * between**group / amount)
    mine = vectors[rows]
    squares = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()
    distance = squares[rows][:, None] + squares[None, :] - 2 * (mine @ vectors.T).toarray()
    distance[np.arange(len(rows)), rows] = np.inf
    distance[:, np.diff(vectors.indptr) == 0] = np.inf
    near = np.argpartition(distance, min(neighbours, distance.shape[1] - 1), axis=1)[:, :neighbours]
    pick = sp.csr_matrix(
        (np.full(near.size, 1 / near.shape[1], np.float32), near.ravel(), np.arange(len(rows) + 1) * near.shape[1]),
        shape=(len(rows), vectors.shape[0]),
    )
    return _settled(h, own * mine.toarray() + (1 - own) * (pick @ vectors).toarray())


def up_cf(h: History, rows: np.ndarray, *, recent: int, locality: float, lean: float) -> np.ndarray:
    """UP-CF (Faggioli, Polato, Aiolli: "Recency aware collaborative filtering for next basket recommendation",
    UMAP 2020): share of the last `recent` baskets, summed over customers by their asymmetric cosine ** locality."""
    turn, total = h.turn()
    late = total - turn < recent
    popular = h.table(late / np.minimum(total, recent))
    bought = h.bought()
    sizes = np.maximum(1, np.diff(bought.indptr)).astype(np.float32)
    common = (bought[rows] @ bought.T).tocsr()
    common.data /= np.repeat(sizes[rows] ** lean, np.diff(common.indptr)) * sizes[common.indices] ** (1 - lean)
    common.data **= locality
    return _settled(h, (common @ popular).toarray())


def ease(h: History, rows: np.ndarray, *, ridge: float) -> np.ndarray:
    """EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019), on who bought what."""
    bought = h.bought()
    gram = (bought.T @ bought).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0)
    return np.asarray(bought[rows] @ weights)


def als(h: History, rows: np.ndarray, *, factors: int, ridge: float, scale: float) -> np.ndarray:
    """Implicit alternating least squares (Hu, Koren, Volinsky, ICDM 2008) of the library `implicit`, on counts."""
    from implicit.cpu.als import AlternatingLeastSquares

    with threadpool_limits(1, "blas"):  # the library's own threads and those of BLAS wait for each other
        model = AlternatingLeastSquares(
            factors=factors, regularization=ridge, alpha=scale, iterations=15, random_state=7, num_threads=2
        )
        model.fit(h.counts(), show_progress=False)
    return np.asarray(model.user_factors[rows] @ model.item_factors.T)


def item_knn(h: History, rows: np.ndarray, *, weighting: str, neighbours: int) -> np.ndarray:
    """Item neighbours of the library `implicit`: plain cosine, or weighted by TF-IDF or BM25."""
    from implicit import nearest_neighbours as library

    kinds = {
        "cosine": library.CosineRecommender, "tfidf": library.TFIDFRecommender, "bm25": library.BM25Recommender,
    }  # fmt: skip
    model = kinds[weighting](K=neighbours, num_threads=2)
    counts = h.counts().astype(np.float64)
    model.fit(sp.csr_matrix(counts), show_progress=False)
    return np.asarray((counts[rows] @ sp.csr_matrix(model.similarity)).toarray())


#: Name, scores, and per setting the values to choose from; the first of each is a sensible default.
PEERS: dict[str, tuple[Scores, dict[str, Sequence[object]]]] = {
    "own most frequent": (own_most_frequent, {}),
    "own decayed": (own_decayed, {"half_life": (180.0, 60.0, 120.0, 365.0, 730.0)}),
    "TIFU-KNN": (tifu_knn, {
        "own": (0.7, 0.3, 0.5, 0.9), "neighbours": (300, 100, 50, 900), "groups": (7, 3, 100),
        "between": (0.7, 0.9, 0.97), "within": (0.9, 1.0),
    }),
    "UP-CF": (up_cf, {"lean": (0.25, 0.0, 0.5, 0.75, 1.0), "locality": (10, 5, 20, 1), "recent": (25, 5, 1000)}),
    "ALS": (als, {"ridge": (10.0, 1.0, 0.1, 50.0, 200.0), "scale": (5.0, 1.0, 20.0), "factors": (64, 128, 256)}),
    "EASE": (ease, {"ridge": (200.0, 500.0, 1500.0, 4000.0, 50.0)}),
    "item-KNN": (item_knn, {"weighting": ("cosine", "tfidf", "bm25"), "neighbours": (100, 20, 500)}),
}  # fmt: skip
