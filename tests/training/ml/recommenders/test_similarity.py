"""Products that go together."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tests.training.ml.recommenders.worlds import baskets, checkerboard, random_world
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.graph_filter import GraphFilter
from training.ml.recommenders.item_knn import ItemKnn
from training.ml.recommenders.similarity import Similarity, part, strongest, strongest_of

models = pytest.mark.parametrize("kind", [Ease, ItemKnn, GraphFilter])


def test_item_neighbours_are_shrunk_cosines() -> None:
    """Three customers with two products each; t(x, x) = 3 / √2, t(y, y) = 2 / √2, t(z, z) = 1 / √2, mean 2 / √2."""
    world = baskets([("a", "x", 1), ("a", "y", 1), ("b", "x", 1), ("b", "y", 1), ("c", "x", 1), ("c", "z", 1)])
    weights = ItemKnn(half_life=np.inf, shrink=0.5).fit(world).weights.toarray()
    share, shrink = 1 / np.sqrt(2), 0.5 * 2 / np.sqrt(2)
    assert weights[0, 1] == pytest.approx(2 * share / (np.sqrt(3 * share * 2 * share) + shrink), rel=1e-5)
    assert weights[0, 1] > weights[0, 2] > 0
    assert weights[1, 2] == 0
    assert np.allclose(weights, weights.T)


def test_item_neighbours_of_long_ago_count_less() -> None:
    """30 days ago at a half-life of 30, r = ½: t(x, x) = ¼ + 1 = t(y, y) and t(x, y) = ¼ without tempering."""
    world = baskets([("a", "x", 30), ("a", "y", 30), ("b", "x", 1), ("c", "y", 1)])
    r, s = 0.25, np.exp2(-2 / 30)
    weights = ItemKnn(half_life=30.0, shrink=0.0, tempering=0.0).fit(world).weights.toarray()
    assert weights[0, 1] == pytest.approx(r / (r + s), rel=1e-5)


@models
def test_no_product_speaks_for_itself(kind: type[Similarity]) -> None:
    assert not kind().fit(random_world(8)).weights.diagonal().any()


@models
def test_products_never_sold_neither_speak_nor_are_spoken_for(kind: type[Similarity]) -> None:
    world = baskets([("a", "x", 1), ("a", "y", 1), ("b", "x", 1), ("b", "y", 1)], items=["unsold"])
    weights = kind().fit(world).weights.toarray()
    unsold = list(world.items.sku).index("unsold")
    assert not weights[unsold].any()
    assert not weights[:, unsold].any()
    assert weights[1, 2] > 0


@models
def test_knowledge_moves_onto_another_list_of_products(kind: type[Similarity]) -> None:
    model = kind().fit(checkerboard())
    moved = model.onto(np.array(["foreign", "p04", "p02", "p03"], dtype=object))
    table, old = moved.weights.toarray(), model.weights.toarray()
    assert table[1, 2] == pytest.approx(old[4, 2])
    assert table[2, 1] == pytest.approx(old[2, 4])
    assert table[1, 3] == pytest.approx(old[4, 3])
    assert not table[0].any()
    assert not table[:, 0].any()


@models
def test_recent_purchases_speak_louder(kind: type[Similarity]) -> None:
    model = kind(half_life=30.0)
    world = baskets([("a", "x", 1), ("a", "x", 61), ("a", "y", 31)])
    assert model.inputs(world).toarray()[0] == pytest.approx([2 ** (-1 / 30), 2 ** (-31 / 30)])


def test_only_the_strongest_weights_are_kept() -> None:
    table = strongest(np.array([[0.1, -0.9, 0.5], [0.0, 0.0, 0.2]], dtype=np.float32), 2)
    assert np.allclose(table.toarray(), [[0, -0.9, 0.5], [0, 0, 0.2]])
    assert table.nnz == 3


def test_the_strongest_of_a_sparse_table_are_those_of_a_dense_one() -> None:
    draw = np.random.default_rng(1)
    table = draw.standard_normal((20, 30)).astype(np.float32) * (draw.random((20, 30)) < 0.5)
    found = strongest_of(sp.csr_matrix(table), 7)
    assert np.array_equal(found.toarray(), strongest(table, 7).toarray())
    assert found.has_sorted_indices


def test_of_very_many_purchases_a_part_of_the_customers_is_taken_the_same_every_time() -> None:
    owned = random_world(3, customers=80, items=30, lines=900).owned
    some = part(owned, 200, seed=1)
    assert 100 < some.nnz < 300
    assert (part(owned, 200, seed=1) != some).nnz == 0
    assert part(owned, 10_000, seed=1).nnz == owned.nnz
