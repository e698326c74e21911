"""The failing rows of a file as a file of the same kind, with a reason beside each: to be corrected and sent again.

A text cell that a spreadsheet would run as a formula gets an apostrophe, which is taken off when the file comes back.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from partners.columns import in_language
from partners.intake import encoding as encodings
from partners.intake import read
from partners.intake.causes import CAUSES
from partners.intake.cells import defused
from partners.intake.erased import Erased
from partners.intake.headers import RETURNED
from partners.intake.parse import as_strings
from partners.intake.source import Source
from partners.intake.spool import Spool
from partners.intake.stored import Stored, stored

MOST = 100_000
ENDINGS = {"csv": "csv", "xlsx": "xlsx", "parquet": "parquet"}
REASONS = """
    SELECT row, list({'column': "column", 'cause': cause} ORDER BY "column", cause)
    FROM read_parquet(?) WHERE level = 'error' GROUP BY row ORDER BY row LIMIT ?
"""


@dataclass(frozen=True)
class Sent:
    """A file as it came, how it is read, and its blocks where they are kept from reading it."""

    file: Path | Stored
    source: Source
    spool: Spool | None = None

    def blocks(self) -> Iterator[read.Block]:
        return self.spool.blocks() if self.spool else read.blocks(self.file, self.source)


@dataclass(frozen=True)
class Reasons:
    """Row → why it failed, in the language of the person; the first hundred thousand rows."""

    rows: np.ndarray
    texts: tuple[str, ...]
    heads: tuple[str, str]

    def of(self, rows: np.ndarray) -> tuple[np.ndarray, list[str]]:
        """Which of these rows failed, and why."""
        failed = np.isin(rows, self.rows)
        return failed, [self.texts[place] for place in np.searchsorted(self.rows, rows[failed])]


def write_original(
    sent: Sent, problems: Path, out: Path, *, language: str, erased: Erased | None = None
) -> Path | None:
    """Write out/failing.csv, .xlsx or .parquet; None where no row failed. Rows that name an erased person stay out."""
    file, source = sent.file, sent.source
    for ending in ENDINGS.values():
        (out / f"failing.{ending}").unlink(missing_ok=True)
    if not problems.is_file() or not len((reasons := _reasons(problems, source, language)).rows):
        return None
    path = out / f"failing.{ENDINGS[source.format]}"
    if source.format == "csv":
        _csv(sent, reasons, path, erased)
    elif source.format == "xlsx":
        _xlsx(file, source, reasons, path, erased)
    else:
        _parquet(file, reasons, path, erased)
    return path


def _reasons(problems: Path, source: Source, language: str) -> Reasons:
    import duckdb

    with duckdb.connect(":memory:") as database:
        database.execute("SET memory_limit = '256MB'; SET threads = 1")
        found = database.execute(REASONS, [str(problems), MOST]).fetchall()
    spoken = "zh-hans" if language.lower().startswith("zh") else "en"
    if source.format == "csv" and not _writable("".join(RETURNED[spoken]), source.encoding):
        spoken = "en"  # a Western code page has no Chinese
    texts = tuple("; ".join(_said(one, spoken) for one in why) for _, why in found)
    return Reasons(np.array([row for row, _ in found], dtype=np.int64), texts, RETURNED[spoken])


def _said(why: dict[str, str], language: str) -> str:
    cause = CAUSES[why["cause"]]
    said = f"{in_language(cause.title, language)}: {in_language(cause.needed, language)}"
    return f"{why['column']}: {said}" if why["column"] else said


def _writable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _csv(sent: Sent, reasons: Reasons, path: Path, erased: Erased | None) -> None:
    source = sent.source
    marked = encodings.bom_length(sent.file, source.encoding) > 0
    with path.open("w", encoding=source.encoding, errors="replace", newline="") as out:
        out.write("\ufeff" if marked else "")
        rows = csv.writer(out, delimiter=source.delimiter)
        rows.writerow([*map(defused, source.columns), *reasons.heads])
        for row, cells, why in _text_rows(sent, reasons, erased):
            rows.writerow([*map(defused, cells), row, defused(why)])


def _text_rows(sent: Sent, reasons: Reasons, erased: Erased | None) -> Iterator[tuple[int, list[str], str]]:
    """Row number, cells and reason, in the order of the file; lines that were no rows are cut as well as can be."""
    last, width, delimiter = int(reasons.rows[-1]), len(sent.source.columns), sent.source.delimiter
    for block in sent.blocks():
        failed, texts = reasons.of(block.rows)
        table = block.table.filter(pa.array(failed))
        columns = [as_strings(column).to_pylist() for column in table.columns]
        cells = [list(row) for row in zip(*columns, strict=True)]
        kept = zip(block.rows[failed].tolist(), cells, texts, strict=True)
        found = [one for one in kept if not (erased and erased.spoken_of("\t".join(map(str, one[1]))))]
        lines = [line for line in block.rejected if not (erased and erased.spoken_of(line[2]))]
        known, why = reasons.of(np.array([line[0] for line in lines], dtype=np.int64))
        broken = [line for line, is_known in zip(lines, known, strict=True) if is_known]
        found += [(line[0], _cut(line[2], delimiter, width), text) for line, text in zip(broken, why, strict=True)]
        yield from sorted(found, key=lambda one: one[0])
        if len(block.rows) and int(block.rows[-1]) > last:
            return


def _cut(line: str, delimiter: str, width: int) -> list[str]:
    """The cells of a line with too few or too many of them, or with an open quotation mark."""
    try:
        cells = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
    except csv.Error:
        cells = line.split(delimiter)
    return cells + [""] * (width - len(cells))


def _xlsx(file: Path | Stored, source: Source, reasons: Reasons, path: Path, erased: Erased | None) -> None:
    import xlsxwriter

    known = dict(zip(reasons.rows.tolist(), reasons.texts, strict=True))
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet((source.sheet or "Sheet1")[:31])
        formats: dict[type, Any] = {dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
                   dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
        sheet.write_row(0, 0, [*source.columns, *reasons.heads])
        line = 1
        for number, cells in enumerate(read.workbook(file).get_sheet_by_name(source.sheet).iter_rows(), 1):
            if number not in known or (erased and erased.spoken_of("\t".join(map(str, cells)))):
                continue
            for place, cell in enumerate(cells[: len(source.columns)]):
                _write(sheet, line, place, cell, formats)
            sheet.write_number(line, len(source.columns), number)
            sheet.write_string(line, len(source.columns) + 1, known[number])
            line += 1


def _write(sheet: Any, row: int, place: int, cell: Any, formats: dict[type, Any]) -> None:
    """A cell of the type it came with; text stays text, whatever it starts with."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, place, cell, formats[type(cell)])
    else:
        sheet.write(row, place, cell if isinstance(cell, bool | int | float) else str(cell))


def _parquet(file: Path | Stored, reasons: Reasons, path: Path, erased: Erased | None) -> None:
    import pyarrow.parquet as pq

    first, writer = 1, None
    try:
        with stored(file).open() as handle, pq.ParquetFile(handle) as whole:
            for batch in whole.iter_batches(batch_size=read.BLOCK_ROWS):
                rows = np.arange(first, first + len(batch), dtype=np.int64)
                first += len(batch)
                failed, texts = reasons.of(rows)
                table = pa.Table.from_batches([batch.filter(pa.array(failed))])
                table = table.append_column(reasons.heads[0], pa.array(rows[failed]))
                table = table.append_column(reasons.heads[1], pa.array(texts, pa.string()))
                table = erased.without(table) if erased else table
                writer = writer or pq.ParquetWriter(path, table.schema)
                writer.write_table(table)
    finally:
        if writer:
            writer.close()
