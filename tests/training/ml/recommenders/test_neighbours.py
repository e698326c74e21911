"""Customers most alike, and what they keep buying."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.neighbours import Turns, largest, referees, to_one
from training.ml.recommenders.next_basket import Decay, NextBasket, surely_best, vectors
from training.ml.recommenders.user_knn import UserKnn, lately

ALL = np.arange(12, dtype=np.int32)


def three_friends() -> Baskets:
    """Anna bought a twice, then b; Ben a, then c; Carl only c. Nobody else buys what Dora buys."""
    return baskets([("anna", "a", 90), ("anna", "a", 60), ("anna", "b", 30), ("ben", "a", 20), ("ben", "c", 10),
                    ("carl", "c", 5), ("dora", "d", 5)])  # fmt: skip


def test_the_newest_order_has_age_nothing_and_dates_do_not_matter() -> None:
    turns = Turns.of(three_friends())
    assert turns.age[turns.line].tolist() == [2, 1, 0, 1, 0, 0, 0]
    assert turns.newest().tolist() == [False, False, True, False, True, False, False]
    hasty = baskets([("anna", "a", 3), ("anna", "a", 2), ("anna", "b", 1), ("ben", "a", 9), ("ben", "c", 8)])
    hurried = Turns.of(hasty)
    assert hurried.age[hurried.line].tolist() == [2, 1, 0, 1, 0]


def test_orders_fade_within_and_between_groups() -> None:
    found = vectors(three_friends(), Decay(group=2, within=0.5, between=0.25)).toarray()
    # anna: the newest group holds b (1) and a (0.5), each by 2 orders; the oldest one order of a (1) × 0.25; 2 groups.
    assert found[0] == pytest.approx([(0.5 / 2 + 0.25) / 2, (1 / 2) / 2, 0, 0])
    assert found[1] == pytest.approx([0.5 / 2, 0, 1 / 2, 0])
    assert found[2] == pytest.approx([0, 0, 1, 0])


def test_without_forgetting_the_next_basket_is_the_share_of_orders() -> None:
    found = vectors(three_friends(), Decay(group=3, within=1.0, between=1.0)).toarray()
    assert found[0] == pytest.approx([2 / 3, 1 / 3, 0, 0])


def test_the_score_mixes_own_habits_with_those_of_the_nearest() -> None:
    world = three_friends()
    model = NextBasket(decay=Decay(3, 1.0, 1.0), own=0.6, count=1).fit(world)
    found = model.scores(world, np.array([1, 2, 3], dtype=np.int32))
    # ben (½ a, ½ c) is nearest to carl (c): cosine 0.71; anna (⅔ a, ⅓ b): cosine 0.63.
    assert found[0] == pytest.approx([0.6 / 2, 0, 0.6 / 2 + 0.4, 0])
    assert found[1] == pytest.approx([0.4 / 2, 0, 0.6 + 0.4 / 2, 0])
    assert found[2] == pytest.approx([0, 0, 0, 0.6])


def test_neighbours_weigh_as_much_as_they_are_alike() -> None:
    world = three_friends()
    found = NextBasket(decay=Decay(3, 1.0, 1.0), own=0.0).fit(world).scores(world, np.array([1], dtype=np.int32))
    carl, anna = 1 / np.sqrt(2), (1 / 2 * 2 / 3) / (np.sqrt(1 / 2) * np.sqrt(5 / 9))
    assert found[0] == pytest.approx(np.array([anna * 2 / 3, anna / 3, carl, 0]) / (anna + carl), rel=1e-5)


def test_user_neighbours_speak_for_their_last_orders_only() -> None:
    world = three_friends()
    model = UserKnn(slant=0.25, window=1, count=2).fit(world)
    found = model.scores(world, np.array([1, 2, 3], dtype=np.int32))
    # ben (a, c) shares a with anna (a, b), who last bought b, and c with carl (c), who last bought c.
    assert found[0] == pytest.approx([0, 1 / (2**0.25 * 2**0.75) / 2, 1 / (2**0.25 * 1) / 2, 0])
    assert found[1] == pytest.approx([0, 0, 1 / 2**0.75 / 2, 0])
    assert not found[2].any()


def test_the_circle_are_the_most_alike_by_code_and_ends_early_where_there_are_few() -> None:
    world = three_friends()
    found = UserKnn(count=3).fit(world).circle(world, np.array([1, 3], dtype=np.int32))
    assert found.tolist() == [[2, 0, -1], [-1, -1, -1]]  # carl has one product, anna two: carl is more alike to ben
    without = baskets([("ben", "a", 20), ("ben", "c", 10)], items=["a", "b", "c", "d"])
    assert UserKnn(count=3).fit(world).circle(without, np.array([0], dtype=np.int32)).tolist() == [[-1, -1, -1]]


def test_the_last_orders_are_shared_out_among_themselves() -> None:
    assert lately(three_friends(), 2).toarray()[:2] == pytest.approx(np.array([[0.5, 0.5, 0, 0], [0.5, 0, 0.5, 0]]))


def test_a_crowd_is_drawn_from_the_active_first() -> None:
    lines = [(f"c{n:02}", "a", 500 if n < 8 else 10) for n in range(12)]
    world = baskets(lines, customers=["never"])
    assert referees(world, most=4).tolist() == [8, 9, 10, 11]
    assert referees(world, most=99).tolist() == list(range(12))
    some = referees(world, most=6, seed=1)
    assert set(some) >= {8, 9, 10, 11}
    assert len(some) == 6
    assert referees(world, most=6, seed=1).tolist() == some.tolist()


@pytest.mark.parametrize("make", [lambda: NextBasket(most=5), lambda: UserKnn(most=5)])
def test_a_small_crowd_serves_everybody_and_is_all_that_is_kept(make: type[NextBasket]) -> None:
    world = random_world(11)
    model = make().fit(world)
    assert len(model.crowd) == 5
    assert np.isfinite(model.scores(world, ALL)).all()
    assert np.array_equal(type(model).restore(model.state()).scores(world, ALL), model.scores(world, ALL))


@pytest.mark.parametrize("kind", [NextBasket, UserKnn])
def test_what_is_sparse_says_the_same_as_what_is_dense(kind: type[NextBasket]) -> None:
    world = random_world(12)
    model = kind().fit(world)
    assert np.array_equal(model.nonzero(world, ALL).toarray(), model.scores(world, ALL))
    assert (model.scores(world, ALL) >= 0).all()


@pytest.mark.parametrize("count", [1, 3, 7, 40])
def test_the_largest_are_those_a_full_sort_finds(count: int) -> None:
    draw = np.random.default_rng(3)
    dense = np.round(draw.random((30, 25)) ** 3, 2).astype(np.float32) * (draw.random((30, 25)) < 0.7)
    dense[4] = 0.0
    dense[5] = 0.5  # all alike: those stored first
    found = largest(sp.csr_matrix(dense), count).toarray()
    for row, mine in zip(dense, found, strict=True):
        assert sorted(mine[mine > 0]) == sorted(row[row > 0])[-count:]
    assert np.flatnonzero(found[5]).tolist() == list(range(min(count, 25)))


def test_rows_without_anything_stay_empty() -> None:
    table = sp.csr_matrix(np.array([[0, 0], [1, 3]], dtype=np.float32))
    assert to_one(table).toarray().tolist() == [[0, 0], [0.25, 0.75]]


def test_settings_are_changed_only_where_others_are_surely_better() -> None:
    even, better = np.array([0.5, 0.5, 0.5, 0.5]), np.array([0.6, 0.7, 0.6, 0.7])
    assert surely_best({"first": even, "second": better}) == "second"
    assert surely_best({"first": even, "second": np.array([1.0, 0.0, 1.0, 0.1])}) == "first"


def test_the_settings_suit_the_customers() -> None:
    """Sixty customers who buy their own product in every order are best left to their own habit; sixty who never buy
    anything twice, but what their circle buys, to their neighbours."""
    loyal = [(f"c{n:02}", f"p{(n + k) % 60:02}", 10 * turn) for n in range(60) for turn in range(1, 6)
             for k in ((0,) if turn < 5 else (0, 1))]  # fmt: skip
    keepers = NextBasket().fit(baskets(loyal))
    seekers = NextBasket().fit(baskets([
        (f"c{n:02}", f"p{n % 6}-{(turn + n // 6) % 8}", 10 * turn) for n in range(60) for turn in range(1, 6)
    ]))  # fmt: skip
    assert keepers.used[1] >= 0.5
    assert seekers.used[1] <= 0.5
    assert NextBasket().fit(baskets(loyal)).used == keepers.used
