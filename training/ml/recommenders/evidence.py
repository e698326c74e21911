"""Reasons that are true of the model: the evidence without which the score would fall most, stated with its figures.

The figures come from the partner's own customers only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.blend import Head
from training.ml.recommenders.candidates import COLUMN, FEATURES, Candidates, World
from training.ml.recommenders.interface import Floats, Ints, cells
from training.ml.recommenders.similarity import Similarity

#: A popularity reason speaks of this many days, as `Popularity` does.
DAYS = 90
#: Fewer customers than this in common are an anecdote.
FEWEST_IN_COMMON = 2
#: Pairs of items whose buyers are compared at once: keeps a few hundred MB where each has thousands of buyers.
PAIRS_AT_ONCE = 2_000
KINDS = ("own", "together", "popular")


def drops(head: Head, candidates: Candidates, scores: Floats, typical: Floats) -> Floats:
    """(rows × kinds) how far the log-odds `scores` fall when one kind of evidence is taken away.

    Own history is removed altogether, company is set to none, popularity to that of a `typical` candidate
    (one value per feature). Nothing falls for products never bought when own history goes.
    """
    found = np.zeros((len(candidates), len(KINDS)), dtype=np.float32)
    for number, kind in enumerate(KINDS):
        rows = np.flatnonzero(candidates.repeat) if kind == "own" else np.arange(len(candidates))
        x = candidates.x[rows]
        for name in FEATURES[kind]:
            x[:, COLUMN[name]] = typical[COLUMN[name]]
        found[rows, number] = scores[rows] - head.logit(x)
    return found


def typical(x: Floats) -> Floats:
    """What a candidate looks like about which nothing special is known: (features,), to take evidence away with."""
    found = np.full(x.shape[1], np.nan, dtype=np.float32)
    for name in FEATURES["popular"]:
        known = x[np.isfinite(x[:, COLUMN[name]]), COLUMN[name]]
        found[COLUMN[name]] = np.median(known) if len(known) else np.nan
    nothing = {"score": np.log(1e-4), "share": 0.0, "rank": 0.01}
    for name in FEATURES["together"]:
        if np.isfinite(x[:, COLUMN[name]]).any():
            found[COLUMN[name]] = nothing[name.rpartition("_")[2]]
    return found


@dataclass(frozen=True)
class Evidence:
    """Everything the figures are read from; built once for a partner."""

    world: World
    together: Similarity | None
    owners: sp.csr_matrix  # (items × customers)
    recent: Ints  # customers who bought each item within DAYS
    recent_by_segment: npt.NDArray[np.int32]  # (segments × items)
    labels: list[str]  # each item's code and name as JSON

    @classmethod
    def of(cls, world: World) -> Self:
        baskets = world.baskets
        late = baskets.between(baskets.as_of - DAYS, baskets.as_of).owned
        known = np.flatnonzero(baskets.segment >= 0)
        member = sp.csr_matrix(
            (np.ones(len(known), dtype=np.float32), (baskets.segment[known], known)),
            shape=(len(baskets.segments), len(baskets.customers)),
        )
        return cls(
            world, world.together, sp.csr_matrix(baskets.owned.T),
            np.asarray(late.sum(axis=0)).ravel().astype(np.int32), (member @ late).toarray().astype(np.int32),
            [_label(sku, name) for sku, name in zip(baskets.items.sku, baskets.items.name, strict=True)],
        )  # fmt: skip

    def reasons(self, candidates: Candidates, fall: Floats) -> list[str]:
        """One JSON text {"code", "values"} per candidate, "{}" where nothing can be said. fall: see `drops`."""
        anchor, both = self._anchors(candidates)
        pair = cells(self.world.pairs.place, candidates.customer, candidates.item) - 1
        preferred = np.argsort(-fall, axis=1, kind="stable")
        makers = {
            "own": lambda row: self._own(int(pair[row])),
            "together": lambda row: self._together(int(anchor[row]), int(both[row])),
            "popular": lambda row: self._popular(int(candidates.customer[row]), int(candidates.item[row])),
        }
        found: list[str] = []
        for row, order in enumerate(preferred.tolist()):
            told = (makers[KINDS[kind]](row) for kind in order)
            found.append(next((reason for reason in told if reason), "{}"))
        return found

    def _own(self, pair: int) -> str:
        if pair < 0:
            return ""
        pairs = self.world.pairs
        times, last = int(pairs.times[pair]), int(self.world.baskets.as_of - pairs.last[pair])
        if times < 3:
            return _reason("bought_before", f'"times": {times}, "last": {last}')
        every = max(1, round((int(pairs.last[pair]) - int(pairs.first[pair])) / (times - 1)))
        return _reason("bought_every", f'"every": {every}, "last": {last}, "times": {times}')

    def _together(self, anchor: int, both: int) -> str:
        if anchor < 0 or both < FEWEST_IN_COMMON:
            return ""
        buyers = int(self.owners.indptr[anchor + 1] - self.owners.indptr[anchor])
        return _reason("also_bought", f'{self.labels[anchor]}, "both": {both}, "buyers": {buyers}')

    def _popular(self, customer: int, item: int) -> str:
        baskets = self.world.baskets
        segment = int(baskets.segment[customer])
        inside = int(self.recent_by_segment[segment, item]) if segment >= 0 else 0
        if inside >= FEWEST_IN_COMMON:
            name = json.dumps(baskets.segments[segment], ensure_ascii=False)
            return _reason("popular_segment", f'"segment": {name}, "customers": {inside}, "days": {DAYS}')
        if self.recent[item]:
            return _reason("popular", f'"customers": {int(self.recent[item])}, "days": {DAYS}')
        sellers = int(self.world.sellers[item])
        return _reason("popular_network", f'"partners": {sellers}, "days": {DAYS}') if sellers else ""

    def _anchors(self, candidates: Candidates) -> tuple[Ints, Ints]:
        """For every candidate the owned product that speaks loudest for it (-1: none), and how many bought both."""
        anchor = np.full(len(candidates), -1, dtype=np.int32)
        both = np.zeros(len(candidates), dtype=np.int32)
        if self.together is None or not len(candidates):
            return anchor, both
        inputs, weights = self.together.inputs(self.world.baskets), self.together.columns
        starts = np.flatnonzero(np.diff(candidates.customer, prepend=-1))
        for start, end in zip(starts, np.append(starts[1:], len(candidates)), strict=True):
            customer, wanted = candidates.customer[start], candidates.item[start:end]
            begin, stop = inputs.indptr[customer], inputs.indptr[customer + 1]
            if begin == stop:
                continue
            voices = weights(inputs.indices[begin:stop], wanted) * inputs.data[begin:stop, None]
            loudest = voices.argmax(axis=0)
            heard = voices[loudest, np.arange(len(wanted))] > 0
            anchor[start:end] = np.where(heard, inputs.indices[begin:stop][loudest], -1)
        heard = anchor >= 0
        both[heard] = self._in_common(anchor[heard], candidates.item[heard])
        return anchor, both

    def _in_common(self, one: Ints, other: Ints) -> Ints:
        """How many customers bought both, pair by pair. Each pair of items is counted once, some at a time: the rows
        of popular items are long, and a candidate list repeats the same pairs for thousands of customers."""
        items = self.owners.shape[0]
        pairs, place = np.unique(one.astype(np.int64) * items + other, return_inverse=True)
        counts = np.zeros(len(pairs), dtype=np.int32)
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            first, second = np.divmod(pairs[start : start + PAIRS_AT_ONCE], items)
            common = self.owners[first].multiply(self.owners[second]).sum(axis=1)
            counts[start : start + PAIRS_AT_ONCE] = np.asarray(common).ravel()
        return counts[place]


def _reason(code: str, values: str) -> str:
    """JSON text by hand: a million reasons are written, and each is four numbers."""
    return f'{{"code": "{code}", "values": {{{values}}}}}'


def _label(sku: str, name: str) -> str:
    return f'"sku": {json.dumps(sku, ensure_ascii=False)}, "name": {json.dumps(name, ensure_ascii=False)}'
