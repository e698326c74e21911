"""Looking back without seeing ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import TODAY, baskets, random_world
from training.ml.recommenders import lessons, splits
from training.ml.recommenders.events import Events
from training.ml.recommenders.interface import Baskets

ALL = frozenset({"popularity", "frequency", "ease"})


def stand(world: Baskets, ago: int = 90, horizon: int = 90, most: int = 4000) -> lessons.Stand:
    look = splits.looks([world], [TODAY - ago], horizon=horizon, split="time", seed=7)[0]
    found = lessons.stands(look, [[0]], families=ALL, sample=lessons.Sample(7, most))
    assert len(found) == 1
    return found[0]


def test_dates_lie_a_third_of_a_horizon_apart_with_a_whole_one_behind_them() -> None:
    world = baskets([("a", "x", 400)])
    days, used = lessons.dates([world], as_of=TODAY, horizon=90)
    assert ([TODAY - day for day in days], used) == ([90, 120, 150, 180, 210, 240, 270], 90)


def test_a_short_history_shortens_the_horizon() -> None:
    world = baskets([("a", "x", 100)])
    days, used = lessons.dates([world], as_of=TODAY, horizon=90)
    assert ([TODAY - day for day in days], used) == ([33, 44, 55, 66], 33)


def test_no_day_is_looked_back_from_twice() -> None:
    for age in range(2, 12):
        days, _ = lessons.dates([baskets([("a", "x", age)])], as_of=TODAY, horizon=90)
        assert days == sorted(set(days), reverse=True)


@pytest.mark.parametrize("world", [baskets([]), baskets([("a", "x", 1)])])
def test_no_history_gives_no_dates(world: Baskets) -> None:
    assert lessons.dates([world], as_of=TODAY, horizon=90)[0] == []


def test_candidates_are_blind_to_what_came_after() -> None:
    world = random_world(5, lines=200)
    poisoned = replace(
        world, item=np.where(world.age <= 90, 0, world.item).astype(np.int32),
        quantity=np.where(world.age <= 90, 1e6, world.quantity).astype(np.float32),
        price=np.where(world.age <= 90, 1e6, world.price).astype(np.float32),
    )  # fmt: skip
    one, two = stand(world).lesson.candidates, stand(poisoned).lesson.candidates
    assert np.array_equal(one.item, two.item)
    assert np.array_equal(one.x, two.x, equal_nan=True)


def test_a_product_first_sold_later_is_not_there_to_be_proposed_unless_it_was_listed() -> None:
    lines = [*((who, what, 200) for who in "abcd" for what in "xy"), ("a", "later", 20), ("b", "soon", 20)]
    world = baskets(lines)
    listed = world.items.sku == "soon"
    asked = np.where(listed, 7.0, np.nan)
    paid = np.where(np.isin(world.items.sku, ["later", "soon"]), 99.0, 3.0)
    world = replace(world, items=replace(world.items, listed=listed, asked=asked, price=paid))
    known = world.before(TODAY - 90).items
    told = dict(zip(world.items.sku, zip(known.available, known.price, strict=True), strict=True))
    assert not told["later"][0]
    assert np.isnan(told["later"][1])
    assert told["soon"] == (True, 7.0)
    assert told["x"][0]
    assert "later" not in world.items.sku[stand(world).lesson.candidates.item]


def test_what_is_unavailable_today_was_there_when_it_was_sold() -> None:
    world = baskets([(who, what, 200) for who in "abcd" for what in "xy"])
    world = replace(world, items=replace(world.items, available=world.items.sku == "y"))
    assert world.before(TODAY - 90).items.available.all()


def test_bought_means_within_the_horizon() -> None:
    world = baskets([("a", "x", 200), ("a", "y", 200), ("b", "y", 150), ("a", "x", 60), ("a", "y", 20), ("c", "x", 5)])
    found = stand(world, ago=90, horizon=60).lesson
    told = dict(zip(zip(found.candidates.customer, found.candidates.item, strict=True), found.bought, strict=True))
    assert told[0, 0]
    assert not told[0, 1]
    assert {customer for customer, _ in told} == {0, 1}  # c was unknown then


def test_the_next_basket_is_the_first_order() -> None:
    world = baskets([("a", "x", 200), ("a", "y", 80), ("a", "z", 80), ("a", "x", 10)])
    assert stand(world).next_basket.toarray().tolist() == [[0, 1, 1]]


def test_lists_are_judged_on_active_customers_with_two_orders_who_buy() -> None:
    world = baskets(
        [
            *(("regular", "x", ago) for ago in (200, 150, 30)),
            *(("silent", "x", ago) for ago in (200, 150)),
            *(("once", "x", ago) for ago in (150, 20)),
            *(("old", "x", ago) for ago in (600, 590, 20)),
        ]
    )
    found = stand(world)
    assert [world.customers[code] for code in lessons.named_population(found)] == ["regular"]


def test_where_only_the_order_is_known_one_more_order_is_enough() -> None:
    world = splits.dated(baskets([("twice", "x", 9), ("twice", "y", 8), ("once", "x", 9), *(
        ("often", "x", ago) for ago in range(2, 40)
    )]), "last")  # fmt: skip
    look = splits.looks([world], [TODAY - splits.STEP], horizon=splits.STEP, split="last", seed=7)[0]
    (found,) = lessons.stands(look, [[0]], families=ALL, sample=lessons.Sample(7), split="last")
    assert [world.customers[code] for code in lessons.named_population(found)] == ["often", "twice"]
    (found,) = lessons.stands(look, [[0]], families=ALL, sample=lessons.Sample(7))
    assert [world.customers[code] for code in lessons.named_population(found)] == ["often"]


def test_a_small_budget_looks_at_fewer_customers() -> None:
    assert lessons.Sample.within(600, seed=1) == lessons.Sample(1, lessons.MOST_CUSTOMERS)
    assert lessons.Sample.within(60, seed=1).most == lessons.MOST_CUSTOMERS / 4
    assert lessons.Sample.within(0, seed=1).most == lessons.FEWEST_SAMPLED


def test_many_customers_are_sampled_the_same_way_each_time() -> None:
    world = random_world(6, customers=40, lines=300)
    one, two = stand(world, most=6), stand(world, most=6)
    assert len(one.customers) == 6
    assert np.array_equal(one.customers, two.customers)
    assert set(one.lesson.candidates.customer) <= set(one.customers)


def test_partners_who_knew_nobody_then_are_left_out() -> None:
    late = baskets([("a", "x", 5)])
    look = splits.looks([late, random_world(1)], [TODAY - 90], horizon=90, split="time", seed=7)[0]
    found = lessons.stands(look, [[0, 1]], families=ALL, sample=lessons.Sample(7))
    assert len(found) == 1


def test_answers_count_like_purchases_for_and_against() -> None:
    world = baskets([("a", "x", 200), ("a", "y", 200), ("b", "x", 150), ("b", "y", 60), ("b", "x", 50)])
    look = splits.looks([world], [TODAY - 90], horizon=90, split="time", seed=7)[0]
    codes = (np.array([0, 1]), np.array([1, 0]), np.array([TODAY - 80, TODAY - 70]))
    told = Events(*(column.astype(np.int32) for column in codes), np.array([True, False]))
    found = lessons.stands(look, [[0]], families=ALL, sample=lessons.Sample(7), events=[told])[0].lesson
    said = dict(zip(zip(found.candidates.customer, found.candidates.item, strict=True), found.bought, strict=True))
    assert said[0, 1]  # accepted, though no order shows it
    assert not said[1, 0]  # bought once more, but called wrong
    assert said[1, 1]
    assert found.buying.all()


def test_only_dates_whose_future_is_over_by_the_newest_are_clear() -> None:
    days = [TODAY - ago for ago in (90, 120, 180, 210)]
    found = splits.looks([random_world(3)], days, horizon=90, split="time", seed=7)
    assert [look.clear for look in found] == [False, False, True, True]


def test_a_large_world_is_thinned_by_whole_customers() -> None:
    world = random_world(8, customers=200, lines=2000)
    (some,) = lessons.thinned([world], seed=7, most=500)
    assert 300 < len(some.day) < 700
    kept = np.unique(some.customer)
    assert np.isin(world.customer, kept).sum() == len(some.day)
    assert lessons.thinned([world], seed=7)[0] is world
