"""Which source column is which of ours: certain matches are applied, likely ones offered, everything else said.

A wrong match costs more than a missing one. A header must be a known synonym, and the column's values must be
readable as that field, before it is applied; of two candidates for one field the better known synonym wins. What no
list has is read word by word (`meaning`, `claims`), and counts for less.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

import pyarrow as pa

from partners.columns import TABLES, Column, Table
from partners.intake import claims, headers
from partners.intake.refusals import IntakeRefusal
from partners.intake.samples import Look, look_at

ROW_NUMBER = "#row"
ATTRIBUTE = "attribute"
IGNORE = "ignore"
CERTAIN, READ, LIKELY = 0.98, 0.9, 0.6
"""A known synonym; a header read word by word, applied but to be looked at; offered only."""
ALSO_ATTRIBUTES = ("monthly_value",)
TELLS_OUTCOME = ("churn", "attrition", "attrited", "流失", "离网")

Role = Literal["field", "attribute", "ignored", "suggested"]


@dataclass(frozen=True)
class Match:
    """What becomes of one source column. `field` is set where it is one, or may be one (role suggested)."""

    source: str
    index: int
    role: Role
    field: str = ""
    confidence: float = 0.0
    samples: tuple[str, ...] = ()
    why: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Mapping:
    kind: str
    matches: tuple[Match, ...] = ()
    row_number: str = ""
    """The field that takes the row number."""

    def fields(self) -> dict[str, Match]:
        return {match.field: match for match in self.matches if match.role == "field"}

    def attributes(self) -> dict[str, Match]:
        """Attribute name → source column, names made unique."""
        found: dict[str, Match] = {}
        for match in self.matches:
            if match.role == "attribute" or (match.role == "field" and match.field in ALSO_ATTRIBUTES):
                name, number = headers.slug(match.source), 2
                while name in found:
                    name, number = f"{headers.slug(match.source)}_{number}", number + 1
                found[name] = match
        return found if TABLES[self.kind].keeps_attributes else {}

    def missing(self) -> list[str]:
        have = {*self.fields(), self.row_number}
        return [name for name in TABLES[self.kind].required if name not in have]

    def ignored(self) -> list[Match]:
        return [match for match in self.matches if match.role in ("ignored", "suggested") and match.source]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        matches = [Match(**{**match, "samples": tuple(match["samples"])}) for match in found.get("matches", [])]
        return cls(kind=found["kind"], matches=tuple(matches), row_number=found.get("row_number", ""))


@dataclass
class _Contest:
    """Candidates for one field: source index → confidence."""

    strong: dict[int, float] = field(default_factory=dict)
    weak: dict[int, float] = field(default_factory=dict)


def suggest(kind: str, columns: Sequence[str], sample: pa.Table) -> Mapping:
    """Match every source column by header and by a look at its first values. What we handed back ourselves is none."""
    table, theirs = TABLES[kind], len(headers.own(columns))
    looks = [look_at(sample.column(index)) for index in range(len(columns))]
    contests = _contests(table, columns[:theirs], looks)
    chosen, offered = _winners(table, columns, contests, looks)
    read = _read(table, columns[:theirs], looks, contests, (chosen, offered))
    losers = {index for name in chosen.values() for index in contests[name].strong if index not in chosen}
    matches = []
    for index, source in enumerate(columns):
        match = Match(source, index, "ignored", samples=looks[index].samples)
        if index >= theirs:
            match = replace(match, why="handed_back")
        elif index in read:
            match = replace(match, role="field", field=read[index][0], confidence=READ, why=f"says: {read[index][1]}")
        elif index in chosen:
            sure = contests[chosen[index]].strong.get(index) or contests[chosen[index]].weak[index]
            match = replace(match, role="field", field=chosen[index], confidence=sure)
        elif table.keeps_attributes and source.strip():
            match = replace(match, **_attribute_or_not(source, index in losers and _outcome(contests, index)))
        if index in offered and match.role != "field":
            role: Role = "attribute" if match.role == "attribute" else "suggested"
            match = replace(match, role=role, field=offered[index], confidence=LIKELY)
        matches.append(match)
    return Mapping(kind, tuple(matches))


def _contests(table: Table, columns: Sequence[str], looks: Sequence[Look]) -> dict[str, _Contest]:
    contests: dict[str, _Contest] = defaultdict(_Contest)
    strong, weak = _index(table, "synonyms"), _index(table, "weak")
    for index, source in enumerate(columns):
        spelled = next((one for one in headers.variants(source) if one in strong or one in weak), "")
        spelled = spelled or headers.bare(source, table.kind)  # so much is left out only where nothing is doubtful
        weak_too = spelled in headers.variants(source)
        for name, place in strong.get(spelled, ()):
            look = looks[index]
            if look.fits(table[name]) or look.mostly(table[name]) or headers.plainly(source, table[name].type):
                contests[name].strong[index] = CERTAIN - min(place, 40) / 1000
        for name, _ in weak.get(spelled, ()) if weak_too else ():
            if looks[index].fits(table[name]):
                contests[name].weak[index] = LIKELY
    if "amount" in table:
        _set_totals_aside(columns, looks, contests)
    return contests


def _set_totals_aside(columns: Sequence[str], looks: Sequence[Look], contests: dict[str, _Contest]) -> None:
    """Totals of whole orders are no amounts of lines: they are offered."""
    amounts, orders = contests["amount"], contests["order_id"].strong
    first = max(orders, key=lambda index: (orders[index], -index)) if orders else None
    for index in claims.of_orders(columns, looks, amounts.strong, first):
        del amounts.strong[index]
        amounts.weak[index] = LIKELY


def _read(
    table: Table,
    columns: Sequence[str],
    looks: Sequence[Look],
    contests: dict[str, _Contest],
    done: tuple[dict[int, str], dict[int, str]],
) -> dict[int, tuple[str, str]]:
    """Claims by meaning on what synonyms left open, added to both that is chosen and that is offered.

    A header listed as weak for what the file can do without stays offered: somebody decided so.
    """
    chosen, offered = done
    decided = {
        (index, name) for name, contest in contests.items() if not table[name].required for index in contest.weak
    }
    lost = {index for contest in contests.values() for index in contest.strong}
    told = {
        index
        for index, source in enumerate(columns)
        if _outcome(contests, index, weak=True) or _attribute_or_not(source, False)["role"] != "attribute"
    }
    open_to = {
        (index, column.name)
        for index in range(len(columns))
        for column in table.columns
        if index not in {*chosen, *lost, *told} and column.name not in chosen.values()
    } - decided
    sure, perhaps = claims.claims(table, columns, looks, open_to)
    chosen.update({index: name for index, (name, _) in sure.items()})
    for index in [index for index, name in offered.items() if name in chosen.values()]:
        del offered[index]
    offered.update({index: name for index, name in perhaps.items() if index not in offered})
    return sure


def _index(table: Table, which: str) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for column in table.columns:
        words = getattr(column, which)
        if which == "synonyms":
            words = (column.name, *column.label.values(), *words)
        for place, word in enumerate(words):
            entry = (column.name, place)
            if column.name not in [name for name, _ in found[headers.key(word)]]:
                found[headers.key(word)].append(entry)
    return found


def _winners(
    table: Table, columns: Sequence[str], contests: dict[str, _Contest], looks: Sequence[Look]
) -> tuple[dict[int, str], dict[int, str]]:
    """Source index → field, for the matches to apply and for those only to offer."""
    chosen: dict[int, str] = {}
    offered: dict[int, str] = {}
    for column in table.columns:
        strong = {index: sure for index, sure in contests[column.name].strong.items() if index not in chosen}
        if strong:
            chosen[max(strong, key=lambda index: (strong[index], -index))] = column.name
    for column in table.columns:
        if column.name in chosen.values():
            continue
        weak = [index for index in contests[column.name].weak if index not in chosen]
        if (
            len(weak) == 1
            and _alone_will_do(table, column, looks[weak[0]])
            and not _claimed_twice(weak[0], column, contests, chosen)
        ):
            chosen[weak[0]] = column.name
        elif weak:
            offered.setdefault(weak[0], column.name)
    return chosen, offered


def _alone_will_do(table: Table, column: Column, look: Look) -> bool:
    """May a weak header be applied when it is the only candidate? What a file cannot do without, or plain labels."""
    if column.type == "boolean":
        return look.says_outright(column)
    identifies = not look.like_names and (table.key != (column.name,) or look.tells_apart)
    return column.required and look.filled and identifies


def _claimed_twice(index: int, column: Column, contests: dict[str, _Contest], chosen: dict[int, str]) -> bool:
    return any(
        name != column.name and name not in chosen.values() and (index in other.weak or index in other.strong)
        for name, other in contests.items()
    )


def _outcome(contests: dict[str, _Contest], index: int, *, weak: bool = False) -> bool:
    told = [contests[name] for name in ("churned", "purchased") if name in contests]
    return any(index in one.strong or (weak and index in one.weak) for one in told)


def _attribute_or_not(source: str, repeats_outcome: bool) -> dict[str, Any]:
    """Columns that tell the outcome itself (a second flag, a churn score, a reason for leaving) are no attributes."""
    spelled = headers.normal(source)
    if repeats_outcome or any(word in spelled for word in TELLS_OUTCOME):
        return {"role": "ignored", "why": "tells_outcome"}
    return {"role": "attribute"}


def override(mapping: Mapping, wishes: Sequence[str]) -> Mapping:
    """Apply `Source column=field` wishes; `#row=field` takes the row number, `=attribute` keeps, `=ignore` drops."""
    for wish in wishes:
        source, equals, name = wish.rpartition("=")
        if not equals or not source.strip():
            raise IntakeRefusal("bad_wish", wish=wish)
        mapping = assign(mapping, source.strip(), name.strip())
    return mapping


def assign(mapping: Mapping, source: str, name: str) -> Mapping:
    table = TABLES[mapping.kind]
    special = (ATTRIBUTE, IGNORE) if table.keeps_attributes else (IGNORE,)
    if name not in table and name not in special:
        raise IntakeRefusal("unknown_field", field=name, kind=mapping.kind, fields=", ".join((*table.names, *special)))
    matches = [
        replace(match, role="ignored", field="", why="") if match.field == name and match.role == "field" else match
        for match in mapping.matches
    ]
    if source == ROW_NUMBER:
        return replace(mapping, matches=tuple(matches), row_number=name)
    index = _find(matches, source)
    role: Role = "attribute" if name == ATTRIBUTE else "ignored" if name == IGNORE else "field"
    matches[index] = replace(
        matches[index], role=role, field=name if role == "field" else "", confidence=1.0, by_hand=True, why=""
    )
    matches = [_kept(match, table) if match.role == "ignored" and not match.by_hand else match for match in matches]
    row_number = "" if mapping.row_number == name else mapping.row_number
    return replace(mapping, matches=tuple(matches), row_number=row_number)


def _kept(match: Match, table: Table) -> Match:
    """A customers column that just lost its field goes back to being an attribute."""
    if not table.keeps_attributes or match.why or not match.source.strip():
        return match
    return replace(match, **_attribute_or_not(match.source, False))


def _find(matches: Sequence[Match], source: str) -> int:
    place = source[1:5] if source.startswith("@") and len(source) <= 5 else ""
    if place.isascii() and place.isdigit() and int(place) < len(matches):
        return int(place)  # by position, where two columns share a name
    exact = [match.index for match in matches if match.source == source]
    alike = exact or [match.index for match in matches if headers.key(match.source) == headers.key(source)]
    if not alike:
        have = ", ".join(match.source for match in matches if match.source)
        raise IntakeRefusal("unknown_column", column=source, have=have[:600])
    if len(alike) > 1:
        raise IntakeRefusal("column_twice", column=source, count=len(alike))
    return alike[0]
