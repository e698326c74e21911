"""First pass over a file: what each column, as a whole, says about its date order, its decimal sign and its type."""

from collections import defaultdict
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import TABLES
from partners.intake import read
from partners.intake.ahead import ahead
from partners.intake.decimals import Signs, decide, settle, signs, summed
from partners.intake.erased import Erased
from partners.intake.lines import ENCODED
from partners.intake.mapping import Mapping, Match
from partners.intake.parse import Parsed, as_strings, dates, flat, is_blank, mask, numbers, trimmed, words
from partners.intake.parse.attributes import ENOUGH
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import MAX_CELLS, MAX_ROWS, Source, Wishes
from partners.intake.spool import Spool
from partners.intake.stored import Stored


@dataclass
class Plan:
    """How each field is to be read: by field name. Attributes: name → type; empty ones are left out."""

    mapping: Mapping
    orders: dict[str, str] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    fixes: tuple[dict[str, str], ...] = ()
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    erased: Erased | None = None
    """Whose rows are left out; None where nobody was erased."""
    spool: Spool | None = None
    current: Path | None = None
    """The same table as it is in use, to tell new numbers of known customers and products."""
    """The file's blocks as the first pass parsed them; None where they are to be read again."""

    def as_dict(self) -> dict[str, Any]:
        said = {"fixes": list(self.fixes)} if self.fixes else {}
        words = {"values": self.values} if self.values else {}
        return {"date_orders": self.orders, "decimals": self.decimals, "attributes": self.attributes, **said, **words}


@dataclass
class _Seen:
    evidence: dates.Evidence = field(default_factory=dates.Evidence)
    signs: Signs = field(default_factory=Signs)
    filled: int = 0
    as_point: int = 0
    as_comma: int = 0
    yes_or_no: int = 0
    days: int = 0
    """Cells that are a day of the calendar, whichever of day and month comes first."""

    def add(self, other: "_Seen") -> None:
        for count in fields(self)[2:]:
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))
        self.evidence.add(other.evidence)
        self.signs.add(other.signs)


def plan(path: Path | Stored, source: Source, mapping: Mapping, *, wishes: Wishes, spool: Spool | None = None) -> Plan:
    """Decide how to read every mapped column; what is read on the way goes into the spool for the second pass.

    Raises Refusal where only the sender can know.
    """
    refuse_missing(mapping)
    table, mapped, attributes = TABLES[mapping.kind], mapping.fields(), mapping.attributes()
    dated = {name: match for name, match in mapped.items() if table[name].type == "date"}
    counted = {name: match for name, match in mapped.items() if table[name].type in ("number", "integer")}
    seen: dict[str, _Seen] = defaultdict(_Seen)
    lines = 0

    def look(block: read.Block) -> tuple[read.Block, dict[str, _Seen]]:
        return block, _look(block, dated, counted, attributes)

    for block, found in ahead(look, read.blocks(path, source, kind=ENCODED)):
        lines += block.lines
        _refuse_too_many(lines, len(source.columns))
        for name, one in found.items():
            seen[name].add(one)
        if spool and source.format != "parquet":  # what is typed already is as quick to read again
            spool.add(block)
    if not lines:
        raise IntakeRefusal("no_rows")
    decimals, guessed = decide({name: seen[name].signs for name in [*counted, *attributes]}, wishes.decimal)
    if doubtful := {name: counted[name] for name in guessed if name in counted and table[name].type == "number"}:
        sample = read.sample(path, source)
        known = {name: seen[name].signs for name in counted}
        sign = settle(doubtful, known, source, sample, summed(table, mapped))
        decimals.update(dict.fromkeys(guessed, sign))
    kinds = {name: kind for name in attributes if (kind := _type(seen[name], decimals[name]))}
    days = {name: attributes[name] for name, kind in kinds.items() if kind == "date"}
    orders = _orders(dated, seen, wishes) | _orders_of_attributes(days, seen, wishes)
    return Plan(
        mapping=mapping,
        orders=orders,
        decimals=decimals,
        attributes=kinds,
        lines=lines,
        fixes=wishes.fixes,
        values=wishes.values,
        spool=spool if source.format != "parquet" else None,
    )


def _look(
    block: read.Block, dated: dict[str, Match], counted: dict[str, Match], attributes: dict[str, Match]
) -> dict[str, _Seen]:
    """What one block says about its columns, by field."""
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for name, match in dated.items():
        seen[name].evidence.add(dates.evidence(_distinct(block.table.column(match.index))))
    for name, match in counted.items():
        seen[name].signs.add(signs(_distinct(block.table.column(match.index))))
    for name, match in attributes.items():
        cells = block.table.column(match.index)
        _count_type(seen[name], as_strings(cells) if pa.types.is_dictionary(cells.type) else cells)
    return seen


def _distinct(column: pa.ChunkedArray) -> pa.Array:
    """Evidence is of different cells: where they are known already, each is looked at once."""
    cells = flat(column)
    return cells.dictionary if pa.types.is_dictionary(cells.type) else cells


