"""What is wrong with the cells of one column, and with the cells of one row among themselves: cause by cause, as masks.

Only cells that could not be read are looked at closely; of the rest, a glance at their bytes usually settles that
nothing unusual is among them.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Column
from partners.intake.parse import BLANKS, Parsed, as_strings, is_blank, is_text, mask, per_text, trimmed
from partners.intake.parse.looks import HIDDEN, ODD, bytes_within

Finding = tuple[str, np.ndarray]
"""Cause and the rows it holds for."""

BAD = {
    "date": "not_a_date", "number": "not_a_number", "integer": "not_a_whole_number", "boolean": "not_a_boolean",
    "choice": "unknown_word", "identifier": "mangled_number", "text": "not_a_number",
}  # fmt: skip
EARLIEST = dt.date(1950, 1, 1)
LONGEST_IDENTIFIER = 120
LARGEST = 1e12
NEVER_NEGATIVE = ("products.price", "products.cost", "subscriptions.quantity")
FEWEST_DIGITS = 5

SPREADSHEET_ERROR = r"(?i)^#(?:ref!|value!|div/0!|name\?|num!|null!|spill!|calc!|getting_data|####*)$|^#{4,}$"
CLOCK = (
    r"(?i)^\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?$|^\d{4}-\d{1,2}-\d{1,2}(?:[ t].*)?$|^\d{1,2}/\d{1,2}/\d{2,4}$"
    r"|^\d{1,2}[-. ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[-. ]\d{2,4})?$"
    r"|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[-. ]\d{2,4}$|^\d{1,2}月\d{1,2}日$"
)
LIKE_A_DAY = (
    r"^(?:\d{4}[-/.年] ?(?:0?[1-9]|1\d)[-/.月] ?\d{1,2}日?|\d{1,2}[-/.] ?\d{1,2}[-/.] ?(?:\d{4}|\d{2}))(?:[ t].*)?$"
)
CHANGED_CODE = (
    r"^\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:-\d{2,4})?$"
    r"|^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2}$|^\d{1,2}月\d{1,2}日$|^\d{4}-\d{2}-\d{2} 00:00:00$"
)
ADDRESS = r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]+"
EMAIL = rf"^(?:mailto:)?<?{ADDRESS}>?(?:\s*[;,/]\s*{ADDRESS})*[;,]?$"
BROKEN = "\ufffd|锟斤拷|烫烫烫|Ã[\x80-\xbf¤¶¼©¨±]|â€|Â[\xa0-\xbf]"
ODDITIES = (("spreadsheet_error", SPREADSHEET_ERROR), ("hidden_characters", HIDDEN), ("broken_letters", BROKEN))
UNUSUAL = ODD + b"#"


def cells(table: str, column: Column, raw: pa.Array, parsed: Parsed, *, at: dt.date) -> Iterator[Finding]:
    """What is wrong with this column's cells; `raw` are the cells as they stand, `parsed` what became of them."""
    if parsed.bad.any():
        yield from _unread(column, raw, parsed.bad)
    if column.required:
        yield "missing", mask(pc.is_null(parsed.values)) & ~parsed.bad
    if column.type == "date":
        if column.past:
            yield "future_date", mask(pc.greater(parsed.values, pa.scalar(at)))
        yield "ancient_date", mask(pc.less(parsed.values, pa.scalar(EARLIEST)))
    elif column.type in ("number", "integer"):
        yield from _numbers(table, column, parsed)
    elif column.type in ("identifier", "text") and is_text(raw):
        yield from _words(column, raw, parsed)


def _unread(column: Column, raw: pa.Array, bad: np.ndarray) -> Iterator[Finding]:
    """Why these cells could not be read, as closely as can be told."""
    if "other" in column.choices:  # an unknown kind of contact is still a contact
        yield "read_as_other", bad
        return
    rest = bad.copy()
    if is_text(raw):
        texts = trimmed(as_strings(raw.filter(pa.array(bad))))
        closer = [("spreadsheet_error", SPREADSHEET_ERROR)]
        closer += [("date_in_number", CLOCK)] if column.type in ("number", "integer") else []
        closer += [("impossible_date", LIKE_A_DAY)] if column.type == "date" else []
        for cause, pattern in closer:
            hits = mask(pc.match_substring_regex(texts, pattern))
            if cause == "impossible_date":
                hits &= ~_readable(texts)
            where = np.zeros(len(bad), dtype=bool)
            where[bad] = hits
            yield cause, where & rest
            rest &= ~where
    yield BAD[column.type], rest


