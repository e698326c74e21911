"""Rules and answers from training to list: what is barred takes no place, pins come first, later answers are unseen."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.training.ml.recommenders.worlds import AS_OF, partner
from training.ml.interface import PartnerData, Task
from training.ml.recommenders.engine import train
from training.ml.recommenders.rules import Rules, Scope
from training.ml.recommenders.screen import STRENGTH
from training.ml.recommenders.serving import predict

TASK = Task("recommendation", "", 60, families=("popularity", "frequency", "item_knn"), budget=20)
TOP = 4
Lists = dict[str, list[dict[str, Any]]]


class Served:
    """One partner of 60 customers (north and south) and 20 products in four categories, trained once."""

    def __init__(self, root: Path) -> None:
        folder = partner(root / "one", customers=60)
        rows = pq.read_table(folder / "products.parquet").to_pylist()
        for number, row in enumerate(rows):
            row["category"], row["cost"] = "ABCD"[number % 4], (20.0 if number % 2 else None)
        pq.write_table(pa.Table.from_pylist(rows), folder / "products.parquet")
        self.category = {row["sku"]: row["category"] for row in rows}
        self.data, self.artefact = PartnerData("one", folder), root / "artefact"
        train([self.data], task=TASK, as_of=AS_OF, out=self.artefact)

    def lists(self, **wishes: Any) -> Lists:
        found: Lists = {}
        rules = Rules(**wishes)
        for row in predict(self.artefact, self.data, as_of=AS_OF, top=TOP, rules=rules).to_pylist():
            found.setdefault(row["customer_id"], []).append(row)
        for rows in found.values():
            assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return Served(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def plain(served: Served) -> Lists:
    return served.lists()


def skus(rows: list[dict[str, Any]]) -> list[str]:
    return [row["sku"] for row in rows]


def test_a_whole_barred_category_takes_no_places_of_others(served: Served, plain: Lists) -> None:
    found = served.lists(excluded=(Scope(category="A"), Scope(category="B"), Scope(category="C", segment="north")))
    for customer, rows in found.items():
        allowed = {"D"} if int(customer[1:]) % 2 else {"C", "D"}  # odd ones are in the north
        assert {served.category[sku] for sku in skus(rows)} <= allowed
        assert len(rows) >= TOP or not plain[customer]
    assert set(found) == set(plain)


def test_a_refused_product_is_gone_for_its_customer_alone_and_its_like_sink(served: Served, plain: Lists) -> None:
    customer = next(who for who, rows in plain.items() if len(rows) > TOP)
    first = plain[customer][0]["sku"]
    found = served.lists(refused={customer: frozenset({first})})
    assert first not in skus(found[customer])
    others = [who for who in plain if who != customer]
    assert [found[who] for who in others] == [plain[who] for who in others]
    barred = served.lists(excluded=(Scope(sku=first),))[customer]  # the same without anything being demoted
    before = {row["sku"]: row["score"] for row in barred}
    for row in found[customer]:
        sunk = before.get(row["sku"], row["score"] + STRENGTH) - row["score"]
        alike = served.category[row["sku"]] == served.category[first]
        assert (STRENGTH / 2 if alike else 0) - 1e-5 <= sunk <= STRENGTH + 1e-5


def test_a_pin_stands_first_with_a_chance_and_a_reason_unless_it_is_refused(served: Served) -> None:
    found = served.lists(pinned=(Scope(sku="P19"),), refused={"c000": frozenset({"P19"})})
    assert "P19" not in skus(found["c000"])
    for customer, rows in found.items():
        if customer != "c000":
            top = rows[0]
            assert (top["sku"], top["pinned"]) == ("P19", True)
            assert 0 < top["probability"] < 1
            assert top["reason"]
            assert not any(row["pinned"] for row in rows[1:])


def test_only_known_margins_that_are_large_enough_are_offered(served: Served) -> None:
    found = served.lists(margins=((Scope(), 0.2),))
    # usual prices are 10 + the product's number; odd products cost 20: 0.2 is reached from 25 on
    assert {sku for rows in found.values() for sku in skus(rows)} <= {"P15", "P17", "P19"}
    assert served.lists(margins=((Scope(), 1.0),)) == {}


def test_the_switch_leaves_only_repeats_or_only_new_products(served: Served) -> None:
    assert not any(row["is_repeat"] for rows in served.lists(repeats="new").values() for row in rows)
    assert all(row["is_repeat"] for rows in served.lists(repeats="repeat").values() for row in rows)


def test_variety_brings_more_categories_into_the_same_places(served: Served, plain: Lists) -> None:
    def kinds(found: Lists) -> int:
        return sum(len({served.category[sku] for sku in skus(rows)[:TOP]}) for rows in found.values())

    found = served.lists(diversity=1.0)
    assert kinds(found) > kinds(plain)
    assert all(len({served.category[sku] for sku in skus(rows)[:TOP]}) == 4 for rows in found.values())


def test_ranked_by_value_the_list_falls_in_value(served: Served) -> None:
    for rows in served.lists(rank_by="value").values():
        values = [row["expected_value"] for row in rows]
        assert values == sorted(values, reverse=True)


def told(file: Path, rows: list[tuple[str, str, str, date]]) -> Path:
    names = ("customer_id", "sku", "verdict", "on")
    pq.write_table(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows]), file)
    return file


def test_answers_given_on_or_after_the_day_change_nothing_in_a_model(served: Served, tmp_path: Path) -> None:
    poison = [(f"c{n:03}", "P19", "bought", AS_OF + timedelta(days=n % 3)) for n in range(50)]
    data = PartnerData("one", served.data.path, events=told(tmp_path / "events.parquet", poison))
    train([data], task=TASK, as_of=AS_OF, out=tmp_path / "artefact")
    after = predict(tmp_path / "artefact", data, as_of=AS_OF, top=TOP)
    assert after.equals(predict(served.artefact, served.data, as_of=AS_OF, top=TOP))


def test_answers_given_before_the_day_teach_the_model(served: Served, tmp_path: Path) -> None:
    early = [(f"c{n:03}", sku, "accepted", AS_OF - timedelta(days=20)) for n in range(50) for sku in ("P00", "P10")]
    data = PartnerData("one", served.data.path, events=told(tmp_path / "events.parquet", early))
    train([data], task=TASK, as_of=AS_OF, out=tmp_path / "artefact")
    after = predict(tmp_path / "artefact", data, as_of=AS_OF, top=TOP)
    assert not after.equals(predict(served.artefact, served.data, as_of=AS_OF, top=TOP))
