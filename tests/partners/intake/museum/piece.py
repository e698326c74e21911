"""One header set as a real system exports it: kind, columns with sample values, and what each column is.

`-` means "not one of ours" (ignored, or an attribute of a customer); `?` means either is fine (unsure is no failure).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    name: str
    kind: str
    columns: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(header, field, samples)"""


def piece(name: str, kind: str, listed: str) -> Piece:
    """Read `header > field > sample | sample` lines."""
    columns = []
    for line in listed.strip().splitlines():
        header, name_of, samples = (part.strip() for part in line.split(" > "))
        columns.append((header, name_of, tuple(sample.strip() for sample in re.split(r"\s*\|\s+|\s+\|$", samples))))
    return Piece(name, kind, tuple(columns))
