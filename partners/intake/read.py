"""A file as blocks of string cells with true row numbers, whatever its format; nothing here grows with the file."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partners.intake import encoding as encodings
from partners.intake import lines
from partners.intake.ahead import ahead
from partners.intake.cells import as_text, without_nul
from partners.intake.erased import Erased
from partners.intake.parse import as_strings
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import Source
from partners.intake.stored import Stored, stored

if TYPE_CHECKING:
    import python_calamine as calamine

BLOCK_BYTES = 8 * 2**20
BLOCK_ROWS = 65_536
LONGEST_LINE = 32 * 2**20
FIRST_ROWS = 20
LONGEST_CELL = 200


@dataclass
class Block:
    """Some rows of a file. `rows` are row numbers as a spreadsheet shows them; columns are named c0, c1, …"""

    table: pa.Table
    rows: np.ndarray
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    lines: int = 0


def blocks(
    path: Path | Stored, source: Source, *, block_bytes: int = BLOCK_BYTES, kind: pa.DataType = lines.TEXT
) -> Iterator[Block]:
    """All rows below the header. For every block: rows in the table + rejected == lines. Text comes as `kind`."""
    if source.format == "csv":
        yield from _text_blocks(path, source, block_bytes, kind)
    elif source.format == "xlsx":
        yield from _sheet_blocks(path, source, kind)
    else:
        yield from _parquet_blocks(path)


def sample(path: Path | Stored, source: Source, *, rows: int = 5_000, erased: Erased | None = None) -> pa.Table:
    """The first rows as text, for matching columns and showing examples; none that names an erased person."""
    for block in blocks(path, source, block_bytes=2**20):
        if block.table.num_rows:
            return (erased.without(block.table) if erased else block.table).slice(0, rows)
    return pa.table([pa.array([], pa.string()) for _ in source.columns], names=lines.names(len(source.columns)))


def first_rows(
    file: Path | Stored, source: Source, *, rows: int = FIRST_ROWS, erased: Erased | None = None
) -> dict[str, list[Any]]:
    """The first rows under the file's own headers, for a look while the rest is still being read."""
    head = sample(file, source, rows=rows, erased=erased)
    cells = [as_strings(column).to_pylist() for column in head.columns]
    listed = [[(cell or "")[:LONGEST_CELL] for cell in row] for row in zip(*cells, strict=True)]
    return {"columns": list(source.columns), "rows": listed}


def _text_blocks(path: Path | Stored, source: Source, block_bytes: int, kind: pa.DataType) -> Iterator[Block]:
    width, first = len(source.columns), 1
    left = b""

    def parse(piece: tuple[bytes, bool]) -> lines.Records:
        data, final = piece
        return lines.parse(data, width=width, delimiter=source.delimiter, final=final, kind=kind, quote=source.mark)

    for (data, last), records in ahead(lambda piece: (piece, parse(piece)), _complete(path, source, block_bytes)):
        if left:  # a record began in the block before: only now is it known where this one starts
            data = left + data
            records = parse((data, last))
        left = b"" if last else data[records.used :]
        block = _below_header(records, first, source.header_row)
        first += records.count
        if block.lines:
            yield block


def _complete(path: Path | Stored, source: Source, block_bytes: int) -> Iterator[tuple[bytes, bool]]:
    try:
        yield from lines.complete_lines(_utf8(path, source, block_bytes), longest=LONGEST_LINE)
    except ValueError:
        raise IntakeRefusal("line_too_long", limit=LONGEST_LINE // 2**20) from None


def _below_header(records: lines.Records, first: int, header: int) -> Block:
    rows = records.rows + first
    keep = rows > header
    table = records.table if keep.all() else _compact(records.table.filter(pa.array(keep)))
    rejected = [(row + first, cause, text) for row, cause, text in records.rejected if row + first > header]
    return Block(table, rows[keep], rejected, lines=int(keep.sum()) + len(rejected))


def _compact(table: pa.Table) -> pa.Table:
    """Without the values in dictionaries that no row holds any more."""
    return table if lines.ENCODED not in table.schema.types else table.cast(_texts(table)).cast(table.schema)


def _texts(table: pa.Table) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in table.column_names])


