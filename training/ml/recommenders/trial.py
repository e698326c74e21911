"""The bake-off: which head serves, how good the lists are on the newest dates, and how chances are calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders import blend
from training.ml.recommenders.calibrate import Calibration, quality
from training.ml.recommenders.frequency import Frequency
from training.ml.recommenders.interface import Floats, Ints, best, blocks
from training.ml.recommenders.judge import judge, ndcg
from training.ml.recommenders.lessons import Stand, named_population
from training.ml.recommenders.offers import lists
from training.ml.recommenders.popularity import Popularity

#: The longest list judged.
LONGEST = 20


@dataclass(frozen=True)
class Verdict:
    """What a bake-off found: the head that serves, its calibration, measures, and the choice as data."""

    head: str
    calibration: Calibration
    metrics: dict[str, Any]
    choice: dict[str, float]


def hold(stands: Sequence[Sequence[Stand]], *, seed: int) -> Verdict:
    """Learn on the older dates, judge on the newest. stands: per date, newest first, every partner's stand.

    With one date only, half of its customers teach and the other half judge.
    """
    newest = stands[0]
    older = [stand.lesson for date in stands[1:] for stand in date]
    halves = [_half(stand, seed=seed) for stand in newest]
    teach = older or [stand.lesson.of(half[stand.lesson.candidates.customer]) for stand, half in zip(
        newest, halves, strict=True
    )]  # fmt: skip
    name, choice = choose(stands[1:] or [newest], seed=seed)
    head = blend.learn(teach, name, seed=seed)
    logits = [head.logit(stand.lesson.candidates.x) for stand in newest]
    judged = [slice(None) if older else ~half for half in halves]
    metrics = _measured(newest, logits, judged, seed=seed)
    all_logits = np.concatenate(logits)
    bought = np.concatenate([stand.lesson.bought for stand in newest])
    first = np.concatenate([half[s.lesson.candidates.customer] for s, half in zip(newest, halves, strict=True)])
    # judged on customers the curve has not seen; what serves is then drawn through all of them
    trial = Calibration.fit(all_logits[first], bought[first])
    metrics["calibration"] = quality(trial.chance(all_logits[~first]), bought[~first])
    unseen = slice(None) if older else ~first
    return Verdict(name, Calibration.fit(all_logits[unseen], bought[unseen]), metrics, choice)


def choose(stands: Sequence[Sequence[Stand]], *, seed: int) -> tuple[str, dict[str, float]]:
    """The head with the best NDCG@10 for customers it was not fitted on, and what each reached."""
    all_stands = [stand for date in stands for stand in date]
    names = blend.suited([stand.lesson for stand in all_stands])
    if len(names) == 1:
        return names[0], {}
    halves = [_half(stand, seed=seed + 1) for stand in all_stands]
    teach = [s.lesson.of(h[s.lesson.candidates.customer]) for s, h in zip(all_stands, halves, strict=True)]
    reached: dict[str, float] = {}
    for name in names:
        head = blend.learn(teach, name, seed=seed)
        values = [_reached(head, stand, ~half) for stand, half in zip(all_stands, halves, strict=True)]
        joined = np.concatenate(values)
        reached[name] = float(joined.mean()) if len(joined) else 0.0
    return max(names, key=lambda name: reached[name]), reached


def _reached(head: blend.Head, stand: Stand, judged: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    customers = named_population(stand)
    customers = customers[judged[customers]]
    candidates = stand.lesson.candidates
    candidates = candidates.take(np.isin(candidates.customer, customers))
    found = lists(candidates, head.logit(candidates.x), customers, top=10)
    truth = stand.next_basket[customers]
    hits = _hits(found, truth)
    return ndcg(hits, np.diff(truth.indptr), 10)


def _hits(found: Ints, truth: sp.csr_matrix) -> npt.NDArray[np.float64]:
    rows = np.repeat(np.arange(len(found)), found.shape[1])
    values = np.asarray(truth[rows, np.maximum(found, 0).ravel()]).reshape(found.shape)
    return ((values > 0) & (found >= 0)).astype(float)


def _half(stand: Stand, *, seed: int) -> npt.NDArray[np.bool_]:
    """A random half of all customers of the stand, as flags by customer code."""
    return np.random.default_rng(seed).random(len(stand.world.baskets.customers)) < 0.5


def _measured(
    stands: Sequence[Stand], logits: Sequence[Floats], judged: Sequence[Any], *, seed: int
) -> dict[str, Any]:
    """Lists of the blend and its rivals on the named population: everything, repeats only, discoveries only."""
    kinds: dict[str, dict[str, list[Ints]]] = {kind: {} for kind in ("all", "new", "repeat")}
    truths: dict[str, list[sp.csr_matrix]] = {kind: [] for kind in kinds}
    offset = 0
    for stand, scores, flags in zip(stands, logits, judged, strict=True):
        chosen = np.zeros(len(stand.world.baskets.customers), dtype=bool)
        chosen[flags] = True
        customers = named_population(stand)
        customers = customers[chosen[customers]]
        owned = stand.world.baskets.owned[customers]
        basket = stand.next_basket[customers]
        repeats = sp.csr_matrix(basket.multiply(owned))
        repeats.eliminate_zeros()
        fresh = sp.csr_matrix(basket - repeats)
        fresh.eliminate_zeros()
        for kind, truth in (("all", basket), ("new", fresh), ("repeat", repeats)):
            rows = np.diff(truth.indptr) > 0
            truths[kind].append(truth[rows])
            for name, found in _rivals(stand, scores, customers[rows], kind).items():
                shifted = np.where(found >= 0, found + offset, -1).astype(np.int32)
                kinds[kind].setdefault(name, []).append(shifted)
        offset += len(stand.world.baskets.items)
    measured = {
        kind: judge({name: np.concatenate(parts) for name, parts in found.items()}, _diagonal(truths[kind]), seed=seed)
        for kind, found in kinds.items()
    }
    return {**measured["all"], "new": measured["new"], "repeat": measured["repeat"]}


def _diagonal(truths: Sequence[sp.csr_matrix]) -> sp.csr_matrix:
    """One table for all partners, each with its own columns."""
    return sp.csr_matrix(sp.block_diag(truths, format="csr"))


def _rivals(stand: Stand, scores: Floats, customers: Ints, kind: str) -> dict[str, Ints]:
    """Lists of the blend, of recent popularity, and of the customer's own most frequent products (then popular)."""
    candidates = stand.lesson.candidates
    rows = np.isin(candidates.customer, customers)
    if kind != "all":
        rows &= candidates.repeat == (kind == "repeat")
    baskets = stand.world.baskets
    popular, frequent = Popularity().fit(baskets), Frequency(half_life=np.inf).fit(baskets)
    found: dict[str, list[Ints]] = {"popularity": [], "frequency": []}
    for block in blocks(customers, len(baskets.items)):
        mine = baskets.owned[block].toarray() > 0
        barred = {"all": np.zeros_like(mine), "new": mine, "repeat": ~mine}[kind] | ~baskets.items.available
        shares = popular.scores(baskets, block)
        for name, values in (("popularity", shares), ("frequency", frequent.scores(baskets, block) + shares * 1e-5)):
            found[name].append(_padded(best(np.where(barred, -np.inf, values), LONGEST), barred))
    empty = np.zeros((0, LONGEST), dtype=np.int32)
    ours = lists(candidates.take(rows), scores[rows], customers, top=LONGEST)
    return {"blend": ours} | {name: np.concatenate([empty, *parts]) for name, parts in found.items()}


def _padded(found: Ints, barred: npt.NDArray[np.bool_]) -> Ints:
    """-1 instead of barred products, and up to the full length."""
    found = np.where(np.take_along_axis(barred, found, axis=1), -1, found)
    return np.pad(found, ((0, 0), (0, LONGEST - found.shape[1])), constant_values=-1).astype(np.int32)
