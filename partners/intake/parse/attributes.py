"""Columns of customers that are none of ours, kept by the type of their cells: number, yes/no, date or text."""

import numpy as np
import pyarrow as pa

from partners.intake.parse import Parsed, dates, numbers, words

ARROW = {"number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32(), "text": pa.string()}
ENOUGH = 0.95
"""The share of filled cells that must be of a type for the column to be of it; the odd rest is not known."""


def attribute(cells: pa.Array, kind: str, *, decimal: str, order: str) -> Parsed:
    """Attributes never refuse a row: what cannot be read is simply not known."""
    if kind == "number":
        parsed = numbers.parse(cells, decimal=decimal or "point", percent=True)  # type: ignore[arg-type]
    elif kind == "boolean":
        parsed = words.booleans(cells, choices={})
    elif kind == "date":
        parsed = dates.parse(cells, order=order or "dmy")  # type: ignore[arg-type]
    else:
        parsed = words.text(cells)
    return Parsed(parsed.values, np.zeros(len(parsed.bad), dtype=bool))
