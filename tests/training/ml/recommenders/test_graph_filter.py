"""Graph filters: neighbours and the smooth part, by hand and in small."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.recommenders.graph_filter import GraphFilter
from training.ml.recommenders.interface import Baskets


def plain(**settings: float) -> GraphFilter:
    return GraphFilter(half_life=np.inf, customer_power=0.5, **settings)  # type: ignore[arg-type]


def by_definition(world: Baskets, *, power: float, low_pass: float, waves: int) -> np.ndarray:
    """The table of the paper, all at once."""
    table = world.owned.toarray().astype(float)
    size, level = table.sum(axis=1), np.sqrt(np.maximum(table.sum(axis=0), 1e-12))
    graph = np.where(size > 0, np.maximum(size, 1) ** -power, 0)[:, None] * table / level
    vectors = np.linalg.svd(graph)[2][:waves].T
    weights = graph.T @ graph + low_pass * (vectors @ vectors.T) * level[None, :] / level[:, None]
    np.fill_diagonal(weights, 0)
    return weights


def test_neighbours_of_two_customers_by_hand() -> None:
    """a bought x and y, b only x: R̃ = [[1/√2/√2, 1/√2], [1/√2, 0]], so x and y speak for each other by ½ × 1/√2."""
    world = baskets([("a", "x", 1), ("a", "y", 1), ("b", "x", 1)])
    found = plain(low_pass=0.0).fit(world).weights.toarray()
    assert found == pytest.approx(np.array([[0, 0.5 / np.sqrt(2)], [0.5 / np.sqrt(2), 0]]))


@pytest.mark.parametrize("waves", [3, 400])
def test_the_smooth_part_is_that_of_the_strongest_waves(waves: int) -> None:
    world = random_world(3, customers=40, items=30, lines=400)
    found = plain(low_pass=0.5, waves=waves).fit(world).weights.toarray()
    assert np.allclose(found, by_definition(world, power=0.5, low_pass=0.5, waves=waves), atol=1e-5)


def test_large_customers_can_count_for_more() -> None:
    world = random_world(4, customers=40, items=30, lines=400)
    found = GraphFilter(half_life=np.inf, customer_power=0.2, low_pass=0.4, waves=5).fit(world).weights.toarray()
    assert np.allclose(found, by_definition(world, power=0.2, low_pass=0.4, waves=5), atol=1e-5)


def test_the_strongest_neighbours_of_each_product_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GraphFilter, "kept", 4)
    world = random_world(5, customers=60, items=40, lines=900)
    found = plain(low_pass=0.3, waves=4).fit(world).weights.toarray()
    right = by_definition(world, power=0.5, low_pass=0.3, waves=4)
    for product in np.unique(world.item):
        kept = np.flatnonzero(found[:, product])
        assert len(kept) == 4
        assert found[kept, product] == pytest.approx(right[kept, product], abs=1e-5)
        assert np.delete(np.abs(right[:, product]), kept).max() <= np.abs(right[kept, product]).min() + 1e-5


def test_one_customer_and_one_product_are_fine() -> None:
    assert GraphFilter().fit(baskets([("a", "x", 1), ("a", "y", 2)])).weights.toarray()[0, 1] > 0
    assert not GraphFilter().fit(baskets([("a", "x", 1)])).weights.nnz
