"""EASE: the closed form, its strength, and its like for large catalogues."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, checkerboard, random_world
from training.ml.recommenders import ease
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.hidden import Hidden
from training.ml.recommenders.interface import Baskets


def plain(strength: float = 5.0) -> Ease:
    """Old purchases count like new ones."""
    return Ease(half_life=np.inf, strength=strength)


def closed_form(world: Baskets, ridge: float) -> np.ndarray:
    owned = world.owned.toarray().astype(float)
    inverse = np.linalg.inv(owned.T @ owned + ridge * np.eye(owned.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def test_two_products_bought_together_by_one_of_two_customers() -> None:
    """XᵀX = [[2, 1], [1, 1]] and λ = 1 × 1.5: P = [[2.5, -1], [-1, 3.5]] / 7.75, so x speaks for y by 1 / 3.5."""
    world = baskets([("a", "x", 1), ("a", "y", 1), ("b", "x", 1)])
    assert plain(1.0).fit(world).weights.toarray() == pytest.approx(np.array([[0, 1 / 3.5], [1 / 2.5, 0]]))


def test_old_purchases_count_less_in_what_goes_together() -> None:
    """x and y half a weight each (30 days of a half-life of 30): XᵀX = ¼, λ = ¼; P of [[½, ¼], [¼, ½]]: ½."""
    world = baskets([("a", "x", 30), ("a", "y", 30)])
    found = Ease(half_life=30.0, strength=1.0).fit(world).weights.toarray()
    assert found == pytest.approx(np.array([[0, 0.5], [0.5, 0]]))


def test_ease_is_the_closed_form() -> None:
    world = random_world(7, customers=30, items=8, lines=90)
    ridge = 5.0 * float(world.owned.sum()) / 8
    assert np.allclose(plain().fit(world).weights.toarray(), closed_form(world, ridge), atol=1e-5)


def test_the_closed_form_holds_over_more_products_than_one_strip() -> None:
    world = random_world(8, customers=300, items=540, lines=7000)
    sold = np.unique(world.item)
    right = closed_form(world, 5.0 * float(world.owned.sum()) / len(sold))[np.ix_(sold, sold)]
    found = plain().fit(world).weights.toarray()[np.ix_(sold, sold)]
    assert np.allclose(found[found != 0], right[found != 0], atol=1e-5)
    kept = np.sort(np.abs(right), axis=0)[-Ease.kept]  # the least of the strongest for each product
    assert (np.abs(right[found == 0]) <= np.broadcast_to(kept, right.shape)[found == 0] + 1e-5).all()
    assert ((found != 0).sum(axis=0) <= Ease.kept).all()


def test_around_every_product_alone_it_is_still_the_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    world = random_world(9, customers=60, items=20, lines=400)
    right = plain().fit(world).weights.toarray()
    monkeypatch.setattr(ease, "LARGEST_CATALOGUE", 5)
    assert np.allclose(plain().fit(world).weights.toarray(), right, atol=1e-5)


@pytest.mark.parametrize("shared", [0.5, 1.1])
def test_in_a_large_catalogue_only_near_products_speak(monkeypatch: pytest.MonkeyPatch, shared: float) -> None:
    """Two colours never meet: the nine nearest products of each are those of its colour, and the rest adds nothing."""
    world = checkerboard(20)
    right = plain().fit(world).weights.toarray()
    for name, value in (("LARGEST_CATALOGUE", 5), ("NEAREST", 9), ("SHARED", shared)):
        monkeypatch.setattr(ease, name, value)
    assert np.allclose(plain().fit(world).weights.toarray(), right, atol=1e-5)


def test_a_large_catalogue_keeps_to_its_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    world = random_world(10, customers=200, items=60, lines=2500)
    for name, value in (("LARGEST_CATALOGUE", 5), ("NEAREST", 12), ("SHARED", 1.1)):  # a table for each product
        monkeypatch.setattr(ease, name, value)
    found = plain().fit(world).weights.toarray()
    assert ((found != 0).sum(axis=0) <= 12).all()
    owned = world.owned.toarray().astype(float)
    cosine = (owned.T @ owned) / np.sqrt(np.outer(owned.sum(axis=0), owned.sum(axis=0)))
    np.fill_diagonal(cosine, -1)
    around = np.append(np.argsort(-cosine[:, 4], kind="stable")[:12], 4)
    ridge = 5.0 * owned.sum() / 60
    inverse = np.linalg.inv(owned[:, around].T @ owned[:, around] + ridge * np.eye(13))
    assert found[around[:12], 4] == pytest.approx(-inverse[:12, 12] / inverse[12, 12], abs=1e-5)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_strength_is_the_one_that_finds_hidden_purchases_best(seed: int) -> None:
    world = random_world(seed, customers=99, items=40, lines=1500)
    hidden = Hidden.of(world)
    reached = {}
    for strength in ease.STRENGTHS:
        model = Ease(strength=strength).fit(hidden.visible)
        reached[strength] = hidden.reached(partial(model.scores, hidden.visible))
    assert len(set(reached.values())) > 1
    chosen = Ease().fit(world).strength
    assert chosen is not None
    assert reached[chosen] == max(reached.values())


def test_too_few_customers_leave_the_strength_in_the_middle() -> None:
    assert Ease().fit(random_world(4)).strength == ease.STRENGTHS[2]


def test_scores_do_not_depend_on_how_long_ago_everything_happened() -> None:
    lines = [("a", "x", 3), ("a", "y", 3), ("b", "x", 3), ("b", "y", 3), ("c", "y", 3), ("c", "z", 3)]
    one = Ease().fit(baskets(lines)).weights.toarray()
    two = Ease().fit(baskets([(who, what, ago + 400) for who, what, ago in lines])).weights.toarray()
    assert one == pytest.approx(two, abs=1e-5)
