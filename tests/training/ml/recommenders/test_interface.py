"""Baskets, blocks and the cut of the best."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.ml.recommenders.worlds import TODAY, baskets, random_world
from training.ml.recommenders.interface import best, blocks

tables = st.integers(1, 5).flatmap(
    lambda rows: st.integers(1, 9).flatmap(
        lambda columns: st.lists(
            st.lists(st.sampled_from([-2.5, -0.0, 0.0, 0.5, 1.0, 3e8, 1e-30]), min_size=columns, max_size=columns),
            min_size=rows, max_size=rows,
        )
    )
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(tables, st.integers(0, 12))
def test_the_best_are_those_of_a_full_stable_sort(table: list[list[float]], count: int) -> None:
    scores = np.array(table, dtype=np.float32)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    assert best(scores, count).tolist() == expected.tolist()


def test_infinite_scores_sort_like_numbers() -> None:
    scores = np.array([[-np.inf, 1.0, np.inf, 0.0]], dtype=np.float32)
    assert best(scores, 4).tolist() == [[2, 1, 3, 0]]


def test_blocks_cover_everybody_once_and_stay_small() -> None:
    customers = np.arange(10, dtype=np.int32)
    parts = list(blocks(customers, 4, at_once=13))
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    assert np.concatenate(parts).tolist() == customers.tolist()
    assert [len(part) for part in blocks(customers, 1000, at_once=13)] == [1] * 10


def test_an_earlier_stand_knows_nothing_of_its_own_day_or_later() -> None:
    world = baskets([("a", "x", 5), ("a", "y", 10), ("a", "z", 15)])
    past = world.before(TODAY - 10)
    assert past.as_of == TODAY - 10
    assert past.age.tolist() == [5]
    assert past.items.sku[past.item].tolist() == ["z"]
    assert past.owned.sum() == 1


def test_between_takes_the_first_day_and_leaves_the_last() -> None:
    world = baskets([("a", "x", 5), ("a", "y", 10), ("a", "z", 15)])
    assert world.items.sku[world.between(TODAY - 15, TODAY - 5).item].tolist() == ["z", "y"]


def test_owned_is_binary_and_weights_add_up() -> None:
    world = baskets([("a", "x", 5), ("a", "x", 10), ("b", "x", 1)])
    assert world.owned.toarray().tolist() == [[1.0], [1.0]]
    assert world.matrix(np.full(3, 2, dtype=np.float32)).toarray().tolist() == [[4.0], [2.0]]


def test_random_worlds_are_reproducible() -> None:
    assert np.array_equal(random_world(1).day, random_world(1).day)
