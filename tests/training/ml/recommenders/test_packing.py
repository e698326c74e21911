"""Histories side by side."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import AS_OF, baskets, random_world
from training.ml.recommenders import packing
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.packing import Orders, Rows, packed

TODAY = AS_OF.toordinal()


def orders_of(world: Baskets) -> Orders:
    return Orders.of(world, np.arange(1, len(world.items) + 1, dtype=np.int32))


def rows_of(world: Baskets, *, length: int, seed: int = 1) -> Rows:
    orders = orders_of(world)
    customers = np.flatnonzero(orders.counts() >= 2).astype(np.int32)
    return packed(orders, customers, length=length, as_of=TODAY, seed=seed)


def test_orders_come_by_customer_and_day_whatever_the_lines_order() -> None:
    world = baskets([("b", "x", 9), ("a", "y", 3), ("a", "x", 8), ("a", "z", 8)])
    turned = world.only(np.array([3, 0, 2, 1]))
    orders = orders_of(turned)
    assert orders.customer.tolist() == [0, 0, 1]
    assert (TODAY - orders.day).tolist() == [8, 3, 9]
    assert orders.begin.tolist() == [0, 2, 3]
    assert sorted(orders.product[orders.first[0] : orders.first[1]].tolist()) == [1, 3]
    assert orders.product[orders.first[1] :].tolist() == [2, 1]


def test_orders_of_nothing_but_unknown_products_are_left_out() -> None:
    world = baskets([("a", "x", 9), ("a", "y", 3)])
    orders = Orders.of(world, np.array([0, 1], dtype=np.int32))
    assert (TODAY - orders.day).tolist() == [3]
    assert orders.counts().tolist() == [1]


def test_several_histories_share_a_row_and_keep_apart() -> None:
    world = baskets([("a", "x", 9), ("a", "y", 5), ("b", "y", 7), ("b", "x", 2), ("c", "x", 1)])
    rows = rows_of(world, length=5)
    assert rows.histories.tolist() == [[1, 1, 2, 2, 0]]
    assert rows.products[0, :, 0].tolist() == [1, 2, 2, 1, 0]
    assert (TODAY - rows.days[0, :4]).tolist() == [9, 5, 7, 2]
    assert (rows.weight > 0).tolist() == [[True, False, True, False, False]]
    assert rows.weight[0, 0] == pytest.approx(2 ** (-5 / packing.HALF_LIFE))


def test_every_order_but_a_customers_first_is_foretold_once() -> None:
    world = random_world(3, customers=9, items=5, lines=200)
    counts = orders_of(world).counts()
    for length in (2, 3, 7, 100):
        rows = rows_of(world, length=length)
        assert rows.days.shape[1] == length
        assert (rows.weight > 0).sum() == (counts[counts >= 2] - 1).sum()


def test_of_large_baskets_some_products_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_TOGETHER", 3)
    world = baskets([("a", f"p{n}", ago) for n in range(8) for ago in (2, 4)])
    rows = rows_of(world, length=2)
    assert rows.products.shape == (1, 2, 3)
    assert all(len(set(basket)) == 3 and min(basket) > 0 for basket in rows.products[0].tolist())
    again = [rows_of(world, length=2, seed=seed).products.tolist() for seed in (1, 2)]
    assert again[0] == rows.products.tolist() != again[1]


def test_nobody_with_two_orders_gives_no_rows() -> None:
    assert len(rows_of(baskets([("a", "x", 3)]), length=4)) == 0
