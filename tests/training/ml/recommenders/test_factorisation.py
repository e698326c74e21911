"""Matrix factorisation: customers are fitted exactly, products by the library, and both again in the same way."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, checkerboard, random_world
from training.ml.recommenders import factorisation
from training.ml.recommenders.factorisation import Factorisation
from training.ml.recommenders.hidden import Hidden
from training.ml.recommenders.interface import recommend


def one_taste() -> Factorisation:
    """Two products at 1 and 2 on a single axis, λ(n) = 0.5 × (n + 2)."""
    model = Factorisation(factors=1, confidence=1.0, strength=0.5, half_life=30.0)
    model.skus = np.array(["x", "y"], dtype=object)
    model.points = np.array([[1.0], [2.0]], dtype=np.float32)
    model.spread, model.sold = np.array([5.0], dtype=np.float32), 2
    return model


def test_a_customer_stands_where_their_history_fits_best() -> None:
    """x bought 30 days ago at a half-life of 30: c = 1.5, so (5 + 0.5 × 1² + 0.5 × 3) p = 1.5 × 1, p = 1.5 / 7."""
    known = baskets([("a", "x", 30)], items=["y"])
    scores = one_taste().scores(known, np.array([0], dtype=np.int32))
    assert scores[0].tolist() == pytest.approx([1.5 / 7, 3.0 / 7])


def test_customers_are_fitted_exactly_whatever_the_length_of_their_history() -> None:
    world = random_world(3, customers=40, items=60, lines=600)
    model = Factorisation(factors=12, confidence=3.0, strength=0.003).fit(world)
    bought = model.inputs(world)
    assert np.diff(bought.indptr).max() > 12 > np.diff(bought.indptr).min()
    found = model.folded(bought)
    points = model.points.astype(float)
    for row in range(bought.shape[0]):
        mine, extra = points[bought[[row]].indices], 3.0 * bought[[row]].data.astype(float)
        ridge = 0.003 * (3.0 * len(extra) + 60)
        table = points.T @ points + ridge * np.eye(12) + (mine.T * extra) @ mine
        assert found[row] == pytest.approx(np.linalg.solve(table, (1 + extra) @ mine), abs=2e-5)


def test_little_memory_gives_the_same_points(monkeypatch: pytest.MonkeyPatch) -> None:
    world = random_world(4, customers=40, items=30, lines=500)
    model = Factorisation(factors=8).fit(world)
    whole = model.folded(model.inputs(world))
    monkeypatch.setattr(factorisation, "FOLDED_CELLS", 1)
    assert np.allclose(model.folded(model.inputs(world)), whole, atol=1e-6)


def test_the_axes_are_those_of_the_products() -> None:
    model = Factorisation(factors=6).fit(random_world(5, customers=30, items=20, lines=300))
    assert np.allclose(model.points.T @ model.points, np.diag(model.spread), atol=1e-4)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_strength_is_the_one_that_finds_hidden_purchases_best(seed: int) -> None:
    world = random_world(seed, customers=99, items=40, lines=1500)
    hidden = Hidden.of(world)
    reached = {}
    for strength in factorisation.STRENGTHS:
        model = Factorisation(factors=8, strength=strength, rounds=factorisation.TRIED_ROUNDS).fit(hidden.visible)
        reached[strength] = hidden.reached(partial(model.scores, hidden.visible))
    assert len(set(reached.values())) > 1
    chosen = Factorisation(factors=8).fit(world).strength
    assert chosen is not None
    assert reached[chosen] == max(reached.values())


def test_of_very_many_purchases_some_customers_teach(monkeypatch: pytest.MonkeyPatch) -> None:
    world = random_world(6, customers=80, items=30, lines=1200)
    whole = Factorisation(factors=8, strength=0.003).fit(world)
    monkeypatch.setattr(factorisation, "MOST_PURCHASES", 300)
    some = Factorisation(factors=8, strength=0.003).fit(world)
    assert not np.array_equal(whole.points, some.points)
    assert np.array_equal(some.points, Factorisation(factors=8, strength=0.003).fit(world).points)


def test_fewer_products_than_factors_and_a_single_customer_are_fine() -> None:
    alone = baskets([("a", "x", 1), ("a", "y", 40)])
    scores = Factorisation().fit(alone).scores(alone, np.array([0], dtype=np.int32))
    assert np.isfinite(scores).all()
    assert (scores > 0).all()


def test_another_seed_starts_elsewhere_and_finds_the_same_products() -> None:
    world = checkerboard()
    everybody = np.arange(20, dtype=np.int32)
    one, two = Factorisation(seed=1).fit(world), Factorisation(seed=2).fit(world)
    assert not np.array_equal(one.points, two.points)
    for model in (one, two):
        assert [int(found[0]) for found in recommend(model, world, everybody, top=1, owned=False)] == list(range(20))


def test_knowledge_moves_onto_another_list_of_products() -> None:
    model = Factorisation().fit(checkerboard())
    moved = model.onto(np.array(["foreign", "p04", "p02"], dtype=object))
    assert not moved.points[0].any()
    assert np.array_equal(moved.points[1:], model.points[[4, 2]])
    assert np.array_equal(moved.spread, model.spread)
    stranger = baskets([("zoe", "p04", 3)], items=["foreign", "p02"])  # codes follow the sorted names
    assert model.onto(stranger.items.sku).scores(stranger, np.array([0], dtype=np.int32))[0, 1] > 0


def test_products_of_other_colours_are_not_spoken_for() -> None:
    world = checkerboard()
    scores = Factorisation().fit(world).scores(world, np.arange(20, dtype=np.int32))
    same = (np.arange(20)[:, None] + np.arange(20)) % 2 == 0
    assert scores[same].min() > 5 * scores[~same].max()
