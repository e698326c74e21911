"""A glance at a column of text: which bytes occur in it at all, before anything dearer is asked of its cells."""

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.intake.cells import FORMULA

HIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
"""Control characters and signs without a width, such as copying from a web page leaves behind."""
HIGH = bytes(range(128, 256))
ODD = HIGH + bytes(place for place in range(128) if chr(place) not in "\t\n\r" and not chr(place).isprintable())
"""Bytes of letters beyond ASCII, and of control characters."""


@cache
def _all_but(wanted: bytes) -> bytes:
    return bytes(place for place in range(256) if place not in wanted)


def bytes_within(cells: pa.Array, wanted: bytes) -> bool:
    """Does any of these bytes occur in the cells?"""
    _, offsets, data = cells.buffers()
    if data is None or not len(cells):
        return False
    first, last = (
        int(np.frombuffer(offsets, np.int32, 1, 4 * place)[0]) for place in (cells.offset, cells.offset + len(cells))
    )
    return bool(data[first:last].to_pybytes().translate(None, _all_but(wanted)))


APOSTROPHE = b"'"
DEFUSED = rf"^\s*'([{re.escape(''.join(FORMULA))}])"


def as_meant(cells: pa.Array) -> pa.Array:
    """Without the apostrophe that keeps a spreadsheet from running a cell as a formula."""
    return pc.replace_substring_regex(cells, DEFUSED, r"\1") if bytes_within(cells, APOSTROPHE) else cells


def visible(cells: pa.Array) -> pa.Array:
    """Without the characters nobody can see."""
    return pc.replace_substring_regex(cells, HIDDEN, "") if bytes_within(cells, ODD) else cells
