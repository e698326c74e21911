"""What columns as a whole say about themselves: types of attributes, orders of dates, decimal signs."""

from datetime import date
from pathlib import Path

import pytest

from partners.intake.refusals import IntakeRefusal, unquoted
from partners.intake.source import Wishes
from portal.kit.errors import Refusal
from tests.partners.intake.files import canonical, checked, write

ORDER_NAMES = ["order id", "customer id", "date", "sku", "description", "quantity", "price"]


def test_attributes_take_the_type_of_their_cells(tmp_path: Path) -> None:
    rows = [["customer id", "tenure", "plan", "score", "active", "visited", "flag"]] + [
        [f"C{n}", n, "a", f"{n}.5", n % 2 == 0, f"{n % 28 + 1}/02/2026", n % 2] for n in range(40)
    ]
    rows[3][1] = "unknown"
    rows[5][3] = " "
    rows[7][4] = rows[9][5] = "nobody knows"
    path = write(tmp_path / "a.csv", rows)
    report = checked(path, "customers")
    assert report.reading["attributes"] == {
        "attr_tenure": "number",
        "attr_plan": "text",
        "attr_score": "number",
        "attr_active": "boolean",
        "attr_visited": "date",
        "attr_flag": "number",
    }
    found = canonical(path)
    assert (found[2]["attr_tenure"], found[4]["attr_score"]) == (None, None)
    assert (found[6]["attr_active"], found[7]["attr_active"]) == (None, False)
    assert (found[8]["attr_visited"], found[9]["attr_visited"]) == (None, date(2026, 2, 10))


def test_an_attribute_with_too_many_odd_cells_stays_text(tmp_path: Path) -> None:
    rows = [["customer id", "online"], *([f"C{n}", "yes" if n % 10 else "no internet"] for n in range(40))]
    assert checked(write(tmp_path / "a.csv", rows), "customers").reading["attributes"] == {"attr_online": "text"}


@pytest.mark.parametrize(("limit", "seen"), [("MAX_ROWS", "40 rows"), ("MAX_CELLS", "40 rows or more of 7 columns")])
def test_more_rows_or_cells_than_are_taken_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, seen: str
) -> None:
    monkeypatch.setattr(f"partners.intake.profile.{limit}", 39)
    rows = [[f"O{n}", "C1", "2026-01-05", "S1", "x", 1, 2.5] for n in range(40)]
    with pytest.raises(IntakeRefusal, match=seen):
        checked(write(tmp_path / "a.csv", [ORDER_NAMES, *rows]), "orders")


def test_an_ambiguous_date_column_is_asked_and_the_answer_obeyed(tmp_path: Path) -> None:
    rows = [ORDER_NAMES, ["O1", "C1", "03/04/2026", "S1", "x", 1, 2], ["O2", "C1", "05/06/2026", "S1", "x", 1, 2]]
    path = write(tmp_path / "a.csv", rows)
    with pytest.raises(Refusal, match=r"“date” \(such as 03/04/2026\).*--date-order dmy or --date-order mdy") as asked:
        checked(path, "orders")
    assert asked.value.blocks == "date_order:date"
    checked(path, "orders", wishes=Wishes(date_order="dmy"))
    assert canonical(path)[0]["date"] == date(2026, 4, 3)
    checked(path, "orders", wishes=Wishes(date_orders={"date": "mdy"}))
    assert canonical(path)[0]["date"] == date(2026, 3, 4)


def test_every_ambiguous_column_is_asked_in_one_question(tmp_path: Path) -> None:
    names = ["contract no", "customer id", "start date", "cancelled on", "renewal date"]
    rows = [names, ["K1", "C1", "03/04/2026", "05/06/2026", "2026-12-01"]]
    path = write(tmp_path / "a.csv", rows)
    with pytest.raises(IntakeRefusal, match=r"2 columns.*“start date” \(03/04/2026\), “cancelled on” \(05/06") as asked:
        checked(path, "subscriptions")
    assert asked.value.values["columns"] == {"start date": "03/04/2026", "cancelled on": "05/06/2026"}
    told = {"code": asked.value.code, "values": asked.value.values}
    assert "“start date” (…), “cancelled on” (…)" in unquoted(told, "en")
    assert "有 2 列" in unquoted(told, "zh-hans")
    checked(path, "subscriptions", wishes=Wishes(date_orders={"start date": "dmy", "cancelled on": "mdy"}))
    (row,) = canonical(path)
    assert (row["started"], row["ended"]) == (date(2026, 4, 3), date(2026, 5, 6))


