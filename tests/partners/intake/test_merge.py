"""Datasets from uploads: the newest wins by key, nobody is missing, and the same uploads give the same bytes."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partners.intake import merge
from partners.intake.merge import Difference


def canonical(path: Path, **columns: list[Any]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def orders(path: Path, *rows: tuple[str, str, str, int, float]) -> Path:
    """(order, customer, sku, line, amount)"""
    return canonical(
        path,
        order_id=[row[0] for row in rows],
        line=[row[3] for row in rows],
        customer_id=[row[1] for row in rows],
        date=[date(2026, 1, 1 + place) for place in range(len(rows))],
        sku=[row[2] for row in rows],
        product_name=[f"name of {row[2]}" for row in rows],
        quantity=[1.0] * len(rows),
        price=[row[4] for row in rows],
        amount=[row[4] for row in rows],
        is_return=[False] * len(rows),
    )


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    query = duckdb.sql(f"SELECT * FROM read_parquet('{folder / name}.parquet')")
    return [dict(zip(query.columns, row, strict=True)) for row in query.fetchall()]


def test_a_newer_order_line_wins_and_the_rest_stays(tmp_path: Path) -> None:
    old = orders(tmp_path / "a.parquet", ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0))
    new = orders(tmp_path / "b.parquet", ("O2", "C2", "S2", 1, 8.0), ("O2", "C2", "S2", 2, 1.0))
    merge.build({"orders": [old, new]}, tmp_path / "out")
    assert {(row["order_id"], row["line"]): row["amount"] for row in table(tmp_path / "out", "orders")} == {
        ("O1", 1): 5.0, ("O2", 1): 8.0, ("O2", 2): 1.0,
    }  # fmt: skip


def test_customers_and_products_of_orders_exist_though_nobody_sent_them(tmp_path: Path) -> None:
    sent = canonical(tmp_path / "c.parquet", customer_id=["C1"], name=["Ann"])
    bought = orders(
        tmp_path / "a.parquet", ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0), ("O3", "C2", "S2", 1, 7.0)
    )
    built = merge.build({"customers": [sent], "orders": [bought]}, tmp_path / "out")
    assert built.counts == {"customers": 2, "products": 2, "orders": 3}
    assert [(row["customer_id"], row["name"]) for row in table(tmp_path / "out", "customers")] == [
        ("C1", "Ann"),
        ("C2", None),
    ]
    assert [(row["sku"], row["name"]) for row in table(tmp_path / "out", "products")] == [
        ("S1", "name of S1"),
        ("S2", "name of S2"),
    ]
    assert (built.first_on, built.last_on) == ("2026-01-01", "2026-01-03")


def test_a_file_with_only_labels_does_not_wipe_names(tmp_path: Path) -> None:
    first = canonical(tmp_path / "a.parquet", customer_id=["C1", "C2"], name=["Ann", "Bob"], churned=[True, True])
    labels = canonical(tmp_path / "b.parquet", customer_id=["C1", "C2"], churned=[False, None])
    merge.build({"customers": [first, labels]}, tmp_path / "out")
    assert [(row["name"], row["churned"]) for row in table(tmp_path / "out", "customers")] == [
        ("Ann", False),
        ("Bob", None),
    ]


def test_attributes_whose_types_disagree_become_text(tmp_path: Path) -> None:
    one = canonical(tmp_path / "a.parquet", customer_id=["C1"], attr_size=[4.0], attr_age=[7.0])
    two = canonical(tmp_path / "b.parquet", customer_id=["C2"], attr_size=["large"])
    built = merge.build({"customers": [one, two]}, tmp_path / "out")
    assert built.attributes == ["attr_age", "attr_size"]
    assert [(row["attr_size"], row["attr_age"]) for row in table(tmp_path / "out", "customers")] == [
        ("4.0", 7.0),
        ("large", None),
    ]


@pytest.mark.parametrize("kind", ["customers", "products", "subscriptions", "interactions"])
def test_each_other_kind_keeps_the_newest_row_per_key(tmp_path: Path, kind: str) -> None:
    more: dict[str, dict[str, list[Any]]] = {
        "customers": {"customer_id": ["1"], "name": ["x"]},
        "products": {"sku": ["1"], "name": ["x"]},
        "subscriptions": {"subscription_id": ["1"], "customer_id": ["x"], "started": [date(2026, 1, 1)]},
        "interactions": {"interaction_id": ["1"], "customer_id": ["x"], "date": [date(2026, 1, 1)], "kind": ["call"]},
    }
    newer = {name: ["y"] if values == ["x"] else values for name, values in more[kind].items()}
    files = [canonical(tmp_path / "a.parquet", **more[kind]), canonical(tmp_path / "b.parquet", **newer)]
    merge.build({kind: files}, tmp_path / "out")
    (row,) = table(tmp_path / "out", kind)
    assert "y" in row.values()
    assert "x" not in row.values()


def test_the_same_uploads_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [(f"O{n}", f"C{n % 90}", f"S{n % 40}", 1, float(n)) for n in range(28)]
    files = {"orders": [orders(tmp_path / "a.parquet", *rows[:20]), orders(tmp_path / "b.parquet", *rows[10:])]}
    first, second = merge.build(files, tmp_path / "one"), merge.build(files, tmp_path / "two")
    assert first.digest == second.digest
    assert (tmp_path / "one" / "orders.parquet").read_bytes() == (tmp_path / "two" / "orders.parquet").read_bytes()
    other = merge.build({"orders": files["orders"][:1]}, tmp_path / "three")
    assert other.digest != first.digest


def test_nothing_gives_nothing(tmp_path: Path) -> None:
    built = merge.build({}, tmp_path / "out")
    assert built.counts == {}
    assert list((tmp_path / "out").iterdir()) == []


def test_the_difference_to_what_is_in_use_is_counted_before_anything_changes(tmp_path: Path) -> None:
    old = orders(tmp_path / "a.parquet", ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0))
    merge.build({"orders": [old]}, tmp_path / "out")
    new = canonical(
        tmp_path / "b.parquet",
        order_id=["O1", "O2", "O9"], line=[1, 1, 1], customer_id=["C1", "C2", "C3"],
        date=[date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)], sku=["S1", "S2", "S1"],
        product_name=["name of S1", "name of S2", "x"], quantity=[1.0] * 3, price=[5.0, 9.0, 1.0],
        amount=[5.0, 9.0, 1.0], is_return=[False] * 3,
    )  # fmt: skip
    assert merge.difference(new, tmp_path / "out" / "orders.parquet", "orders") == Difference(1, 1, 1)
    assert merge.difference(new, tmp_path / "none.parquet", "orders") == Difference(created=3)
