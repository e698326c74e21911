"""What is said of a product: buyers to be expected, and what it goes with."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.training.ml.recommenders.test_prospects import candidates, world_of
from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.recommenders import outlook
from training.ml.recommenders.interface import Baskets
from training.ml.recommenders.outlook import Outlooks


def bakery() -> Baskets:
    """Three buy bread and butter, two of them jam as well; one bought only tea, long ago."""
    lines = [(who, what, 30) for who in ("a", "b", "c") for what in ("bread", "butter")]
    return baskets([*lines, ("a", "jam", 10), ("b", "jam", 10), ("d", "tea", 400), ("e", "bread", 3)], items=["cake"])


def told(world: Baskets) -> dict[str, dict]:
    return {row["sku"]: row for row in Outlooks.of(world_of(world)).table().to_pylist()}


def test_expected_buyers_are_the_sum_of_the_chances() -> None:
    world = world_of(bakery())
    found = Outlooks.of(world)
    found.add(candidates(world, [("a", "cake"), ("a", "tea"), ("b", "cake")]), np.array([0.25, 0.1, 0.5]))
    found.add(candidates(world, [("c", "cake")]), np.array([0.125]))
    rows = {row["sku"]: row for row in found.table().to_pylist()}
    assert (rows["cake"]["expected"], rows["cake"]["candidates"]) == (0.875, 3)
    assert (rows["tea"]["expected"], rows["tea"]["candidates"]) == (pytest.approx(0.1), 1)
    assert (rows["bread"]["expected"], rows["bread"]["candidates"]) == (0.0, 0)


def test_owners_are_counted_for_ever_and_buyers_for_a_year() -> None:
    found = told(bakery())
    assert {sku: (row["owners"], row["buyers"]) for sku, row in found.items()} == {
        "bread": (4, 4), "butter": (3, 3), "cake": (0, 0), "jam": (2, 2), "tea": (1, 0),
    }  # fmt: skip


def test_partners_come_strongest_first_with_their_figures() -> None:
    found = {sku: json.loads(row["goes_with"]) for sku, row in told(bakery()).items()}
    # butter: 3 of 4 who buy bread (3/√4 = 1.5), 2 of 2 who buy jam (2/√2 = 1.41)
    assert found["butter"] == [{"sku": "bread", "both": 3, "buyers": 4}, {"sku": "jam", "both": 2, "buyers": 2}]
    assert [row["sku"] for row in found["bread"]] == ["butter", "jam"]
    assert found["tea"] == found["cake"] == []


def test_one_customer_who_bought_both_is_an_anecdote() -> None:
    assert told(baskets([("a", "x", 1), ("a", "y", 1), ("b", "x", 1), ("c", "y", 1)]))["x"]["goes_with"] == "[]"


def test_a_sample_finds_partners_and_all_customers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [(f"c{n:02}", what, 5) for n in range(40) for what in ("x", "y")]
    monkeypatch.setattr(outlook, "COUNTED", 40)  # of the 160 pairs in reach
    assert json.loads(told(baskets(lines))["x"]["goes_with"]) == [{"sku": "y", "both": 40, "buyers": 40}]


@pytest.mark.parametrize("world", [baskets([]), baskets([], items=["a"], customers=["b"]), random_world(3)],
                         ids=["empty", "nothing sold", "any"])  # fmt: skip
def test_any_world_gives_one_row_per_product(world: Baskets) -> None:
    table = Outlooks.of(world_of(world)).table()
    assert table["sku"].to_pylist() == list(world.items.sku)
    assert np.isfinite(table["expected"].to_numpy()).all()
    assert all(isinstance(json.loads(text), list) for text in table["goes_with"].to_pylist())
