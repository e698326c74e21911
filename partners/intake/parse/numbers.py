"""Numbers as people write them: thousands separators, decimal commas, currency signs, brackets for negatives."""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.intake.parse import Parsed, flat, is_blank, mask, per_distinct, trimmed
from partners.intake.parse.looks import bytes_within

Decimal = Literal["point", "comma"]

PLAIN = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
CODES = "usd|eur|gbp|cny|rmb|jpy|chf|aud|cad|hkd|sgd|inr|krw|twd|nzd|sek|nok|dkk|pln|us|hk|nt|rs"
POINT = r"^[+-]?(\d{1,3}(,\d{2,3})*,\d{3}|\d+)?(\.\d*)?([eE][+-]?\d{1,3})?$"
COMMA = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?([eE][+-]?\d{1,3})?$"
SAYS_POINT = r"^[^.]*\d,\d{3}\.\d|^[^.,]*\.(\d{1,2}|\d{4,})$|\d,\d{3},\d{3}|^[+-]?0\.\d{3}$"
SAYS_COMMA = r"^[^,]*\d\.\d{3},\d|^[^.,]*,(\d{1,2}|\d{4,})$|\d\.\d{3}\.\d{3}|^[+-]?0,\d{3}$"

DRESSED = bytes(place for place in range(256) if place not in b"0123456789.,")
"""Anything but digits and their signs; most columns of numbers hold nothing else."""


def parse(column: pa.Array | pa.ChunkedArray, *, decimal: Decimal = "point", percent: bool = False) -> Parsed:
    """Values as float64. Typed numbers pass through; text is read with this decimal sign."""
    column = flat(column)
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = column.cast(pa.float64())
        finite = pc.and_(pc.is_finite(values), pc.is_valid(values))
        lost = pc.and_(pc.is_inf(values), pc.is_valid(values))
        return Parsed(pc.if_else(finite, values, pa.scalar(None, pa.float64())), mask(lost))
    if pa.types.is_boolean(kind):
        return Parsed(column.cast(pa.int8()).cast(pa.float64()), np.zeros(len(column), dtype=bool))
    return per_distinct(column, lambda texts: _parse(texts, decimal, percent))


def _parse(texts: pa.Array, decimal: Decimal, percent: bool) -> Parsed:
    texts = trimmed(texts)
    blank = is_blank(texts)
    if decimal == "comma" or percent:
        return _written(texts, blank, decimal, percent)
    plain = pc.or_(blank, pc.fill_null(pc.match_substring_regex(texts, PLAIN), False))
    known = _cast(texts, pc.and_not(plain, blank), blank)
    if pc.all(plain).as_py():
        return known
    odd = pc.invert(plain)  # most cells of a column are plain, however odd the others are
    other = _written(texts.filter(odd), blank.filter(odd), decimal, percent)
    known.bad[mask(odd)] = other.bad
    return Parsed(pc.replace_with_mask(known.values, odd, other.values), known.bad)


def _written(texts: pa.Array, blank: pa.Array, decimal: Decimal, percent: bool) -> Parsed:
    """Numbers in any of the ways in which people write them."""
    bare = _bare(texts, percent)
    digits = pc.match_substring_regex(bare, r"\d")
    good = pc.and_(digits, pc.match_substring_regex(bare, POINT if decimal == "point" else COMMA))
    good = pc.and_(pc.fill_null(good, False), pc.invert(blank))
    group, sign = (",", ".") if decimal == "point" else (".", ",")
    clean = pc.replace_substring(bare, group, "")
    return _cast(pc.replace_substring(clean, sign, "."), good, blank)


def _cast(texts: pa.Array, good: pa.Array, blank: pa.Array) -> Parsed:
    values = pc.if_else(good, texts, pa.scalar(None, pa.string())).cast(pa.float64())
    finite = pc.fill_null(pc.is_finite(values), False)
    return Parsed(pc.if_else(finite, values, pa.scalar(None, pa.float64())), mask(pc.invert(pc.or_(finite, blank))))


def _bare(texts: pa.Array, percent: bool) -> pa.Array:
    """Without signs of currency and grouping spaces; brackets and trailing minus become a leading minus."""
    if not bytes_within(texts, DRESSED):
        return texts
    dressed = pc.fill_null(pc.invert(pc.match_substring_regex(texts, r"^[\d.,]*$")), False)
    return pc.replace_with_mask(texts, dressed, _undressed(texts.filter(dressed), percent))


def _undressed(texts: pa.Array, percent: bool) -> pa.Array:
    texts = pc.utf8_lower(texts)
    texts = pc.replace_substring_regex(texts, "[−–‒]", "-")
    if percent:
        texts = pc.replace_substring_regex(texts, r"\s*%$", "")
    texts = pc.replace_substring_regex(
        texts, rf"^([+-]?\(?)\s*(?:{CODES})?\s*[£$€¥₹₩]?\s*([+(-]?)\s*([\d.,])", r"\1\2\3"
    )
    texts = pc.replace_substring_regex(texts, rf"([\d.,)])\s*(?:[£$€¥₹₩元]|{CODES}|kr|zł)\.?(-?)$", r"\1\2")
    texts = pc.replace_substring_regex(texts, r"(\d)[\s'’](\d{3})", r"\1\2")
    texts = pc.replace_substring_regex(texts, r"(\d)[\s'’](\d{3})", r"\1\2")
    texts = pc.replace_substring_regex(texts, r"^\(([^()]+)\)$", r"-\1")
    return pc.replace_substring_regex(texts, r"^([\d.,]+)-$", r"-\1")


def bare(texts: pa.Array) -> pa.Array:
    """Cells without what dresses up a number, for a look at its digits."""
    return _bare(texts, True)


def evidence(column: pa.Array | pa.ChunkedArray) -> tuple[int, int]:
    """How many distinct cells can only be read with a decimal point, and how many only with a decimal comma."""
    column = flat(column)
    if not pa.types.is_string(column.type):
        return 0, 0
    bare = _bare(trimmed(pc.unique(column)), True)
    point = pc.sum(pc.match_substring_regex(bare, SAYS_POINT)).as_py() or 0
    comma = pc.sum(pc.match_substring_regex(bare, SAYS_COMMA)).as_py() or 0
    return point, comma
