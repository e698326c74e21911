"""Rules at work: who may be offered what, what comes first, what sinks, and how lists are spread over categories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from portal.kit.errors import Refusal
from tests.training.ml.recommenders.worlds import baskets
from training.ml.recommenders.candidates import NAMES, Candidates, World
from training.ml.recommenders.interface import Baskets, Items
from training.ml.recommenders.rules import Rules, Scope
from training.ml.recommenders.screen import STRENGTH, Screen, varied

NAN = float("nan")
#: sku, name, category, price, cost, available
SHELF = [
    ("A1", "Laser printer grey", "Printers", 100.0, 60.0, True),
    ("A2", "Laser printer black", "Printers", 100.0, 95.0, True),
    ("B1", "Copy paper", "Paper", 10.0, NAN, True),
    ("B2", "Photo paper", "Paper", 0.0, 0.0, True),
    ("C1", "Stapler", "", 5.0, 1.0, True),
    ("D1", "Old fax", "Fax", 50.0, 10.0, False),
]


def shop() -> Baskets:
    """Ann (north) has bought a printer and Bob (south) paper; Cy has no segment and has bought nothing."""
    found = baskets(
        [("ann", "A1", 10), ("bob", "B1", 20)], items=[row[0] for row in SHELF], customers=["cy"],
        segments={"ann": "North", "bob": "South"},
    )  # fmt: skip
    columns = [np.array(column, dtype=object) for column in zip(*SHELF, strict=True)]
    sku, name, category, price, cost, available = columns
    price, listed = price.astype(float), np.ones(len(sku), dtype=bool)
    items = Items(sku, name, category, price, cost.astype(float), available.astype(bool), price, listed)
    return replace(found, items=items)


def world(found: Baskets | None = None) -> World:
    return World.of(found or shop(), {}, frozenset({"popularity", "frequency"}))


def everything(of: World) -> Candidates:
    """Every product for every customer, whatever the sources propose."""
    shape = (len(of.baskets.customers), len(of.baskets.items))
    customer, item = (part.ravel().astype(np.int32) for part in np.indices(shape))
    repeat = of.pairs.place.toarray().ravel() > 0
    return Candidates(customer, item, repeat, np.zeros((len(item), len(NAMES)), dtype=np.float32))


def offered(**wishes: Any) -> dict[str, set[str]]:
    """What each customer may be offered under these rules."""
    here = world()
    rows = everything(here)
    screen = Screen.of(Rules(**wishes), here)
    kept = screen.allowed(rows)
    who, what = here.baskets.customers[rows.customer], here.baskets.items.sku[rows.item]
    opened = screen.open(np.arange(3, dtype=np.int32))
    assert opened is not None
    assert not (kept & ~opened.ravel()).any()  # what may not be proposed is not allowed either
    return {name: set(what[kept & (who == name)]) for name in ("ann", "bob", "cy")}


ALL = {"A1", "A2", "B1", "B2", "C1"}


def test_what_is_unavailable_is_never_offered_and_nothing_else_is_barred_without_rules() -> None:
    assert offered() == {"ann": ALL, "bob": ALL, "cy": ALL}


@pytest.mark.parametrize(
    ("scope", "ann", "bob", "cy"),
    [
        (Scope(sku="A1"), ALL - {"A1"}, ALL - {"A1"}, ALL - {"A1"}),
        (Scope(category=" paper "), ALL - {"B1", "B2"}, ALL - {"B1", "B2"}, ALL - {"B1", "B2"}),
        (Scope(category="Paper", segment="north"), ALL - {"B1", "B2"}, ALL, ALL),
        (Scope(sku="B1", segment="South"), ALL, ALL - {"B1"}, ALL),
        (Scope(segment="South"), ALL, set(), ALL),
        (Scope(sku="A1", category="Paper"), ALL, ALL, ALL),
        (Scope(sku="nobody knows it"), ALL, ALL, ALL),
        (Scope(sku="A1", segment="nobody is in it"), ALL, ALL, ALL),
    ],
)
def test_an_exclusion_bars_exactly_what_it_names(scope: Scope, ann: set[str], bob: set[str], cy: set[str]) -> None:
    assert offered(excluded=(scope,)) == {"ann": ann, "bob": bob, "cy": cy}


def test_a_margin_rule_bars_small_and_unknown_margins_and_only_where_it_speaks() -> None:
    assert offered(margins=((Scope(), 0.4),))["cy"] == {"A1", "C1"}  # B1 has no cost, B2 no price
    assert offered(margins=((Scope(category="Printers"), 0.05),))["cy"] == ALL
    assert offered(margins=((Scope(category="Printers"), 0.3),))["cy"] == ALL - {"A2"}
    assert offered(margins=((Scope(category="Printers", segment="North"), 0.3),))["cy"] == ALL


def test_a_refused_product_never_returns_to_that_customer_alone() -> None:
    found = offered(refused={"ann": frozenset({"B1", "gone"}), "stranger": frozenset({"A1"})})
    assert found == {"ann": ALL - {"B1"}, "bob": ALL, "cy": ALL}


def test_lists_hold_only_repeats_or_only_new_products_on_demand() -> None:
    assert offered(repeats="new") == {"ann": ALL - {"A1"}, "bob": ALL - {"B1"}, "cy": ALL}
    assert offered(repeats="repeat") == {"ann": {"A1"}, "bob": {"B1"}, "cy": set()}


def pins(*pinned: Scope, asked: tuple[int, ...] = (0, 1, 2), **wishes: Any) -> list[tuple[str, str]]:
    here = world()
    customer, item = Screen.of(Rules(pinned=pinned, **wishes), here).pins(np.array(asked, dtype=np.int32))
    pairs = zip(here.baskets.customers[customer], here.baskets.items.sku[item], strict=True)
    return list(pairs)


def test_pins_reach_everyone_in_scope_by_customer_and_in_the_order_of_the_rules() -> None:
    found = pins(Scope(sku="C1"), Scope(sku="A2", segment="north"), Scope(sku="C1", segment="South"), asked=(0, 1))
    assert found == [("ann", "C1"), ("ann", "A2"), ("bob", "C1")]


def test_a_pin_yields_to_exclusions_margins_refusals_stock_and_the_switch() -> None:
    everyone = Scope(sku="A1")
    assert pins(everyone) == [("ann", "A1"), ("bob", "A1"), ("cy", "A1")]
    assert pins(everyone, excluded=(Scope(category="Printers", segment="South"),)) == [("ann", "A1"), ("cy", "A1")]
    assert pins(everyone, margins=((Scope(), 0.9),)) == []
    assert pins(everyone, refused={"cy": frozenset({"A1"})}) == [("ann", "A1"), ("bob", "A1")]
    assert pins(everyone, repeats="new") == [("bob", "A1"), ("cy", "A1")]
    assert pins(Scope(sku="D1")) == pins(Scope(sku="unknown")) == []
    assert pins(everyone, asked=()) == []


def demoted(*refused: str) -> dict[str, float]:
    """What is taken from each product for Ann, who refused these."""
    here = world()
    rows = everything(here)
    found = Screen.of(Rules(refused={"ann": frozenset(refused)}), here).demotion(rows)
    assert (found[rows.customer != 0] == 0).all()
    return dict(zip(here.baskets.items.sku, found[rows.customer == 0].tolist(), strict=True))


def test_products_like_a_refused_one_sink_by_category_and_name() -> None:
    found = demoted("A1")
    assert found["B1"] == found["C1"] == found["D1"] == 0  # neither its category nor a word of its name
    words = np.log(7 / np.array([3, 3, 2]))  # laser, printer: in two of six names; grey, black: in one
    cosine = (words[:2] ** 2).sum() / (words**2).sum()
    assert found["A2"] == pytest.approx(STRENGTH * (1 - 0.5 * (1 - cosine)), rel=1e-5)
    assert 0 < found["A2"] < STRENGTH


def test_two_refusals_speak_more_clearly_than_one_and_never_beyond_the_stated_strength() -> None:
    one, two = demoted("B1")["B2"], demoted("B1", "B2")["B2"]
    assert one < two <= STRENGTH + 1e-6


def test_nothing_is_demoted_where_nothing_was_refused_or_nothing_stands() -> None:
    here = world()
    rows = everything(here)
    assert not Screen.of(Rules(), here).demotion(rows).any()
    none = rows.take(np.zeros(0, dtype=np.int64))
    screen = Screen.of(Rules(refused={"ann": frozenset({"A1"})}, diversity=0.5), here)
    assert len(screen.demotion(none)) == len(screen.allowed(none)) == 0
    assert len(screen.varied(none, np.zeros(0, np.float32), top=3)) == 0


def ordered(diversity: float, *, top: int = 3) -> list[str]:
    """One customer's products A1 (5), A2 (4), B1 (3), B2 (2), C1 (1), D1 (0) in the order of the keys."""
    here = world()
    rows = everything(here).take(np.arange(6))
    scores = np.array([5, 4, 3, 2, 1, 0], dtype=np.float32)
    keys = Screen.of(Rules(diversity=diversity), here).varied(rows, scores, top=top)
    return [str(here.baskets.items.sku[n]) for n in np.argsort(-keys, kind="stable")]


