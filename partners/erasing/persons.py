"""Who is to be erased, by everything that names them; and texts without them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self

GONE = "…"
BEFORE, AFTER = "(?<![A-Za-z0-9_])", "(?![A-Za-z0-9_])"
SHORTEST = 4  # "7" or "Li" in a sentence names nobody; as a whole cell it may
STRUCTURE = frozenset({"source", "column", "columns", "field", "kind", "role", "cause", "level", "code", "act", "how"})


@dataclass(frozen=True)
class Persons:
    """Numbers as they stand in the data; addresses folded to lower case; names and telephone numbers as words.

    `shared`, folded: which of all these name others or things too. By them nobody is found, and they are not struck.
    """

    numbers: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, customers: Iterable[Any]) -> Self:
        """From customer rows: anything with external_id, email, name and phone."""
        rows = list(customers)
        return cls(
            frozenset(one.external_id for one in rows),
            frozenset(one.email.casefold() for one in rows if one.email),
            frozenset(word for one in rows for word in (one.name, one.phone) if word),
        )

    @classmethod
    def from_dict(cls, kept: dict[str, list[str]]) -> Self:
        return cls(*(frozenset(kept.get(name, ())) for name in ("numbers", "emails", "words")))

    def as_dict(self) -> dict[str, list[str]]:
        """To be kept on the run; what is shared is found anew each time, it names people who stay."""
        return {name: sorted(getattr(self, name)) for name in ("numbers", "emails", "words")}

    def __or__(self, other: "Persons") -> "Persons":
        return Persons(*(getattr(self, one.name) | getattr(other, one.name) for one in fields(self)))

    @cached_property
    def distinct(self) -> "Persons":
        """The same without numbers so short that elsewhere they mean something else."""
        return replace(self, numbers=frozenset(one for one in self.numbers if len(one) >= SHORTEST))

    @cached_property
    def terms(self) -> list[str]:
        """What names them and nobody else wherever it stands, longest first; too short a word is everywhere."""
        numbers = (one for one in self.numbers if len(one) >= SHORTEST)
        words = (one for one in self.words if len(one) >= SHORTEST or (len(one) > 1 and not one.isascii()))
        named = {*numbers, *self.emails, *(one for one in words if not (_is_single(one) and one.islower()))}
        return sorted((one for one in named if one.casefold() not in self.shared), key=lambda term: (-len(term), term))

    @property
    def singles(self) -> list[str]:
        """Names of one word: an ordinary word of the language, unless nobody writes it small."""
        return [term for term in self.terms if term in self.words and _is_single(term)]

    @cached_property
    def expression(self) -> str:
        """The terms as one regular expression for RE2, whole words only; it may find a little more than they say."""
        return "|".join(_whole(term) for term in self.terms)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return re.compile("|".join(map(_exact, self.terms))) if self.terms else None

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """One for each term, to ask which of them a text holds."""
        return {term: re.compile(_exact(term)) for term in self.terms}

    def names(self, text: str) -> bool:
        """Whether the text names one of them, or is one of their numbers."""
        return text.strip() in self.numbers or bool(self._pattern and self._pattern.search(text))

    def without(self, text: str) -> str:
        """The text with an ellipsis in their place."""
        if text.strip() in self.numbers:
            return GONE
        return self._pattern.sub(GONE, text) if self._pattern else text

    def scrubbed(self, value: Any) -> Any:
        """A JSON value without them; names of columns and codes stay, or nothing could be read by them again."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, dict):
            return {key: inner if _is_structure(key, inner) else self.scrubbed(inner) for key, inner in value.items()}
        return [self.scrubbed(inner) for inner in value] if isinstance(value, list) else value


def _is_structure(key: str, value: Any) -> bool:
    """`columns` is a list of names, or a mapping from names to cells."""
    return key in STRUCTURE and not isinstance(value, dict)


def _is_single(term: str) -> bool:
    return term.isalpha() and term.lower() != term.upper()


def _whole(term: str) -> str:
    """A name of one word counts only as a name is written: Gold and GOLD, not gold."""
    before = r"\b" if term[0].isascii() and term[0].isalnum() else ""
    after = r"\b" if term[-1].isascii() and term[-1].isalnum() else ""
    if _is_single(term):
        written = "|".join(sorted({term, term.upper()}))
        return f"{before}(?:{written}){after}"
    return f"{before}(?i:{''.join(_literal(sign) for sign in term)}){after}"


def _exact(term: str) -> str:
    """For Python, where a word would end at a Latin letter only: `客户C-1001` names somebody. Not the end of a longer
    address, not the year of a date or a part of a longer number."""
    whole = _whole(term)
    whole = f"{BEFORE}{whole[2:]}" if whole.startswith(r"\b") else whole
    whole = f"{whole[:-2]}{AFTER}" if whole.endswith(r"\b") else whole
    if "@" in term:
        return f"(?<![.+-]){whole}"
    return f"(?<![0-9][.,:/-]){whole}(?![.,:/-][0-9])" if term.isdecimal() else whole


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or not sign.isascii() else f"\\x{ord(sign):02x}"