def test_dates_that_decide_for_themselves_are_not_asked(tmp_path: Path) -> None:
    rows = [ORDER_NAMES, ["O1", "C1", "03/04/2026", "S1", "x", 1, 2], ["O2", "C1", "25/06/2026", "S1", "x", 1, 2]]
    path = write(tmp_path / "a.csv", rows)
    checked(path, "orders", wishes=Wishes(date_order="mdy"))
    assert canonical(path)[0]["date"] == date(2026, 4, 3)


def test_decimal_commas_are_recognised_for_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Belegnummer;Kundennummer;Datum;Artikelnr;Menge;Preis\n1;K1;31.12.2025;S1;1.000;1.234,50\n2;K1;02.01.2026;S1;2;3,5\n"
    )
    checked(path, "orders")
    assert [(row["quantity"], row["price"]) for row in canonical(path)] == [(1000.0, 1234.5), (2.0, 3.5)]


def _priced(tmp_path: Path, *cells: str, names: str = "price", delimiter: str = ";") -> Path:
    """Orders whose last columns hold these cells, all days of which are plain."""
    rows = [f"O{n};C1;2026-01-05;S1;x;{cell}".replace(";", delimiter) for n, cell in enumerate(cells)]
    path = tmp_path / "a.csv"
    head = f"order id;customer id;date;sku;description;{names}".replace(";", delimiter)
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("cells", "point", "comma"),
    [(["1.000", "2.500", "12.345"], 1.0, 1000.0), (["€1,000", "€2,500"], 1000.0, 1.0)],
)
def test_numbers_that_may_be_thousands_or_thousandths_are_asked_about(
    tmp_path: Path, cells: list[str], point: float, comma: float
) -> None:
    path = _priced(tmp_path, *cells)
    with pytest.raises(IntakeRefusal, match=r"“price” \(such as 1.000\) can be read as 1.*--decimal comma") as asked:
        checked(path, "orders")
    assert asked.value.code == "ask_decimal"
    assert asked.value.blocks == "decimal:price"
    for sign, value in (("point", point), ("comma", comma)):
        checked(path, "orders", wishes=Wishes(decimal=sign))
        assert canonical(path)[0]["price"] == value


def test_every_column_with_that_doubt_is_in_one_question(tmp_path: Path) -> None:
    path = _priced(tmp_path, "1.000;2.500", "3.000;1.250", names="quantity;price")
    with pytest.raises(IntakeRefusal, match=r"2 columns.*“quantity” \(1.000\), “price” \(2.500\)") as asked:
        checked(path, "orders")
    told = {"code": asked.value.code, "values": asked.value.values}
    assert "“quantity” (…), “price” (…)" in unquoted(told, "en")
    assert "1000" not in unquoted(told, "en")
    assert "有 2 列" in unquoted(told, "zh-hans")


@pytest.mark.parametrize(
    ("names", "cells", "price"),
    [
        ("quantity;price", ["1.000;2.50", "2.000;4.00"], 2.5),
        ("price;quantity", ["1.000;2,5", "2.000;4"], 1000.0),
        ("price", ["1.000", "950", "12.500"], 1000.0),
        ("price", ["1,000", "950", "12,125"], 1000.0),
        ("price", ["1.000", "2.500", "12345"], 1.0),
        ("quantity;price;amount", ["1.000;2.500;2.500", "3.000;1.250;3.750"], 2.5),
        ("quantity;price;amount", ["2;1.000;2000", "3;1.500;4500"], 1000.0),
        ("price", ["10", "250"], 10.0),
    ],
)
def test_what_the_rest_of_the_file_tells_about_thousands_is_not_asked(
    tmp_path: Path, names: str, cells: list[str], price: float
) -> None:
    path = _priced(tmp_path, *cells, names=names)
    checked(path, "orders")
    assert canonical(path)[0]["price"] == price


def test_commas_within_quotes_between_commas_are_thousands(tmp_path: Path) -> None:
    path = _priced(tmp_path, '"1,000"', '"2,500"', delimiter=",")
    checked(path, "orders")
    assert canonical(path)[0]["price"] == 1000.0
