"""What is said of a customer beside the offers: fit, intent, what is owned and what could be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import baskets, random_world, sorted_into
from training.ml.recommenders import standing
from training.ml.recommenders.candidates import NAMES, Candidates, World
from training.ml.recommenders.history import Habits
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.prospects import Prospects
from training.ml.recommenders.shelves import Shelves

NONE = float("nan")


def world_of(known: Baskets) -> World:
    return World.of(known, {}, frozenset({"popularity", "frequency"}))


def candidates(world: World, pairs: list[tuple[str, str]]) -> Candidates:
    customer = np.array([list(world.baskets.customers).index(who) for who, _ in pairs], dtype=np.int32)
    item = np.array([list(world.baskets.items.sku).index(sku) for _, sku in pairs], dtype=np.int32)
    return Candidates(customer, item, np.zeros(len(pairs), bool), np.zeros((len(pairs), len(NAMES)), np.float32))


def filled(known: Baskets, rows: list[tuple[str, str, float, float]]) -> Prospects:
    """(customer, product, chance, expected value)"""
    world = world_of(known)
    found = Prospects.of(world)
    if rows:
        chance, value = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
        found.add(candidates(world, [row[:2] for row in rows]), chance, value)
    return found


def told(known: Baskets, rows: list[tuple[str, str, float, float]]) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in filled(known, rows).table().to_pylist()}


def office() -> Baskets:
    """Anna bought a printer lately and paper long ago; Ben paper lately; Carl is listed only."""
    world = baskets([("anna", "printer", 10), ("anna", "paper", 500), ("ben", "paper", 20)],
                    items=["printer", "paper", "ink", "toner", "odd"], customers=["carl"],
                    segments={"anna": "big", "ben": "big"})  # fmt: skip
    return sorted_into(world, {"printer": "Devices", "paper": "Paper", "ink": "Supplies", "toner": "Supplies"})


OFFICE = [("anna", "ink", 0.2, 10.0), ("anna", "paper", 0.1, 2.0), ("anna", "printer", 0.5, 100.0),
          ("anna", "toner", 0.3, 12.5), ("ben", "ink", 0.05, NONE), ("ben", "odd", 0.6, 3.0),
          ("ben", "printer", 0.01234, 123.456)]  # fmt: skip


def test_owned_is_what_was_bought_within_a_year_and_the_rest_with_a_candidate_is_open() -> None:
    found = told(office(), OFFICE)
    assert found["anna"]["owned"] == ["Devices"]
    assert json.loads(found["anna"]["opportunities"]) == {"Paper": [0.1, 2.0], "Supplies": [0.3, 22.5]}
    assert found["ben"]["owned"] == ["Paper"]
    assert json.loads(found["ben"]["opportunities"]) == {"Devices": [0.0123, 123.5], "Supplies": [0.05, None]}


def test_who_has_no_candidate_has_nothing_to_be_offered() -> None:
    found = told(office(), OFFICE)["carl"]
    assert (found["owned"], found["opportunities"], found["expected_value"]) == ([], "{}", None)


def test_the_expected_value_is_that_of_the_ten_best_offers() -> None:
    found = told(office(), OFFICE)
    assert found["anna"]["expected_value"] == pytest.approx(124.5)
    assert found["ben"]["expected_value"] == pytest.approx(126.456)
    many = baskets([("zoe", "p00", 3)], items=[f"p{n:02}" for n in range(14)])
    rows = [("zoe", f"p{n:02}", 0.1, float(n)) for n in range(14)]
    assert told(many, rows)["zoe"]["expected_value"] == pytest.approx(sum(range(4, 14)))


def test_without_any_price_there_is_no_expected_value() -> None:
    found = told(office(), [("anna", "ink", 0.2, NONE), ("anna", "toner", 0.1, NONE)])["anna"]
    assert found["expected_value"] is None
    assert json.loads(found["opportunities"]) == {"Supplies": [0.2, None]}


def test_offers_that_would_lose_money_do_not_lower_what_the_others_bring() -> None:
    assert told(office(), [("anna", "ink", 0.2, -5.0), ("anna", "toner", 0.1, 4.0)])["anna"]["expected_value"] == 4.0


def test_blocks_in_any_order_give_the_same_table() -> None:
    whole = filled(office(), OFFICE).table()
    world = world_of(office())
    parts = Prospects.of(world)
    for rows in (OFFICE[4:], OFFICE[:4]):
        parts.add(candidates(world, [r[:2] for r in rows]), np.array([r[2] for r in rows]),
                  np.array([r[3] for r in rows]))  # fmt: skip
    assert parts.table().equals(whole)


def test_white_space_adds_customers_up_by_segment() -> None:
    found = filled(office(), OFFICE).white_space()
    assert found["categories"] == ["Devices", "Paper", "Supplies"]
    assert found["segments"]["big"]["customers"] == 2
    assert found["segments"]["big"]["cells"] == {
        "Devices": [1, 1, 0.0123, 123.46], "Paper": [1, 1, 0.1, 2.0], "Supplies": [0, 2, 0.175, 22.5],
    }  # fmt: skip
    assert found["segments"][""] == {"customers": 1, "cells": {}}


def test_white_space_keeps_to_the_largest() -> None:
    found = filled(office(), OFFICE).white_space(segments=1, categories=2)
    assert list(found["segments"]) == ["big"]
    assert found["categories"] == ["Devices", "Paper"]


def test_a_small_range_without_categories_is_shown_product_by_product() -> None:
    world = baskets([("anna", "a", 10), ("ben", "b", 10)])
    found = told(world, [("anna", "b", 0.25, 5.0)])["anna"]
    assert found["owned"] == ["a"]
    assert json.loads(found["opportunities"]) == {"b": [0.25, 5.0]}
    named = replace(world, items=replace(world.items, name=np.array(["Apple", "Berry"], dtype=object)))
    assert told(named, [])["ben"]["owned"] == ["Berry"]
    same = replace(world, items=replace(world.items, name=np.array(["Fruit", "Fruit"], dtype=object)))
    assert told(same, [])["ben"]["owned"] == ["b"]


def test_no_category_is_made_up_for_a_large_range() -> None:
    world = baskets([("anna", "p00", 10)], items=[f"p{n:02}" for n in range(41)])
    found = filled(world, [("anna", "p01", 0.25, 5.0)])
    row = found.table().to_pylist()[0]
    assert (row["owned"], row["opportunities"], row["expected_value"]) == ([], "{}", 5.0)
    assert found.white_space() == {"categories": [], "segments": {"": {"customers": 1, "cells": {}}}}


def test_names_with_quotes_and_chinese_are_told_as_they_are() -> None:
    world = sorted_into(baskets([("anna", "a", 10)], items=["b"]), {"a": "x", "b": '打印"机'})
    assert json.loads(told(world, [("anna", "b", 0.5, 1234567.0)])["anna"]["opportunities"]) == {
        '打印"机': [0.5, 1235000.0]
    }  # fmt: skip


@pytest.mark.parametrize(("value", "said"), [
    (0.0, 0.0), (0.004, 0.0), (0.126, 0.13), (9.994, 9.99), (123.456, 123.5), (9999.6, 10000.0), (-3.0, -3.0),
    (12345.0, 12340.0), (2.5e15, 2.5e15),
])  # fmt: skip
def test_amounts_are_told_to_four_digits(value: float, said: float) -> None:
    row = told(office(), [("anna", "ink", 0.2, value)])["anna"]
    assert json.loads(row["opportunities"])["Supplies"][1] == pytest.approx(said, rel=1e-9)


def test_a_share_below_counts_equals_half() -> None:
    assert standing.share_below(np.array([5.0, 1.0, 5.0, 9.0])).tolist() == [0.5, 0.125, 0.5, 0.875]
    assert standing.share_below(np.array([3.0])).tolist() == [0.5]
    assert standing.share_below(np.zeros(0)).tolist() == []


def spenders(count: int = 200, *, alike: bool = True) -> Baskets:
    """One in ten spends a hundred times as much; they alone buy from the shelf "rare" if `alike`."""
    lines = [(f"c{n:03}", "rare" if alike and n % 10 == 0 else "usual", 20 + n % 7) for n in range(count)]
    world = sorted_into(baskets(lines, items=["rare"]), {"rare": "Rare", "usual": "Usual"})
    best = np.array([int(name[1:]) % 10 == 0 for name in world.customers])
    return replace(world, price=np.where(best[world.customer], 100.0, 1.0).astype(np.float32))


def test_the_best_tenth_is_found_by_what_was_spent_within_a_year() -> None:
    active, best = standing.best_customers(spenders())
    assert active.all()
    assert np.flatnonzero(best).tolist() == list(range(0, 200, 10))
    late = baskets([("old", "a", 400), ("old", "a", 401), ("new", "a", 3)])
    assert standing.best_customers(late)[0].tolist() == [True, False]  # codes: new, old


def test_customers_who_look_like_the_best_fit_whatever_they_spend() -> None:
    world = spenders()
    fit = dict(zip(world.customers, standing.fit(world, Habits.of(world), Shelves.of(world.items)), strict=True))
    assert min(fit[f"c{n:03}"] for n in range(0, 200, 10)) > max(fit[f"c{n:03}"] for n in range(200) if n % 10)
    # One who buys from the rare shelf for next to nothing is not among the best, but is like them.
    price = world.price.copy()
    price[list(world.customers).index("c010")] = 0.01
    world = replace(world, price=price)
    assert not standing.best_customers(world)[1][10]
    fit = dict(zip(world.customers, standing.fit(world, Habits.of(world), Shelves.of(world.items)), strict=True))
    assert fit["c010"] > 0.85


def test_the_own_label_does_not_decide_the_own_fit() -> None:
    """Where looks say nothing of spending, the best customers do not fit better than the others."""
    world = spenders(400, alike=False)
    fit = standing.fit(world, Habits.of(world), Shelves.of(world.items))
    best = standing.best_customers(world)[1]
    assert abs(fit[best].mean() - 0.5) < 0.1


@pytest.mark.parametrize("world", [
    baskets([("one", "a", 5)]), baskets([(f"c{n}", "a", 5) for n in range(50)]), baskets([], items=["a"]),
    baskets([], items=["a"], customers=["x", "y"]),
], ids=["one customer", "all the same", "nobody", "no purchases"])  # fmt: skip
def test_where_nothing_tells_customers_apart_all_stand_in_the_middle(world: Baskets) -> None:
    rows = filled(world, []).table().to_pylist()
    assert [(row["fit"], row["intent"]) for row in rows] == [(0.5, 0.5)] * len(world.customers)


def test_the_next_order_is_due_when_as_much_time_passed_as_usual() -> None:
    world = baskets([("due", "a", ago) for ago in (30, 61, 92)] + [("gone", "a", ago) for ago in (300, 310, 320)]
                    + [("fresh", "a", ago) for ago in (1, 101, 201)] + [("once", "a", 30)])  # fmt: skip
    due = dict(zip(world.customers, standing.due(Habits.of(world)), strict=True))
    assert due["due"] == pytest.approx(1.0, abs=0.05)
    assert due["gone"] == due["fresh"] == due["once"] == 0.0


def test_signals_tell_movement_apart_from_the_usual() -> None:
    steady = [("steady", "a", ago) for ago in range(15, 365, 30)]
    rising = [("rising", "a", ago) for ago in (2, 9, 20, 40, 200, 300)] + [("rising", "b", 9)]
    fading = [("fading", "a", ago) for ago in (150, 170, 250, 300)]
    world = sorted_into(baskets(steady + rising + fading), {"a": "A", "b": "B"})
    found = standing.signals(world, Habits.of(world), Shelves.of(world.items))
    fade, rise, calm = range(3)
    for name in ("orders_30", "orders_90", "more_30", "more_90", "trend", "lately"):
        assert found[name][rise] > found[name][calm] > found[name][fade], name
    assert found["new"].tolist() == [0.0, 1.0, 0.0]
    intent = standing.intent(world, Habits.of(world), Shelves.of(world.items), np.zeros(3))
    assert intent[rise] > intent[calm] > intent[fade]


def test_what_the_signals_weigh_is_learned_from_the_last_month() -> None:
    """Everybody orders every 60 days; who is due has ordered since, who ordered a moment ago has not: then a fresh
    order is no sign of another one, though it would be if all signals weighed the same."""
    lines = [(f"c{n:03}", "a", 10 + n % 60 + 60 * turn) for n in range(240) for turn in range(6)]
    world = baskets(lines)
    found = standing.intent(world, Habits.of(world), Shelves.of(world.items), np.zeros(240))
    since = np.array([10 + n % 60 for n in range(240)])
    assert found[since >= 60].mean() > 0.7
    assert found[since <= 20].mean() < 0.5


def test_good_chances_raise_the_intent_and_newcomers_stand_at_the_low_end() -> None:
    world = baskets([("anna", "a", 20), ("ben", "a", 20)], customers=["carl", "dora"])
    found = standing.intent(world, Habits.of(world), Shelves.of(world.items), np.array([0.1, 0.4, 0.9, 0.2]))
    assert found.tolist() == [0.625, 0.875, 0.375, 0.125]


@pytest.mark.parametrize("seed", range(4))
def test_any_world_gives_one_row_per_customer_without_gaps(seed: int) -> None:
    world = random_world(seed, customers=60, items=12, lines=400)
    if seed % 2:
        world = replace(world, price=np.full(len(world.day), np.nan, dtype=np.float32))
    made = world_of(world)
    found = Prospects.of(made)
    for block in np.array_split(np.arange(60, dtype=np.int32), 3):
        rows = made.candidates(block)
        found.add(rows, np.linspace(0.01, 0.9, len(rows)), np.full(len(rows), np.nan if seed % 2 else 1.5))
    table = found.table()
    assert table.column_names == ["customer_id", "fit", "intent", "expected_value", "owned", "opportunities"]
    assert table["customer_id"].to_pylist() == list(world.customers)
    for name in ("fit", "intent"):
        values = table[name].to_numpy()
        assert np.isfinite(values).all()
        assert values.min() > 0
        assert values.max() < 1
    assert table["expected_value"].null_count in (0, 60)
    for row in table.to_pylist():
        assert not set(json.loads(row["opportunities"])) & set(row["owned"])
    json.dumps(found.white_space(), allow_nan=False)
