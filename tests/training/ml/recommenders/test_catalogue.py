"""Who shares a catalogue, and what may be told across partners."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, checkerboard, random_world
from training.ml.recommenders import ease
from training.ml.recommenders.catalogue import Shared, company, grouped, overlap
from training.ml.recommenders.interface import Baskets

BOTH = frozenset({"ease", "item_knn", "popularity"})


def seller(*skus: str) -> Baskets:
    return baskets([("a", sku, 5) for sku in skus] + [("b", sku, 9) for sku in skus])


def test_partners_with_the_same_codes_share_and_others_stay_apart() -> None:
    worlds = [seller("a", "b", "c", "d"), seller("1", "2", "3"), seller("a", "b", "z"), seller("1", "2")]
    assert grouped(worlds) == [[0, 2], [1, 3]]


def test_a_partner_without_products_stands_alone() -> None:
    assert grouped([seller("a"), baskets([])]) == [[0], [1]]
    assert overlap(set(), {"a"}) == 0


def test_the_sources_asked_for_are_learned_whatever_the_size_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    world = checkerboard()
    assert list(company([world], families=BOTH)) == ["ease", "item_knn"]
    assert list(company([world], families=frozenset({"item_knn"}))) == ["item_knn"]
    monkeypatch.setattr(ease, "LARGEST_CATALOGUE", 10)  # above it, the closed form around each product
    assert list(company([world], families=BOTH)) == ["ease", "item_knn"]


def test_nothing_is_learned_where_nobody_bought_two_products() -> None:
    assert company([baskets([("a", "x", 1), ("b", "y", 1)])], families=BOTH) == {}
    assert company([baskets([])], families=BOTH) == {}
    assert company([checkerboard()], families=frozenset({"popularity"})) == {}


def test_popularity_across_the_network_is_told_from_five_partners_on() -> None:
    worlds = [seller("all", "four") for _ in range(4)] + [seller("all", "own")]
    shared = Shared.learn(worlds, families=BOTH)
    told = dict(zip(shared.skus, zip(shared.popular, shared.sellers, strict=True), strict=True))
    assert told == {"all": (1.0, 5.0), "four": (0.0, 0.0), "own": (0.0, 0.0)}


def test_old_sales_are_not_called_lately() -> None:
    old = baskets([("a", "x", 200), ("a", "y", 200)])
    assert Shared.learn([old] * 6, families=BOTH).sellers.tolist() == [0, 0]


def test_what_is_shared_survives_the_disk(tmp_path: Path) -> None:
    world = random_world(4)
    Shared.learn([world] * 5, families=BOTH).save(tmp_path, 3)
    Shared.learn([seller("x")], families=frozenset({"popularity"})).save(tmp_path, 4)
    found, learned = Shared.load(tmp_path, 3), Shared.learn([world] * 5, families=BOTH)
    assert list(found.sources) == list(learned.sources) == ["ease", "item_knn"]
    everyone = np.arange(12, dtype=np.int32)
    for name, source in found.sources.items():
        assert np.array_equal(source.scores(world, everyone), learned.sources[name].scores(world, everyone))
    assert found.skus.tolist() == learned.skus.tolist()
    assert np.array_equal(found.popular, learned.popular)
    assert Shared.load(tmp_path, 4).sources == {}


def test_a_strength_once_found_out_is_used_again() -> None:
    strengths: dict[str, float] = {}
    first = company([random_world(4)], families=BOTH, strengths=strengths)
    assert strengths == {"ease": first["ease"].strength}  # type: ignore[attr-defined]
    strengths["ease"] = 123.0
    again = company([random_world(4)], families=BOTH, strengths=strengths)
    assert again["ease"].strength == 123.0  # type: ignore[attr-defined]
