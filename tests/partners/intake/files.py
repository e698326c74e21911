"""Small files for intake tests: the same rows as CSV, XLSX and Parquet, and a check in one call."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from partners.intake import mapping, profile, read, sniff
from partners.intake.check import Report, check
from partners.intake.source import Wishes

TODAY = date(2026, 11, 22)


def write(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Rows (the first are the names) in the format of the path's ending."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    elif path.suffix == ".parquet":
        columns = [pa.array(column) for column in zip(*rows[1:], strict=True)]
        pq.write_table(pa.table(columns, names=list(rows[0])), path)
    else:
        path.write_text("\n".join(",".join(_cell(cell) for cell in row) for row in rows) + "\n", encoding="utf-8")
    return path


def _cell(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f'"{text}"' if "," in text else text


def checked(path: Path, kind: str, *names: str, wishes: Wishes | None = None, at: date = TODAY) -> Report:
    """Sniff, match and check; canonical.parquet lies in path.parent / "out"."""
    source = sniff.sniff(path, wishes=wishes)
    found = mapping.override(mapping.suggest(kind, source.columns, read.sample(path, source)), names)
    plan = profile.plan(path, source, found, wishes=wishes or Wishes())
    report = check(path, source, plan, at=at, out=path.parent / "out")
    assert report.good + report.rejected + report.skipped == report.lines
    return report


def canonical(path: Path) -> list[dict[str, Any]]:
    """The rows the last check of this file wrote."""
    query = duckdb.sql(f"SELECT * FROM read_parquet('{path.parent / 'out' / 'canonical.parquet'}')")
    return [dict(zip(query.columns, row, strict=True)) for row in query.fetchall()]


def causes(report: Report) -> dict[str, list[int]]:
    """Cause → rows, over all columns."""
    found: dict[str, list[int]] = {}
    for group in report.groups:
        found.setdefault(group["cause"], []).extend(example["row"] for example in group["examples"])
    return found
