"""Cells to values: numbers, dates, truth, choices and identifiers as people write them."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from partners.columns import TABLES
from partners.columns.customers import CUSTOMERS
from partners.intake.parse import as_strings, dates, numbers, words
from partners.intake.parse.dates import Evidence


def number(text: str, decimal: str = "point") -> float | str | None:
    parsed = numbers.parse(pa.array([text]), decimal=decimal)  # type: ignore[arg-type]
    return "bad" if parsed.bad[0] else parsed.values[0].as_py()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1,234.56", 1234.56),
        ("-3.5", -3.5),
        ("−3.5", -3.5),
        ("(12.50)", -12.5),
        ("12-", -12),
        ("£3.50", 3.5),
        ("$ 1,000", 1000),
        ("1'234.5", 1234.5),
        ("1 234.5", 1234.5),
        ("1\u202f234", 1234),
        ("USD 12", 12),
        ("12 EUR", 12),
        ("¥1,299.00", 1299),
        ("99元", 99),
        ("１２", 12),
        ("1,00,000", 100000),
        (".5", 0.5),
        ("1e3", 1000),
        (" 7 ", 7),
        ("", None),
        ("n/a", None),
        ("-", None),
        ("NULL", None),
        ("无", None),
        ("ten", "bad"),
        ("1.2.3", "bad"),
        ("1,2,3", "bad"),
        ("12%", "bad"),
        ("inf", "bad"),
        ("2026-01-01", "bad"),
        ("1;2", "bad"),
    ],
)
def test_numbers_with_a_decimal_point(text: str, value: object) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", 1234.56),
        ("1,5", 1.5),
        ("3 €", 3),
        ("-2,25", -2.25),
        ("1.234", 1234),
        ("12", 12),
        ("1,234.5", "bad"),
    ],
)
def test_numbers_with_a_decimal_comma(text: str, value: object) -> None:
    assert number(text, "comma") == value


def test_evidence_for_the_decimal_sign_counts_only_what_decides() -> None:
    assert numbers.evidence(pa.array(["1,234", "5", "1.234"])) == (0, 0)
    assert numbers.evidence(pa.array(["1,234.5", "2.25"])) == (2, 0)
    assert numbers.evidence(pa.array(["1.234,5", "2,25", "7"])) == (0, 2)


def day(text: str, order: str = "dmy") -> date | str | None:
    parsed = dates.parse(pa.array([text]), order=order)  # type: ignore[arg-type]
    return "bad" if parsed.bad[0] else parsed.values[0].as_py()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2024/3/5 10:20", date(2024, 3, 5)),
        ("2024年3月5日", date(2024, 3, 5)),
        ("2024-01-05T10:00:00Z", date(2024, 1, 5)),
        ("20240105", date(2024, 1, 5)),
        ("45000", date(2023, 3, 15)),
        ("45000.75", date(2023, 3, 15)),
        ("5 Jan 2024", date(2024, 1, 5)),
        ("Jan 5, 2024", date(2024, 1, 5)),
        ("05-Feb-24", date(2024, 2, 5)),
        ("5. Mai 2024", date(2024, 5, 5)),
        ("31.12.2024", date(2024, 12, 31)),
        ("01.02.2024", date(2024, 2, 1)),
        ("3/4/24 5:06 PM", date(2024, 4, 3)),
        ("1/2/1999", date(1999, 2, 1)),
        ("01/02/99", date(1999, 2, 1)),
        ("Mon, 5 Feb 2024", date(2024, 2, 5)),
        ("2024-1-5 下午 3:20", date(2024, 1, 5)),
        ("", None),
        ("n/a", None),
        ("2023-02-29", "bad"),
        ("31/04/2024", "bad"),
        ("2024-13-01", "bad"),
        ("soon", "bad"),
        ("12", "bad"),
        ("00/00/0000", "bad"),
        ("2024-01-05 foo", "bad"),
    ],
)
def test_dates_day_first(text: str, value: object) -> None:
    assert day(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12/31/2024", date(2024, 12, 31)),
        ("1/2/2024", date(2024, 1, 2)),
        ("31/12/2024", "bad"),
        ("01.02.2024", date(2024, 2, 1)),
        ("2024-02-01", date(2024, 2, 1)),
    ],
)
def test_dates_month_first(text: str, value: object) -> None:
    assert day(text, "mdy") == value


def test_every_day_of_forty_years_is_read_back_in_every_spelling() -> None:
    days = np.arange(np.datetime64("1990-01-01"), np.datetime64("2030-01-01"))
    made = [value.item() for value in days]
    for pattern, order in (
        ("%Y-%m-%d", "dmy"),
        ("%d/%m/%Y", "dmy"),
        ("%m/%d/%Y", "mdy"),
        ("%Y%m%d", "dmy"),
        ("%d %B %Y", "dmy"),
    ):
        parsed = dates.parse(pa.array([value.strftime(pattern) for value in made]), order=order)  # type: ignore[arg-type]
        assert parsed.values.to_pylist() == made, pattern


def test_typed_dates_pass_through() -> None:
    from datetime import datetime

    parsed = dates.parse(pa.array([datetime(2024, 5, 1, 23, 59), None]))
    assert parsed.values.to_pylist() == [date(2024, 5, 1), None]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["31/12/2024", "01/02/2024"], "dmy"),
        (["12/31/2024", "01/02/2024"], "mdy"),
        (["01/02/2024", "03/04/2024"], "ask"),
        (["01/01/2024", "02/02/2024"], ""),
        (["2024-01-02"], ""),
        (["01.02.2024"], ""),
        (["31/12/2024", "12/31/2024"], "ask"),
    ],
)
def test_the_order_of_day_and_month_is_a_fact_of_the_column(cells: list[str], order: str) -> None:
    assert dates.evidence(pa.array(cells)).order == order


def test_one_odd_cell_among_hundreds_proves_nothing() -> None:
    assert Evidence(day_first=1, either=500).order == "ask"
    assert Evidence(day_first=400, month_first=2, either=300).order == "dmy"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Yes", True),
        ("no", False),
        ("1", True),
        ("0", False),
        ("TRUE", True),
        ("False", False),
        ("是", True),
        ("否", False),
        ("Attrited Customer", True),
        ("Existing_Customer", False),
        ("Churned", True),
        ("已流失", True),
        ("在网", False),
        ("", None),
    ],
)
def test_having_left_is_said_in_many_words(text: str, value: bool | None) -> None:
    parsed = words.booleans(pa.array([text]), choices=CUSTOMERS["churned"].choices)
    assert parsed.values.to_pylist() == [value]
    assert not parsed.bad.any()


def test_a_word_that_is_neither_yes_nor_no_is_bad() -> None:
    assert words.booleans(pa.array(["maybe", "yes"]), choices={}).bad.tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "kind"), [("Phone call", "call"), ("E-Mail", "email"), ("投诉", "complaint"), ("site-visit", "visit")]
)
def test_kinds_of_contact_are_recognised(text: str, kind: str) -> None:
    column = TABLES["interactions"]["kind"]
    assert words.chosen(pa.array([text]), choices=column.choices).values.to_pylist() == [kind]


def test_identifiers_are_text_and_shortened_numbers_are_caught() -> None:
    parsed = words.identifiers(pa.array(["13085.0", "007", " x-1 ", "1.23457E+11", "", "1e5"]))
    assert parsed.values.to_pylist() == ["13085", "007", "x-1", None, None, "1e5"]
    assert parsed.bad.tolist() == [False, False, False, True, False, False]


def test_typed_columns_become_text_as_people_see_them() -> None:
    assert as_strings(pa.array([13085.0, None, 2.5, float("nan")])).to_pylist() == ["13085", None, "2.5", None]
    assert as_strings(pa.array([True, False])).to_pylist() == ["true", "false"]
