"""Persons who were erased, as a check asks about them: of hashes only, so nothing here can name anybody."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.intake.parse import as_strings, mask, trimmed

Question = Callable[[str], bool]
SEPARATORS = re.compile(r"[,;\t|\"\s]+")
NUMBER, EMAIL = "customer_id", "email"


@dataclass(frozen=True)
class Erased:
    """Two questions: is this the number, is this the e-mail address of somebody who was erased?"""

    number: Question
    email: Question

    def rows(self, columns: dict[str, pa.Array | pa.ChunkedArray]) -> np.ndarray | None:
        """The rows that name an erased person, given columns by canonical name; None when no column could."""
        asked = {NUMBER: self.number, EMAIL: self.email}
        found = [among(columns[name], asked[name]) for name in asked if name in columns]
        return np.logical_or.reduce(found) if found else None

    def without(self, table: pa.Table) -> pa.Table:
        """A table of raw cells without the rows that hold such a number or address in any column."""
        named = np.zeros(table.num_rows, dtype=bool)
        for column in table.columns:
            named |= among(trimmed(as_strings(column)), lambda cell: self.number(cell) or self.email(cell))
        return table.filter(pa.array(~named)) if named.any() else table

    def spoken_of(self, line: str) -> bool:
        """Whether a line that could not be cut into cells holds such a number or address."""
        return any(self.number(part) or self.email(part) for part in SEPARATORS.split(line) if part)


def among(values: pa.Array | pa.ChunkedArray, question: Question) -> np.ndarray:
    """The rows for which the answer is yes; each distinct value is asked once."""
    flat = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    distinct = pc.unique(flat.drop_null()).cast(pa.string())
    hits = [value for value in distinct.to_pylist() if question(value)]
    if not hits:
        return np.zeros(len(flat), dtype=bool)
    return mask(pc.is_in(flat.cast(pa.string()), value_set=pa.array(hits, pa.string())))
