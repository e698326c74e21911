"""Cells to values, a whole column at a time: each parser takes an Arrow array and returns values and failures.

Parsing works on the distinct values only and is spread back by index, which is what makes millions of rows cheap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.intake.parse.looks import ODD, as_meant, bytes_within, visible

BLANKS = pa.array(
    ["", "-", "--", "—", "n/a", "na", "#n/a", "null", "none", "nan", "nil", "\\n", "(null)", "(blank)", "undefined",
     "nat", "无", "空", "/", "?"]
)  # fmt: skip
TEXT_BLANKS = pa.array(["", "null", "#n/a", "nan", "(null)", "\\n", "nat"])


@dataclass(frozen=True)
class Parsed:
    """`values` are null where the cell was blank or bad; `bad` says which cells held something we could not read."""

    values: pa.Array
    bad: np.ndarray


def per_distinct(cells: pa.Array | pa.ChunkedArray, parse: Callable[[pa.Array], Parsed]) -> Parsed:
    """Parse each distinct text once; a column that comes with its distinct texts is not searched for them again."""
    cells = flat(cells)
    encoded = cells if pa.types.is_dictionary(cells.type) else as_strings(cells).dictionary_encode()
    known = parse(encoded.dictionary)
    values = known.values.take(encoded.indices)
    if not known.bad.any():
        return Parsed(values, np.zeros(len(cells), dtype=bool))
    bad = np.append(known.bad, False)
    places = encoded.indices.fill_null(len(known.bad)).to_numpy(zero_copy_only=False)
    return Parsed(values, bad[places])


def is_text(cells: pa.Array) -> bool:
    """Text as a file wrote it, cell by cell or each different one once; other types come from Parquet."""
    return pa.types.is_string(cells.type) or pa.types.is_dictionary(cells.type)


def per_text(cells: pa.Array, hits: Callable[[pa.Array], pa.Array]) -> np.ndarray:
    """Which cells hold a text for which this is true; each distinct text is looked at once."""
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    found = np.append(mask(hits(encoded.dictionary)), False)
    if not found.any():
        return np.zeros(len(cells), dtype=bool)
    return np.asarray(found[encoded.indices.fill_null(len(found) - 1).to_numpy(zero_copy_only=False)])


def flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def as_strings(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Any column as text, as a person would see it."""
    column = flat(column)
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.equal(column, pc.round(column)), pc.less(pc.abs(column), 1e15))
        integers = pc.if_else(pc.fill_null(whole, False), column, pa.scalar(0, kind)).cast(pa.int64())
        text = pc.if_else(whole, integers.cast(pa.string()), column.cast(pa.string()))
        return pc.if_else(pc.is_nan(column), pa.scalar(None, pa.string()), text)
    return column.cast(pa.string())


def trimmed(cells: pa.Array) -> pa.Array:
    """Full-width forms folded, what nobody can see and outer white space gone."""
    cells = as_meant(cells)
    if bytes_within(cells, ODD):
        cells = pc.utf8_normalize(visible(cells), form="NFKC")
    return pc.utf8_trim_whitespace(cells)


def is_blank(cells: pa.Array, *, words: pa.Array = BLANKS) -> pa.Array:
    """Blank, or one of the words that mean "nothing here"; expects trimmed text."""
    return pc.or_(pc.fill_null(pc.is_in(pc.utf8_lower(cells), value_set=words), True), pc.is_null(cells))


def mask(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    return np.asarray(flat(values).fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)
