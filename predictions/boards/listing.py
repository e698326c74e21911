"""The state of a list as it stands in the address: filters, search, sort, page. The same for every list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise

PAGE = 25
Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True)
class Filter:
    key: str
    label: str | Promise
    choices: Choices


@dataclass(frozen=True)
class Listing:
    """What the reader asked for, reduced to what exists: unknown values are dropped, never an error."""

    filters: Sequence[Filter]
    sorts: Mapping[str, str]  # name in the address → database field, ascending
    first: str  # the sort when none is asked for
    query: QueryDict = field(default_factory=QueryDict)

    @cached_property
    def chosen(self) -> dict[str, str]:
        known = {one.key: {str(value) for value, _label in one.choices} for one in self.filters}
        return {key: value for key in known if (value := self.query.get(key, "")) in known[key] and value}

    @cached_property
    def words(self) -> str:
        return self.query.get("q", "").strip()[:120]

    @cached_property
    def sort(self) -> str:
        asked = self.query.get("sort", "")
        return asked if asked.removeprefix("-") in self.sorts else self.first

    @property
    def ordering(self) -> tuple[str, str]:
        """Database ordering; ends on the key so that pages never overlap."""
        name = self.sorts[self.sort.removeprefix("-")]
        return (f"-{name}" if self.sort.startswith("-") else name, "pk")

    @property
    def chips(self) -> list[dict[str, Any]]:
        labels = {one.key: (one.label, dict(one.choices)) for one in self.filters}
        made = [
            {"key": key, "value": value, "label": f"{labels[key][0]}: {labels[key][1][value]}"}
            for key, value in self.chosen.items()
        ]
        if self.words:
            made.append({"key": "q", "value": self.query.get("q", ""), "label": f"“{self.words}”"})
        return made

    def page(self, rows: Any, *, count: int) -> Page[Any]:
        """One page of the rows; the count is known already, so it is not asked for again."""
        paginator = Paginator(rows, PAGE)
        paginator.__dict__["count"] = count
        return paginator.get_page(self.query.get("page"))
