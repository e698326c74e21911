"""Second pass: every cell of every mapped column read, every problem found, good rows written as canonical Parquet.

Works on Arrow blocks; no Python loop touches a row. At the end good + rejected + skipped == lines, always.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partners.columns import TABLES, Column
from partners.intake import profile, read
from partners.intake.finish import finish
from partners.intake.mapping import ROW_NUMBER
from partners.intake.parse import Parsed, as_strings, mask, numbers, trimmed, words
from partners.intake.problems import Problems
from partners.intake.source import Source

ARROW = {
    "text": pa.string(), "identifier": pa.string(), "choice": pa.string(), "date": pa.date32(), "number": pa.float64(),
    "integer": pa.int64(), "boolean": pa.bool_(),
}  # fmt: skip
BAD = {
    "date": "not_a_date", "number": "not_a_number", "integer": "not_a_whole_number", "boolean": "not_a_boolean",
    "choice": "unknown_word", "identifier": "mangled_number", "text": "not_a_number",
}  # fmt: skip
TOTALS = (
    r"(?i)^(?:(?:grand |sub ?)?totals?(?: amount)?|gesamt|summe|total general|合计|总计|小计|共计|本页合计)\s*[:：]?$"
)
LONGEST_IDENTIFIER = 120
EARLIEST = dt.date(1950, 1, 1)
Progress = Callable[[float], object]


@dataclass
class Report:
    """The permanent account of one check. `rejected` rows have errors, `skipped` rows were left out with a warning."""

    lines: int = 0
    good: int = 0
    rejected: int = 0
    skipped: int = 0
    groups: list[dict[str, Any]] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=dict)
    first_on: str = ""
    last_on: str = ""
    totals: dict[str, float] = field(default_factory=dict)

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [group for group in self.groups if group["level"] == "error"]

    @property
    def warnings(self) -> list[dict[str, Any]]:
        return [group for group in self.groups if group["level"] == "warning"]


def check(
    path: Path, source: Source, plan: profile.Plan, *, at: dt.date, out: Path, progress: Progress | None = None
) -> Report:
    """Check the file as planned; write out/canonical.parquet and out/problems.parquet."""
    out.mkdir(parents=True, exist_ok=True)
    problems = Problems(out / "problems.parquet")
    checker = _Checker(source, plan, at=at, problems=problems)
    staged = out / "staged.parquet"
    with pq.ParquetWriter(staged, checker.schema) as writer:
        for block in read.blocks(path, source):
            writer.write_table(checker.block(block))
            if progress:
                progress(0.1 + 0.7 * checker.report.lines / plan.lines)
    report = checker.report
    try:
        dropped = finish(staged, out / "canonical.parquet", plan.mapping, problems)
    finally:
        problems.close()
        staged.unlink(missing_ok=True)
    report.good -= dropped.rejected + dropped.skipped
    report.rejected += dropped.rejected
    report.skipped += dropped.skipped
    report.first_on, report.last_on, report.totals = dropped.first_on, dropped.last_on, dropped.totals
    report.groups = [group.as_dict() for group in problems.groups()]
    report.reading = plan.as_dict()
    assert report.good + report.rejected + report.skipped == report.lines, "every line has one fate"
    return report


class _Checker:
    """Turns blocks of cells into canonical rows, noting problems on the way."""

    def __init__(self, source: Source, plan: profile.Plan, *, at: dt.date, problems: Problems) -> None:
        mapping = plan.mapping
        self.header_row = source.header_row
        self.table, self.mapping, self.plan, self.at, self.problems = TABLES[mapping.kind], mapping, plan, at, problems
        self.fields = mapping.fields()
        self.attributes = {name: match for name, match in mapping.attributes().items() if name in plan.attributes}
        self.report = Report()
        names = [name for name in self.table.names if name in self.fields or name == mapping.row_number]
        kinds = {"number": pa.float64(), "text": pa.string()}
        self.schema = pa.schema(
            [("row", pa.int64())]
            + [(name, ARROW[self.table[name].type]) for name in names]
            + [(name, kinds[plan.attributes[name]]) for name in self.attributes]
        )

    def block(self, block: read.Block) -> pa.Table:
        """The good rows of one block."""
        self.report.lines += block.lines
        ruined = self._ruined(block)
        rows, parsed = block.rows, self._parse(block)
        left_out = self._left_out(block, parsed)
        bad = np.zeros(len(rows), dtype=bool)
        for name, values in parsed.items():
            if name in self.table:
                bad |= self._note(self.table[name], block, values, ~left_out)
        bad |= self._note_order_of_dates(block, parsed, ~left_out)
        good = ~bad & ~left_out
        self.report.rejected += int(bad.sum()) + ruined
        self.report.skipped += int(left_out.sum())
        self.report.good += int(good.sum())
        columns = [pa.array(rows, pa.int64()), *(self._values(name, parsed[name]) for name in self.schema.names[1:])]
        return pa.table(columns, schema=self.schema).filter(pa.array(good))

    def _parse(self, block: read.Block) -> dict[str, Parsed]:
        parsed = {}
        for name in self.schema.names[1:]:
            if name == self.mapping.row_number:
                parsed[name] = self._numbered(block.rows - self.header_row, self.table[name])
            elif name in self.fields:
                cells = block.table.column(self.fields[name].index)
                order, decimal = self.plan.orders.get(name, ""), self.plan.decimals.get(name, "")
                parsed[name] = words.by_type(self.table[name], cells, order=order, decimal=decimal)
            else:
                parsed[name] = self._attribute(name, block.table.column(self.attributes[name].index))
        return parsed

    def _values(self, name: str, parsed: Parsed) -> pa.Array:
        if name in self.table and "other" in self.table[name].choices:
            return pc.if_else(pa.array(parsed.bad), pa.scalar("other"), parsed.values)
        return parsed.values

    def _numbered(self, rows: np.ndarray, column: Column) -> Parsed:
        """The first row below the header is 1, in every format."""
        values = pa.array(rows, pa.int64()).cast(ARROW[column.type])
        return Parsed(values, np.zeros(len(rows), dtype=bool))

    def _attribute(self, name: str, cells: pa.ChunkedArray) -> Parsed:
        """Attributes never refuse a row: a number column's odd text is simply not known."""
        if self.plan.attributes[name] == "number":
            parsed = numbers.parse(cells, decimal=self.plan.decimals[name], percent=True)  # type: ignore[arg-type]
        else:
            parsed = words.text(cells)
        return Parsed(parsed.values, np.zeros(len(parsed.bad), dtype=bool))

    def _ruined(self, block: read.Block) -> int:
        """Lines that are no rows at all: rejected, or notes around the table that are merely left out."""
        notes = 0
        for row, cause, text in block.rejected:
            is_note = cause == "too_few_columns" and _is_note(text)
            notes += is_note
            self.problems.add("note_line" if is_note else cause, "", "", np.array([row]), [text[:200]])
        self.report.skipped += notes
        return len(block.rejected) - notes

    def _left_out(self, block: read.Block, parsed: dict[str, Parsed]) -> np.ndarray:
        """Rows left out with a warning: empty ones, totals, and rows of nobody."""
        empty = np.ones(len(block.rows), dtype=bool)
        for column in block.table.columns:
            if not empty.any():
                break
            empty &= mask(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(as_strings(column).fill_null(""))), 0))
        self.problems.add("blank_row", "", "", block.rows[empty], [""] * int(empty.sum()))
        totals = self._totals(block, parsed) & ~empty
        self.problems.add("totals_row", "", "", block.rows[totals], [""] * int(totals.sum()))
        nobody = np.zeros(len(block.rows), dtype=bool)
        name = self.table.skip_without
        if name in self.fields:
            nobody = mask(pc.is_null(parsed[name].values)) & ~parsed[name].bad & ~empty & ~totals
            self.problems.add(
                "no_customer", self.fields[name].source, name, block.rows[nobody], [""] * int(nobody.sum())
            )
        return empty | totals | nobody

    def _totals(self, block: read.Block, parsed: dict[str, Parsed]) -> np.ndarray:
        """Some cell reads "Total" and something every row needs is missing."""
        lacking = np.zeros(len(block.rows), dtype=bool)
        said = np.zeros(len(block.rows), dtype=bool)
        for name in self.table.required:
            if name in self.fields:
                lacking |= mask(pc.is_null(parsed[name].values))
        for match in self.fields.values():
            column = block.table.column(match.index)
            if pa.types.is_string(column.type):
                hits = mask(pc.match_substring_regex(trimmed(column.combine_chunks()), TOTALS))
                said |= hits
                if match.field in self.table.key[:1] and len(self.table.required) == 1:
                    lacking |= hits
        return said & lacking

    def _note(self, column: Column, block: read.Block, parsed: Parsed, counted: np.ndarray) -> np.ndarray:
        """Note what is wrong in one column; the rows it spoils."""
        if "other" in column.choices:  # an unknown kind of contact is still a contact
            self._add("read_as_other", column, block, parsed.bad & counted)
            return np.zeros(len(block.rows), dtype=bool) | self._missing(column, block, parsed, counted)
        bad = parsed.bad & counted
        spoiled = self._add(BAD[column.type], column, block, bad) | self._missing(column, block, parsed, counted)
        if column.type == "date":
            late = mask(pc.greater(parsed.values, pa.scalar(self.at))) & counted if column.past else np.zeros_like(bad)
            early = mask(pc.less(parsed.values, pa.scalar(EARLIEST))) & counted
            spoiled |= self._add("future_date", column, block, late) | self._add("ancient_date", column, block, early)
        if column.type == "identifier":
            long = mask(pc.greater(pc.utf8_length(parsed.values), LONGEST_IDENTIFIER)) & counted
            spoiled |= self._add("too_long", column, block, long)
        if column.name == "sentiment":
            spoiled |= self._add("out_of_range", column, block, mask(pc.greater(pc.abs(parsed.values), 1)) & counted)
        return spoiled

    def _missing(self, column: Column, block: read.Block, parsed: Parsed, counted: np.ndarray) -> np.ndarray:
        null = mask(pc.is_null(parsed.values)) & ~parsed.bad & counted
        return self._add("missing", column, block, null) if column.required else np.zeros_like(null)

    def _note_order_of_dates(self, block: read.Block, parsed: dict[str, Parsed], counted: np.ndarray) -> np.ndarray:
        if "started" not in parsed or "ended" not in parsed:
            return np.zeros(len(block.rows), dtype=bool)
        backwards = mask(pc.less(parsed["ended"].values, parsed["started"].values)) & counted
        return self._add("ends_before_start", self.table["ended"], block, backwards)

    def _add(self, cause: str, column: Column, block: read.Block, where: np.ndarray) -> np.ndarray:
        if where.any():
            places = pa.array(np.flatnonzero(where))
            source, values = ROW_NUMBER, [""] * len(places)
            if column.name in self.fields:
                source = self.fields[column.name].source
                values = as_strings(block.table.column(self.fields[column.name].index).take(places)).to_pylist()
            self.problems.add(cause, source, column.name, block.rows[where], values)
        return where


def _is_note(text: str) -> bool:
    """A single cell of words, such as "Report created on …" below the table; a cut-off row holds a code or a number."""
    bare = text.strip().strip('",;|\t ')
    return bool(bare) and not any(sign in bare for sign in ",;|\t") and (" " in bare or not bare.isascii())
