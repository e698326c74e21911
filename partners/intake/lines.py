"""CSV text into records, block by block, such that an unterminated quote can never swallow the rows after it.

Whole blocks go through pyarrow's parser. Lines whose quotes do not close on the same line are taken out first and
looked at one by one: either they join with the next lines into one proper record, or they are rejected alone.
Every record is accounted for: parsed + rejected = records, or the block is read again line by line.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

MAX_JOIN_LINES = 100
MAX_JOIN_BYTES = 64 * 1024
JOIN_TRIES = 3
Found = tuple[int, int]
"""Half-open byte range of a record in its block."""


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


def parse(data: bytes, *, width: int, delimiter: str, final: bool) -> Records:
    """Parse a block of UTF-8 bytes that starts at a record. Unless `final`, an open record at the end is left over."""
    if not final:
        data = data[: data.rfind(b"\n") + 1]
    starts, ends = _line_ranges(data)
    suspects = _odd_lines(data, starts)
    records = _resolve(data, starts, ends, suspects, width=width, delimiter=delimiter, final=final)
    if records is None:
        quoted = _quoted_lines(data, starts)
        records = _resolve(data, starts, ends, quoted, width=width, delimiter=delimiter, final=final)
    if records is None:
        every = np.arange(len(starts))
        records = _resolve(data, starts, ends, every, width=width, delimiter=delimiter, final=final)
    assert records is not None, "reading every line on its own always adds up"
    return records


def _line_ranges(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    breaks = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks + 1, [len(data)]])
    if starts[-1] == len(data):
        starts, ends = starts[:-1], ends[:-1]
    return starts, ends


def _quote_counts(data: bytes, starts: np.ndarray) -> np.ndarray:
    quotes = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 34)
    return np.diff(np.searchsorted(quotes, np.concatenate([starts, [len(data)]])))


def _odd_lines(data: bytes, starts: np.ndarray) -> np.ndarray:
    return np.flatnonzero(_quote_counts(data, starts) % 2 == 1)


def _quoted_lines(data: bytes, starts: np.ndarray) -> np.ndarray:
    return np.flatnonzero(_quote_counts(data, starts) > 0)


def _resolve(
    data: bytes, starts: np.ndarray, ends: np.ndarray, suspects: np.ndarray, *, width: int, delimiter: str, final: bool
) -> Records | None:
    """Settle the suspect lines one by one and parse the rest in bulk; None when the bulk does not add up."""
    every = len(suspects) == len(starts)
    taken: list[tuple[int, int]] = []  # first and last line of each record taken out of the bulk
    singles: list[tuple[list[str] | None, str, str]] = []  # cells or (None, cause, text)
    stop, place = len(starts), 0
    while place < len(suspects):
        line = int(suspects[place])
        text = _text(data, starts[line], ends[line])
        if not _open_at_end(text, delimiter):
            if every:
                taken.append((line, line))
                singles.append(_single(text, width, delimiter))
            place += 1
            continue
        last, cells, waiting = _join(data, starts, ends, line, suspects[place + 1 :], width=width, delimiter=delimiter)
        if cells is None and waiting and not final:
            stop = line
            break
        taken.append((line, last))
        singles.append((cells, "", "") if cells is not None else (None, "unterminated_quote", text.rstrip("\r\n")))
        place = int(np.searchsorted(suspects, last + 1))
    used = int(ends[stop - 1]) if stop else 0
    return _assemble(data[:used], starts[:stop], ends[:stop], taken, singles, width=width, delimiter=delimiter)


def _join(
    data: bytes, starts: np.ndarray, ends: np.ndarray, line: int, later: np.ndarray, *, width: int, delimiter: str
) -> tuple[int, list[str] | None, bool]:
    """(last line, cells) of the record that starts in this line; cells None when it never closes properly."""
    for candidate in later[:JOIN_TRIES]:
        candidate = int(candidate)
        if candidate - line > MAX_JOIN_LINES or ends[candidate] - starts[line] > MAX_JOIN_BYTES:
            return line, None, False
        cells = _strict(_text(data, starts[line], ends[candidate]), delimiter)
        if cells is not None and len(cells) == width:
            return candidate, cells, False
    near_end = len(starts) - line <= MAX_JOIN_LINES and len(data) - starts[line] <= MAX_JOIN_BYTES
    return line, None, len(later) < JOIN_TRIES and near_end


def _assemble(
    data: bytes,
    starts: np.ndarray,
    ends: np.ndarray,
    taken: list[tuple[int, int]],
    singles: list[tuple[list[str] | None, str, str]],
    *,
    width: int,
    delimiter: str,
) -> Records | None:
    bulk, numbers, own = _without(data, starts, ends, taken)
    invalid: list[pacsv.InvalidRow] = []
    table = bulk_parse(bulk, width=width, delimiter=delimiter, on_invalid=invalid.append)
    if table.num_rows + len(invalid) != len(numbers) or _open_at_end(_last_line(bulk), delimiter):
        return None  # some line swallowed the next, or the last would have
    bad = np.array([row.number - 1 for row in invalid], dtype=np.int64)
    rows = np.delete(numbers, bad)
    extra: list[tuple[int, list[str]]] = []
    rejected: list[tuple[int, str, str]] = []
    ragged = [(int(numbers[row.number - 1]), _single(row.text, width, delimiter)) for row in invalid]
    for row, (cells, cause, text) in [*zip(own, singles, strict=True), *ragged]:
        if cells is None:
            rejected.append((row, cause, text))
        else:
            extra.append((row, cells))
    if extra:
        columns = [pa.array([cells[index] for _, cells in extra], pa.string()) for index in range(width)]
        table = pa.concat_tables([table, pa.table(columns, names=names(width))])
        rows = np.concatenate([rows, [row for row, _ in extra]])
        order = np.argsort(rows, kind="stable")
        table, rows = table.take(pa.array(order)), rows[order]
    return Records(table, rows, sorted(rejected), count=len(numbers) + len(own), used=len(data))


def _without(
    data: bytes, starts: np.ndarray, ends: np.ndarray, taken: list[tuple[int, int]]
) -> tuple[bytes, np.ndarray, list[int]]:
    """The block without the records taken out; the record numbers of the rest, and of those taken out."""
    if not taken:
        return data, np.arange(len(starts), dtype=np.int64), []
    keep = np.ones(len(starts), dtype=bool)
    first = np.ones(len(starts), dtype=bool)
    parts, place = [], 0
    for begin, last in taken:
        keep[begin : last + 1] = False
        first[begin + 1 : last + 1] = False  # a record over several lines is one row of a spreadsheet
        parts.append(data[place : starts[begin]])
        place = int(ends[last])
    parts.append(data[place:])
    number = np.cumsum(first) - 1
    return b"".join(parts), number[keep].astype(np.int64), [int(number[begin]) for begin, _ in taken]


def bulk_parse(
    data: bytes, *, width: int, delimiter: str, on_invalid: Callable[[pacsv.InvalidRow], object]
) -> pa.Table:
    """pyarrow's parser over complete lines; every cell a string, blank lines kept so that row numbers stay true."""
    if not data:
        return pa.table([pa.array([], pa.string())] * width, names=names(width))

    def skip(row: pacsv.InvalidRow) -> str:
        on_invalid(row)
        return "skip"

    columns = names(width)
    return pacsv.read_csv(
        io.BytesIO(data),
        read_options=pacsv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=columns),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=skip),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )


