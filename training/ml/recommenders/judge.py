"""How good lists are: ranking measures with intervals, against named rivals, repeats and discoveries apart.

NDCG@k uses the ideal of min(k, size of the basket) hits: a customer who bought two products can be served perfectly.
Novelty@k is the mean self-information of what is shown, log2(1 / share of the customers who have bought it) (Zhou et
al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 2010): popular lists score low.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Flags, Floats, Ints, cells

CUTS = (5, 10, 20)
IDEAL = "min(k, basket)"
#: Fewer purchases than this say nothing about how far chances can be trusted.
FEWEST_BOUGHT = 20


def judge(
    lists: Mapping[str, Ints], truth: sp.csr_matrix, *, shares: Floats | None = None, seed: int = 7
) -> dict[str, Any]:
    """Measures of the first of `lists`, with those of all others under their names.

    lists: (customers × up to 20) item codes each, best first, -1 where a list ends early; truth: (customers × items),
    non-zero where bought. Customers whose row of truth is empty must have been left out. shares: see `measures`.
    Every measure is {"value", "low", "high"}: the mean over customers and its 95 % bootstrap interval. "better" holds
    the difference to the strongest of the others, customer by customer.
    """
    names = list(lists)
    found = {name: measures(lists[name], truth, shares=shares, seed=seed) for name in names}
    verdict: dict[str, Any] = dict(found[names[0]]) if names else {}
    verdict.update({"n": truth.shape[0], "ideal": IDEAL})
    for name in names[1:]:
        verdict[name] = found[name]
        verdict[name]["difference_ndcg_10"] = difference(lists[names[0]], lists[name], truth, seed=seed)
    if len(names) > 1:
        rival = max(names[1:], key=lambda name: found[name]["ndcg_10"]["value"])
        verdict["better"] = {"ndcg_10": found[rival]["difference_ndcg_10"]}
    return verdict


def measures(lists: Ints, truth: sp.csr_matrix, *, shares: Floats | None = None, seed: int = 7) -> dict[str, Any]:
    """NDCG, recall, hit rate, MRR (means over customers, with intervals) and coverage (share of products shown), at
    each of CUTS; novelty too where `shares` is given: per item, the share of the customers who had bought it before."""
    hits, sizes = hits_of(lists, truth)
    columns: dict[str, npt.NDArray] = {}
    found: dict[str, Any] = {}
    for cut in CUTS:
        inside = hits[:, :cut].sum(axis=1)
        columns[f"ndcg_{cut}"] = ndcg(hits, sizes, cut)
        columns[f"recall_{cut}"] = inside / np.maximum(1, sizes)
        columns[f"hit_rate_{cut}"] = (inside > 0).astype(float)
        columns[f"mrr_{cut}"] = reciprocal_rank(hits, cut)
        if shares is not None:
            columns[f"novelty_{cut}"] = novelty(lists, shares, cut)
        shown = np.unique(lists[:, :cut])
        found[f"coverage_{cut}"] = float((shown >= 0).sum() / max(1, truth.shape[1]))
    means = intervals(np.column_stack(list(columns.values())), seed=seed)
    return found | dict(zip(columns, means, strict=True))


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


def reciprocal_rank(hits: npt.NDArray, cut: int) -> npt.NDArray[np.float64]:
    """Per customer, 1 / rank of the first hit among the first `cut` of the list; 0 without one (MRR is its mean)."""
    width = min(cut, hits.shape[1])
    return (hits[:, :width] / (np.arange(width) + 1)).max(axis=1, initial=0.0)


def novelty(lists: Ints, shares: Floats, cut: int) -> npt.NDArray[np.float64]:
    """Per customer, the mean of log2(1 / share) over the first `cut` listed, in bits; 0 for an empty list.

    A product nobody had bought counts like the rarest that somebody had.
    """
    sold = shares[shares > 0]
    bits = -np.log2(np.where(shares > 0, shares, sold.min() if len(sold) else 1.0).astype(np.float64))
    listed = lists[:, :cut] >= 0
    told = np.where(listed, bits[np.maximum(lists[:, :cut], 0)], 0.0) if len(bits) else np.zeros(listed.shape)
    return told.sum(axis=1) / np.maximum(1, listed.sum(axis=1))


def interval(values: npt.NDArray, *, seed: int = 7, resamples: int = 400) -> dict[str, float]:
    """Mean and 95 % percentile bootstrap over the customers (Efron, 1979); zeros when there are none."""
    return intervals(np.asarray(values, dtype=np.float64)[:, None], seed=seed, resamples=resamples)[0]


def intervals(values: npt.NDArray, *, seed: int = 7, resamples: int = 400) -> list[dict[str, float]]:
    """One `interval` per column of (customers × measures): the same customers are drawn for all of them."""
    n, width = values.shape
    if not n:
        return [{"value": 0.0, "low": 0.0, "high": 0.0} for _ in range(width)]
    draw = np.random.default_rng(seed)
    means = np.empty((resamples, width))
    for number in range(resamples):
        means[number] = np.bincount(draw.integers(0, n, n), minlength=n) @ values / n
    ends = np.quantile(means, [0.025, 0.975], axis=0)
    whole = values.mean(axis=0)
    return [
        {"value": float(value), "low": float(low), "high": float(high)}
        for value, low, high in zip(whole, *ends, strict=True)
    ]


def hits_of(lists: Ints, truth: sp.csr_matrix) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """(customers × length) 1.0 where the product listed was bought, and how many products each customer bought."""
    rows = np.arange(len(lists), dtype=np.int32)
    found = cells(truth, np.repeat(rows, lists.shape[1]), np.maximum(lists, 0).ravel()).reshape(lists.shape)
    return ((found > 0) & (lists >= 0)).astype(float), np.diff(truth.indptr)


def trust(chances: npt.NDArray, bought: Flags, repeat: Flags) -> dict[str, dict[str, float | int | None]]:
    """How far the chances of offers held, repeats and new products apart: {"repeat": …, "new": …}.

    One entry per offer that a customer would be shown, each array of the same length. n: offers; said: purchases the
    chances add up to; was: purchases; ratio: said / was, None below FEWEST_BOUGHT purchases.
    """
    found: dict[str, dict[str, float | int | None]] = {}
    for kind, rows in (("repeat", repeat), ("new", ~repeat)):
        said, was = float(chances[rows].sum()), int(bought[rows].sum())
        ratio = said / was if was >= FEWEST_BOUGHT else None
        found[kind] = {"n": int(rows.sum()), "said": said, "was": was, "ratio": ratio}
    return found
