"""Problems collected while a file streams by, and how we say them: where, what we saw, what we need."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partners.columns import in_language
from partners.intake.causes import CAUSES, PARSE, known
from partners.intake.fixes import HOWS

if TYPE_CHECKING:  # the web process reads sentences from here and must stay small
    import numpy as np

EXAMPLES = 20
LONGEST_SEEN = 120
KINDS_OF_VALUES = 5_000
"""So many different values of a group are counted; of a file full of different mistakes, the first ones."""


@dataclass
class Group:
    """All problems of one cause in one column."""

    cause: str
    source: str
    field: str
    count: int = 0
    examples: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    values: Counter[str] = dataclasses.field(default_factory=Counter)

    def see(self, values: Sequence[str | None]) -> None:
        """Count what stands in the cells."""
        for value, times in Counter(values).items():
            seen = (value or "")[:LONGEST_SEEN]
            if seen in self.values or len(self.values) < KINDS_OF_VALUES:
                self.values[seen] += times

    def as_dict(self) -> dict[str, Any]:
        cause = CAUSES[self.cause]
        shown = [{"value": value, "count": count} for value, count in self.values.most_common(EXAMPLES) if value]
        return {
            "cause": self.cause,
            "level": cause.level,
            "column": self.source,
            "field": self.field,
            "count": self.count,
            "examples": self.examples,
            "values": shown,
            "acts": list(cause.acts),
            "hows": list(HOWS[self.cause]) if PARSE in cause.acts else [],
        }


class Noted:
    """Problems of one block, until it is its turn to be told of."""

    def __init__(self) -> None:
        self._said: list[tuple[str, str, str, np.ndarray, Sequence[str | None]]] = []

    def add(self, cause: str, source: str, name: str, rows: np.ndarray, values: Sequence[str | None]) -> None:
        if len(rows):
            self._said.append((cause, source, name, rows, values))

    def tell(self, problems: Problems | Noted) -> None:
        for said in self._said:
            problems.add(*said)


class Problems:
    """Collects problems while the file streams by: groups with examples in memory, every single one on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._groups: dict[tuple[str, str], Group] = {}
        self._writer: Any = None
        self.counts: dict[str, int] = defaultdict(int)

    def add(self, cause: str, source: str, name: str, rows: np.ndarray, values: Sequence[str | None]) -> None:
        if len(rows) == 0:
            return
        group = self._groups.setdefault((cause, source), Group(cause, source, name))
        group.count += len(rows)
        room = EXAMPLES - len(group.examples)
        for row, value in zip(rows[:room], values[:room], strict=True):
            group.examples.append({"row": int(row), "value": (value or "")[:LONGEST_SEEN]})
        group.see(values)
        self.counts[CAUSES[cause].level] += len(rows)
        if cause != "blank_row":
            self._write(cause, source, name, rows, values)

    def _write(self, cause: str, source: str, name: str, rows: np.ndarray, values: Sequence[str | None]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table(
            {
                "row": pa.array(rows, pa.int64()),
                "column": pa.array([source] * len(rows), pa.string()),
                "field": pa.array([name] * len(rows), pa.string()),
                "cause": pa.array([cause] * len(rows), pa.string()),
                "level": pa.array([CAUSES[cause].level] * len(rows), pa.string()),
                "value": pa.array(values, pa.string()),
            }
        )
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema)
        self._writer.write_table(table)

    def groups(self) -> list[Group]:
        """Errors first, most frequent first, then in the order of the file."""
        rank = {"error": 0, "warning": 1}
        return sorted(
            self._groups.values(),
            key=lambda group: (rank[CAUSES[group.cause].level], -group.count, group.examples[0]["row"]),
        )

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def unquoted(group: dict[str, Any]) -> dict[str, Any]:
    """The same problems without what stands in the cells, which may name a person."""
    return {**group, "examples": [{**one, "value": ""} for one in group["examples"]], "values": []}


def sentence(group: dict[str, Any], language: str = "en") -> str:
    """The first example of a group as a sentence: row 17, column “Price”: “abc”: not a number; write …"""
    cause = known(group["cause"])
    first = group["examples"][0]
    title, needed = in_language(cause.title, language), in_language(cause.needed, language)
    if language.lower().startswith("zh"):
        place = f"第 {first['row']} 行" + (f"，“{group['column']}”列" if group["column"] else "")
        seen = f"“{first['value']}”：" if first["value"] else ""
        return f"{place}：{seen}{title}；{needed}。"
    place = f"Row {first['row']}" + (f", column “{group['column']}”" if group["column"] else "")
    seen = f"“{first['value']}”: " if first["value"] else ""
    return f"{place}: {seen}{title[0].lower()}{title[1:]}; {needed}."
