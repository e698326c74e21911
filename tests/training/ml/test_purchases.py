"""The one rule of what counts as a purchase."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from training.ml.purchases import COLUMNS, create_purchases

AS_OF = date(2011, 3, 1)
LINE: dict[str, Any] = {
    "order_id": "536365", "line": 1, "customer_id": "c1", "date": date(2011, 2, 1), "sku": "85123A",
    "product_name": "WHITE LANTERN", "quantity": 6.0, "price": 2.5, "amount": 15.0, "is_return": False,
}  # fmt: skip


def purchases(folder: Path, *lines: dict[str, Any]) -> list[tuple[Any, ...]]:
    if lines:
        pq.write_table(pa.Table.from_pylist([LINE | line for line in lines]), folder / "orders.parquet")
    with duckdb.connect() as connection:
        create_purchases(connection, folder, as_of=AS_OF)
        return connection.execute("SELECT * FROM purchases ORDER BY date").fetchall()


def test_a_plain_order_line_is_a_purchase_with_every_column(tmp_path: Path) -> None:
    assert purchases(tmp_path, {}) == [tuple(LINE[name] for name in COLUMNS)]


def test_a_line_of_the_day_itself_lies_in_the_future(tmp_path: Path) -> None:
    rows = purchases(tmp_path, {"date": date(2011, 2, 28)}, {"date": AS_OF}, {"date": date(2011, 3, 2)})
    assert [row[3] for row in rows] == [date(2011, 2, 28)]


@pytest.mark.parametrize("line", [
    {"quantity": -6.0, "amount": -15.0}, {"quantity": 0.0}, {"amount": 0.0}, {"amount": -3.0},
    {"order_id": "C536379", "is_return": True}, {"customer_id": None}, {"sku": None},
])  # fmt: skip
def test_returns_gifts_and_nameless_lines_are_no_purchases(tmp_path: Path, line: dict[str, Any]) -> None:
    assert purchases(tmp_path, {"sku": "kept"}, line) == purchases(tmp_path, {"sku": "kept"})


@pytest.mark.parametrize(("sku", "name"), [
    ("POST", "POSTAGE"), ("post", None), ("DOT", "DOTCOM POSTAGE"), ("M", "Manual"), ("m", "Manual"),
    ("D", "Discount"), ("S", "SAMPLES"), ("B", "Adjust bad debt"), ("C2", "CARRIAGE"),
    ("23444", "Next Day Carriage"),
    ("BANK CHARGES", "Bank Charges"), ("AMAZONFEE", "AMAZON FEE"), ("TEST001", "This is a test product."),
    ("ADJUST2", "Adjustment by Peter on Jun 25 2010"), ("gift_0001_30", "Dotcomgiftshop Gift Voucher £30.00"),
    ("X1", "运费"),
])  # fmt: skip
def test_service_lines_are_no_purchases(tmp_path: Path, sku: str, name: str | None) -> None:
    assert purchases(tmp_path, {"sku": sku, "product_name": name}) == []


@pytest.mark.parametrize(("sku", "name"), [
    ("85168B", "BLACK BAROQUE CARRIAGE CLOCK"), ("22301", "COFFEE MUG CAT + BIRD DESIGN"), ("M", None),
    ("D", "Dongle"),
    ("TESTER-9X", "Cable tester"), ("POSTER", "Poster"), ("DCGS0058", "MISO PRETTY GUM"),
    ("DOT5", "Brake fluid"),
])  # fmt: skip
def test_products_that_only_resemble_services_stay(tmp_path: Path, sku: str, name: str | None) -> None:
    assert [row[4] for row in purchases(tmp_path, {"sku": sku, "product_name": name})] == [sku]


def test_unknown_amounts_still_count(tmp_path: Path) -> None:
    assert len(purchases(tmp_path, {"price": None, "amount": None}, {"amount": 1.0})) == 2


def test_a_dataset_without_orders_has_no_purchases(tmp_path: Path) -> None:
    assert purchases(tmp_path) == []


def test_optional_columns_may_be_missing_and_folders_may_hold_quotes(tmp_path: Path) -> None:
    folder = tmp_path / "o'brien"
    folder.mkdir()
    columns = ("order_id", "customer_id", "date", "sku", "quantity")
    pq.write_table(pa.Table.from_pylist([{key: LINE[key] for key in columns}]), folder / "orders.parquet")
    with duckdb.connect() as connection:
        create_purchases(connection, folder, as_of=AS_OF)
        rows = connection.execute("SELECT sku, product_name, amount FROM purchases").fetchall()
    assert rows == [("85123A", None, None)]
