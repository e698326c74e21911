"""What a person is told though nothing is wrong."""

from pathlib import Path

import pytest

from partners.intake import mapping, read, sniff
from partners.intake.notes import notes
from tests.partners.intake.files import checked, write

ORDERS = [
    ["order id", "customer id", "date", "sku", "order total", "Country"],
    ["O1", "C1", "2026-01-05", "S1", 5, "FR"],
]


def told(path: Path, kind: str, language: str = "en") -> list[str]:
    source = sniff.sniff(path)
    found = mapping.suggest(kind, source.columns, read.sample(path, source))
    report = checked(path, kind)
    return notes(kind, found.as_dict(), {"groups": report.groups}, language)


def test_unused_and_likely_columns_are_named(tmp_path: Path) -> None:
    assert told(write(tmp_path / "a.csv", ORDERS), "orders") == [
        "Columns not used: order total, Country.",
        "“order total” may be “Line amount” (amount): name it if so.",
        "No price and no amount: what customers spend stays unknown, and lists can only follow the chance.",
    ]


def test_rows_left_out_are_counted_with_their_numbers(tmp_path: Path) -> None:
    rows = [["order id", "customer id", "date", "sku", "price"]] + [
        [f"O{n}", "", "2026-01-05", "S1", 1] for n in range(5)
    ]
    rows.append(["O9", "C1", "2026-01-05", "S1", 1])
    path = write(tmp_path / "a.csv", rows)
    assert told(path, "orders") == ["No customer in column “customer id”: 5 rows (row 2, 3, 4, …)."]
    assert told(path, "orders", "zh-hans") == ["没有客户（“customer id”列）：5 行（第 2, 3, 4 行等）。"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "tell the outcome itself: churn score"), ("zh-hans", "未作为属性使用：churn score")]
)
def test_columns_that_tell_the_outcome_are_named(tmp_path: Path, language: str, words: str) -> None:
    path = write(tmp_path / "a.csv", [["customer id", "churn", "churn score"], ["C1", "yes", 80], ["C2", "no", 3]])
    assert words in told(path, "customers", language)[0]
