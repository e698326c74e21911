"""Which partners sell the same products under the same codes, and what is learned from all of them together.

A vendor's catalogue is shared, but a code such as "1001" may mean one thing here and another there. Partners are
pooled only while their codes overlap enough to be the same list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from training.ml.recommenders import storage
from training.ml.recommenders.interface import Baskets, Floats, Texts
from training.ml.recommenders.popularity import Popularity
from training.ml.recommenders.reading import pooled
from training.ml.recommenders.sources import SHARED, Learned

#: Share of the smaller list that must be in both.
SAME = 0.5
#: An aggregate over fewer partners than this could be traced to one of them.
FEWEST_PARTNERS = 5


def grouped(worlds: Sequence[Baskets]) -> list[list[int]]:
    """The worlds' numbers, in groups that share a catalogue. Larger catalogues gather the smaller ones."""
    groups: list[tuple[set[str], list[int]]] = []
    for number in sorted(range(len(worlds)), key=lambda n: (-len(worlds[n].items), n)):
        mine = set(worlds[number].items.sku)
        home = next((group for group in groups if overlap(mine, group[0]) >= SAME), None)
        if home is None:
            groups.append((mine, [number]))
        else:
            home[0].update(mine)
            home[1].append(number)
    return [sorted(members) for _, members in groups]


def overlap(one: set[str], other: set[str]) -> float:
    """Share of the smaller list that is in both; 0 when either is empty."""
    return len(one & other) / max(1, min(len(one), len(other)))


@dataclass(frozen=True)
class Shared:
    """What the partners of one catalogue know together: which products go together, and what sells everywhere.

    skus: all codes; popular: for codes sold by at least FEWEST_PARTNERS lately, the mean share of active customers
    who bought it; sellers: by how many partners. Both zero for the other codes.
    """

    skus: Texts
    sources: dict[str, Learned]
    popular: Floats
    sellers: Floats

    @classmethod
    def learn(cls, worlds: Sequence[Baskets], *, families: frozenset[str]) -> Self:
        sources = company(worlds, families=families)
        skus = np.unique(np.concatenate([world.items.sku for world in worlds])).astype(object)
        shares, sellers = np.zeros(len(skus)), np.zeros(len(skus))
        for world in worlds:
            lately = world.between(world.as_of - 90, world.as_of)
            place = np.searchsorted(skus, world.items.sku)
            mine = Popularity().fit(lately).shares[0] if len(lately.day) else np.zeros(len(world.items))
            shares[place] += mine
            sellers[place] += mine > 0
        told = sellers >= FEWEST_PARTNERS
        popular = np.where(told, shares / np.maximum(1, sellers), 0)
        return cls(skus, sources, popular.astype(np.float32), np.where(told, sellers, 0).astype(np.float32))

    def save(self, folder: Path, number: int) -> None:
        parts = {"skus": self.skus.astype(str), "popular": self.popular, "sellers": self.sellers}
        storage.write(folder / f"shared-{number}.npz", parts)
        for name, source in self.sources.items():
            storage.write(folder / f"together-{number}-{name}.npz", source.state())

    @classmethod
    def load(cls, folder: Path, number: int) -> Self:
        """ValueError when a file is not one of `save`."""
        sources = {
            name: made.restore(storage.read(file))
            for name, made in SHARED.items()
            if (file := folder / f"together-{number}-{name}.npz").exists()
        }
        parts = storage.read(folder / f"shared-{number}.npz")
        return cls(parts["skus"].astype(object), sources, parts["popular"], parts["sellers"])

    def onto(self, skus: Texts) -> dict[str, Learned]:
        """Every source over a partner's own list of products."""
        return onto(self.sources, skus)


def onto(sources: Mapping[str, Learned], skus: Texts) -> dict[str, Learned]:
    """Every source over another list of products."""
    return {name: source.onto(skus) for name, source in sources.items()}


def company(
    worlds: Sequence[Baskets], *, families: frozenset[str], strengths: dict[str, float] | None = None
) -> dict[str, Learned]:
    """What these partners' customers teach together, by source; nothing when nobody bought two products.

    strengths: by source, how strongly it is regularised, as found out at another look at the same catalogue; what is
    found out here is added, so that the search is made once.
    """
    together = pooled(worlds)
    if not len(together.day) or np.diff(together.owned.indptr).max(initial=0) < 2:
        return {}
    known = {} if strengths is None else strengths
    found: dict[str, Learned] = {}
    for name, make in SHARED.items():
        if name not in families:
            continue
        source = make()
        if name in known and hasattr(source, "strength"):
            source.strength = known[name]
        found[name] = source.fit(together)
        if (strength := getattr(source, "strength", None)) is not None:
            known[name] = strength
    return {name: source for name, source in found.items() if getattr(source, "taught", True)}
