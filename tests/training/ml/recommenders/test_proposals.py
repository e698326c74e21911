"""Sparse, grouped and dense sources propose the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.frequency import Frequency
from training.ml.recommenders.history import Pairs
from training.ml.recommenders.interface import Baskets, Ints, Recommender
from training.ml.recommenders.popularity import Popularity
from training.ml.recommenders.proposals import Grouped, Proposed, Sparse, ordered, proposed


class Dense:
    """A source of which nothing is known but its scores."""

    name = "dense"

    def __init__(self, source: Recommender) -> None:
        self.scores = source.scores


def sources(known: Baskets) -> dict[str, Recommender]:
    return {made.name: made().fit(known) for made in (Popularity, Frequency, Ease)}


def asked(known: Baskets, using: dict, customers: Ints, **more: object) -> Proposed:
    return proposed(using, known, Pairs.of(known).place, customers, **{"most": (3, 2), **more})  # type: ignore[arg-type]


def same(one: Proposed, other: Proposed) -> None:
    for name in ("row", "item", "pair"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name, values in one.picked.items():
        assert np.allclose(values, other.picked[name])


@pytest.mark.parametrize("seed", range(4))
def test_how_a_source_tells_its_scores_changes_nothing(seed: int) -> None:
    known = random_world(seed)
    items = np.random.default_rng(seed).random(len(known.items)) < 0.8
    known = replace(known, items=replace(known.items, available=items))
    using = sources(known)
    assert isinstance(using["popularity"], Grouped)
    assert isinstance(using["ease"], Sparse)
    who = np.arange(len(known.customers), dtype=np.int32)[::-1].copy()
    plain = {name: Dense(source) for name, source in using.items()}
    barred = np.random.default_rng(seed).random((len(who), len(known.items))) < 0.7
    same(asked(known, using, who), asked(known, plain, who))
    same(asked(known, using, who, allowed=barred), asked(known, plain, who, allowed=barred))


def test_what_is_not_allowed_takes_nobodys_place() -> None:
    known = baskets([(f"c{n}", f"p{n}", 5) for n in range(9)])
    popular = {"popularity": Popularity().fit(known)}
    allowed = np.ones((1, 9), dtype=bool)
    allowed[0, [0, 2]] = False
    found = asked(known, popular, np.array([8], np.int32), allowed=allowed)
    assert found.item.tolist() == [1, 3, 4, 8]


def test_what_is_added_is_proposed_though_nothing_speaks_for_it() -> None:
    known = baskets([("a", "x", 5), ("b", "y", 5)], items=["never sold"])
    added = np.array([1], np.int32), np.array([0], np.int32)
    found = asked(known, sources(known), np.array([1, 0], np.int32), added=added)
    assert [0, 0] in np.stack([found.row, found.item], axis=1).tolist()
    assert found.picked["popularity"][0] == 0


def test_a_row_with_everything_owned_still_ends() -> None:
    known = baskets([("a", f"p{n}", 5) for n in range(60)] + [("b", "p1", 3)])
    found = asked(known, {"popularity": Popularity().fit(known)}, np.array([0, 1], np.int32))
    assert np.bincount(found.row).tolist() == [2, 4]


@pytest.mark.parametrize("seed", range(3))
def test_ordered_is_a_lexsort(seed: int) -> None:
    draw = np.random.default_rng(seed)
    group = np.sort(draw.integers(0, 50, 2000))
    values = draw.choice(np.array([-3.5, -0.0, 0.0, 1e-30, 2.0, 7e8], np.float32), 2000)
    assert np.array_equal(ordered(group, values), np.lexsort((-values, group)))
    assert len(ordered(group[:0], values[:0])) == 0
