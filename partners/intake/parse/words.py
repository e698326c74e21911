"""Booleans, choices, identifiers and text."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Column
from partners.intake.parse import TEXT_BLANKS, Parsed, flat, is_blank, mask, per_distinct, trimmed
from partners.intake.parse.looks import as_meant, bytes_within, visible

TRUE = ("yes", "y", "true", "t", "1", "1.0", "on", "x", "是", "有", "真", "对", "√", "✓", "ja", "oui", "si", "sí")
FALSE = ("no", "n", "false", "f", "0", "0.0", "off", "否", "没有", "假", "错", "×", "✗", "nein", "non", "不是")
MANGLED = r"^\d(\.\d+)?[eE]\+\d{2,}$"
"""What a spreadsheet makes of a long number: 1.23457E+11. The digits are lost."""
FRACTION = b".+"


def booleans(column: pa.Array | pa.ChunkedArray, *, choices: dict[str, tuple[str, ...]]) -> Parsed:
    """true/false from the usual words and from this column's own ("Attrited Customer")."""
    column = flat(column)
    if pa.types.is_boolean(column.type):
        return Parsed(column, np.zeros(len(column), dtype=bool))
    meanings = dict.fromkeys((*TRUE, *choices.get("true", ())), True)
    meanings |= dict.fromkeys((*FALSE, *choices.get("false", ())), False)
    return per_distinct(column, lambda texts: _looked_up(texts, meanings, pa.bool_()))


def chosen(column: pa.Array | pa.ChunkedArray, *, choices: dict[str, tuple[str, ...]]) -> Parsed:
    """The canonical word for each cell."""
    meanings = {word: value for value, words in choices.items() for word in (*words, value.replace("_", " "))}
    return per_distinct(column, lambda texts: _looked_up(texts, meanings, pa.string()))


def _looked_up(texts: pa.Array, meanings: Mapping[str, object], kind: pa.DataType) -> Parsed:
    texts = trimmed(texts)
    blank = mask(is_blank(texts))
    spoken = folded(texts)
    places = pc.index_in(spoken, value_set=pa.array(list(meanings)))
    values = pa.array(list(meanings.values()), kind).take(places)
    return Parsed(values, mask(pc.is_null(places)) & ~blank)


def folded(texts: pa.Array) -> pa.Array:
    """Lower case, with dashes, underscores and doubled spaces as one space: "Not-a_Risk " is "not a risk"."""
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(texts), r"[\s_\-]+", " "))


def text(column: pa.Array | pa.ChunkedArray) -> Parsed:
    return per_distinct(column, _text)


def _text(texts: pa.Array) -> Parsed:
    texts = pc.utf8_trim_whitespace(visible(as_meant(texts)))
    values = pc.if_else(is_blank(texts, words=TEXT_BLANKS), pa.scalar(None, pa.string()), texts)
    return Parsed(values, np.zeros(len(texts), dtype=bool))


def identifiers(column: pa.Array | pa.ChunkedArray) -> Parsed:
    """Numbers and codes as text; 13085.0 is 13085. Numbers a spreadsheet has shortened are bad."""
    return per_distinct(column, _identifiers)


def _identifiers(texts: pa.Array) -> Parsed:
    values = _text(trimmed(texts)).values
    if not bytes_within(values, FRACTION):
        return Parsed(values, np.zeros(len(values), dtype=bool))
    mangled = mask(pc.match_substring_regex(values, MANGLED))
    values = pc.replace_substring_regex(values, r"^(-?\d+)\.0+$", r"\1")
    return Parsed(pc.if_else(pa.array(~mangled), values, pa.scalar(None, pa.string())), mangled)


def by_type(column: Column, cells: pa.Array | pa.ChunkedArray, *, order: str, decimal: str) -> Parsed:
    """Read cells as this canonical column's type."""
    from partners.intake.parse import dates, numbers

    if column.type == "date":
        return dates.parse(cells, order=order or "dmy")  # type: ignore[arg-type]
    if column.type in ("number", "integer"):
        parsed = numbers.parse(cells, decimal=decimal or "point")  # type: ignore[arg-type]
        return _whole(parsed) if column.type == "integer" else parsed
    if column.type == "boolean":
        return booleans(cells, choices=column.choices)
    if column.type == "choice":
        return chosen(cells, choices=column.choices)
    return identifiers(cells) if column.type == "identifier" else text(cells)


def _whole(parsed: Parsed) -> Parsed:
    whole = pc.equal(parsed.values, pc.round(parsed.values))
    broken = mask(pc.invert(whole))
    values = pc.if_else(whole, parsed.values, pa.scalar(None, pa.float64())).cast(pa.int64())
    return Parsed(values, parsed.bad | broken)