def _refuse_too_many(lines: int, columns: int) -> None:
    if lines > MAX_ROWS:
        raise IntakeRefusal("too_many_rows", rows=f"{lines:,}", limit=f"{MAX_ROWS:,}")
    if lines * columns > MAX_CELLS:
        raise IntakeRefusal("too_many_cells", rows=f"{lines:,}", width=columns, limit=f"{MAX_CELLS:,}")


def refuse_missing(mapping: Mapping) -> None:
    """Refuse a file whose required columns are not all named, and say how to name them."""
    missing = mapping.missing()
    if not missing:
        return
    have = ", ".join(match.source for match in mapping.matches if match.source)
    offers = [f"“{match.source}” may be {match.field}. " for match in mapping.matches if match.field in missing]
    row = ' (--map "#row=customer_id" takes the row number)' if missing[0] == "customer_id" else ""
    raise IntakeRefusal(
        "missing_columns",
        fields=", ".join(missing),
        have=have[:600],
        hint=f'{"".join(offers[:1])}Name it with --map "Source column={missing[0]}"{row}.',
        blocks=f"map:{missing[0]}",
    )


def _count_type(seen: _Seen, column: pa.ChunkedArray) -> None:
    """How many of the filled cells are numbers (under either decimal sign), yes or no, or days."""
    values = flat(column)
    if pa.types.is_boolean(values.type) or pa.types.is_temporal(values.type):
        filled = len(values) - values.null_count
        seen.filled += filled
        seen.yes_or_no += filled if pa.types.is_boolean(values.type) else 0
        seen.days += filled if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type) else 0
        return
    seen.signs.add(signs(column))
    filled = len(values) - int(mask(is_blank(trimmed(as_strings(values)))).sum())
    seen.filled += filled
    for sign in ("point", "comma"):
        parsed = numbers.parse(values, decimal=sign, percent=True)  # type: ignore[arg-type]
        good = len(values) - parsed.values.null_count
        setattr(seen, f"as_{sign}", getattr(seen, f"as_{sign}") + good)
        if good == filled:
            seen.as_comma += good if sign == "point" else 0
            return
    _count_words(seen, as_strings(values))


def _count_words(seen: _Seen, cells: pa.Array) -> None:
    """Of a column that is no number; one look at a few words spares most columns of text the rest."""
    some = pc.unique(cells.slice(0, 200))
    looks = (words.booleans(some, choices={}), dates.parse(some), dates.parse(some, order="mdy"))
    if not any(_known(look) for look in looks):
        return
    seen.yes_or_no += _known(words.booleans(cells, choices={}))
    seen.days += max(_known(dates.parse(cells)), _known(dates.parse(cells, order="mdy")))
    seen.evidence.add(dates.evidence(cells))


def _known(parsed: Parsed) -> int:
    return len(parsed.values) - int(parsed.values.null_count)


def _type(seen: _Seen, decimal: str) -> str:
    """A number before all else: 0 and 1 are numbers to a model as well as yes and no."""
    if not seen.filled:
        return ""
    enough = ENOUGH * seen.filled
    if (seen.as_comma if decimal == "comma" else seen.as_point) >= enough:
        return "number"
    if seen.yes_or_no >= enough:
        return "boolean"
    return "date" if seen.days >= enough else "text"


def _orders_of_attributes(dated: dict[str, Match], seen: dict[str, _Seen], wishes: Wishes) -> dict[str, str]:
    """An attribute is not worth a question: where nothing decides, it is read as the wishes or most of the world do."""
    found = {name: _order(seen[name].evidence, match, wishes) for name, match in dated.items()}
    return {name: order.replace("ask", "dmy") for name, order in found.items()}


def _orders(dated: dict[str, Match], seen: dict[str, _Seen], wishes: Wishes) -> dict[str, str]:
    """Which of day and month comes first, by field; every column that nothing decides is asked about at once."""
    found = {name: _order(seen[name].evidence, match, wishes) for name, match in dated.items()}
    asked = {match.source: seen[name].evidence.example or "…" for name, match in dated.items() if found[name] == "ask"}
    if asked:
        first, example = next(iter(asked.items()))
        hint = "Add --date-order dmy or --date-order mdy."
        if len(asked) > 1:
            hint = f'Add --date-order dmy or mdy for all, or --date-order "{first}=dmy" for each.'
        blocks = "date_order:" + "|".join(asked)
        raise IntakeRefusal("ask_date_order", column=first, example=example, columns=asked, hint=hint, blocks=blocks)
    return found


def _order(evidence: dates.Evidence, match: Match, wishes: Wishes) -> str:
    """dmy, mdy, or "ask"."""
    wished = wishes.date_orders.get(match.source) or wishes.date_order
    if wished and not evidence.denies(wished):
        return wished
    if evidence.order != "ask":
        return evidence.order or "dmy"
    return "ask" if evidence.either or evidence.day_first else "dmy"
