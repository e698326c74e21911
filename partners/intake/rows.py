"""Blocks of cells to canonical rows: every cell of every mapped column read, every problem noted on the way.

Works on Arrow blocks; no Python loop touches a row. Blocks are looked at side by side, in threads, and counted in
their order.
"""

import copy
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import TABLES, Column
from partners.intake import fixes, judge, profile, read
from partners.intake.causes import CAUSES, FIRST, REPLACE, SKIP
from partners.intake.choices import Choices
from partners.intake.currencies import Currencies
from partners.intake.mending import Mender
from partners.intake.parse import Parsed, as_strings, flat, is_text, mask, per_text, trimmed, words
from partners.intake.parse.attributes import ARROW as ATTRIBUTES
from partners.intake.parse.attributes import attribute
from partners.intake.problems import Noted, Problems
from partners.intake.source import Source

ARROW = {
    "text": pa.string(), "identifier": pa.string(), "choice": pa.string(), "date": pa.date32(), "number": pa.float64(),
    "integer": pa.int64(), "boolean": pa.bool_(),
}  # fmt: skip
TOTALS = (
    r"(?i)^(?:(?:grand |sub ?)?totals?(?: amount)?|gesamt|summe|total general|合计|总计|小计|共计|本页合计)\s*[:：]?$"
)


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
    choices: dict[str, Any] = field(default_factory=dict)
    """Source column of words → its field and every distinct value, counted, with what it is read as."""

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [group for group in self.groups if group["level"] == "error"]

    @property
    def warnings(self) -> list[dict[str, Any]]:
        return [group for group in self.groups if group["level"] == "warning"]


@dataclass
class Looked:
    """What one block came to, not counted yet."""

    block: read.Block
    rows: pa.Table
    """The good ones."""
    counted: np.ndarray
    """Which rows were not left out."""
    report: Report
    noted: Noted