def test_variety_goes_from_the_best_whatever_the_category_to_categories_in_turn() -> None:
    assert ordered(0.0) == ["A1", "A2", "B1", "B2", "C1", "D1"]
    assert ordered(1.0) == ["A1", "B1", "C1", "D1", "A2", "B2"]
    # top 3: relevance 1, 1/2, 0, -1/2, -1, -3/2; the second printer and the second paper lose half of d / (1 - d)
    assert ordered(0.4) == ["A1", "A2", "B1", "B2", "C1", "D1"]
    assert ordered(0.6) == ["A1", "B1", "A2", "C1", "B2", "D1"]


@pytest.mark.parametrize("seed", range(5))
def test_one_sort_makes_the_greedy_choice_of_the_paper(seed: int) -> None:
    """Always the product that gains most, given how many of its category were chosen before it."""
    draw = np.random.default_rng(seed)
    count, top, diversity = 30, 8, float(draw.choice([0.1, 0.5, 0.9]))
    scores = draw.choice(np.linspace(-3, 3, 12), count).astype(np.float32)  # ties are meant
    kind = draw.integers(-1, 4, count).astype(np.int32)
    nobody = np.zeros(count, dtype=np.int32)
    rows = Candidates(nobody, np.arange(count, dtype=np.int32), nobody > 0, np.zeros((count, 1), np.float32))
    keys = varied(rows, scores, kind, top=top, diversity=diversity)
    falling = np.sort(scores)[::-1]
    relevance = (scores - falling[top - 1]) / (falling[0] - falling[top - 1])
    left, chosen = set(range(count)), []
    while left:
        above = {n: sum(kind[other] == kind[n] for other in chosen) for n in left}
        gain = {n: (1 - diversity) * relevance[n] - diversity * above[n] / (above[n] + 1) for n in left}
        best = max(left, key=lambda n: (gain[n], scores[n], -n))
        left.remove(best)
        chosen.append(best)
    found = np.argsort(-keys)
    assert scores[found].tolist() == pytest.approx(scores[chosen].tolist())


