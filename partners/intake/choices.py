"""The distinct words of columns with a fixed vocabulary: how often each stands in the file, what it is read as."""

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Table
from partners.intake.mapping import Match
from partners.intake.mending import Mender
from partners.intake.parse import as_strings

MOST = 200
"""A column with more different words is no list of choices; the first ones are shown."""


class Choices:
    """Counts while the file streams by."""

    def __init__(self, table: Table, fields: dict[str, Match]) -> None:
        self.fields = fields
        self.counts: dict[str, Counter[str]] = {
            name: Counter() for name in fields if table[name].type in ("choice", "boolean")
        }

    def count(self, name: str, cells: pa.Array | pa.ChunkedArray) -> None:
        if name not in self.counts:
            return
        known = self.counts[name]
        for one in pc.value_counts(pc.utf8_trim_whitespace(as_strings(cells).fill_null(""))).to_pylist():
            value = one["values"][:120]
            if value in known or len(known) < MOST:
                known[value] += one["counts"]

    def as_dict(self, menders: dict[str, Mender]) -> dict[str, Any]:
        """Source column → field and values; `read_as` is None for a word nobody knows, "" for an empty cell."""
        told = {}
        for name, counts in self.counts.items():
            listed = counts.most_common()
            read = menders[name].read(menders[name].translated(pa.array([value for value, _ in listed], pa.string())))
            meant = read.values.to_pylist()
            values = [
                {"value": value, "count": count, "read_as": None if bad else _word(word)}
                for (value, count), word, bad in zip(listed, meant, read.bad, strict=True)
            ]
            told[self.fields[name].source] = {"field": name, "values": values}
        return told


def _word(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
