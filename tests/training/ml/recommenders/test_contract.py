"""What every recommender must do. After the one contract test of benfred/implicit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.training.ml.recommenders.drawn import Drawn
from tests.training.ml.recommenders.worlds import baskets, checkerboard, random_world
from training.ml.recommenders.content import Content
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.factorisation import Factorisation
from training.ml.recommenders.frequency import Frequency
from training.ml.recommenders.graph_filter import GraphFilter
from training.ml.recommenders.interface import Recommender, recommend
from training.ml.recommenders.item_knn import ItemKnn
from training.ml.recommenders.next_basket import NextBasket
from training.ml.recommenders.popularity import Popularity
from training.ml.recommenders.user_knn import UserKnn

MAKERS: list[Callable[[], Recommender]] = [Popularity, lambda: Popularity(window=30, weight=5.0), Frequency,
                                           lambda: Frequency(half_life=np.inf), Ease, ItemKnn, Content,
                                           GraphFilter, Factorisation, NextBasket, UserKnn, Drawn]  # fmt: skip
every = pytest.mark.parametrize("make", MAKERS)
finders_of_new = pytest.mark.parametrize(
    "make", [Popularity, Ease, ItemKnn, GraphFilter, Factorisation, NextBasket, UserKnn]
)
ALL = np.arange(20, dtype=np.int32)


@finders_of_new
def test_the_missing_product_of_the_own_colour_is_found(make: Callable[[], Recommender]) -> None:
    world = checkerboard()
    found = recommend(make().fit(world), world, ALL, top=1, owned=False)
    assert [items.tolist() for items in found] == [[customer] for customer in range(20)]


@pytest.mark.parametrize("make", [Frequency, lambda: Frequency(half_life=np.inf), NextBasket])
def test_the_product_bought_three_times_comes_first(make: Callable[[], Recommender]) -> None:
    world = checkerboard()
    found = recommend(make().fit(world), world, ALL, top=1)
    firsts = [min(p for p in range(c % 2, 20, 2) if p != c) for c in range(20)]
    assert [int(items[0]) for items in found] == firsts


@every
def test_owned_products_are_left_out_on_demand(make: Callable[[], Recommender]) -> None:
    world = random_world(1)
    customers = np.arange(12, dtype=np.int32)
    found = recommend(make().fit(world), world, customers, top=9, owned=False)
    for customer, items in zip(customers, found, strict=True):
        assert not set(items) & set(world.owned[[customer]].indices)
        assert len(items) + len(world.owned[[customer]].indices) == 9


@every
def test_a_batch_says_the_same_as_one_at_a_time(make: Callable[[], Recommender]) -> None:
    world = random_world(2)
    model = make().fit(world)
    customers = np.arange(12, dtype=np.int32)
    together = recommend(model, world, customers, top=5)
    alone = [recommend(model, world, customers[[n]], top=5)[0] for n in range(12)]
    assert [a.tolist() for a in together] == [b.tolist() for b in alone]
    assert np.allclose(model.scores(world, customers)[::-1], model.scores(world, customers[::-1].copy()), atol=1e-6)


@every
def test_a_newcomer_gets_finite_scores_and_no_error(make: Callable[[], Recommender]) -> None:
    world = checkerboard()
    newcomer = np.array([list(world.customers).index("new")], dtype=np.int32)
    scores = make().fit(world).scores(world, newcomer)
    assert scores.shape == (1, 20)
    assert np.isfinite(scores).all()
    assert (scores > 0).any() == (make().name == "popularity")


@every
def test_more_asked_than_exists_is_fine(make: Callable[[], Recommender]) -> None:
    world = random_world(3)
    found = recommend(make().fit(world), world, np.array([0, 5], dtype=np.int32), top=500)
    assert [sorted(items.tolist()) for items in found] == [list(range(9))] * 2


@every
def test_nothing_asked_and_nobody_to_serve_are_fine(make: Callable[[], Recommender]) -> None:
    world = random_world(4)
    model = make().fit(world)
    assert recommend(model, world, np.zeros(0, dtype=np.int32), top=3) == []
    assert [len(items) for items in recommend(model, world, np.array([1], dtype=np.int32), top=0)] == [0]


@every
def test_a_restored_recommender_scores_the_same(make: Callable[[], Recommender]) -> None:
    world = random_world(5)
    model = make().fit(world)
    state = model.state()
    assert all(array.dtype != object for array in state.values())
    customers = np.arange(12, dtype=np.int32)
    assert np.array_equal(type(model).restore(state).scores(world, customers), model.scores(world, customers))


@every
def test_the_same_data_give_the_same_answer(make: Callable[[], Recommender]) -> None:
    customers = np.arange(12, dtype=np.int32)
    one, two = (make().fit(random_world(6)).scores(random_world(6), customers) for _ in range(2))
    assert np.array_equal(one, two)


@every
def test_scores_come_in_small_floats_for_customers_never_seen_before(make: Callable[[], Recommender]) -> None:
    model = make().fit(checkerboard())
    strangers = baskets([("zoe", "p04", 3), ("zoe", "p06", 9)], items=[f"p{n:02}" for n in range(20)])
    scores = model.scores(strangers, np.array([0], dtype=np.int32))
    assert scores.shape == (1, 20)
    assert scores.dtype == np.float32


@every
def test_worlds_without_purchases_do_not_crash(make: Callable[[], Recommender]) -> None:
    empty = baskets([], items=["a", "b"], customers=["c"])
    scores = make().fit(empty).scores(empty, np.array([0], dtype=np.int32))
    assert scores.tolist() == [[0.0, 0.0]]


@every
def test_a_single_product_does_not_crash(make: Callable[[], Recommender]) -> None:
    tiny = baskets([("a", "only", 3), ("b", "only", 30)])
    found = recommend(make().fit(tiny), tiny, np.array([0, 1], dtype=np.int32), top=3)
    assert [items.tolist() for items in found] == [[0], [0]]