def test_variety_looks_at_each_customer_alone_and_survives_equal_scores() -> None:
    here = world()
    rows = everything(here)
    screen = Screen.of(Rules(diversity=0.7), here)
    together = screen.varied(rows, np.ones(len(rows), dtype=np.float32), top=2)
    assert np.isfinite(together).all()
    for customer in range(3):
        mine = np.flatnonzero(rows.customer == customer)
        alone = screen.varied(rows.take(mine), np.ones(len(mine), dtype=np.float32), top=2)
        assert together[mine].tolist() == alone.tolist()


def test_an_empty_world_has_no_pins_and_bars_nobody() -> None:
    nobody = baskets([])
    screen = Screen.of(Rules(pinned=(Scope(sku="A1"),), diversity=1.0, refused={"x": frozenset("y")}), world(nobody))
    customer, item = screen.pins(np.zeros(0, np.int32))
    assert (len(customer), len(item), screen.open(np.zeros(0, np.int32))) == (0, 0, None)


def test_no_rule_at_all_is_told_so_that_nothing_need_be_asked() -> None:
    plain = world(baskets([("ann", "A1", 3)]))
    assert Screen.of(Rules(), plain).plain
    assert Screen.of(Rules(), plain).open(np.zeros(1, np.int32)) is None
    assert not Screen.of(Rules(), world()).plain  # something is unavailable
    assert not Screen.of(Rules(diversity=0.1), plain).plain
    assert not Screen.of(Rules(repeats="new"), plain).plain
    assert not Screen.of(Rules(refused={"ann": frozenset({"A1"})}), plain).plain


@pytest.mark.parametrize(
    "wishes",
    [
        {"pinned": (Scope(category="Paper"),)}, {"diversity": 1.5}, {"diversity": NAN}, {"rank_by": "luck"},
        {"repeats": "never"},
    ],
)  # fmt: skip
def test_a_wish_that_nothing_can_meet_is_refused_in_a_sentence(wishes: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        Rules(**wishes)
