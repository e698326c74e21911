"""Reasons that are true of the model: the evidence without which the score would fall most, stated with its figures.

The figures come from the partner's own customers only, and the products named are the partner's own; of other partners
nothing is told but in how many of them, at least FEWEST_PARTNERS, a product sells.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders import voices
from training.ml.recommenders.blend import Blend
from training.ml.recommenders.candidates import COLUMN, FEATURES, Candidates, World
from training.ml.recommenders.interface import Flags, Floats, Ints, Items, cells

if TYPE_CHECKING:
    import pyarrow as pa

#: A popularity reason speaks of this many days, as `Popularity` does.
DAYS = 90
#: Fewer customers than this in common are an anecdote.
FEWEST_IN_COMMON = 2
#: The kinds of evidence a reason may speak of, the most telling first: of kinds that weigh about the same (at least
#: NEARLY of the heaviest) the first is told.
KINDS = ("own", "together", "alike", "content", "popular")
NEARLY = 0.5
#: What a source says when nothing speaks for a product.
NOTHING = {"score": float(np.log(1e-4)), "share": 0.0, "rank": 0.01}


def drops(head: Blend, candidates: Candidates, scores: Floats, typical: Floats) -> Floats:
    """(rows × kinds) how far the log-odds `scores` fall when one kind of evidence is taken away.

    Own history is removed altogether, company and likeness are set to none, popularity to that of a `typical`
    candidate (one value per feature). Nothing falls for products never bought when own history goes.
    """
    found = np.zeros((len(candidates), len(KINDS)), dtype=np.float32)
    for number, kind in enumerate(KINDS):
        columns = [COLUMN[name] for name in FEATURES[kind]]
        told = np.isfinite(candidates.x[:, columns]).any(axis=1)
        rows = np.flatnonzero(told & candidates.repeat if kind == "own" else told)
        if len(rows):
            x = candidates.x[rows]
            x[:, columns] = typical[columns]
            found[rows, number] = scores[rows] - head.logit(x)
    return found


def typical(x: Floats) -> Floats:
    """What a candidate looks like about which nothing special is known: (features,), to take evidence away with."""
    found = np.full(x.shape[1], np.nan, dtype=np.float32)
    for name in FEATURES["popular"]:
        known = x[np.isfinite(x[:, COLUMN[name]]), COLUMN[name]]
        found[COLUMN[name]] = np.median(known) if len(known) else np.nan
    for name in (name for kind in ("together", "alike", "content") for name in FEATURES[kind]):
        if np.isfinite(x[:, COLUMN[name]]).any():
            found[COLUMN[name]] = NOTHING[name.rpartition("_")[2]]
    return found


@dataclass(frozen=True)
class Evidence:
    """Everything the figures are read from; built once for a partner."""

    world: World
    company: voices.Company
    speaking: dict[str, tuple[voices.Voice, sp.csr_matrix]]  # by kind: what owned products say, and how they count
    dated: bool  # whether the days are those of the facts, or stand for the order of purchases only
    recent: Ints  # customers who bought each item within DAYS
    recent_by_segment: npt.NDArray[np.int32]  # (segments × items)

    @classmethod
    def of(cls, world: World, *, dated: bool = True) -> Self:
        """Without `dated` nothing is said of days, and all purchases count as recent."""
        baskets = world.baskets
        late = baskets.between(baskets.as_of - DAYS, baskets.as_of).owned if dated else baskets.owned
        known = np.flatnonzero(baskets.segment >= 0)
        member = sp.csr_matrix(
            (np.ones(len(known), dtype=np.float32), (baskets.segment[known], known)),
            shape=(len(baskets.segments), len(baskets.customers)),
        )
        speaking: dict[str, tuple[voices.Voice, sp.csr_matrix]] = {}
        if (together := world.together) is not None:
            speaking["together"] = voices.of_weights(together.weights), together.inputs(baskets)
        if (voice := getattr(world.sources.get("content"), "voice", None)) is not None:
            speaking["content"] = voice, baskets.owned
        return cls(
            world, voices.Company(baskets), speaking, dated,
            np.asarray(late.sum(axis=0)).ravel().astype(np.int32), (member @ late).toarray().astype(np.int32),
        )  # fmt: skip

    def reasons(self, candidates: Candidates, fall: Floats) -> pa.Array:
        """One JSON text {"code", "values"} per candidate, "{}" where nothing can be said. fall: see `drops`.

        Only what lifts the score is a reason for it. Where the partner has sold nothing yet, what the network sells is
        all there is, and nothing to compare it with.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        told = [getattr(self, f"_{kind}")(candidates) for kind in KINDS]
        lifts = fall > 0
        lifts[:, KINDS.index("popular")] |= not len(self.world.baskets.day)
        can = np.stack([tellable for tellable, _ in told], axis=1) & lifts
        heaviest = np.maximum(np.where(can, fall, 0).max(axis=1, keepdims=True, initial=0), 1e-9)
        weighs = np.where(fall >= NEARLY * heaviest, 2 * fall.shape[1] - np.arange(fall.shape[1]), fall / heaviest)
        chosen = np.where(can, weighs, -np.inf).argmax(axis=1)
        chosen = np.where(can.any(axis=1), chosen, len(KINDS))
        texts, places = [pa.array(["{}"], pa.string())], np.zeros(len(candidates), dtype=np.int64)
        length = 1
        for number, (_, write) in enumerate(told):
            rows = np.flatnonzero(chosen == number)
            if len(rows):
                texts.append(write(rows))
                places[rows] = length + np.arange(len(rows))
                length += len(rows)
        return pc.take(pa.concat_arrays(texts), pa.array(places))

    def _own(self, candidates: Candidates) -> tuple[Flags, Any]:
        pair = cells(self.world.pairs.place, candidates.customer, candidates.item) - 1

        def write(rows: npt.NDArray) -> pa.Array:
            pairs, entry = self.world.pairs, pair[rows]
            if not self.dated:
                orders = self.world.habits.orders[candidates.customer[rows]]
                return _json("bought_orders", times=pairs.orders[entry], orders=orders)
            times, last = pairs.times[entry], self.world.baskets.as_of - pairs.last[entry]
            span = pairs.last[entry] - pairs.first[entry]
            every = np.maximum(1, np.rint(span / np.maximum(1, times - 1))).astype(np.int64)
            rhythm = _json("bought_every", every=every, last=last, times=times)
            return _either(times >= 3, rhythm, _json("bought_before", times=times, last=last))

        return pair >= 0, write

    def _together(self, candidates: Candidates) -> tuple[Flags, Any]:
        customer, item = candidates.customer, candidates.item
        if "together" not in self.speaking or not len(candidates):
            return np.zeros(len(candidates), dtype=bool), None
        first, second = voices.loudest(*self.speaking["together"], customer, item)
        both = np.zeros(len(candidates), dtype=np.int32)
        heard = first >= 0
        both[heard] = self.company.both(first[heard], item[heard])

        def write(rows: npt.NDArray) -> pa.Array:
            one, other = first[rows], second[rows]
            plain = _json("also_bought", self._names(one), both=both[rows], buyers=self.company.buyers[one])
            if not (other >= 0).any():
                return plain
            return self._two(candidates.take(rows), one, other, plain)

        return heard & (both >= FEWEST_IN_COMMON), write

    def _two(self, candidates: Candidates, one: Ints, other: Ints, plain: pa.Array) -> pa.Array:
        """Where a second product speaks too: who bought both of them, in the customer's segment if that is enough."""
        import pyarrow as pa

        baskets = self.world.baskets
        segment = baskets.segment[candidates.customer]
        named = other >= 0
        buyers, both = np.zeros((2, len(one)), dtype=np.int32)
        found = plain
        for where in (np.full(len(one), -1, dtype=np.int32), segment):  # the segment has the last word
            rows = np.flatnonzero(named & ((where >= 0) if where is segment else named))
            if not len(rows):
                continue
            buyers[:], both[:] = 0, 0
            buyers[rows], both[rows] = self.company.added(one[rows], other[rows], candidates.item[rows], where[rows])
            names = [self._names(one), self._names(np.maximum(other, 0), kind="other_")]
            if where is segment:
                kinds = np.append(baskets.segments, "")
                spoken = pa.array([f'"segment": {json.dumps(str(kind), ensure_ascii=False)}' for kind in kinds])
                names.append(spoken.take(pa.array(np.where(segment >= 0, segment, len(kinds) - 1))))
            code = "added" if where is segment else "added_all"
            found = _either(both >= FEWEST_IN_COMMON, _json(code, *names, both=both, buyers=buyers), found)
        return found

    def _alike(self, candidates: Candidates) -> tuple[Flags, Any]:
        circle = getattr(self.world.sources.get("user_knn"), "circle", None)
        if circle is None or not len(candidates):
            return np.zeros(len(candidates), dtype=bool), None
        who, row = np.unique(candidates.customer, return_inverse=True)
        near = circle(self.world.baskets, who)[row]
        known = near >= 0
        bought = np.zeros(near.shape, dtype=bool)
        item = np.broadcast_to(candidates.item[:, None], near.shape)
        bought[known] = cells(self.world.baskets.owned, near[known], item[known]) > 0
        both, buyers = bought.sum(axis=1), known.sum(axis=1)
        return both >= FEWEST_IN_COMMON, lambda rows: _json("alike", both=both[rows], buyers=buyers[rows])

    def _content(self, candidates: Candidates) -> tuple[Flags, Any]:
        if "content" not in self.speaking or not len(candidates):
            return np.zeros(len(candidates), dtype=bool), None
        first, _ = voices.loudest(*self.speaking["content"], candidates.customer, candidates.item)
        return first >= 0, lambda rows: _json("content", self._names(first[rows]))

    def _popular(self, candidates: Candidates) -> tuple[Flags, Any]:
        import pyarrow as pa

        baskets, item = self.world.baskets, candidates.item
        segment = baskets.segment[candidates.customer]
        inside = np.zeros(len(item), dtype=np.int32)
        inside[segment >= 0] = self.recent_by_segment[segment[segment >= 0], item[segment >= 0]]
        sellers, several = self.world.sellers[item].astype(np.int64), self.recent[item] >= FEWEST_IN_COMMON

        def write(rows: npt.NDArray) -> pa.Array:
            kinds = [f'"segment": {json.dumps(str(kind), ensure_ascii=False)}' for kind in (*baskets.segments, "")]
            spoken = pa.array(kinds).take(pa.array(np.where(segment[rows] >= 0, segment[rows], len(kinds) - 1)))
            when: dict[str, npt.NDArray | int] = {"days": DAYS}
            code, days = ("popular", when) if self.dated else ("bought", {})
            here = _json(f"{code}_segment", spoken, customers=inside[rows], **days)
            overall = _json(code if self.dated else "bought_by", customers=self.recent[item[rows]], **days)
            network = _json("popular_network" if self.dated else "network", partners=sellers[rows], **days)
            among = _either(several[rows], overall, network)
            return _either(inside[rows] >= FEWEST_IN_COMMON, here, among)

        return several | (sellers > 0) | (inside >= FEWEST_IN_COMMON), write

    def _names(self, item: Ints, *, kind: str = "") -> pa.Array:
        """The products' codes and names, as JSON members; `kind` stands before their keys."""
        import pyarrow as pa

        return (self._others if kind else self._labels).take(pa.array(item))

    @cached_property
    def _labels(self) -> pa.Array:
        return _labels(self.world.baskets.items)

    @cached_property
    def _others(self) -> pa.Array:
        return _labels(self.world.baskets.items, kind="other_")


def _labels(items: Items, *, kind: str = "") -> pa.Array:
    import pyarrow as pa

    return pa.array([_label(*both, kind=kind) for both in zip(items.sku, items.name, strict=True)], pa.string())


def _json(code: str, *members: pa.Array, **numbers: npt.NDArray | int) -> pa.Array:
    """{"code", "values"} for every row, of members ready made and of whole numbers, by joining columns of text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[Any] = []
    for member in members:
        parts += [", " if parts else "", member]
    for name, values in numbers.items():
        told = str(values) if isinstance(values, int) else pa.array(values).cast(pa.string())
        parts += [f'{", " if parts else ""}"{name}": ', told]
    return pc.binary_join_element_wise(f'{{"code": "{code}", "values": {{', *parts, "}}", "")


def _either(first: Flags, one: pa.Array, other: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(first), one, other)


def _label(sku: str, name: str, *, kind: str = "") -> str:
    told = (json.dumps(str(value), ensure_ascii=False) for value in (sku, name))
    return '"{0}sku": {1}, "{0}name": {2}'.format(kind, *told)