def names(width: int) -> list[str]:
    return [f"c{index}" for index in range(width)]


def _single(text: str, width: int, delimiter: str) -> tuple[list[str] | None, str, str]:
    """One line on its own: its cells when it has the right number (empty cells at the end are no harm), or a cause."""
    text = text.rstrip("\r\n")
    try:
        cells = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return None, "unterminated_quote", text
    if not any(cell.strip() for cell in cells):
        return [""] * width, "", ""
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) == width:
        return cells, "", ""
    return None, "too_few_columns" if len(cells) < width else "too_many_columns", text


def _strict(text: str, delimiter: str) -> list[str] | None:
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _open_at_end(text: str, delimiter: str) -> bool:
    """Does the line end inside a quoted cell? Quotes count only at the start of a cell, as the parsers see it."""
    inside, at_start, place = False, True, 0
    text = text.rstrip("\r\n")
    while place < len(text):
        letter = text[place]
        if inside:
            if letter == '"':
                if text[place + 1 : place + 2] == '"':
                    place += 1
                else:
                    inside = False
        elif letter == delimiter:
            at_start = True
            place += 1
            continue
        elif letter == '"' and at_start:
            inside = True
        at_start = False
        place += 1
    return inside


def _last_line(data: bytes) -> str:
    return data[data.rfind(b"\n", 0, max(0, len(data) - 1)) + 1 :].decode("utf-8", errors="replace")


def _text(data: bytes, start: int, end: int) -> str:
    return data[start:end].decode("utf-8", errors="replace")


def complete_lines(chunks: Iterator[bytes], *, longest: int) -> Iterator[tuple[bytes, bool]]:
    """Join raw chunks so that each block ends at a line's end: (block, is it the last)."""
    pending = next(chunks, b"")
    for chunk in chunks:
        cut = pending.rfind(b"\n") + 1
        if cut == 0:
            if len(pending) > longest:
                raise ValueError("line too long")
            pending += chunk
            continue
        yield pending[:cut], False
        pending = pending[cut:] + chunk
    yield pending, True
