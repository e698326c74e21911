"""S13: errors planted in clean rows of all six tables are all found at their cell, and nothing else is.

250 in 5,000 rows on every run; 1,000 in 100,000 rows with FAIRWAY_DRILLS.
"""

import csv
import os
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from tests.partners.intake.files import TODAY, checked

ROWS, ERRORS = (100_000, 1_000) if os.environ.get("FAIRWAY_DRILLS") else (5_000, 250)
SHARES = {"orders": 0.4, "customers": 0.2, "products": 0.1, "subscriptions": 0.1, "interactions": 0.1, "outcomes": 0.1}
Row = dict[str, str]
Found = tuple[str, int, str, str]
"""Table, row, field, cause."""

CELLS = {
    "customers": [
        ("missing", "customer_id", ""), ("hidden_characters", "customer_id", "C\u200bX{n}"),
        ("cut_text", "name", "Very long name " * 20 + "{n}"), ("broken_letters", "name", "MÃ¼ller {n}"),
        ("spreadsheet_error", "city", "#REF!"), ("not_an_email", "email", "ann.lee{n}(at)example.com"),
        ("short_phone", "phone", "12"), ("not_a_date", "since", "long ago"), ("impossible_date", "since", "2021-02-31"),
        ("ancient_date", "since", "1901-01-01"), ("not_a_number", "monthly_value", "much"),
        ("not_a_boolean", "churned", "perhaps"),
    ],
    "products": [
        ("missing", "sku", ""), ("mangled_number", "sku", "4.00638E+12"), ("looks_like_a_date", "sku", "2-Mar-{n:04}"),
        ("too_long", "sku", "X" * 121), ("negative_number", "price", "-3.50"), ("cost_above_price", "cost", "900.00"),
        ("spreadsheet_error", "price", "#DIV/0!"), ("not_a_boolean", "available", "soon"),
    ],
    "orders": [
        ("missing", "date", ""), ("future_date", "date", "2027-01-01"), ("not_a_date", "date", "soon"),
        ("not_a_number", "quantity", "two"), ("date_in_number", "quantity", "3-Feb"),
        ("zero_quantity", "quantity", "0"), ("no_customer", "customer_id", ""),
        ("number_too_large", "quantity", "4006381333931"), ("mixed_currency", "price", "€2.50"),
        ("amount_mismatch", "amount", "99.99"), ("not_a_whole_number", "line", "1.5"),
    ],
    "subscriptions": [
        ("ends_before_start", "ended", "2019-01-01"), ("renews_before_start", "renews_on", "2019-06-01"),
        ("negative_number", "quantity", "-4"), ("missing", "started", ""),
        ("impossible_date", "renews_on", "2027-06-31"),
    ],
    "interactions": [("read_as_other", "kind", "carrier pigeon"), ("out_of_range", "sentiment", "7"),
                     ("future_date", "date", "2027-02-02")],
    "outcomes": [("unknown_word", "outcome", "maybe"), ("no_customer", "customer_id", "")],
}  # fmt: skip
LINES = {
    "too_few_columns": "O{n},7",
    "too_many_columns": "O{n},1,C1,2026-01-05,S1,Roll,1,$2.50,2.50,9,9",
    "unterminated_quote": 'O{n},1,C1,2026-01-05,S1,"Roll,1,$2.50,2.50',
    "note_line": "Report printed on page {n}",
}
COPIES = {"duplicate_row": "orders", "duplicate_key": "customers", "same_customer_twice": "customers"}


