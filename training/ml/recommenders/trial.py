"""The bake-off: which head serves, how good the lists are on the newest dates, and how chances are calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders import blend
from training.ml.recommenders.calibrate import Calibration, quality
from training.ml.recommenders.choice import Unseen, choose, half
from training.ml.recommenders.frequency import Frequency
from training.ml.recommenders.interface import Flags, Floats, Ints, best, blocks
from training.ml.recommenders.judge import judge, trust
from training.ml.recommenders.lessons import Stand, named_population
from training.ml.recommenders.offers import cut, lists
from training.ml.recommenders.popularity import Popularity

#: The longest list judged.
LONGEST = 20
#: Products a customer is shown, of all, of repeats and of new ones.
SHOWN = 5


@dataclass(frozen=True)
class Verdict:
    """What a bake-off found: the head and the sources that serve, the calibration, measures, and the choice as data.

    choice: NDCG@10 of every head tried; dropped: what leaving out each further source cost, as a share of NDCG@10.
    """

    head: str
    calibration: Calibration
    metrics: dict[str, Any]
    choice: dict[str, float]
    sources: tuple[str, ...] = ()
    dropped: dict[str, float] = field(default_factory=dict)


def hold(stands: Sequence[Sequence[Stand]], *, sources: Sequence[str], seed: int) -> Verdict:
    """Learn on the older dates, judge on the newest. stands: per date, newest first, every partner's stand.

    Only dates whose future was over by the newest teach what is judged there. Without any, half of the customers of
    the newest date teach and the other half judge. Heads, sources and levels are found among those who teach.
    """
    newest = list(stands[0])
    older = [stand for date in stands[1:] for stand in date if stand.clear]
    halves = [half(stand, seed=seed) for stand in newest]
    teaching = older or [_of(*part) for part in zip(newest, halves, strict=True)]
    choice = choose(teaching, sources=sources, seed=seed)
    newest, teaching = (
        [replace(stand, lesson=stand.lesson.narrowed(choice.sources)) for stand in part] for part in (newest, teaching)
    )
    head = blend.learn([stand.lesson for stand in teaching], choice.head, seed=seed)
    logits = [head.logit(stand.lesson.candidates.x) for stand in newest]
    judged = [np.ones_like(mine) if older else ~mine for mine in halves]
    # Lists are judged as they are served: levelled, by what was known without those who judge.
    before = _fitted(choice.unseen)
    levelled = [
        before.levelled(part, stand.lesson.candidates.repeat) for part, stand in zip(logits, newest, strict=True)
    ]
    metrics = _measured(newest, levelled, judged, seed=seed)
    if not metrics["n"]:  # zeros would read as a bad model
        metrics = {}
    latest = Unseen.joined([_unseen(*part) for part in zip(newest, logits, judged, strict=True)])
    if older:  # the curve drawn before the newest date tells how far chances can be trusted after it
        chances = [before.chance(part).astype(np.float32) for part in levelled]
        metrics |= quality(np.concatenate(chances), latest.bought)
        metrics["trust"] = _trust(newest, levelled, chances, judged)
    calibration = _fitted(Unseen.joined([latest, choice.unseen]))
    return Verdict(choice.head, calibration, metrics, choice.reached, choice.sources, choice.dropped)


def _of(stand: Stand, customers: Flags) -> Stand:
    """The stand as if only these of its customers had been looked at."""
    rows = customers[stand.lesson.candidates.customer]
    return replace(stand, customers=stand.customers[customers[stand.customers]], lesson=stand.lesson.of(rows))


def _fitted(seen: Unseen) -> Calibration:
    return Calibration.fit(seen.logits, seen.bought, seen.repeat)


def _unseen(stand: Stand, logits: Floats, judged: Flags) -> Unseen:
    rows = judged[stand.lesson.candidates.customer]
    return Unseen(logits[rows], stand.lesson.bought[rows], stand.lesson.candidates.repeat[rows])


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
    shares = np.concatenate([_shares(stand) for stand in stands])
    measured = {
        kind: judge(
            {name: np.concatenate(parts) for name, parts in found.items()}, _diagonal(truths[kind]), shares=shares,
            seed=seed,
        )
        for kind, found in kinds.items()
    }  # fmt: skip
    return {**measured["all"], "new": measured["new"], "repeat": measured["repeat"]}


def _shares(stand: Stand) -> Floats:
    """Per item, the share of the partner's customers with purchases who had bought it."""
    owned = stand.world.baskets.owned
    buyers = max(1, int((np.diff(owned.indptr) > 0).sum()))
    return (np.asarray(owned.sum(axis=0)).ravel() / buyers).astype(np.float32)


def _trust(
    stands: Sequence[Stand], scores: Sequence[Floats], chances: Sequence[Floats], judged: Sequence[Flags]
) -> Any:
    """How far the chances held of what would have been shown: the best SHOWN of all, of new ones and of repeats."""
    parts: list[tuple[Floats, Flags, Flags]] = []
    for stand, logits, chance, flags in zip(stands, scores, chances, judged, strict=True):
        found = stand.lesson.candidates
        rows = np.flatnonzero(flags[found.customer])
        kept = cut(found.take(rows), logits[rows], top=SHOWN)[0]
        kept = rows[kept]
        parts.append((chance[kept], stand.lesson.bought[kept], found.repeat[kept]))
    return trust(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


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
