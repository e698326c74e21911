"""Rows of persons who were erased stay out of every kind of file, and are quoted nowhere."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partners.intake import mapping, profile, read, sniff
from partners.intake.check import Report, check
from partners.intake.erased import Erased, among
from partners.intake.source import Wishes
from tests.partners.intake.files import TODAY, canonical, write

GONE = Erased(number=lambda text: text == "C2", email=lambda text: text.lower() == "gone@example.com")
ORDERS = [
    ["order id", "customer id", "date", "sku", "quantity", "price"],
    ["O1", "C1", "2026-01-05", "S1", 1, 120.0],
    ["O2", "C2", "2026-01-06", "S1", 1, 120.0],
    ["O3", "C22", "2026-01-07", "S1", 1, 120.0],
]
CUSTOMERS = [
    ["customer id", "name", "e-mail"],
    ["C1", "Ann", "ann@example.com"],
    ["C2", "Cyd", "cyd@example.com"],
    ["C9", "Cyd again", "GONE@example.com"],
]


def checked(path: Path, kind: str) -> Report:
    source = sniff.sniff(path, wishes=None)
    found = mapping.suggest(kind, source.columns, read.sample(path, source))
    plan = replace(profile.plan(path, source, found, wishes=Wishes()), erased=GONE)
    return check(path, source, plan, at=TODAY, out=path.parent / "out")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_row_of_an_erased_number_is_left_out_of_every_format(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"orders.{ending}", ORDERS)
    report = checked(path, "orders")
    assert [row["customer_id"] for row in canonical(path)] == ["C1", "C22"]
    assert (report.good, report.skipped, report.rejected) == (2, 1, 0)
    (group,) = report.groups
    assert (group["cause"], group["level"], group["count"]) == ("erased_person", "warning", 1)
    assert group["examples"] == [{"row": 3, "value": ""}] or ending == "parquet"


def test_an_erased_address_does_not_return_under_another_number(tmp_path: Path) -> None:
    path = write(tmp_path / "customers.csv", CUSTOMERS)
    assert checked(path, "customers").skipped == 2
    assert [row["customer_id"] for row in canonical(path)] == ["C1"]


def test_an_erased_row_that_is_wrong_as_well_is_not_quoted(tmp_path: Path) -> None:
    rows = [*ORDERS, ["O4", "C2", "some day", "S1", 1, 3.0], ["O5", "C1", "some day", "S1", 1, 3.0]]
    path = write(tmp_path / "orders.csv", rows)
    report = checked(path, "orders")
    assert {group["cause"]: group["count"] for group in report.groups} == {"erased_person": 2, "not_a_date": 1}
    assert "C2" not in str(pq.read_table(tmp_path / "out" / "problems.parquet").to_pylist())


def test_a_line_cut_short_that_names_an_erased_person_is_not_quoted(tmp_path: Path) -> None:
    path = write(tmp_path / "orders.csv", ORDERS)
    path.write_text(path.read_text() + "O6,C2\nO7,C1\n")
    (short,) = [group for group in checked(path, "orders").groups if group["cause"] == "too_few_columns"]
    assert [one["value"] for one in short["examples"]] == ["", "O7,C1"]


def test_a_preview_shows_no_row_of_an_erased_person() -> None:
    table = pa.table({"number": ["C1", " C2 ", "C3"], "mail": ["a@b.c", "x@y.z", "gone@example.com"], "n": [1, 2, 3]})
    assert GONE.without(table)["number"].to_pylist() == ["C1"]
    assert GONE.without(table.slice(0, 1)) == table.slice(0, 1)


def test_each_distinct_value_is_asked_once() -> None:
    asked: list[str] = []
    found = among(
        pa.chunked_array([["a", "b", None], ["a", "a"]]), lambda text: bool(asked.append(text)) or text == "a"
    )
    assert found.tolist() == [True, False, False, True, True]
    assert sorted(asked) == ["a", "b"]
