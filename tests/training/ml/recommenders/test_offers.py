"""The cut, the rank and the money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.recommenders import offers
from training.ml.recommenders.candidates import NAMES, Candidates, World


def some(count: int, *, seed: int = 0, customers: int = 4) -> tuple[Candidates, np.ndarray]:
    draw = np.random.default_rng(seed)
    customer = np.sort(draw.integers(0, customers, count)).astype(np.int32)
    x = np.zeros((count, len(NAMES)), dtype=np.float32)
    rows = Candidates(customer, np.arange(count, dtype=np.int32), draw.random(count) < 0.5, x)
    return rows, draw.integers(0, 12, count).astype(np.float32)  # ties are meant


@pytest.mark.parametrize("top", [1, 3, 50])
def test_each_of_the_three_lists_can_be_cut_from_the_kept_rows(top: int) -> None:
    rows, scores = some(120)
    kept, rank = offers.cut(rows, scores, top=top)
    for customer in range(4):
        mine = kept[rows.customer[kept] == customer]
        for wanted in (np.ones(120, bool), rows.repeat, ~rows.repeat):
            full = [n for n in np.lexsort((rows.item, -scores)) if rows.customer[n] == customer and wanted[n]]
            assert [n for n in mine if wanted[n]][:top] == full[:top]
        assert rank[rows.customer[kept] == customer].tolist() == list(range(1, len(mine) + 1))


def test_shown_are_the_best_and_the_first_of_each_kind_however_low_they_rank() -> None:
    """The first customer's repeats come after ten new products, the second has no repeats."""
    customer = np.repeat([0, 1], [17, 12]).astype(np.int32)
    rank = np.concatenate([np.arange(1, 18), np.arange(1, 13)]).astype(np.int32)
    repeat = np.arange(29) >= 10
    repeat[17:] = False
    found = offers.shown(customer, rank, repeat, best=10, each=5)
    assert rank[found & (customer == 0)].tolist() == list(range(1, 16))
    assert rank[found & (customer == 1)].tolist() == list(range(1, 11))


def test_nothing_to_cut_is_fine() -> None:
    rows, scores = some(0)
    kept, rank = offers.cut(rows, scores, top=5)
    assert (len(kept), len(rank)) == (0, 0)


def test_lists_end_with_minus_one_and_skip_customers_not_asked_for() -> None:
    rows, scores = some(9, customers=3)
    found = offers.lists(rows, scores, np.array([0, 2, 7], dtype=np.int32), top=6)
    assert found.shape == (3, 6)
    for row, customer in enumerate((0, 2)):
        mine = [n for n in np.lexsort((rows.item, -scores)) if rows.customer[n] == customer][:6]
        assert found[row].tolist() == mine + [-1] * (6 - len(mine))
    assert found[2].tolist() == [-1] * 6


def world() -> World:
    known = baskets([("a", "x", 20), ("a", "x", 10), ("b", "x", 5), ("b", "y", 5)])
    known = replace(
        known, quantity=np.array([2, 4, 10, 1], np.float32), price=np.array([5, 6, 8, 3], np.float32),
        items=replace(known.items, cost=np.array([1.0, np.nan])),
    )  # fmt: skip
    return World.of(known, {}, frozenset({"popularity", "frequency"}))


def test_worth_is_the_customers_own_usual_else_everybodys() -> None:
    found = world().candidates(np.array([0, 1], dtype=np.int32))
    told = dict(zip(zip(found.customer, found.item, strict=True), offers.worth(world(), found), strict=True))
    assert told[0, 0] == pytest.approx((6 - 1) * 3)  # own last price less cost × own mean quantity
    assert told[0, 1] == pytest.approx(3 * 1)  # never bought: the usual price and quantity, cost unknown
    assert told[1, 0] == pytest.approx((8 - 1) * 10)


def test_worth_is_unknown_without_a_price() -> None:
    known = replace(random_world(1), price=np.full(len(random_world(1).day), np.nan, np.float32))
    found = World.of(known, {}, frozenset({"popularity"}))
    rows = found.candidates(np.arange(3, dtype=np.int32))
    assert np.isnan(offers.worth(found, rows)).all()