def _readable(texts: pa.Array) -> np.ndarray:
    """Days that would exist with month and day the other way round."""
    from partners.intake.parse import dates

    pointed = pc.replace_substring(texts, ".", "/")
    return ~np.logical_and(dates.parse(pointed, order="dmy").bad, dates.parse(pointed, order="mdy").bad)


def _numbers(table: str, column: Column, parsed: Parsed) -> Iterator[Finding]:
    values = parsed.values
    if column.type == "number":
        yield "number_too_large", mask(pc.greater(pc.abs(values), LARGEST))
    if f"{table}.{column.name}" in NEVER_NEGATIVE:
        yield "negative_number", mask(pc.less(values, 0))
    if f"{table}.{column.name}" == "orders.quantity":
        yield "zero_quantity", mask(pc.equal(values, 0))
    if column.name == "sentiment":
        yield "out_of_range", mask(pc.greater(pc.abs(values), 1))


def _words(column: Column, raw: pa.Array, parsed: Parsed) -> Iterator[Finding]:
    there = mask(pc.is_valid(parsed.values))
    texts = raw.dictionary if pa.types.is_dictionary(raw.type) else raw
    shapes: list[tuple[str, Callable[[pa.Array], pa.Array]]] = []
    if bytes_within(texts, UNUSUAL):
        shapes += [(cause, partial(_like, pattern=pattern)) for cause, pattern in ODDITIES]
    if column.type == "identifier":
        shapes.append(("too_long", partial(_longer, than=LONGEST_IDENTIFIER)))
    elif column.longest:
        shapes.append(("cut_text", partial(_longer, than=column.longest)))
    if column.name in ("sku", "customer_id"):
        shapes.append(("looks_like_a_date", partial(_like, pattern=CHANGED_CODE)))
    if column.name in ("email", "phone"):
        shapes.append(("not_an_email", _no_email) if column.name == "email" else ("short_phone", _short))
    for cause, shape in shapes:
        yield cause, per_text(raw, shape) & there


def _like(texts: pa.Array, *, pattern: str) -> pa.Array:
    return pc.match_substring_regex(pc.utf8_trim_whitespace(texts), pattern)


def _longer(texts: pa.Array, *, than: int) -> pa.Array:
    if (pc.max(pc.binary_length(texts)).as_py() or 0) <= than:  # no fewer bytes than letters
        return pa.array(np.zeros(len(texts), dtype=bool))
    return pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(texts)), than)


def _no_email(texts: pa.Array) -> pa.Array:
    """Words that mean "nothing here" are no mistake."""
    texts = trimmed(texts)
    return pc.invert(pc.or_(pc.match_substring_regex(texts, EMAIL), is_blank(texts, words=BLANKS)))


def _short(texts: pa.Array) -> pa.Array:
    texts = trimmed(texts)
    few = pc.less(pc.utf8_length(pc.replace_substring_regex(texts, r"\D", "")), FEWEST_DIGITS)
    return pc.and_(few, pc.invert(is_blank(texts, words=BLANKS)))


def rows(table: str, parsed: dict[str, Parsed]) -> Iterator[tuple[str, str, np.ndarray]]:
    """What contradicts itself within a row: cause, the field to correct, the rows."""
    for kind, cause, name, other in (
        ("subscriptions", "ends_before_start", "ended", "started"),
        ("subscriptions", "renews_before_start", "renews_on", "started"),
    ):
        if table == kind and name in parsed and other in parsed:
            yield cause, name, mask(pc.less(parsed[name].values, parsed[other].values))
    if table == "products" and "price" in parsed and "cost" in parsed:
        dear = pc.and_(pc.greater(parsed["price"].values, 0), pc.greater(parsed["cost"].values, parsed["price"].values))
        yield "cost_above_price", "cost", mask(dear)