def clean(table: str, n: int) -> Row:
    """Row n of a table as an honest export writes it; ids and names differ from row to row."""
    day = (TODAY - timedelta(days=1 + n % 700)).isoformat()
    if table == "customers":
        return {"customer_id": f"C{n}", "name": f"Firm {n}", "email": f"office{n}@example.com", "city": "Leeds",
                "phone": f"0113 {4960000 + n}", "since": day, "monthly_value": f"{n % 90}.50",
                "churned": "no"}  # fmt: skip
    if table == "products":
        return {"sku": f"S{n}", "name": f"Product {n}", "category": "Hardware", "price": "129.00", "cost": "80.00",
                "available": "yes"}  # fmt: skip
    if table == "orders":
        units = n % 7 + 1
        return {"order_id": f"O{n}", "line": "1", "customer_id": f"C{n % 900}", "date": day, "sku": f"S{n % 50}",
                "product_name": "Roll", "quantity": str(units), "price": "$2.50",
                "amount": f"{units * 2.5:.2f}"}  # fmt: skip
    if table == "subscriptions":
        return {"subscription_id": f"K{n}", "customer_id": f"C{n % 900}", "started": "2025-01-01",
                "ended": "2026-05-01", "renews_on": "2027-01-01", "quantity": "10",
                "monthly_amount": "99.00"}  # fmt: skip
    if table == "interactions":
        return {"interaction_id": f"T{n}", "customer_id": f"C{n % 900}", "date": day, "kind": "call", "text": "A call",
                "sentiment": "0.5"}  # fmt: skip
    return {"customer_id": f"C{n}", "date": day, "outcome": "saved", "note": "signed"}


def planted(table: str, rows: list[Row], rng: random.Random, share: int) -> tuple[set[Found], dict[int, str]]:
    """Spoil `share` rows of the table, one error each; what must be found, and rows written as raw lines."""
    kinds: list[tuple[str, str, str]] = [*CELLS[table]]
    kinds += [(cause, "", line) for cause, line in LINES.items()] if table == "orders" else []
    kinds += [(cause, "", "") for cause, of in COPIES.items() if of == table]
    places = rng.sample(range(3, len(rows) - 1, 3), share)  # never neighbours: a copy's original stays clean
    expected, raw = set(), {}
    for turn, place in enumerate(places):
        cause, name, value = kinds[turn % len(kinds)]
        row, before = rows[place], rows[place - 1]
        if cause in LINES:
            raw[place] = value.format(n=place)
        elif cause == "duplicate_row":
            rows[place], name = dict(before), "order_id"
        elif cause == "duplicate_key":
            row["customer_id"], name = before["customer_id"], "customer_id"
        elif cause == "same_customer_twice":
            row["name"], row["email"], name = before["name"], before["email"].upper(), "email"
        else:
            row[name] = value.format(n=place)
        expected.add((table, place + 2, name, cause))
    return expected, raw


def written(path: Path, rows: list[Row], raw: dict[int, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(rows[0])
        for place, row in enumerate(rows):
            if place in raw:
                file.write(raw[place] + "\n")
            else:
                out.writerow(row.values())
    return path


def test_every_planted_error_is_found_at_its_cell_and_none_is_invented(tmp_path: Path) -> None:
    rng = random.Random(13)
    expected: set[Found] = set()
    found: Counter[Found] = Counter()
    total = 0
    for table, part in SHARES.items():
        rows = [clean(table, n) for n in range(round(ROWS * part))]
        spoiled, raw = planted(table, rows, rng, round(ERRORS * part))
        folder = tmp_path / table
        folder.mkdir()
        report = checked(written(folder / "a.csv", rows, raw), table)
        problems = pq.read_table(folder / "out" / "problems.parquet").to_pylist()
        found.update((table, one["row"], one["field"], one["cause"]) for one in problems)
        expected |= spoiled
        total += report.lines
        errors = {row for _, row, _, cause in spoiled if cause in {group["cause"] for group in report.errors}}
        assert report.rejected == len(errors)
    assert total == ROWS
    assert len(expected) == ERRORS
    assert len({cause for *_, cause in expected}) >= 25
    assert [one for one in found if one not in expected] == []
    assert sorted(one for one in expected if found[one] != 1) == []


def test_clean_rows_raise_no_alarm(tmp_path: Path) -> None:
    for table in SHARES:
        folder = tmp_path / table
        folder.mkdir()
        rows = [clean(table, n) for n in range(2_000)]
        assert checked(written(folder / "a.csv", rows, {}), table, at=date(2026, 11, 22)).groups == []
