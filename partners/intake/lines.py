"""CSV text into records, block by block, such that an unterminated quote can never swallow the rows after it.

Whole blocks go through pyarrow's parser. Lines whose quotes do not close on the same line are taken out first and
looked at one by one: either they join with the next lines into one proper record, or they are rejected alone.
Every record is accounted for: parsed + rejected = records, or the block is read again line by line.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

MAX_JOIN_LINES = 100
MAX_JOIN_BYTES = 64 * 1024
JOIN_TRIES = 3
TEXT, ENCODED = pa.string(), pa.dictionary(pa.int32(), pa.string())
"""How cells come out of the parser: one by one, or each different one once with places pointing at it."""
Single = tuple[list[str] | None, str, str]
"""A line read on its own: its cells, or None with a cause and the text."""


@dataclass
class Records:
    """One block's records: a table of strings, and what could not be read. Row numbers start at 0 with the block."""

    table: pa.Table
    rows: np.ndarray
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    """(row, cause, text of the line)"""
    count: int = 0
    used: int = 0
    """Bytes consumed; the rest belongs to the next block."""


@dataclass
class _Lines:
    """A block cut at its line feeds. `quote` is the mark around cells; empty where there is none."""

    data: bytes
    width: int
    delimiter: str
    kind: pa.DataType
    quote: str

    def __len__(self) -> int:
        return self.count

    @cached_property
    def count(self) -> int:
        return self.data.count(b"\n") + (not self.data.endswith(b"\n") and bool(self.data))

    @cached_property
    def ends(self) -> np.ndarray:
        """Where each line ends; most blocks need only be counted."""
        breaks = np.flatnonzero(np.frombuffer(self.data, dtype=np.uint8) == 10) + 1
        return breaks if len(breaks) == self.count else np.append(breaks, len(self.data))

    @cached_property
    def starts(self) -> np.ndarray:
        return np.concatenate([[0], self.ends[:-1]]) if self.count else self.ends

    def until(self, stop: int) -> "_Lines":
        """The first lines only."""
        return self if stop == self.count else replace(self, data=self.data[: int(self.ends[stop - 1]) if stop else 0])

    def text(self, first: int, last: int) -> str:
        return self.data[self.starts[first] : self.ends[last]].decode("utf-8", errors="replace")

    def quotes(self) -> np.ndarray:
        """How many quotation marks each line holds."""
        if not self.quote or self.quote.encode() not in self.data:
            return np.zeros(len(self), dtype=np.int64)
        places = np.flatnonzero(np.frombuffer(self.data, dtype=np.uint8) == ord(self.quote))
        return np.diff(np.searchsorted(places, np.concatenate([self.starts, [len(self.data)]])))


def parse(
    data: bytes, *, width: int, delimiter: str, final: bool, kind: pa.DataType = TEXT, quote: str = '"'
) -> Records:
    """Parse a block of UTF-8 bytes that starts at a record. Unless `final`, an open record at the end is left over.

    Suspect are lines with an odd number of quotes; should the bulk not add up, all lines with quotes; then all.
    """
    if not final:
        data = data[: data.rfind(b"\n") + 1]
    block = _Lines(data, width=width, delimiter=delimiter, kind=kind, quote=quote)
    quotes = block.quotes()
    for suspect in (quotes % 2 == 1, quotes > 0, quotes >= 0):
        records = _resolve(block, np.flatnonzero(suspect), final=final)
        if records is not None:
            return records
    raise AssertionError("reading every line on its own always adds up")


def _resolve(block: _Lines, suspects: np.ndarray, *, final: bool) -> Records | None:
    """Settle the suspect lines one by one and parse the rest in bulk; None when the bulk does not add up."""
    every = len(suspects) == len(block)
    taken: list[tuple[int, int]] = []  # first and last line of each record taken out of the bulk
    singles: list[Single] = []
    stop, place = len(block), 0
    while place < len(suspects):
        line = int(suspects[place])
        text = block.text(line, line)
        if not _open_at_end(text, block):
            if every:
                taken.append((line, line))
                singles.append(_single(text, block))
            place += 1
            continue
        last, cells, waiting = _join(block, line, suspects[place + 1 :])
        if cells is None and waiting and not final:
            stop = line
            break
        taken.append((line, last))
        singles.append((cells, "", "") if cells is not None else (None, "unterminated_quote", text.rstrip("\r\n")))
        place = int(np.searchsorted(suspects, last + 1))
    return _assemble(block.until(stop), taken, singles)


def _join(block: _Lines, line: int, later: np.ndarray) -> tuple[int, list[str] | None, bool]:
    """Last line and cells of the record that starts in this line; cells None when it never closes properly.

    The third value says that the block ends too soon to know.
    """
    for candidate in map(int, later[:JOIN_TRIES]):
        if candidate - line > MAX_JOIN_LINES or block.ends[candidate] - block.starts[line] > MAX_JOIN_BYTES:
            return line, None, False
        cells = _strict(block.text(line, candidate), block)
        if cells is not None and len(cells) == block.width:
            return candidate, cells, False
    near_end = len(block) - line <= MAX_JOIN_LINES and len(block.data) - block.starts[line] <= MAX_JOIN_BYTES
    return line, None, len(later) < JOIN_TRIES and bool(near_end)


