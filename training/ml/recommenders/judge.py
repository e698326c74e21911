"""How good lists are: ranking measures with intervals, against named rivals, repeats and discoveries apart.

NDCG@k uses the ideal of min(k, size of the basket) hits: a customer who bought two products can be served perfectly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Ints, cells

CUTS = (5, 10, 20)
IDEAL = "min(k, basket)"


def judge(lists: Mapping[str, Ints], truth: sp.csr_matrix, *, seed: int = 7) -> dict[str, Any]:
    """Measures of the first of `lists`, with those of all others under their names.

    lists: (customers × up to 20) item codes each, best first, -1 where a list ends early; truth: (customers × items),
    non-zero where bought. Customers whose row of truth is empty must have been left out.
    Every measure is {"value", "low", "high"}: the mean over customers and its 95 % bootstrap interval.
    """
    names = list(lists)
    found = {name: measures(lists[name], truth, seed=seed) for name in names}
    verdict: dict[str, Any] = dict(found[names[0]]) if names else {}
    verdict.update({"n": truth.shape[0], "ideal": IDEAL})
    for name in names[1:]:
        verdict[name] = found[name]
        verdict[name]["difference_ndcg_10"] = difference(lists[names[0]], lists[name], truth, seed=seed)
    return verdict


def measures(lists: Ints, truth: sp.csr_matrix, *, seed: int = 7) -> dict[str, Any]:
    """NDCG, recall, hit rate (mean over customers, with intervals) and coverage (share of products shown)."""
    hits, sizes = hits_of(lists, truth)
    found: dict[str, Any] = {}
    for cut in CUTS:
        inside = hits[:, :cut].sum(axis=1)
        found[f"ndcg_{cut}"] = interval(ndcg(hits, sizes, cut), seed=seed)
        found[f"recall_{cut}"] = interval(inside / np.maximum(1, sizes), seed=seed)
        found[f"hit_rate_{cut}"] = interval((inside > 0).astype(float), seed=seed)
        shown = np.unique(lists[:, :cut])
        found[f"coverage_{cut}"] = float((shown >= 0).sum() / max(1, truth.shape[1]))
    return found


def difference(ours: Ints, theirs: Ints, truth: sp.csr_matrix, *, seed: int = 7) -> dict[str, float]:
    """NDCG@10 of `ours` minus that of `theirs`, customer by customer."""
    one, two = (ndcg(*hits_of(lists, truth), 10) for lists in (ours, theirs))
    return interval(one - two, seed=seed)


def ndcg(hits: npt.NDArray, sizes: npt.NDArray, cut: int) -> npt.NDArray[np.float64]:
    """Per customer, with the ideal of min(cut, size). hits: (customers × length) 0/1; sizes: products bought."""
    discount = 1.0 / np.log2(np.arange(cut) + 2)
    width = min(cut, hits.shape[1])
    gained = hits[:, :width] @ discount[:width]
    ideal = np.concatenate([[1.0], np.cumsum(discount)])[np.minimum(sizes, cut)]
    return gained / ideal


def interval(values: npt.NDArray, *, seed: int = 7, resamples: int = 400) -> dict[str, float]:
    """Mean and 95 % percentile bootstrap over the customers (Efron, 1979); zeros when there are none."""
    n = len(values)
    if not n:
        return {"value": 0.0, "low": 0.0, "high": 0.0}
    draw = np.random.default_rng(seed)
    means = [float(values[draw.integers(0, n, n)].mean()) for _ in range(resamples)]
    low, high = np.quantile(means, [0.025, 0.975])
    return {"value": float(values.mean()), "low": float(low), "high": float(high)}


def hits_of(lists: Ints, truth: sp.csr_matrix) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    rows = np.arange(len(lists), dtype=np.int32)
    found = cells(truth, np.repeat(rows, lists.shape[1]), np.maximum(lists, 0).ravel()).reshape(lists.shape)
    return ((found > 0) & (lists >= 0)).astype(float), np.diff(truth.indptr)
