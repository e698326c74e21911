"""Which products are looked at, and what is known of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, checkerboard, random_world
from training.ml.recommenders.candidates import COLUMN, FEATURES, NAMES, Candidates, World, narrowed
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.item_knn import ItemKnn

EVERYTHING = frozenset({"popularity", "frequency"})


def world_of(known: Baskets) -> World:
    return World.of(known, {"ease": Ease().fit(known)}, EVERYTHING | {"ease"})


def everybody(known: Baskets) -> np.ndarray:
    return np.arange(len(known.customers), dtype=np.int32)


def test_every_feature_has_one_place() -> None:
    assert set(NAMES) == {name for names in FEATURES.values() for name in names}
    assert len(set(NAMES)) == len(NAMES) == sum(len(names) for names in FEATURES.values())


def test_candidates_come_sorted_with_repeats_marked() -> None:
    known = random_world(1)
    found = world_of(known).candidates(everybody(known))
    keys = found.customer.astype(int) * 100 + found.item
    assert (np.diff(keys) > 0).all()
    owned = known.owned.toarray() > 0
    assert (found.repeat == owned[found.customer, found.item]).all()
    assert np.isfinite(found.x[:, COLUMN["own_times"]]).tolist() == found.repeat.tolist()


def test_each_source_proposes_so_many_new_and_so_many_repeats() -> None:
    known = checkerboard(40)
    found = World.of(known, {}, EVERYTHING).candidates(everybody(known), new=3, repeat=2)
    new = np.bincount(found.customer[~found.repeat])
    repeats = np.bincount(found.customer[found.repeat])
    assert new.max() <= 3
    assert 2 <= repeats[:40].min() <= repeats.max() <= 4  # two sources may name different repeats


def test_equals_at_the_border_are_cut_by_code_the_same_in_every_batch() -> None:
    known = baskets([(f"c{n}", f"p{n}", 5) for n in range(9)])
    world = World.of(known, {}, EVERYTHING)
    whole = world.candidates(everybody(known), new=2, repeat=1)
    single = Candidates.joined([world.candidates(everybody(known)[[n]], new=2, repeat=1) for n in range(9)])
    assert np.array_equal(whole.item, single.item)
    assert np.array_equal(whole.x, single.x, equal_nan=True)
    assert whole.item[(whole.customer == 5) & ~whole.repeat].tolist() == [0, 1]


def test_unavailable_products_and_those_nothing_speaks_for_are_not_proposed() -> None:
    known = baskets([("a", "x", 5), ("a", "y", 5), ("b", "x", 7)], items=["never sold"])
    known = replace(known, items=replace(known.items, available=np.array([True, True, False])))
    found = world_of(known).candidates(everybody(known))
    assert {known.items.sku[item] for item in found.item} == {"x"}


def test_the_numbers_say_what_they_are_called() -> None:
    known = baskets([("a", "x", 100), ("a", "x", 70), ("a", "x", 40), ("a", "y", 100), ("b", "y", 10)])
    found = world_of(known).candidates(everybody(known))
    row = found.x[(found.customer == 0) & (found.item == 0)][0]

    def value(name: str) -> float:
        return float(row[COLUMN[name]])

    assert value("own_times") == pytest.approx(np.log(4))
    assert value("own_share") == pytest.approx(1)
    assert value("own_last") == pytest.approx(np.log(41))
    assert value("own_gap") == pytest.approx(np.log(31))
    assert value("own_due") == pytest.approx(np.log(41 / 31))
    assert value("own_in_last_order") == 1
    assert value("frequency_rank") == 1
    assert value("orders") == pytest.approx(np.log(4))
    assert value("since_last") == pytest.approx(np.log(41))
    assert value("popular_90") == pytest.approx(np.log(0.5 + 1e-4), rel=1e-4)


def test_sources_left_out_leave_their_numbers_unknown() -> None:
    known = random_world(2)
    only_popular = World.of(known, {}, frozenset({"popularity"})).candidates(everybody(known))
    only_own = World.of(known, {}, frozenset({"frequency"})).candidates(everybody(known))
    assert np.isnan(only_popular.x[:, [COLUMN[n] for n in (*FEATURES["own"], *FEATURES["together"])]]).all()
    assert np.isnan(only_own.x[:, [COLUMN[name] for name in FEATURES["popular"]]]).all()
    assert only_own.repeat.all()


def test_a_partner_that_sold_nothing_yet_leans_on_the_network() -> None:
    known = baskets([], items=["x", "y", "z"], customers=["a"])
    network = (np.array([0.0, 0.3, 0.1], np.float32), np.array([0, 6, 5], np.float32))
    found = World.of(known, {}, EVERYTHING, network=network).candidates(everybody(known))
    assert found.item.tolist() == [1, 2]
    assert found.x[0, COLUMN["popularity_score"]] > found.x[1, COLUMN["popularity_score"]]


def test_nobody_and_nothing_give_no_candidates() -> None:
    known = baskets([], items=["x"], customers=["a"])
    assert len(world_of(known).candidates(everybody(known))) == 0
    assert len(world_of(random_world(1)).candidates(np.zeros(0, dtype=np.int32))) == 0


def test_narrowing_gives_what_fewer_sources_would_have_given() -> None:
    known = random_world(3, customers=30, items=25, lines=400)
    shared = {"ease": Ease().fit(known), "item_knn": ItemKnn().fit(known)}
    many = World.of(known, shared, frozenset({"popularity", "frequency", "ease", "item_knn"}))
    few = World.of(known, shared, frozenset({"popularity", "frequency", "ease"}))
    whole = many.candidates(everybody(known), new=5, repeat=4)
    found, rows = narrowed(whole, ("popularity", "frequency", "ease"), new=5, repeat=4)
    expected = few.candidates(everybody(known), new=5, repeat=4)
    assert np.array_equal(found.customer, expected.customer)
    assert np.array_equal(found.item, expected.item)
    assert np.allclose(found.x, expected.x, rtol=1e-4, atol=1e-4, equal_nan=True)
    assert np.array_equal(whole.item[rows], found.item)


def test_narrowing_to_all_there_is_changes_nothing() -> None:
    known = random_world(3)
    found = world_of(known).candidates(everybody(known))
    same, rows = narrowed(found, ("popularity", "frequency", "ease"))
    assert same is found
    assert len(rows) == len(found)