def _assemble(block: _Lines, taken: list[tuple[int, int]], singles: list[Single]) -> Records | None:
    """Bulk and single records in the order of the file; None when the bulk's records do not match its lines."""
    bulk, numbers, own = _without(block, taken)
    invalid: list[pacsv.InvalidRow] = []
    table = bulk_parse(bulk, block, on_invalid=invalid.append)
    if table.num_rows + len(invalid) != len(numbers) or _open_at_end(_last_line(bulk), block):
        return None  # some line swallowed the next, or the last would have
    bad = np.array([row.number - 1 for row in invalid], dtype=np.int64)
    ragged = [_single(row.text, block) for row in invalid]
    apart = [*zip(own, singles, strict=True), *zip(numbers[bad].tolist(), ragged, strict=True)]
    extra = [(row, cells) for row, (cells, _, _) in apart if cells is not None]
    rejected = sorted((row, cause, text) for row, (cells, cause, text) in apart if cells is None)
    rows = np.delete(numbers, bad)
    if extra:
        table, rows = _put_in(table, rows, extra)
    return Records(table, rows, rejected, count=len(numbers) + len(own), used=len(block.data))


def _put_in(table: pa.Table, rows: np.ndarray, extra: list[tuple[int, list[str]]]) -> tuple[pa.Table, np.ndarray]:
    """The table with single records at their places."""
    width = table.num_columns
    columns = [pa.array([cells[index] for _, cells in extra], pa.string()) for index in range(width)]
    more = pa.table(columns, names=names(width)).cast(table.schema)
    table = pa.concat_tables([table, more]).unify_dictionaries().combine_chunks()
    rows = np.concatenate([rows, [row for row, _ in extra]])
    order = np.argsort(rows, kind="stable")
    return table.take(pa.array(order)), rows[order]


def _without(block: _Lines, taken: list[tuple[int, int]]) -> tuple[bytes, np.ndarray, list[int]]:
    """The block without the records taken out; the record numbers of the rest, and of those taken out."""
    if not taken:
        return block.data, np.arange(len(block), dtype=np.int64), []
    keep, first = np.ones(len(block), dtype=bool), np.ones(len(block), dtype=bool)
    parts, place = [], 0
    for begin, last in taken:
        keep[begin : last + 1] = False
        first[begin + 1 : last + 1] = False  # a record over several lines is one row of a spreadsheet
        parts.append(block.data[place : block.starts[begin]])
        place = int(block.ends[last])
    parts.append(block.data[place:])
    number = np.cumsum(first) - 1
    return b"".join(parts), number[keep].astype(np.int64), [int(number[begin]) for begin, _ in taken]


def bulk_parse(data: bytes, block: _Lines, *, on_invalid: Callable[[pacsv.InvalidRow], object]) -> pa.Table:
    """pyarrow's parser over complete lines; every cell a string, blank lines kept so that row numbers stay true."""
    columns = names(block.width)
    if not data:
        return pa.table([pa.array([], block.kind)] * block.width, names=columns)

    def skip(row: pacsv.InvalidRow) -> str:
        on_invalid(row)
        return "skip"

    return pacsv.read_csv(
        io.BytesIO(data),
        read_options=pacsv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=columns),
        parse_options=pacsv.ParseOptions(
            delimiter=block.delimiter,
            quote_char=block.quote or False,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(columns, block.kind), strings_can_be_null=False, check_utf8=False
        ),
    )


def names(width: int) -> list[str]:
    return [f"c{index}" for index in range(width)]


def _single(text: str, block: _Lines) -> Single:
    """One line on its own: its cells when it has the right number (empty cells at the end are no harm), or a cause."""
    text, width = text.rstrip("\r\n"), block.width
    try:
        cells = next(csv.reader([text], **dialect(block.delimiter, block.quote)), [])
    except csv.Error:
        return None, "unterminated_quote", text
    if not any(cell.strip() for cell in cells):
        return [""] * width, "", ""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) == width:
        return cells, "", ""
    return None, "too_few_columns" if len(cells) < width else "too_many_columns", text


def dialect(delimiter: str, quote: str) -> dict[str, Any]:
    """The same reading for the other parser; a file without quotes is no file without quotation marks."""
    if not quote:
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE}
    return {"delimiter": delimiter, "quotechar": quote}


def _strict(text: str, block: _Lines) -> list[str] | None:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), **dialect(block.delimiter, block.quote), strict=True)
        records = list(reader)
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _open_at_end(text: str, block: _Lines) -> bool:
    """Does the line end inside a quoted cell? Quotes count only at the start of a cell, as the parsers see it."""
    inside, at_start, place = False, True, 0
    delimiter, quote = block.delimiter, block.quote
    if not quote:
        return False
    text = text.rstrip("\r\n")
    while place < len(text):
        letter = text[place]
        if inside:
            if letter == quote:
                if text[place + 1 : place + 2] == quote:
                    place += 1
                else:
                    inside = False
        elif letter == delimiter:
            at_start = True
            place += 1
            continue
        elif letter == quote and at_start:
            inside = True
        at_start = False
        place += 1
    return inside


def _last_line(data: bytes) -> str:
    return data[data.rfind(b"\n", 0, max(0, len(data) - 1)) + 1 :].decode("utf-8", errors="replace")


def complete_lines(chunks: Iterator[bytes], *, longest: int) -> Iterator[tuple[bytes, bool]]:
    """Join raw chunks so that each block ends at a line's end: (block, is it the last)."""
    begun, chunk = b"", next(chunks, b"")  # what is left of the block before, and what came after it
    for later in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut == 0:
            if len(begun) + len(chunk) > longest:
                raise ValueError("line too long")
            begun, chunk = begun + chunk, later
            continue
        yield b"".join((begun, memoryview(chunk)[:cut])), False
        begun, chunk = chunk[cut:], later
    yield begun + chunk, True