class Checker:
    """Turns blocks of cells into canonical rows, noting problems on the way."""

    def __init__(self, source: Source, plan: profile.Plan, *, at: dt.date, problems: Problems) -> None:
        mapping = plan.mapping
        self.header_row = source.header_row
        self.table, self.mapping, self.plan, self.at = TABLES[mapping.kind], mapping, plan, at
        self.problems: Problems | Noted = problems
        self.fields = mapping.fields()
        self.attributes = {name: match for name, match in mapping.attributes().items() if name in plan.attributes}
        self.report = Report()
        names = [name for name in self.table.names if name in self.fields or name == mapping.row_number]
        self.schema = pa.schema(
            [("row", pa.int64())]
            + [(name, ARROW[self.table[name].type]) for name in names]
            + [(name, ATTRIBUTES[plan.attributes[name]]) for name in self.attributes]
        )
        self.fixes = fixes.by_field(fixes.read(plan.fixes), mapping)
        meanings = fixes.values_by_field(plan.values, mapping)
        self.menders = {name: self._mender(name, meanings) for name in self.fields}
        self.lines_to_skip = {fix.cause for fix in self.fixes.get("", ()) if fix.act == SKIP}
        self.choices, self.currencies = Choices(self.table, self.fields), Currencies(self.table, mapping)

    @property
    def keep(self) -> str:
        """Which of several rows with one key is taken by choice: first, last, or empty where nobody chose."""
        acts = [fix.act for listed in self.fixes.values() for fix in listed if fix.cause == "duplicate_key"]
        return acts[-1].replace(SKIP, FIRST) if acts else ""

    def _mender(self, name: str, meanings: dict[str, dict[str, str]]) -> Mender:
        column, given = self.table[name], self.plan
        order, decimal = given.orders.get(name, ""), given.decimals.get(name, "")

        def reader(cells: pa.Array) -> Parsed:
            return words.by_type(column, cells, order=order, decimal=decimal)

        return Mender(self.table.kind, column, self.fixes.get(name, ()), meanings.get(name, {}), read=reader)

    def look(self, block: read.Block) -> Looked:
        """Read and judge one block, without a word to anybody: several threads may do so at the same time."""
        alone = copy.copy(self)
        alone.report, alone.problems = Report(lines=block.lines), Noted()
        return alone._looked(block, alone.report, alone.problems)

    def settle(self, looked: Looked) -> pa.Table:
        """The good rows of the next block in the file's order, now counted, and its problems noted."""
        for name in self.choices.counts:
            self.choices.count(name, looked.block.table.column(self.fields[name].index))
        for count in ("lines", "rejected", "skipped", "good"):
            setattr(self.report, count, getattr(self.report, count) + getattr(looked.report, count))
        looked.noted.tell(self.problems)
        self.currencies.look(looked.block, looked.counted, self.problems)
        return looked.rows

    def _looked(self, block: read.Block, report: Report, noted: Noted) -> Looked:
        ruined = self._ruined(block)
        rows, (raw, parsed) = block.rows, self._parse(block)
        left_out = self._left_out(block, parsed)
        found, chosen = self._judged(block, raw, parsed, ~left_out)
        out = left_out | chosen
        bad = np.zeros(len(rows), dtype=bool)
        for cause, name, where in found:
            where = where & ~out
            self._note(cause, name, block, raw[name], where)
            if CAUSES[cause].level == "error":
                bad |= where
        good = ~bad & ~out
        report.rejected += int(bad.sum()) + ruined
        report.skipped += int(out.sum())
        report.good += int(good.sum())
        columns = [pa.array(rows, pa.int64()), *(self._values(name, parsed[name]) for name in self.schema.names[1:])]
        table = pa.table(columns, schema=self.schema)
        return Looked(block, table if good.all() else table.filter(pa.array(good)), ~out, report, noted)

    def _parse(self, block: read.Block) -> tuple[dict[str, pa.Array], dict[str, Parsed]]:
        """By field: the cells as they stand after replacements, and what they mean."""
        raw, parsed = {}, {}
        for name in self.schema.names[1:]:
            if name == self.mapping.row_number:
                parsed[name] = self._numbered(block.rows - self.header_row, self.table[name])
            elif name in self.fields:
                cells = block.table.column(self.fields[name].index)
                decimal = self.plan.decimals.get(name, "")
                raw[name], parsed[name] = self.menders[name].mended(cells, at=self.at, decimal=decimal)
            else:
                kind, sign = self.plan.attributes[name], self.plan.decimals.get(name, "")
                order = self.plan.orders.get(name, "")
                cells = flat(block.table.column(self.attributes[name].index))
                parsed[name] = attribute(cells, kind, decimal=sign, order=order)
        return raw, parsed

    def _judged(
        self, block: read.Block, raw: dict[str, pa.Array], parsed: dict[str, Parsed], counted: np.ndarray
    ) -> tuple[list[tuple[str, str, np.ndarray]], np.ndarray]:
        """What is wrong after all fixes: cause, field, rows; and the rows left out by choice."""
        kind, still, chosen = self.table.kind, [], np.zeros(len(block.rows), dtype=bool)
        for cause, name, where in list(judge.rows(kind, parsed)):
            for fix in self.fixes.get(name, ()):
                if fix.cause == cause and fix.act == REPLACE:
                    raw[name], parsed[name] = self.menders[name].changed(
                        fix, raw[name], parsed[name], [(cause, where)], decimal=self.plan.decimals.get(name, "")
                    )
        across = list(judge.rows(kind, parsed))
        for name in raw:
            found = list(judge.cells(kind, self.table[name], raw[name], parsed[name], at=self.at))
            found += [(cause, where) for cause, of, where in across if of == name]
            found, left = self.menders[name].settled(raw[name], found)
            left &= counted & ~chosen
            self._note("skipped_by_choice", name, block, raw[name], left)
            chosen |= left
            still += [(cause, name, where) for cause, where in found]
        return still, chosen

    def _values(self, name: str, parsed: Parsed) -> pa.Array:
        if name in self.table and "other" in self.table[name].choices:
            return pc.if_else(pa.array(parsed.bad), pa.scalar("other"), parsed.values)
        return parsed.values

    def _numbered(self, rows: np.ndarray, column: Column) -> Parsed:
        """The first row below the header is 1, in every format."""
        values = pa.array(rows, pa.int64()).cast(ARROW[column.type])
        return Parsed(values, np.zeros(len(rows), dtype=bool))

    def _ruined(self, block: read.Block) -> int:
        """Lines that are no rows at all: rejected, or notes around the table that are merely left out."""
        out = 0
        for row, cause, text in block.rejected:
            if cause == "too_few_columns" and _is_note(text):
                cause = "note_line"
            elif cause in self.lines_to_skip:
                cause = "skipped_by_choice"
            out += CAUSES[cause].level == "warning"
            text = "" if self.plan.erased and self.plan.erased.spoken_of(text) else text
            self.problems.add(cause, "", "", np.array([row]), [text[:200]])
        self.report.skipped += out
        return len(block.rejected) - out

    def _left_out(self, block: read.Block, parsed: dict[str, Parsed]) -> np.ndarray:
        """Rows left out with a warning: empty ones, totals, and rows of nobody."""
        empty = np.ones(len(block.rows), dtype=bool)
        for column in block.table.columns:
            if not empty.any():
                break
            empty &= _empty(flat(column))
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
        return empty | totals | nobody | self._erased(block, parsed)

    def _erased(self, block: read.Block, parsed: dict[str, Parsed]) -> np.ndarray:
        """Rows that name a person who was erased; what stands in them is quoted nowhere."""
        found = self.plan.erased.rows({name: one.values for name, one in parsed.items()}) if self.plan.erased else None
        if found is None:
            return np.zeros(len(block.rows), dtype=bool)
        self.problems.add("erased_person", "", "", block.rows[found], [""] * int(found.sum()))
        return found

    def _totals(self, block: read.Block, parsed: dict[str, Parsed]) -> np.ndarray:
        """Some cell reads "Total" and something every row needs is missing."""
        lacking = np.zeros(len(block.rows), dtype=bool)
        said = np.zeros(len(block.rows), dtype=bool)
        for name in self.table.required:
            if name in self.fields:
                lacking |= mask(pc.is_null(parsed[name].values))
        by_word = len(self.table.required) == 1  # a code that reads "Total" is no code
        if not by_word and not lacking.any():
            return said
        asked = np.ones(len(block.rows), dtype=bool) if by_word else lacking.copy()
        chosen = pa.array(np.flatnonzero(asked))
        for match in self.fields.values():
            column = block.table.column(match.index)
            if is_text(cells := flat(column)):
                texts = cells if by_word else as_strings(cells.take(chosen))
                hits = per_text(texts, lambda texts: pc.match_substring_regex(trimmed(texts), TOTALS))
                said[asked] |= hits
                if match.field in self.table.key[:1] and by_word:
                    lacking |= hits
        return said & lacking

    def _note(self, cause: str, name: str, block: read.Block, raw: pa.Array, where: np.ndarray) -> None:
        if not where.any():
            return
        places = pa.array(np.flatnonzero(where))
        values = as_strings(raw.take(places)).to_pylist()
        self.problems.add(cause, self.fields[name].source, name, block.rows[where], values)


def _empty(cells: pa.Array) -> np.ndarray:
    """Cells without anything in them; a number or a date that is there is something."""
    nothing = np.asarray(pc.is_null(cells, nan_is_null=True).to_numpy(zero_copy_only=False), dtype=bool)
    if not is_text(cells):
        return nothing
    return nothing | per_text(cells, lambda texts: pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(texts)), 0))


def _is_note(text: str) -> bool:
    """A single cell of words, such as "Report created on …" below the table; a cut-off row holds a code or a number."""
    bare = text.strip().strip('",;|\t ')
    return bool(bare) and not any(sign in bare for sign in ",;|\t") and (" " in bare or not bare.isascii())
