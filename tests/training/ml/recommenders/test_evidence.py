"""Reasons that are true of the model and of the data."""

from __future__ import annotations

import json

import numpy as np

from tests.training.ml.recommenders.worlds import baskets
from training.ml.recommenders import evidence
from training.ml.recommenders.blend import Prior
from training.ml.recommenders.candidates import Candidates, World
from training.ml.recommenders.item_knn import ItemKnn

ALL = frozenset({"popularity", "frequency", "item_knn"})
SHOP = baskets(
    [("a", "tea", 100), ("a", "tea", 65), ("a", "tea", 30), ("a", "milk", 30)]
    + [(name, product, 20) for name in ("b", "c", "d") for product in ("tea", "scone")]
    + [("e", "tea", 200), ("f", "soap", 3), ("g", "soap", 4), ("h", "comb", 5)],
    segments={"a": "cafe", "f": "cafe", "g": "cafe", "b": "hotel"},
)  # fmt: skip


def told(customer: str, product: str, *, fall: list[float]) -> dict:
    """The reason for one candidate when taking away (own, together, popular) costs this much."""
    world = World.of(SHOP, {"item_knn": ItemKnn(shrink=0.0).fit(SHOP)}, ALL)
    rows = world.candidates(np.arange(len(SHOP.customers), dtype=np.int32))
    who, what = list(SHOP.customers).index(customer), list(SHOP.items.sku).index(product)
    row = rows.take(np.flatnonzero((rows.customer == who) & (rows.item == what)))
    assert len(row) == 1
    found: dict = json.loads(evidence.Evidence.of(world).reasons(row, np.array([fall], np.float32))[0])
    return found


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
    assert told("e", "milk", fall=[0, 1, 0.5])["code"] == "popular"


def test_popularity_speaks_of_the_own_segment_when_it_can() -> None:
    assert told("a", "soap", fall=[0, 0, 1]) == {
        "code": "popular_segment", "values": {"segment": "cafe", "customers": 2, "days": 90}
    }  # fmt: skip
    assert told("b", "soap", fall=[0, 0, 1]) == {"code": "popular", "values": {"customers": 2, "days": 90}}


def test_what_was_never_bought_is_never_called_a_habit() -> None:
    assert told("h", "soap", fall=[9, 0, 0])["code"] == "popular"


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
    found = evidence.Evidence.of(world).reasons(rows, np.zeros((1, 3), np.float32))
    assert json.loads(found[0]) == {"code": "popular_network", "values": {"partners": 6, "days": 90}}


def test_no_candidates_have_no_reasons() -> None:
    world = World.of(SHOP, {}, frozenset({"popularity"}))
    none = world.candidates(np.zeros(0, dtype=np.int32))
    assert evidence.Evidence.of(world).reasons(none, np.zeros((0, 3), np.float32)) == []
    assert evidence.typical(Candidates.joined([none, none]).x).shape == (none.x.shape[1],)
