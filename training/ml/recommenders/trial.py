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
from training.ml.recommenders.judge import hits_of, judge, ndcg
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
    choice = choose(stands[1:] or [newest], seed=seed)
    head = blend.learn(teach, choice.head, seed=seed)
    logits = [head.logit(stand.lesson.candidates.x) for stand in newest]
    judged = [np.ones_like(half) if older else ~half for half in halves]
    metrics = _measured(newest, logits, judged, seed=seed)
    if not metrics["n"]:  # zeros would read as a bad model
        metrics = {}
    rows = np.concatenate([f[s.lesson.candidates.customer] for s, f in zip(newest, judged, strict=True)])
    latest = np.concatenate(logits)[rows], np.concatenate([stand.lesson.bought for stand in newest])[rows]
    if older:  # the curve drawn before the newest date tells how far chances can be trusted after it
        metrics |= quality(Calibration.fit(*choice.unseen).chance(latest[0]), latest[1])
        latest = np.append(latest[0], choice.unseen[0]), np.append(latest[1], choice.unseen[1])
    return Verdict(choice.head, Calibration.fit(*latest), metrics, choice.reached)


@dataclass(frozen=True)
class Choice:
    """The head with the best NDCG@10 for customers it was not fitted on, what each head reached there, and the
    chosen one's log-odds for those customers with what they bought: several seasons to calibrate on."""

    head: str
    reached: dict[str, float]
    unseen: tuple[Floats, npt.NDArray[np.bool_]]


def choose(stands: Sequence[Sequence[Stand]], *, seed: int) -> Choice:
    """Fit every suited head on a random half of the customers of all dates, and compare on the other half."""
    all_stands = [stand for date in stands for stand in date]
    halves = [_half(stand, seed=seed + 1) for stand in all_stands]
    pairs = list(zip(all_stands, halves, strict=True))
    teach = [stand.lesson.of(half[stand.lesson.candidates.customer]) for stand, half in pairs]
    rest = [stand.lesson.of(~half[stand.lesson.candidates.customer]) for stand, half in pairs]
    tried: dict[str, tuple[float, Floats]] = {}
    for name in blend.suited([stand.lesson for stand in all_stands]):
        head = blend.learn(teach, name, seed=seed)
        logits = [head.logit(lesson.candidates.x) for lesson in rest]
        values = [_reached(stand, lesson, found, ~half) for (stand, half), lesson, found in zip(
            pairs, rest, logits, strict=True
        )]  # fmt: skip
        joined = np.concatenate(values)
        tried[name] = float(joined.mean()) if len(joined) else 0.0, np.concatenate(logits)
    best_name = max(tried, key=lambda name: tried[name][0])
    bought = np.concatenate([lesson.bought for lesson in rest])
    return Choice(best_name, {name: reached for name, (reached, _) in tried.items()}, (tried[best_name][1], bought))


def _reached(
    stand: Stand, lesson: blend.Lesson, logits: Floats, judged: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """NDCG@10 of each judged customer of the named population."""
    customers = named_population(stand)
    customers = customers[judged[customers]]
    found = lists(lesson.candidates, logits, customers, top=10)
    return ndcg(*hits_of(found, stand.next_basket[customers]), 10)


def _half(stand: Stand, *, seed: int) -> npt.NDArray[np.bool_]:
    """A random half of all customers of the stand, as flags by customer code."""
    return np.random.default_rng(seed).random(len(stand.world.baskets.customers)) < 0.5


def _measured(
    stands: Sequence[Stand], logits: Sequence[Floats], judged: Sequence[npt.NDArray[np.bool_]], *, seed: int
) -> dict[str, Any]:
    """Lists of the blend and its rivals on the named population: everything, repeats only, discoveries only."""
    kinds: dict[str, dict[str, list[Ints]]] = {kind: {} for kind in ("all", "new", "repeat")}
    truths: dict[str, list[sp.csr_matrix]] = {kind: [] for kind in kinds}
    offset = 0
    for stand, scores, flags in zip(stands, logits, judged, strict=True):
        customers = named_population(stand)
        customers = customers[flags[customers]]
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
