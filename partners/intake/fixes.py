"""What a person decides about a group of problems, once for all its rows: data and rules, applied in `mending`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from partners.columns import TABLES
from partners.intake import headers
from partners.intake.causes import ACTS, CAUSES, PARSE
from partners.intake.refusals import IntakeRefusal

if TYPE_CHECKING:  # pages read fixes too, and must stay small
    from partners.intake.mapping import Mapping, Match

DATES = ("dmy", "mdy", "ymd", "serial", "compact", "month", "unix")
NUMBERS = ("point", "comma", "stripped")
HOWS: dict[str, tuple[str, ...]] = {
    "not_a_number": NUMBERS,
    "not_a_whole_number": NUMBERS,
    "not_a_date": DATES,
    "impossible_date": DATES,
    "future_date": DATES,
    "ancient_date": DATES,
}
"""Cause → the readings that may help. `stripped` takes the number out of "12 pcs"; `month` takes its first day."""
MOST = 1_000


@dataclass(frozen=True)
class Fix:
    """One decision: this group (cause and column), or one value seen in it, is to be treated so."""

    cause: str
    column: str = ""
    act: str = ""
    seen: str = ""
    value: str = ""
    how: str = ""

    @classmethod
    def read(cls, said: dict[str, Any]) -> Self:
        """Raises Refusal for a cause, an act or a reading we do not know."""
        found = {name: str(said.get(name) or "") for name in cls.__dataclass_fields__}
        fix = cls(**found)
        if unknown := sorted(set(said) - set(found)):
            raise IntakeRefusal("bad_fix", fix=", ".join(unknown))
        if fix.cause not in CAUSES:
            raise IntakeRefusal("unknown_cause", cause=fix.cause, causes=", ".join(_fixable()))
        acts = CAUSES[fix.cause].acts
        if fix.act not in acts:
            raise IntakeRefusal("unknown_act", act=fix.act, cause=fix.cause, acts=", ".join(acts) or "-")
        if fix.act == PARSE and fix.how not in HOWS[fix.cause]:
            raise IntakeRefusal("unknown_how", how=fix.how, hows=", ".join(HOWS[fix.cause]))
        return fix

    @classmethod
    def spoken(cls, said: str) -> dict[str, str]:
        """From a command line: `column:cause=act[:value]`. For a single value, use a file of fixes."""
        place, equals, deed = said.rpartition("=")
        column, colon, cause = place.rpartition(":")
        act, _, more = deed.partition(":")
        if not equals or act not in ACTS:
            raise IntakeRefusal("bad_fix", fix=said)
        how = {"how": more} if act == PARSE else {"value": more}
        return {"cause": cause if colon else place, "column": column, "act": act, **(how if more else {})}


def _fixable() -> list[str]:
    return [code for code, cause in CAUSES.items() if cause.acts]


def read(said: Iterable[dict[str, Any]]) -> tuple[Fix, ...]:
    """All fixes, each known to make sense. Raises Refusal."""
    listed = tuple(said)
    if len(listed) > MOST:
        raise IntakeRefusal("too_many_fixes", count=len(listed), limit=MOST)
    return tuple(Fix.read(one) for one in listed)


def by_field(fixes: Iterable[Fix], mapping: "Mapping") -> dict[str, list[Fix]]:
    """Field → its fixes; those of whole lines under "". Raises Refusal for a column the file does not have."""
    fields = mapping.fields()
    found: dict[str, list[Fix]] = {}
    for fix in fixes:
        found.setdefault(_named(fix.column, fields, mapping) if fix.column else "", []).append(fix)
    return found


def values_by_field(said: dict[str, dict[str, str]], mapping: "Mapping") -> dict[str, dict[str, str]]:
    """Field → word seen → our word. Raises Refusal for columns that know no words, and for words they do not know."""
    table, fields = TABLES[mapping.kind], mapping.fields()
    found = {}
    for source, words in said.items():
        name = _named(source, fields, mapping)
        column = table[name]
        known = ["true", "false"] if column.type == "boolean" else list(column.choices)
        if column.type not in ("boolean", "choice"):
            raise IntakeRefusal("no_words", column=source)
        for word in words.values():
            if word not in (*known, ""):
                raise IntakeRefusal("no_such_word", word=word, column=source, words=", ".join(known))
        found[name] = dict(words)
    return found


def _named(source: str, fields: "dict[str, Match]", mapping: "Mapping") -> str:
    """The field of a source column, or of our own name for it."""
    for name, match in fields.items():
        if match.source == source:
            return name
    alike = [name for name, match in fields.items() if headers.key(match.source) == headers.key(source)]
    if len(alike) == 1 or source in fields:
        return alike[0] if alike else source
    have = ", ".join(match.source for match in mapping.matches if match.source)
    raise IntakeRefusal("unknown_column", column=source, have=have[:600])
