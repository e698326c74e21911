"""What is hidden to find settings out."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.recommenders import hidden
from training.ml.recommenders.hidden import Hidden


def twice() -> list[tuple[str, str, int]]:
    """Each of 30 customers bought x and y long ago, and y and a product of their own lately."""
    return [(f"c{n:02}", product, ago) for n in range(30)
            for product, ago in (("x", 90), ("y", 90), ("y", 5), (f"z{n:02}", 5))]  # fmt: skip


def test_what_was_new_in_the_last_order_is_hidden() -> None:
    world = baskets(twice())
    found = Hidden.of(world)
    assert found.enough
    assert len(found.customers) == 30
    assert (found.truth.sum(axis=1) == 1).all()
    assert world.items.sku[found.truth[[4]].indices].tolist() == ["z04"]
    assert len(found.visible.day) == 90
    assert not found.visible.owned[:, found.truth.indices].nnz


def test_a_customer_with_one_order_keeps_it() -> None:
    world = baskets([*twice(), ("once", "x", 3), ("once", "q", 3)])
    found = Hidden.of(world)
    once = list(world.customers).index("once")
    assert once not in found.customers
    assert found.visible.owned[[once]].nnz == 2


def test_without_earlier_orders_a_fifth_is_hidden() -> None:
    world = baskets([(f"c{n:02}", f"p{(n * 7 + k) % 40:02}", 5) for n in range(60) for k in range(20)])
    found = Hidden.of(world)
    assert found.enough
    assert found.truth.nnz == pytest.approx(0.2 * 60 * 20, rel=0.2)
    assert found.visible.owned.nnz + found.truth.nnz == world.owned.nnz
    assert not found.visible.owned[found.customers].multiply(found.truth).nnz
    again = Hidden.of(world)
    assert (again.truth != found.truth).nnz == 0


def test_so_many_customers_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "MOST", 12)
    found = Hidden.of(random_world(2, customers=80, items=30, lines=900))
    assert len(found.customers) == 12 == found.truth.shape[0]
    assert not Hidden.of(baskets([("a", "x", 3)])).enough


def test_lists_that_name_the_hidden_first_reach_one() -> None:
    found = Hidden.of(baskets(twice()))
    right = found.truth.toarray()
    place = {code: row for row, code in enumerate(found.customers)}
    assert found.reached(lambda block: right[[place[code] for code in block]]) == pytest.approx(1.0)
    assert found.reached(lambda block: np.zeros((len(block), right.shape[1]), np.float32)) < 0.5


def test_visible_products_take_no_place() -> None:
    found = Hidden.of(baskets(twice()))
    loud = found.visible.owned.toarray()  # whatever speaks for what they own
    assert found.reached(lambda block: 9 * loud[block] + found.truth.toarray()) == pytest.approx(1.0)
