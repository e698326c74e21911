"""What is known of customers, products and pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import TODAY, baskets, random_world
from training.ml.recommenders.history import Demand, Habits, Pairs


def test_a_pair_knows_its_days_and_its_rhythm() -> None:
    pairs = Pairs.of(baskets([("a", "x", 100), ("a", "x", 70), ("a", "x", 10), ("a", "y", 10), ("b", "x", 3)]))
    assert (TODAY - pairs.first).tolist() == [100, 10, 3]
    assert (TODAY - pairs.last).tolist() == [10, 10, 3]
    assert pairs.times.tolist() == [3, 1, 1]
    assert pairs.gap()[0] == 45
    assert np.isnan(pairs.gap()[1:]).all()
    assert pairs.place.toarray().tolist() == [[1, 2], [3, 0]]


def test_the_usual_quantity_is_a_mean_and_the_usual_price_the_last() -> None:
    world = baskets([("a", "x", 20), ("a", "x", 10)])
    world = replace(world, quantity=np.array([2, 6], np.float32), price=np.array([9, 8], np.float32))
    pairs = Pairs.of(world)
    assert (pairs.quantity.tolist(), pairs.price.tolist()) == ([4.0], [8.0])


def test_two_orders_on_one_day_are_one_time() -> None:
    world = baskets([("a", "x", 20), ("a", "x", 10), ("a", "y", 5)])
    pairs = Pairs.of(replace(world, day=np.array([TODAY - 10, TODAY - 10, TODAY - 5], np.int32)))
    assert pairs.times.tolist() == [1, 1]
    assert pairs.orders.tolist() == [2, 1]
    assert np.isnan(pairs.gap()).all()


def test_where_all_lines_bear_one_date_times_are_orders() -> None:
    world = baskets([("a", "x", 20), ("a", "x", 10), ("b", "x", 10)])
    pairs = Pairs.of(replace(world, day=np.full(3, TODAY - 1, np.int32)))
    assert pairs.times.tolist() == pairs.orders.tolist() == [2, 1]
    assert np.isnan(pairs.gap()).all()


def test_pairs_agree_with_counting_by_hand() -> None:
    world = random_world(3)
    pairs = Pairs.of(world)
    told = {(c, i): t for c, i, t in zip(pairs.customer, pairs.item, pairs.times, strict=True)}
    counted: dict[tuple[int, int], set[int]] = {}
    for customer, item, day in zip(world.customer, world.item, world.day, strict=True):
        counted.setdefault((customer, item), set()).add(day)
    assert told == {pair: len(days) for pair, days in counted.items()}


def test_habits_count_orders_and_stay_unknown_for_newcomers() -> None:
    world = baskets([("a", "x", 100), ("a", "y", 100), ("a", "x", 40)], customers=["new"])
    habits = Habits.of(world)
    assert habits.orders.tolist() == [2, 0]
    assert habits.recent.tolist() == [1, 0]
    assert (habits.since_first[0], habits.since_last[0], habits.size[0], habits.gap[0]) == (100, 40, 1.5, 60)
    assert np.isnan([habits.since_first[1], habits.since_last[1], habits.size[1], habits.gap[1]]).all()


def test_demand_is_a_share_of_the_customers_active_then() -> None:
    world = baskets([("a", "x", 10), ("b", "x", 80), ("b", "y", 80), ("c", "y", 300)], items=["never"])
    demand = Demand.of(world, Pairs.of(world))
    assert demand.fresh.tolist() == [0, 1, 0]
    assert demand.buyers.tolist() == [0, 1, 0.5]
    assert demand.year.tolist() == pytest.approx([0, 2 / 3, 2 / 3])
    assert np.isnan(demand.season).all()
    assert np.isnan(demand.age[0])
    assert demand.age[1:].tolist() == [80, 300]


def test_the_season_is_what_was_bought_a_year_ago_in_the_days_ahead() -> None:
    world = baskets([("a", "x", 350), ("b", "y", 420), ("c", "z", 260)])
    assert Demand.of(world, Pairs.of(world)).season.tolist() == [1, 0, 0]


def test_usual_prices_and_quantities_are_medians_of_what_is_known() -> None:
    world = baskets([("a", "x", 5), ("b", "x", 6), ("c", "x", 7)], items=["never"])
    world = replace(world, quantity=np.array([1, 50, 3], np.float32), price=np.array([np.nan, 4, 6], np.float32))
    demand = Demand.of(world, Pairs.of(world))
    assert demand.quantity.tolist() == [1, 3]
    assert np.isnan(demand.price[0])
    assert demand.price[1] == 4


def test_nothing_bought_gives_empty_tables() -> None:
    world = baskets([], items=["x"], customers=["a"])
    pairs = Pairs.of(world)
    assert len(pairs.customer) == 0
    assert Habits.of(world).orders.tolist() == [0]
    assert Demand.of(world, pairs).buyers.tolist() == [0]
