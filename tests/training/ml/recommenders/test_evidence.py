"""Reasons that are true of the model and of the data."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import TODAY, baskets, random_world
from training.ml.recommenders import evidence, voices
from training.ml.recommenders.blend import Blend, Prior
from training.ml.recommenders.candidates import COLUMN, Candidates, World
from training.ml.recommenders.interface import Baskets, Floats, Ints
from training.ml.recommenders.item_knn import ItemKnn
from training.ml.recommenders.reasons import sentence

ALL = frozenset({"popularity", "frequency", "item_knn"})
SHOP = baskets(
    [("a", "tea", 100), ("a", "tea", 65), ("a", "tea", 30), ("a", "milk", 30)]
    + [(name, product, 20) for name in ("b", "c", "d") for product in ("tea", "scone")]
    + [("e", "tea", 200), ("f", "soap", 3), ("g", "soap", 4), ("h", "comb", 5)],
    segments={"a": "cafe", "f": "cafe", "g": "cafe", "b": "hotel"},
)  # fmt: skip


def told(customer: str, product: str, *, fall: list[float]) -> dict:
    """The reason for one candidate when taking away (own, together, popular) costs this much."""
    own, together, popular = fall
    world = World.of(SHOP, {"item_knn": ItemKnn(shrink=0.0).fit(SHOP)}, ALL)
    rows = world.candidates(np.arange(len(SHOP.customers), dtype=np.int32))
    who, what = list(SHOP.customers).index(customer), list(SHOP.items.sku).index(product)
    row = rows.take(np.flatnonzero((rows.customer == who) & (rows.item == what)))
    assert len(row) == 1
    return said(world, row, [own, together, 0, 0, popular])[0]


def said(world: World, rows: Candidates, fall: list[float]) -> list[dict]:
    """The reason of every row, when taking away (own, together, alike, content, popular) costs this much."""
    falls = np.tile(np.array(fall, np.float32), (len(rows), 1))
    return [json.loads(text) for text in evidence.Evidence.of(world).reasons(rows, falls).to_pylist()]


def test_a_rhythm_needs_three_purchases() -> None:
    assert told("a", "tea", fall=[1, 0, 0]) == {
        "code": "bought_every", "values": {"every": 35, "last": 30, "times": 3}
    }  # fmt: skip
    assert told("a", "milk", fall=[1, 0, 0]) == {"code": "bought_before", "values": {"times": 1, "last": 30}}


def test_company_names_the_loudest_product_and_counts_the_partners_own_customers() -> None:
    assert told("e", "scone", fall=[0, 1, 0.5]) == {
        "code": "also_bought", "values": {"sku": "tea", "name": "", "both": 3, "buyers": 5}
    }  # fmt: skip


def test_an_anecdote_is_no_evidence_and_the_next_kind_speaks() -> None:
    shop = baskets([("a", "tea", 9), ("a", "milk", 9), ("b", "milk", 9), ("c", "tea", 9)])
    world = World.of(shop, {"item_knn": ItemKnn(shrink=0.0).fit(shop)}, ALL)
    assert said(world, pick(world, "c", "milk"), [0, 1, 0, 0, 0.5]) == [
        {"code": "popular", "values": {"customers": 2, "days": 90}}
    ]


def test_one_customer_makes_nothing_popular() -> None:
    assert told("b", "comb", fall=[0, 0, 1]) == {}


def test_what_does_not_lift_the_score_is_no_reason_for_it() -> None:
    assert told("a", "tea", fall=[-0.1, 0, -2]) == {}
    assert told("a", "tea", fall=[-0.1, 0, 0.2])["code"] == "popular"
    assert told("a", "tea", fall=[0.01, 0, -2])["code"] == "bought_every"


def test_price_and_season_are_not_told_as_popularity() -> None:
    class Dear(Prior):
        def logit(self, x: Floats) -> Floats:
            return x[:, COLUMN["item_price"]] + x[:, COLUMN["repeat_rate"]] + x[:, COLUMN["item_age"]]

    world = World.of(SHOP, {}, frozenset({"popularity"}))
    rows = world.candidates(np.arange(len(SHOP.customers), dtype=np.int32))
    assert len(rows)
    assert not evidence.drops(Blend(Dear()), rows, Dear().logit(rows.x), evidence.typical(rows.x)).any()


def test_popularity_speaks_of_the_own_segment_when_it_can() -> None:
    assert told("a", "soap", fall=[0, 0, 1]) == {
        "code": "popular_segment", "values": {"segment": "cafe", "customers": 2, "days": 90}
    }  # fmt: skip
    assert told("b", "soap", fall=[0, 0, 1]) == {"code": "popular", "values": {"customers": 2, "days": 90}}


def test_what_was_never_bought_is_never_called_a_habit() -> None:
    assert told("h", "soap", fall=[9, 0, 1])["code"] == "popular"


def test_the_fall_is_largest_where_the_head_leans() -> None:
    world = World.of(SHOP, {"item_knn": ItemKnn(shrink=0.0).fit(SHOP)}, ALL)
    rows = world.candidates(np.arange(len(SHOP.customers), dtype=np.int32))
    falls = evidence.drops(Prior(), rows, Prior().logit(rows.x), evidence.typical(rows.x))
    own = falls[rows.repeat]
    assert (own.argmax(axis=1) == 0).all()
    assert not falls[~rows.repeat][:, 0].any()


def test_a_network_reason_counts_partners_only() -> None:
    empty = baskets([], items=["x"], customers=["a"])
    network = (np.array([0.2], np.float32), np.array([6], np.float32))
    world = World.of(empty, {}, frozenset({"popularity"}), network=network)
    rows = world.candidates(np.array([0], dtype=np.int32))
    assert said(world, rows, [0, 0, 0, 0, 0])[0] == {"code": "popular_network", "values": {"partners": 6, "days": 90}}
    undated = evidence.Evidence.of(world, dated=False).reasons(rows, np.zeros((1, 5), np.float32))[0].as_py()
    assert json.loads(undated) == {"code": "network", "values": {"partners": 6}}


def test_no_candidates_have_no_reasons() -> None:
    world = World.of(SHOP, {}, frozenset({"popularity"}))
    none = world.candidates(np.zeros(0, dtype=np.int32))
    assert evidence.Evidence.of(world).reasons(none, np.zeros((0, 5), np.float32)).to_pylist() == []
    assert evidence.typical(Candidates.joined([none, none]).x).shape == (none.x.shape[1],)


def pick(world: World, who: str, what: str) -> Candidates:
    baskets = world.baskets
    pair = np.array([[list(baskets.customers).index(who)], [list(baskets.items.sku).index(what)]], np.int32)
    rows = world.candidates(pair[0], added=(pair[0], pair[1]))
    return rows.take(np.flatnonzero(rows.item == pair[1]))


def test_of_kinds_that_weigh_about_the_same_the_most_telling_is_told() -> None:
    assert told("e", "scone", fall=[0, 0.6, 1])["code"] == "also_bought"
    assert told("e", "scone", fall=[0, 0.4, 1])["code"] == "popular"


def three() -> World:
    """In "cafe", 3 of 4 buyers of a and b have c; of the hotels, 0 of 2. x has a and b."""
    lines = [(f"k{n}", item, 20) for n in range(4) for item in ("a", "b", "c") if (n, item) != (3, "c")]
    lines += [(f"h{n}", item, 20) for n in range(2) for item in ("a", "b")] + [("x", "a", 9), ("x", "b", 9)]
    shop = baskets(lines, segments={f"k{n}": "cafe" for n in range(4)} | {"h0": "hotel", "h1": "hotel", "x": "cafe"})
    return World.of(shop, {"item_knn": ItemKnn(shrink=0.0).fit(shop)}, ALL)


def test_two_products_that_speak_are_both_named_and_counted_in_the_segment() -> None:
    world = three()
    assert said(world, pick(world, "x", "c"), [0, 1, 0, 0, 0]) == [{
        "code": "added",
        "values": {"sku": "a", "name": "", "other_sku": "b", "other_name": "", "segment": "cafe", "both": 3,
                   "buyers": 5},
    }]  # fmt: skip


def test_where_the_segment_is_silent_all_customers_speak() -> None:
    world = three()
    found = said(world, pick(world, "h0", "c"), [0, 1, 0, 0, 0])[0]
    assert found["code"] == "added_all"
    assert (found["values"]["both"], found["values"]["buyers"]) == (3, 7)


def test_a_vast_partner_is_told_of_two_products_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "BITS", 3)
    world = three()
    found = said(world, pick(world, "x", "c"), [0, 1, 0, 0, 0])[0]
    assert found == {"code": "also_bought", "values": {"sku": "a", "name": "", "both": 3, "buyers": 7}}


def test_content_names_the_own_product_it_is_like() -> None:
    shop = baskets([("a", "tea green", 5), ("a", "soap", 9), ("b", "tea green", 4)], items=["tea black"])
    kinds = np.array(["care" if sku == "soap" else "drinks" for sku in shop.items.sku], dtype=object)
    shop = replace(shop, items=replace(shop.items, name=shop.items.sku, category=kinds))
    world = World.of(shop, {}, frozenset({"content"}))
    found = said(world, pick(world, "a", "tea black"), [0, 0, 0, 1, 0])
    assert found == [{"code": "content", "values": {"sku": "tea green", "name": "tea green"}}]


def test_customers_alike_are_counted() -> None:
    class Near:
        name = "user_knn"

        def scores(self, baskets: Baskets, customers: Ints) -> Floats:
            return np.ones((len(customers), len(baskets.items)), np.float32)

        def circle(self, baskets: Baskets, customers: Ints) -> Ints:
            near = [list(baskets.customers).index(name) for name in ("b", "c", "f")]
            return np.tile(np.array([*near, -1], np.int32), (len(customers), 1))

    world = World.of(SHOP, {"user_knn": Near()}, frozenset({"user_knn"}))  # type: ignore[dict-item]
    assert said(world, pick(world, "e", "scone"), [0, 0, 1, 0, 0]) == [
        {"code": "alike", "values": {"both": 2, "buyers": 3}}
    ]


@pytest.mark.parametrize("dense", [True, False])
def test_pairs_are_counted_the_same_in_advance_and_one_by_one(dense: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "COUNTED", 10**9 if dense else 0)
    known = random_world(4)
    one, other = np.nonzero(np.ones((len(known.items), len(known.items))))
    owned = known.owned.toarray()
    assert voices.Company(known).both(one, other).tolist() == (owned.T @ owned)[one, other].astype(int).tolist()


def test_the_loudest_is_found_however_the_pairs_are_cut_up(monkeypatch: pytest.MonkeyPatch) -> None:
    known = random_world(6)
    knn = ItemKnn(shrink=0.0).fit(known)
    who, item = (axis.astype(np.int32) for axis in np.nonzero(np.ones((len(known.customers), len(known.items)))))
    whole = voices.loudest(voices.of_weights(knn.weights), knn.inputs(known), who, item)
    monkeypatch.setattr(voices, "AT_ONCE", 3)
    monkeypatch.setattr(voices, "DENSE", 0)
    parts = voices.loudest(voices.of_weights(knn.weights), knn.inputs(known), who, item)
    assert np.array_equal(whole, parts)
    weights, inputs = knn.weights.toarray(), knn.inputs(known).toarray()
    for customer, wanted, found in zip(who, item, whole[0], strict=True):
        said = inputs[customer] * weights[:, wanted]
        said[wanted] = 0
        assert found == (said.argmax() if said.max() > 0 else -1)


def test_where_days_are_made_up_no_reason_speaks_of_days() -> None:
    world = World.of(SHOP, {"item_knn": ItemKnn(shrink=0.0).fit(SHOP)}, ALL)
    proof = evidence.Evidence.of(world, dated=False)
    told = [
        json.loads(proof.reasons(pick(world, who, what), np.array([fall], np.float32))[0].as_py())
        for who, what, fall in (
            ("a", "tea", [1, 0, 0, 0, 0]), ("a", "soap", [0, 0, 0, 0, 1]), ("b", "soap", [0, 0, 0, 0, 1])
        )
    ]  # fmt: skip
    assert told == [
        {"code": "bought_orders", "values": {"times": 3, "orders": 3}},
        {"code": "bought_segment", "values": {"segment": "cafe", "customers": 2}},
        {"code": "bought_by", "values": {"customers": 2}},
    ]
    assert all(sentence(one) and "day" not in sentence(one) for one in told)


def test_on_one_date_orders_are_counted() -> None:
    shop = baskets([("a", "tea", 3), ("a", "tea", 2), ("a", "milk", 1), ("b", "tea", 1)])
    shop = replace(shop, day=np.full(4, TODAY - 9, np.int32))
    world = World.of(shop, {}, ALL)
    proof = evidence.Evidence.of(world, dated=False)
    row = pick(world, "a", "tea")
    assert json.loads(proof.reasons(row, np.array([[1, 0, 0, 0, 0]], np.float32))[0].as_py()) == {
        "code": "bought_orders", "values": {"times": 2, "orders": 3}
    }  # fmt: skip
    assert row.x[0, COLUMN["own_share"]] == pytest.approx(2 / 3)
