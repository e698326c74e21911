"""Warnings about rows seen together, and about known customers and products that come under another number."""

from pathlib import Path
from typing import Any

import pytest

from partners.models import Upload
from tests.partners.conftest import Send
from tests.partners.intake.files import causes, checked, write

ORDERS = ["order id", "customer id", "date", "sku", "quantity", "price", "amount"]


def orders(folder: Path, amounts: list[float]) -> Path:
    rows: list[list[Any]] = [[f"O{n}", "C1", "2026-01-05", "S1", 3, 9.99, amount] for n, amount in enumerate(amounts)]
    return write(folder / "a.csv", [ORDERS, *rows])


def test_a_lone_amount_that_is_not_quantity_times_price_is_told(tmp_path: Path) -> None:
    report = checked(orders(tmp_path, [29.97, 29.98, *[29.97] * 40, 39.97]), "orders")
    assert causes(report) == {"amount_mismatch": [44]}
    assert report.groups[0]["examples"][0]["value"] == "39.97 ≠ 3.0 × 9.99"
    assert report.good == 43


def test_amounts_that_all_hold_a_tax_are_no_mistake(tmp_path: Path) -> None:
    assert causes(checked(orders(tmp_path, [35.66] * 40), "orders")) == {}


def test_a_line_that_stands_twice_in_an_order_is_told_and_counted_twice(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[f"O{n}", "C1", "2026-01-05", "S1", 3, 9.99] for n in range(20)]
    other_quantity = ["O3", "C1", "2026-01-05", "S1", 4, 9.99]
    report = checked(write(tmp_path / "a.csv", [ORDERS[:6], *rows, rows[7], other_quantity, rows[7]]), "orders")
    assert causes(report) == {"line_twice": [22, 24]}
    assert report.groups[0]["examples"][0]["value"] == "O7 · S1"
    assert report.good == 23


def test_lines_with_numbers_of_their_own_are_told_apart_by_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[f"O{n // 2}", "C1", "2026-01-05", "S1", 3, 9.99, n % 2 + 1] for n in range(20)]
    assert causes(checked(write(tmp_path / "a.csv", [[*ORDERS[:6], "line no"], *rows]), "orders")) == {}


def test_one_address_under_two_numbers_is_told_unless_many_share_it(tmp_path: Path) -> None:
    rows = [
        ["C1", "Ann", "a@x.example"],
        ["C2", "Bob", "b@x.example"],
        ["C3", "ann", "A@x.example "],
        ["C4", "Eve", "a@x.example"],
    ]
    rows += [[f"D{n}", "Info", "info@x.example"] for n in range(9)]
    report = checked(write(tmp_path / "a.csv", [["customer id", "name", "email"], *rows]), "customers")
    assert causes(report) == {"same_customer_twice": [4]}


def changed(upload: Upload) -> dict[int, str]:
    found = [group for group in upload.report["groups"] if group["cause"] == "changed_id"]
    return {one["row"]: one["value"] for group in found for one in group["examples"]}


KNOWN = """customer id,name,email,phone,city
C1,Ann Ltd,ann@x.example,0113 4960000,Leeds
C2,Bob AG,,0113 4960001,York
C3,Eve,,,Hull
"""


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("N9,Ann Limited,ANN@x.example,,", {2: "N9 ← C1"}),
        ("N9,Bob AG,,0113 4960001,", {2: "N9 ← C2"}),
        ("N9,bob ag,,,York", {2: "N9 ← C2"}),
        ("N9,Bob AG,,,Leeds", {}),
        ("C1,Someone,bob@x.example,,", {}),
        ("N9,Ann Ltd,ann@x.example,,\nC1,Ann Ltd,ann@x.example,0113 4960000,Leeds", {}),
    ],
)
def test_a_known_customer_under_a_new_number_is_told(send: Send, row: str, told: dict[int, str]) -> None:
    send(KNOWN, kind="customers")
    upload = send(f"customer id,name,email,phone,city\n{row}\n", kind="customers", commit=False)
    assert changed(upload) == told
    assert upload.state == Upload.State.CHECKED


def test_a_known_product_under_a_new_number_is_told(send: Send) -> None:
    send("sku,name\nS1,Label printer\nS2,Cable\nS3,Cable\n", kind="products")
    upload = send("sku,name\nN1,label printer\nN2,Cable\n", kind="products", commit=False)
    assert changed(upload) == {2: "N1 ← S1"}
