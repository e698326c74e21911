"""How the past is parted where the calendar is real, made up or missing."""

from __future__ import annotations

import numpy as np

from tests.training.ml.recommenders.worlds import TODAY, baskets, random_world
from training.ml.recommenders import splits
from training.ml.recommenders.interface import Baskets


def in_turns(*, step: int = 1, first: int = 400) -> Baskets:
    """Customer n has 3 + n mod 4 orders of one product each, `step` days apart, all beginning on one day."""
    return baskets([(f"c{n:02}", f"p{turn}", first - turn * step) for n in range(40) for turn in range(3 + n % 4)])


def on_one_day() -> Baskets:
    return baskets([(f"c{n:02}", f"p{product}", 9) for n in range(40) for product in range(1 + n % 7)])


def test_a_real_calendar_is_parted_by_time() -> None:
    assert splits.split_of([random_world(1, lines=300)]) == "time"
    assert splits.split_of([]) == splits.split_of([baskets([])]) == "time"


def test_turns_written_as_days_are_known_for_what_they_are() -> None:
    assert splits.split_of([in_turns()]) == "last"
    assert splits.split_of([in_turns(step=7)]) == "last"
    assert splits.split_of([in_turns(), random_world(1, lines=300)]) == "time"


def test_a_few_regular_customers_prove_nothing() -> None:
    assert splits.split_of([baskets([("a", "x", 90), ("a", "x", 60), ("a", "x", 30)])]) == "time"


def test_regular_customers_who_began_on_days_of_their_own_have_a_calendar() -> None:
    world = baskets([(f"c{n:02}", "x", 300 - n - 30 * turn) for n in range(40) for turn in range(4)])
    assert splits.split_of([world]) == "time"


def test_one_date_for_all_is_none() -> None:
    assert splits.split_of([on_one_day()]) == "random"
    assert splits.split_of([on_one_day(), on_one_day()]) == "random"


def test_turns_are_counted_back_from_the_newest() -> None:
    found = splits.dated(in_turns(), "last")
    mine = found.customer == 0
    assert (TODAY - found.day[mine]).tolist() == [90, 60, 30]
    assert found.day.max() == TODAY - splits.STEP
    assert splits.dated(in_turns(), "time").age.max() == 400


def test_each_look_back_takes_one_more_order() -> None:
    world = splits.dated(in_turns(), "last")
    days = [TODAY - splits.STEP, TODAY - 2 * splits.STEP]
    one, two = splits.looks([world], days, horizon=splits.STEP, split="last", seed=7)
    assert np.bincount(one.later[0].customer).tolist() == [1] * 40
    assert np.bincount(two.later[0].customer).tolist() == [1] * 40
    assert len(two.known[0].day) == len(world.day) - 80
    assert two.clear


def test_by_lot_a_fifth_of_each_customers_products_is_held_out() -> None:
    world = on_one_day()
    one, two = splits.looks([world], [TODAY, TODAY - 1], horizon=90, split="random", seed=7)
    sizes = np.bincount(world.customer)
    held = np.bincount(one.later[0].customer, minlength=40)
    assert (held == np.where(sizes > 1, np.maximum(1, sizes // 5), 0)).all()
    pairs = {(c, i) for c, i in zip(one.later[0].customer, one.later[0].item, strict=True)}
    assert not pairs & {(c, i) for c, i in zip(two.known[0].customer, two.known[0].item, strict=True)}
    assert not pairs & {(c, i) for c, i in zip(two.later[0].customer, two.later[0].item, strict=True)}
