"""The bench's own yardsticks, apart from those of the engine."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tests.bench.recommend.history import Question


def ranked(scores: np.ndarray, question: Question, top: int) -> np.ndarray:
    """(rows × top) item codes by falling score, ties to the lower code; -1 where nothing is left to list."""
    scores = np.array(scores, dtype=np.float64)
    if question.unseen:
        scores[question.known.bought()[question.rows].toarray() > 0] = -np.inf
    found = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    return np.where(np.isfinite(np.take_along_axis(scores, found, axis=1)), found, -1)


def hits(lists: np.ndarray, truth: sp.csr_matrix) -> np.ndarray:
    """(rows × top) 1.0 where the listed product was bought."""
    rows = np.repeat(np.arange(len(lists)), lists.shape[1])
    found = np.asarray(truth[rows, np.maximum(lists, 0).ravel()]).reshape(lists.shape)
    return ((found > 0) & (lists >= 0)).astype(float)


def ndcg(lists: np.ndarray, truth: sp.csr_matrix, top: int) -> float:
    """Mean over the rows; ideal: min(top, products bought) hits (Järvelin and Kekäläinen, 2002)."""
    discount = 1 / np.log2(np.arange(top) + 2)
    gained = hits(lists[:, :top], truth) @ discount[: lists[:, :top].shape[1]]
    ideal = np.cumsum(discount)[np.minimum(np.diff(truth.indptr), top) - 1]
    return float(np.mean(gained / ideal))


def recall(lists: np.ndarray, truth: sp.csr_matrix, top: int) -> float:
    """Mean over the rows of the share of the products bought that are listed."""
    return float(np.mean(hits(lists[:, :top], truth).sum(axis=1) / np.diff(truth.indptr)))


MEASURES = {"ndcg": ndcg, "recall": recall}
