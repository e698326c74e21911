"""A small table on an admin page, as templates/admin/desk/table.html draws it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Table:
    """`none` is the sentence shown when there are no lines; the first cell of each line is its head."""

    caption: str
    heads: list[str]
    lines: list[list[Any]] = field(default_factory=list)
    none: str = ""
