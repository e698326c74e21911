"""Every planted error is found at its cell and none is invented; good rows become canonical."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from partners.intake.causes import CAUSES
from partners.intake.problems import sentence
from partners.intake.source import Wishes
from portal.kit.errors import Refusal
from tests.partners.intake.files import TODAY, canonical, causes, checked, write

ORDER_NAMES = ["order id", "customer id", "date", "sku", "description", "quantity", "price"]
ORDERS = [
    ["O1", "C1", "2026-01-05", "S1", "Printer", 1, 120.0],
    ["O1", "C1", "2026-01-05", "S2", "Roll", 10, 9.5],
    ["O1", "C1", "2026-01-05", "S2", "Roll", 5, 9.5],
    ["C77001", "C1", "2026-02-01", "S2", "Roll", -2, 9.5],
    ["O2", "C2", "2026-02-03", "S1", "Printer", 2, 118.0],
]
EXAMPLES = {
    "customers": [
        ["customer id", "name", "mrr", "churned", "employees"],
        ["C1", "Ann Ltd", 12.5, "yes", 40],
        ["C2", "Bob AG", 80.0, "no", 7],
    ],
    "products": [
        ["sku", "name", "category", "price", "cost", "available"],
        ["S1", "Printer", "Hardware", 120.0, 80.0, "yes"],
    ],
    "orders": [ORDER_NAMES, *ORDERS],
    "subscriptions": [
        ["contract no", "customer id", "start date", "seats", "monthly fee"],
        ["K1", "C1", "2025-01-01", 10, 99.0],
    ],
    "interactions": [
        ["customer id", "date", "type", "notes"],
        ["C1", "2026-03-01", "call", "quote"],
        ["C1", "2026-03-01", "call", "quote"],
    ],
    "outcomes": [["customer id", "date", "outcome", "note"], ["C1", "2026-03-01", "saved", "signed"]],
}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_read_from_every_format(tmp_path: Path, kind: str, ending: str) -> None:
    path = write(tmp_path / f"a.{ending}", EXAMPLES[kind])
    report = checked(path, kind)
    assert report.errors == []
    assert report.good == len(EXAMPLES[kind]) - 1


def test_the_three_formats_give_the_same_canonical_rows(tmp_path: Path) -> None:
    found = []
    for ending in ("csv", "xlsx", "parquet"):
        path = write(tmp_path / f"a.{ending}", EXAMPLES["orders"])
        checked(path, "orders")
        found.append(canonical(path))
    assert found[0] == found[1] == found[2]
    assert found[0][1] == {
        "order_id": "O1",
        "line": 1,
        "customer_id": "C1",
        "date": date(2026, 1, 5),
        "sku": "S2",
        "product_name": "Roll",
        "quantity": 10.0,
        "price": 9.5,
        "amount": 95.0,
        "is_return": False,
    }
    assert [row["line"] for row in found[0]] == [1, 1, 2, 1, 1]
    assert [row["is_return"] for row in found[0]] == [False, False, False, True, False]


def test_a_quantity_is_one_and_an_amount_its_price_where_the_file_does_not_say(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", [["order id", "customer id", "date", "sku", "amount"], ["O1", "C1", "2026-01-05", "S1", 30]]
    )
    checked(path, "orders")
    (row,) = canonical(path)
    assert (row["quantity"], row["price"], row["amount"]) == (1.0, 30.0, 30.0)


def test_twenty_kinds_of_planted_errors_are_found_each_at_its_cell(tmp_path: Path) -> None:
    planted = {
        10: ("not_a_number", {"price": "ten"}),
        20: ("not_a_number", {"quantity": "1.2.3"}),
        30: ("impossible_date", {"date": "2026-02-30"}),
        40: ("future_date", {"date": "2026-11-23"}),
        50: ("missing", {"sku": ""}),
        60: ("missing", {"order id": ""}),
        70: ("missing", {"date": ""}),
        80: ("mangled_number", {"sku": "1.23457E+11"}),
        90: ("too_long", {"order id": "X" * 121}),
        100: ("ancient_date", {"date": "1900-01-01"}),
        110: ("no_customer", {"customer id": ""}),
        120: ("spreadsheet_error", {"price": "#REF!"}),
        130: ("not_a_date", {"date": "soon"}),
    }
    rows = [ORDER_NAMES]
    for number in range(2, 5002):
        row = dict(
            zip(ORDER_NAMES, [f"O{number}", f"C{number % 90}", "2026-01-05", "S1", "x", "1", "2.5"], strict=True)
        )
        row.update(planted.get(number, ("", {}))[1])
        rows.append(list(row.values()))
    path = write(tmp_path / "a.csv", rows)
    lines = path.read_text().splitlines()
    lines[200 - 1] = 'O200,C1,2026-01-05,"S1,x,1,2.5'
    lines[210 - 1] = "O210,C1,2026-01-05"
    lines[220 - 1] = "O220,C1,2026-01-05,S1,x,1,2.5,9,9"
    lines[230 - 1] = ",,,,,,"
    lines.append("Total,,,,,,12500")
    path.write_text("\n".join(lines))
    report = checked(path, "orders")
    found = {(row, cause) for cause, listed in causes(report).items() for row in listed}
    expected = {(row, cause) for row, (cause, _) in planted.items()} | {
        (200, "unterminated_quote"),
        (210, "too_few_columns"),
        (220, "too_many_columns"),
        (230, "blank_row"),
        (5002, "totals_row"),
    }
    assert found == expected
    assert (report.lines, report.rejected, report.skipped) == (5001, 15, 3)
    seen = {(group["cause"], group["column"]): group["examples"][0]["value"] for group in report.groups}
    assert seen["future_date", "date"] == "2026-11-23"
    assert seen["not_a_number", "quantity"] == "1.2.3"


def test_today_is_not_the_future(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [ORDER_NAMES, ["O1", "C1", TODAY.isoformat(), "S1", "x", 1, 2]])
    assert checked(path, "orders").good == 1
    assert causes(checked(path, "orders", at=TODAY - timedelta(days=1))) == {"future_date": [2]}


def test_a_renewal_may_lie_ahead_but_an_end_not_before_its_start(tmp_path: Path) -> None:
    names = ["contract no", "customer id", "start date", "cancelled on", "renewal date"]
    path = write(
        tmp_path / "a.csv",
        [names, ["K1", "C1", "2026-01-01", "", "2030-01-01"], ["K2", "C1", "2026-01-01", "2025-01-01", ""]],
    )
    assert causes(checked(path, "subscriptions")) == {"ends_before_start": [3]}


def test_repeated_keys_are_left_out_when_equal_and_refused_when_they_differ(tmp_path: Path) -> None:
    rows = [["customer id", "name"], ["C1", "Ann"], ["C2", "Bob"], ["C1", "Ann"], ["C2", "Robert"]]
    path = write(tmp_path / "a.csv", rows)
    report = checked(path, "customers")
    assert causes(report) == {"duplicate_row": [4], "duplicate_key": [5]}
    assert [row["name"] for row in canonical(path)] == ["Ann", "Bob"]


def test_the_same_contact_twice_stays_two_and_keeps_its_identity_next_time(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", EXAMPLES["interactions"])
    checked(path, "interactions")
    first = [row["interaction_id"] for row in canonical(path)]
    checked(path, "interactions")
    assert [row["interaction_id"] for row in canonical(path)] == first
    assert len(set(first)) == 2


def test_a_label_column_may_be_blank_where_nobody_knows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["customer id", "Exited"], ["C1", 1], ["C2", 0], ["C3", ""]])
    checked(path, "customers")
    assert [row["churned"] for row in canonical(path)] == [True, False, None]


@pytest.mark.parametrize(
    ("source", "words"), [("Attrition_Flag", ("Attrited Customer", "Existing Customer")), ("Gone", ("是", "否"))]
)
def test_a_label_is_understood_matched_or_named_by_hand(tmp_path: Path, source: str, words: tuple[str, str]) -> None:
    path = write(tmp_path / "a.csv", [["customer id", source], ["C1", words[0]], ["C2", words[1]]])
    checked(path, "customers", f"{source}=churned")
    assert [row["churned"] for row in canonical(path)] == [True, False]


def test_the_row_number_counts_from_one_in_every_format(tmp_path: Path) -> None:
    for ending in ("csv", "parquet", "xlsx"):
        path = write(tmp_path / f"a.{ending}", [["visits", "Revenue"], [3, "no"], [9, "yes"]])
        checked(path, "customers", "#row=customer_id", "Revenue=purchased")
        assert [(row["customer_id"], row["purchased"]) for row in canonical(path)] == [("1", False), ("2", True)]


def test_dates_of_a_spreadsheet_and_its_bare_serials_are_both_read(tmp_path: Path) -> None:
    rows = [ORDER_NAMES, ["O1", "C1", datetime(2026, 4, 3), "S1", "x", 1, 2], ["O2", "C1", 46116, "S1", "x", 1, 2]]
    path = write(tmp_path / "a.xlsx", rows)
    checked(path, "orders")
    assert [row["date"] for row in canonical(path)] == [date(2026, 4, 3), date(2026, 4, 4)]


def test_a_file_with_a_header_only_is_empty(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no rows below it"):
        checked(write(tmp_path / "a.csv", [ORDER_NAMES]), "orders")


def test_missing_columns_are_named_with_what_the_file_has(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["Wer", "Was"], ["C1", "x"]])
    with pytest.raises(Refusal) as refused:
        checked(path, "orders")
    assert (
        "no column we recognise as order_id, customer_id, date, sku. Its columns are: Wer, Was."
        in refused.value.sentence
    )
    assert '--map "Source column=order_id"' in refused.value.sentence


def test_a_note_below_the_table_is_left_out_and_a_cut_off_row_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [ORDER_NAMES, *ORDERS])
    path.write_text(path.read_text() + "Report created on Monday\nO99\n")
    assert causes(checked(path, "orders")) == {"too_few_columns": [8], "note_line": [7]}


def test_an_unknown_kind_of_contact_is_other_and_said_so(tmp_path: Path) -> None:
    rows = [["customer id", "date", "type"], ["C1", "2026-03-01", "call"], ["C1", "2026-03-02", "carrier pigeon"]]
    path = write(tmp_path / "a.csv", rows)
    report = checked(path, "interactions")
    assert causes(report) == {"read_as_other": [3]}
    assert [row["kind"] for row in canonical(path)] == ["call", "other"]
    assert report.good == 2


def test_control_sums_can_be_compared_with_ones_own_books(tmp_path: Path) -> None:
    report = checked(write(tmp_path / "a.csv", [ORDER_NAMES, *ORDERS]), "orders")
    assert report.totals == {"amount": 479.5, "customers": 2}
    assert (report.first_on, report.last_on) == ("2026-01-05", "2026-02-03")


@pytest.mark.parametrize("code", CAUSES)
def test_every_cause_makes_a_sentence_in_both_languages(code: str) -> None:
    group = {"cause": code, "column": "Preis", "examples": [{"row": 17, "value": "zehn"}]}
    assert sentence(group).startswith("Row 17, column “Preis”: “zehn”: ")
    assert sentence(group, "zh-hans").startswith("第 17 行，“Preis”列：“zehn”：")


@pytest.mark.data
@pytest.mark.slow
def test_two_years_of_real_orders_are_checked_in_seconds(real_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    path.symlink_to(real_data / "online-retail" / "orders-until-2011-06-10.parquet")
    report = checked(path, "orders")
    assert (report.lines, report.rejected) == (725_829, 0)
    assert causes(report).keys() == {"no_customer", "line_twice"}
    assert report.totals["customers"] == 5041


@pytest.mark.data
def test_the_real_week_asks_for_its_order_of_day_and_month(real_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.symlink_to(real_data / "online-retail" / "one-week.csv")
    with pytest.raises(Refusal, match="InvoiceDate"):
        checked(path, "orders")
    report = checked(path, "orders", wishes=Wishes(date_order="dmy"))
    assert (report.first_on, report.last_on) == ("2010-11-01", "2010-11-07")
