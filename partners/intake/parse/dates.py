"""Dates as files write them: ISO, day first, month first, month names, Chinese, spreadsheet serials, timestamps.

Which of day and month comes first is a fact about a column, not about a cell: `evidence` counts what only one order
explains, and a column that both explain is asked, never guessed. Points (31.12.2024) always mean day first.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.intake.parse import Parsed, flat, is_blank, mask, per_distinct, trimmed

Order = Literal["dmy", "mdy"]

TIME = r"(?:(?:[T ,]+|日 ?)(?:[ap]m|上午|下午)? ?\d{1,2}[:.h时点]\d{1,2}.*)?"
YEAR_FIRST = rf"^(?P<y>\d{{4}})(?:[-/.]|年) ?(?P<m>\d{{1,2}})(?:[-/.]|月) ?(?P<d>\d{{1,2}})日?{TIME}$"
COMPACT = r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?\d{4,6}Z?| \d{1,2}:.*)?$"
SLASHED = rf"^(?P<a>\d{{1,2}})(?:[-/] ?|[.] ?)(?P<b>\d{{1,2}})[-/.] ?(?P<y>\d{{4}}|\d{{2}}){TIME}$"
POINTED = r"^\d{1,2}\."
DAY_NAME = (
    rf"^(?:[a-z]{{2,9}}\.?,? +)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*"
    rf"(?P<n>[a-zäéû]{{3,9}})\.?[-/, ]*(?P<y>\d{{4}}|\d{{2}}){TIME}$"
)
NAME_DAY = rf"^(?:[a-z]{{3,9}}\.?, +)?(?P<n>[a-z]{{3,9}})\.? +(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? +(?P<y>\d{{4}}){TIME}$"
SERIAL = r"^(?P<s>\d{5})(?:\.\d+)?$"
SHARE = 0.05
SERIAL_FIRST, SERIAL_LAST = 20_000, 75_000  # 1954 to 2105
EPOCH = np.datetime64("1899-12-30")
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
    "mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "fév": 2, "fev": 2, "avr": 4, "aoû": 8, "déc": 12, "ene": 1,
    "abr": 4, "ago": 8, "dic": 12,
}  # fmt: skip
MONTH_NAMES = pa.array(list(MONTHS))
MONTH_NUMBERS = np.array([*MONTHS.values(), 0])


@dataclass
class Evidence:
    """What the distinct cells of a column say about its order of day and month."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    """Cells such as 03/04/2024 that both orders read, differently."""
    example: str = ""

    def add(self, other: "Evidence") -> None:
        self.day_first += other.day_first
        self.month_first += other.month_first
        self.either += other.either
        self.example = self.example or other.example

    @property
    def order(self) -> Order | Literal["", "ask"]:
        """The order that holds; empty when none is needed, "ask" when nothing decides.

        A lone 13/02 among a thousand cells that both orders read is more likely a typing error than proof.
        """
        slashed = self.day_first + self.month_first + self.either
        if not slashed:
            return ""
        if self.day_first >= SHARE * slashed and self.month_first < SHARE * self.day_first:
            return "dmy"
        if self.month_first >= SHARE * slashed and self.day_first < SHARE * self.month_first:
            return "mdy"
        return "ask"

    def denies(self, order: str) -> bool:
        """Does the column plainly contradict this order?"""
        return self.order in ("dmy", "mdy") and self.order != order


def parse(column: pa.Array | pa.ChunkedArray, *, order: Order = "dmy") -> Parsed:
    """Values as date32; times of day are dropped."""
    column = flat(column)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if pa.types.is_timestamp(kind) and kind.tz:
            column = pc.local_timestamp(column)
        return Parsed(column.cast(pa.date32(), safe=False), np.zeros(len(column), dtype=bool))
    return per_distinct(column, lambda texts: _parse(texts, order))


def evidence(column: pa.Array | pa.ChunkedArray) -> Evidence:
    """Count, over the distinct cells, what only one order of day and month explains."""
    column = flat(column)
    if not pa.types.is_string(column.type):
        return Evidence()
    texts = pc.unique(trimmed(pc.unique(column)))
    first, second, _, found = _slashed(texts)
    found &= ~mask(pc.match_substring_regex(texts, POINTED))
    both = found & (first <= 12) & (second <= 12) & (first != second)
    places = np.flatnonzero(both)
    return Evidence(
        day_first=int((found & (first > 12) & (second <= 12) & (second > 0)).sum()),
        month_first=int((found & (second > 12) & (first <= 12) & (first > 0)).sum()),
        either=int(both.sum()),
        example=texts[int(places[0])].as_py() if len(places) else "",
    )


def _parse(texts: pa.Array, order: Order) -> Parsed:
    texts = trimmed(texts)
    blank = mask(is_blank(texts))
    days = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[D]")
    for pattern in (YEAR_FIRST, COMPACT):
        cut = parts(texts, pattern, "ymd")
        fill(days, cut["y"], cut["m"], cut["d"])
    first, second, year, found = _slashed(texts)
    pointed = mask(pc.match_substring_regex(texts, POINTED))
    day_first = pointed | (order == "dmy")
    fill(days, np.where(found, year, 0), np.where(day_first, second, first), np.where(day_first, first, second))
    rest = np.flatnonzero(np.isnat(days) & ~blank)
    if len(rest):
        days[rest] = _rarer(texts.take(pa.array(rest)))
    days[blank] = np.datetime64("NaT")
    return Parsed(pa.array(days, pa.date32()), np.isnat(days) & ~blank)


def _rarer(texts: pa.Array) -> np.ndarray:
    """Days by names of months and by serial numbers."""
    days = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[D]")
    for pattern in (DAY_NAME, NAME_DAY):
        _named(days, pc.utf8_lower(texts), pattern)
    serials = parts(texts, SERIAL, "s")["s"]
    fits = (serials >= SERIAL_FIRST) & (serials <= SERIAL_LAST) & np.isnat(days)
    days[fits] = EPOCH + serials[fits].astype("timedelta64[D]")
    return days


def parts(texts: pa.Array, pattern: str, groups: str) -> dict[str, np.ndarray]:
    """The named groups as integers; 0 where the pattern does not match."""
    struct = pc.extract_regex(texts, pattern)
    return {name: _integers(pc.struct_field(struct, name)) for name in groups}


def _integers(texts: pa.Array) -> np.ndarray:
    filled = pc.if_else(pc.fill_null(pc.not_equal(texts, ""), False), texts, "0")
    return filled.cast(pa.int32()).to_numpy(zero_copy_only=False)


def _slashed(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    cut = parts(texts, SLASHED, "aby")
    found = cut["a"] + cut["b"] + cut["y"] > 0
    return cut["a"], cut["b"], century(cut["y"], found), found


def century(years: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Two-digit years: 70 to 99 are of the last century."""
    short = found & (years < 100)
    return np.where(short, years + np.where(years >= 70, 1900, 2000), years)


def _named(days: np.ndarray, texts: pa.Array, pattern: str) -> None:
    struct = pc.extract_regex(texts, pattern)
    short = pc.utf8_slice_codeunits(pc.struct_field(struct, "n"), 0, 3)
    month = MONTH_NUMBERS[pc.index_in(short, value_set=MONTH_NAMES).fill_null(-1).to_numpy(zero_copy_only=False)]
    year = _integers(pc.struct_field(struct, "y"))
    fill(days, century(year, month > 0), month, _integers(pc.struct_field(struct, "d")))


def fill(days: np.ndarray, year: np.ndarray, month: np.ndarray, day: np.ndarray) -> None:
    """Set the days that exist in the calendar, where none is set yet."""
    real = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & np.isnat(days)
    if not real.any():
        return
    months = (year[real].astype(np.int64) - 1970) * 12 + month[real] - 1
    first = months.astype("datetime64[M]")
    made = first.astype("datetime64[D]") + (day[real] - 1).astype("timedelta64[D]")
    made[made.astype("datetime64[M]") != first] = np.datetime64("NaT")
    days[real] = made
