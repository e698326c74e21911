"""What a column and a table of ours are: objects that know their name, their synonyms and how to explain themselves."""

from dataclasses import dataclass, field
from typing import Literal

Type = Literal["text", "identifier", "date", "number", "integer", "boolean", "choice"]
Said = dict[str, str]
"""One text in the portal's languages: {"en": …, "zh-hans": …}."""


@dataclass(frozen=True)
class Column:
    """One canonical column.

    `synonyms` are headers that mean this column and nothing else; `weak` are headers that often do and are offered,
    never applied alone. `means` are the concepts (see intake/vocabulary.py) that a header nobody listed must name, best
    first, each as words that must all be there; `beside` are those that may stand with them. `choices` maps what files
    say to what we store; `past` forbids dates after today.
    """

    name: str
    type: Type
    label: Said
    help: Said
    synonyms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    beside: str = ""
    required: bool = False
    past: bool = False
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    default: float | None = None
    longest: int = 0
    """So many characters of a text are kept; 0 keeps all."""
    example: tuple[str, ...] = ("", "")


@dataclass(frozen=True)
class Table:
    """One kind of file: its columns, the natural key by which a newer upload wins, and what becomes of the rest."""

    kind: str
    label: Said
    help: Said
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    keeps_attributes: bool = False
    skip_without: str = ""
    """A row without this column is left out and counted, not refused."""

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.required]


def said(en: str, zh: str) -> Said:
    return {"en": en, "zh-hans": zh}


def in_language(text: Said, language: str) -> str:
    """The text in this language; English where there is none."""
    return text["zh-hans" if language.lower().startswith("zh") else "en"]


def words(listed: str) -> tuple[str, ...]:
    """A tuple from a comma-separated list, so that long lists of synonyms stay readable."""
    return tuple(word.strip() for word in listed.split(",") if word.strip())