def _utf8(path: Path | Stored, source: Source, size: int) -> Iterator[bytes]:
    """The text as UTF-8 with line feeds and without NULs, in chunks."""
    decoder = codecs.getincrementaldecoder(source.encoding)("replace")
    plain = source.encoding == "utf-8" and not source.carriage_returns
    with stored(path).open() as file:
        file.seek(encodings.bom_length(path, source.encoding))
        while chunk := file.read(size):
            if plain and chunk.isascii() and not decoder.getstate()[0]:
                yield chunk.replace(b"\x00", b"")
                continue
            text = without_nul(decoder.decode(chunk))
            yield (text.replace("\r", "\n") if source.carriage_returns else text).encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")


def _sheet_blocks(path: Path | Stored, source: Source, kind: pa.DataType) -> Iterator[Block]:
    width = len(source.columns)
    page = sheet(path, source.sheet)
    cells = iter(page.iter_rows())
    row = source.header_row
    for _ in islice(cells, row):
        pass
    while chunk := list(islice(cells, BLOCK_ROWS)):
        padded = [[as_text(cell) for cell in line[:width]] + [""] * (width - len(line)) for line in chunk]
        columns = [pa.array(column, pa.string()).cast(kind) for column in zip(*padded, strict=True)]
        rows = np.arange(row + 1, row + 1 + len(chunk), dtype=np.int64)
        yield Block(pa.table(columns, names=lines.names(width)), rows, lines=len(chunk))
        row += len(chunk)
    _sheet.cache_clear()  # read to its end, it is not wanted again


def sheet(file: Path | Stored, name: str) -> "calamine.CalamineSheet":
    """One sheet, all of it: the last one stays in memory, as a file is looked at several times before it is read."""
    file = stored(file)
    about = file.path.stat()
    return _sheet(file, name, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=1)
def _sheet(file: Stored, name: str, *_: int) -> "calamine.CalamineSheet":
    return workbook(file).get_sheet_by_name(name)


def workbook(file: Path | Stored) -> "calamine.CalamineWorkbook":
    """The spreadsheet; a sealed one is opened in memory, never as a plain copy on disk."""
    import python_calamine as calamine

    file = stored(file)
    if file.key is None:
        return calamine.CalamineWorkbook.from_path(str(file.path))
    with file.open() as plain:
        return calamine.CalamineWorkbook.from_filelike(plain)  # type: ignore[arg-type]


def _parquet_blocks(path: Path | Stored) -> Iterator[Block]:
    """Typed columns stay typed; row 1 is the first row, as Parquet has no header row."""
    first = 1
    for batch in _batches(path):
        columns = [_plain(column) for column in batch.columns]
        table = pa.table(columns, names=lines.names(len(columns)))
        yield Block(table, np.arange(first, first + len(batch), dtype=np.int64), lines=len(batch))
        first += len(batch)


def _batches(path: Path | Stored) -> Iterator[pa.RecordBatch]:
    """Batches whose texts are proved to be text; damage anywhere in the file is a refusal."""
    try:
        with stored(path).open() as plain, pq.ParquetFile(plain) as file:
            for batch in file.iter_batches(batch_size=BLOCK_ROWS):
                batch.validate(full=True)
                yield batch
    except (pa.ArrowException, OSError, ValueError) as error:
        raise IntakeRefusal("damaged", name="Parquet", detail=str(error).splitlines()[0][:120]) from None


def _plain(column: pa.Array) -> pa.Array:
    """Dictionaries unpacked, strings of one type and without NULs, nested values left out."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        column = column.cast(pa.string())
    if pa.types.is_string(column.type):
        return pc.replace_substring(column, "\x00", "")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_nested(kind) or pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    return column
