"""The state of a list as it stands in the address: filters, search, sort, page. The same for every list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.db.models.expressions import OrderBy
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
    blank: Collection[str] = ()  # sorts whose field may be empty
    free: Mapping[str, str | Promise] = field(default_factory=dict)  # filters of any text: key in the address → label

    @cached_property
    def chosen(self) -> dict[str, str]:
        known = {one.key: {str(value) for value, _label in one.choices} for one in self.filters}
        return {key: value for key in known if (value := self.query.get(key, "")) in known[key] and value}

    @cached_property
    def words(self) -> str:
        """What is searched for."""
        return self.text("q")

    @cached_property
    def texts(self) -> dict[str, str]:
        """What was written into the filters of any text."""
        return {key: text for key in self.free if (text := self.text(key))}

    def text(self, key: str) -> str:
        """No text in a database holds a NUL, and PostgreSQL refuses to be asked for one."""
        return self.query.get(key, "").replace("\x00", "").strip()[:120]

    @cached_property
    def sort(self) -> str:
        asked = self.query.get("sort", "")
        return asked if asked.removeprefix("-") in self.sorts else self.first

    @property
    def sorted(self) -> bool:
        """Whether somebody asked for an order that exists."""
        return self.query.get("sort", "").removeprefix("-") in self.sorts

    @property
    def ordering(self) -> tuple[str | OrderBy, str]:
        """Database ordering; ends on the key so that pages never overlap.

        What is unknown comes last, however it is sorted; databases disagree about that unless told. Only fields that
        may be empty are told, since an index made for plain ordering serves no other.
        """
        sort = self.sort.removeprefix("-")
        name, down = self.sorts[sort], self.sort.startswith("-")
        if sort not in self.blank:
            return f"-{name}" if down else name, "pk"
        return F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True), "pk"

    @property
    def chips(self) -> list[dict[str, Any]]:
        labels = {one.key: (one.label, dict(one.choices)) for one in self.filters}
        made = [
            {"key": key, "value": value, "label": f"{labels[key][0]}: {labels[key][1][value]}"}
            for key, value in self.chosen.items()
        ]
        made += [
            {"key": key, "value": self.query.get(key, ""), "label": f"{self.free[key]}: {text}"}
            for key, text in self.texts.items()
        ]
        if self.words:
            made.append({"key": "q", "value": self.query.get("q", ""), "label": f"“{self.words}”"})
        return made

    def page(self, rows: Any, *, count: int) -> Page[Any]:
        """One page of the rows; the count is known already, so it is not asked for again."""
        paginator = Paginator(rows, PAGE)
        paginator.__dict__["count"] = count
        return paginator.get_page(self.query.get("page"))
