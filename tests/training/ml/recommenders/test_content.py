"""Products like those a customer buys, although nobody has bought them yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets
from training.ml.recommenders import content
from training.ml.recommenders.content import Content
from training.ml.recommenders.interface import Baskets, Ints

FIRST = np.array([0], dtype=np.int32)


def described(
    world: Baskets, *, names: Mapping[str, str] = {}, categories: Mapping[str, str] = {},
    prices: Mapping[str, float] = {},
) -> Baskets:  # fmt: skip
    """The same world with names, categories and prices of some of its products."""
    skus = world.items.sku
    items = replace(
        world.items, name=np.array([names.get(sku, "") for sku in skus], dtype=object),
        category=np.array([categories.get(sku, "") for sku in skus], dtype=object),
        price=np.array([prices.get(sku, np.nan) for sku in skus], dtype=np.float64),
    )  # fmt: skip
    return replace(world, items=items)


def said(world: Baskets, customer: int = 0) -> dict[str, float]:
    """What one customer is told of every product."""
    scores = Content().fit(world).scores(world, np.array([customer], dtype=np.int32))[0]
    return dict(zip(world.items.sku, scores.tolist(), strict=True))


def test_a_new_product_of_the_owned_category_beats_a_new_product_elsewhere() -> None:
    world = baskets([("a", "lamp", 5), ("b", "rug", 5)], items=["new lamp", "new rug"])
    kinds = {"lamp": "light", "new lamp": "light", "rug": "floor", "new rug": "floor"}
    found = said(described(world, categories=kinds))
    assert found["new lamp"] == pytest.approx(content.CATEGORY + content.PRICE)  # all prices are unknown alike
    assert found["new rug"] == 0


def test_within_the_category_the_usual_price_comes_first() -> None:
    skus = [f"p{number}" for number in range(10)]
    world = described(baskets([("a", "p1", 5)], items=skus), categories=dict.fromkeys(skus, "all"),
                      prices={sku: float(number) for number, sku in enumerate(skus)})  # fmt: skip
    found = said(world)
    assert found["p0"] > found["p9"] > 0


def test_a_product_never_sold_is_found_by_its_name() -> None:
    names = {"1": "Red hanging heart", "2": "White hanging heart", "3": "Steel bucket"}
    found = said(described(baskets([("a", "1", 5)], items=["2", "3"]), names=names))
    assert found["2"] > 0
    assert found["3"] == 0
    assert found["1"] == 0  # nothing is like itself: what is bought again is told by others


@pytest.mark.parametrize(("owned", "like", "unlike"), [
    ("不锈钢保温杯", "大号保温杯", "儿童书包"), ("云服务器标准型", "云服务器高配型", "对象存储"), ("茶", "茶", "米"),
])  # fmt: skip
def test_chinese_names_are_read_too(owned: str, like: str, unlike: str) -> None:
    world = baskets([("a", "1", 5)], items=["2", "3"])
    found = said(described(world, names={"1": owned, "2": like, "3": unlike}))
    assert found["2"] > 0
    assert found["3"] == 0


def test_products_of_which_nothing_is_known_are_no_error() -> None:
    world = described(baskets([("a", "1", 5), ("b", "2", 5)], items=["3"]), names={"2": "!?", "3": " "})
    assert set(said(world).values()) == {0.0}


def test_names_alone_serve_where_there_are_no_categories() -> None:
    world = baskets([("a", "1", 5)], items=["2", "3"])
    found = said(described(world, names={"1": "blue pen", "2": "green pen", "3": "blue pen case"}))
    assert found["3"] > found["2"] > 0


def test_likeness_is_the_root_mean_square_over_the_profile() -> None:
    names = {"1": "oak", "2": "fir", "3": "oak"}
    found = said(described(baskets([("a", "1", 1), ("a", "2", 1)], items=["3"]), names=names))
    assert found["3"] == pytest.approx(content.NAME * np.sqrt(0.5), rel=1e-5)  # half of the purchases, cosine 1


def test_recent_purchases_shape_the_profile() -> None:
    names = {"1": "oak", "2": "fir", "old": "oak", "young": "fir"}
    found = said(described(baskets([("a", "1", 361), ("a", "2", 1)], items=["old", "young"]), names=names))
    assert found["old"] == pytest.approx(content.NAME * np.sqrt(0.2), rel=1e-5)  # 1/4 against 1: two half-lives
    assert found["young"] == pytest.approx(content.NAME * np.sqrt(0.8), rel=1e-5)


def test_a_newcomer_is_told_what_their_segment_buys() -> None:
    lines = [("a", "lamp", 5), ("b", "rug", 5)]
    segments = {"a": "bright", "b": "soft", "new": "soft", "odd": "empty"}
    world = baskets(lines, items=["new lamp", "new rug"], customers=["new", "odd", "stranger"], segments=segments)
    kinds = {"lamp": "light", "new lamp": "light", "rug": "floor", "new rug": "floor"}
    world = described(world, categories=kinds)
    place = {name: code for code, name in enumerate(world.customers)}
    found = said(world, place["new"])
    assert found["new rug"] > found["new lamp"] == 0
    for name in ("odd", "stranger"):  # nobody in the segment buys, or none is known: everybody's profile
        found = said(world, place[name])
        assert found["new rug"] == found["new lamp"] > 0


def test_a_product_outside_everybodys_nearest_is_reached_by_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "NEAREST", 2)
    monkeypatch.setattr(content, "REACHED_BY", 1)
    names = {"1": "heart", "2": "heart x", "3": "heart y", "9": "wooden garden heart"}
    assert said(described(baskets([("a", "1", 5)], items=["2", "3", "9"]), names=names))["9"] > 0


def test_a_word_in_every_name_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_SHARED", 2)
    names = {"1": "set tulip", "2": "set bucket", "3": "set tulip seeds"}
    found = said(described(baskets([("a", "1", 5)], items=["2", "3"]), names=names))
    assert found["3"] > 0
    assert found["2"] == 0


def test_what_was_learned_survives_storing() -> None:
    names = {"1": "blue pen", "2": "green pen"}
    world = described(baskets([("a", "1", 5)], items=["2"], customers=["new"], segments={"a": "x", "new": "x"}),
                      names=names, categories={"1": "k", "2": "k"})  # fmt: skip
    model = Content().fit(world)
    again = Content.restore(model.state())
    both: Ints = np.array([0, 1], dtype=np.int32)
    assert np.array_equal(again.scores(world, both), model.scores(world, both))
    assert model.scores(world, both).min(axis=1).max() >= 0


def test_two_products_are_called_alike_where_a_person_would_see_it() -> None:
    names = {"1": "blue pen", "2": "blue pens", "3": "steel bucket", "4": "birthday candles in a blue paper box"}
    prices = {"1": 1.0, "2": 9.0, "3": 9.0, "4": 5.0}
    world = described(baskets([("a", "1", 5)], items=["2", "3", "4"]), names=names, prices=prices,
                      categories={"1": "k", "3": "k"})  # fmt: skip
    model = Content().fit(world)
    owned, wanted = np.zeros(3, dtype=np.int32), np.array([1, 2, 3], dtype=np.int32)
    like, kin, apart = model.voice(owned, wanted).tolist()
    assert like > 0.3 * content.NAME
    assert kin == pytest.approx(content.CATEGORY)  # the price is another
    assert apart == 0
    assert model.scores(world, FIRST)[0, 3] > 0  # too little to show, enough to count
