"""First pass over a file: what each column, as a whole, says about its date order, its decimal sign and its type."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from partners.columns import TABLES
from partners.intake import read
from partners.intake.mapping import Mapping, Match
from partners.intake.parse import as_strings, dates, flat, is_blank, mask, numbers, trimmed
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import MAX_ROWS, Source, Wishes

NUMERIC = 0.95


@dataclass
class Plan:
    """How each field is to be read: by field name. Attributes: name → "number" or "text"; empty ones are left out."""

    mapping: Mapping
    orders: dict[str, str] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    lines: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {"date_orders": self.orders, "decimals": self.decimals, "attributes": self.attributes}


@dataclass
class _Seen:
    evidence: dates.Evidence = field(default_factory=dates.Evidence)
    point: int = 0
    comma: int = 0
    filled: int = 0
    as_point: int = 0
    as_comma: int = 0


def plan(path: Path, source: Source, mapping: Mapping, *, wishes: Wishes) -> Plan:
    """Decide how to read every mapped column. Raises Refusal where only the sender can know."""
    refuse_missing(mapping)
    table, fields, attributes = TABLES[mapping.kind], mapping.fields(), mapping.attributes()
    dated = {name: match for name, match in fields.items() if table[name].type == "date"}
    counted = {name: match for name, match in fields.items() if table[name].type in ("number", "integer")}
    seen: dict[str, _Seen] = defaultdict(_Seen)
    lines = 0
    for block in read.blocks(path, source):
        lines += block.lines
        for name, match in dated.items():
            seen[name].evidence.add(dates.evidence(block.table.column(match.index)))
        for name, match in counted.items():
            _count_signs(seen[name], block.table.column(match.index))
        for name, match in attributes.items():
            _count_type(seen[name], block.table.column(match.index))
    if not lines:
        raise IntakeRefusal("no_rows")
    if lines > MAX_ROWS:
        raise IntakeRefusal("too_many_rows", rows=f"{lines:,}", limit=f"{MAX_ROWS:,}")
    decimals = _decimals(seen, [*counted, *attributes], wishes)
    return Plan(
        mapping=mapping,
        orders={name: _order(seen[name].evidence, match, wishes) for name, match in dated.items()},
        decimals=decimals,
        attributes={name: kind for name in attributes if (kind := _type(seen[name], decimals[name]))},
        lines=lines,
    )


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


def _count_signs(seen: _Seen, column: pa.ChunkedArray) -> None:
    point, comma = numbers.evidence(column)
    seen.point += point
    seen.comma += comma


def _count_type(seen: _Seen, column: pa.ChunkedArray) -> None:
    """How many of the filled cells are numbers, under either decimal sign."""
    values = flat(column)
    if pa.types.is_boolean(values.type) or pa.types.is_temporal(values.type):
        seen.filled += len(values) - values.null_count
        return
    _count_signs(seen, column)
    filled = len(values) - int(mask(is_blank(trimmed(as_strings(values)))).sum())
    seen.filled += filled
    for sign in ("point", "comma"):
        parsed = numbers.parse(values, decimal=sign, percent=True)  # type: ignore[arg-type]
        good = len(values) - parsed.values.null_count
        setattr(seen, f"as_{sign}", getattr(seen, f"as_{sign}") + good)
        if good == filled:
            seen.as_comma += good if sign == "point" else 0
            break


def _decimals(seen: dict[str, _Seen], names: list[str], wishes: Wishes) -> dict[str, str]:
    """A column's own evidence decides, then what the person said, then the rest of the file; else a point."""
    whole_point = sum(seen[name].point > seen[name].comma for name in names)
    whole_comma = sum(seen[name].comma > seen[name].point for name in names)
    usual = wishes.decimal or ("comma" if whole_comma > whole_point else "point")
    decided = {}
    for name in names:
        point, comma = seen[name].point, seen[name].comma
        decided[name] = usual if point == comma else "point" if point > comma else "comma"
    return decided


def _type(seen: _Seen, decimal: str) -> str:
    if not seen.filled:
        return ""
    good = seen.as_comma if decimal == "comma" else seen.as_point
    return "number" if good >= NUMERIC * seen.filled else "text"


def _order(evidence: dates.Evidence, match: Match, wishes: Wishes) -> str:
    wished = wishes.date_orders.get(match.source) or wishes.date_order
    if wished and not evidence.denies(wished):
        return wished
    if evidence.order != "ask":
        return evidence.order or "dmy"
    if evidence.either or evidence.day_first:
        raise IntakeRefusal(
            "ask_date_order",
            column=match.source,
            example=evidence.example or "…",
            hint="Add --date-order dmy or --date-order mdy.",
            blocks=f"date_order:{match.source}",
        )
    return "dmy"
