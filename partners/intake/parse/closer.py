"""Cells read the way a person says they are to be read, where the usual reading failed."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Column
from partners.intake.parse import Parsed, dates, is_blank, mask, numbers, per_distinct, trimmed, words

SIGN = r"[-/.,_ 年月]"
SPLIT = {
    "dmy": ("(?P<d>{d}){s}(?P<m>{m}){s}(?P<y>{y})", "(?P<d>{dd})(?P<m>{dd})(?P<y>{y})"),
    "mdy": ("(?P<m>{m}){s}(?P<d>{d}){s}(?P<y>{y})", "(?P<m>{dd})(?P<d>{dd})(?P<y>{y})"),
    "ymd": ("(?P<y>{y}){s}(?P<m>{m}){s}(?P<d>{d})", "(?P<y>{y})(?P<m>{dd})(?P<d>{dd})"),
    "compact": ("(?P<y>{y})(?P<m>{dd})(?P<d>{dd})",),
    "month": ("(?P<y>\\d{{4}}){s}?(?P<m>{m})", "(?P<m>{m}){s}(?P<y>\\d{{4}})"),
}
END = r"日?(?:[T ,].*)?$"
SECONDS = {10: 1, 13: 1_000}
UNITS = r"^[^\d]*?([+-]?\(?[.,]?\d[\d.,' ]*\)?)[^\d]*$"


def parse_as(column: Column, cells: pa.Array, how: str, *, decimal: str) -> Parsed:
    """Text cells of a date or number column, read in this one way."""
    if column.type == "date":
        return per_distinct(cells, lambda texts: _dates(trimmed(texts), how))
    if how == "stripped":
        cells, how = pc.replace_substring_regex(trimmed(cells), UNITS, r"\1"), decimal or "point"
    return words.by_type(column, cells, order="", decimal=how)


def _dates(texts: pa.Array, how: str) -> Parsed:
    blank = mask(is_blank(texts))
    days = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[D]")
    if how in ("serial", "unix"):
        read = numbers.parse(texts).values.fill_null(0).to_numpy(zero_copy_only=False)
        _counted(days, read, how)
    for pattern in SPLIT.get(how, ()):
        filled = pattern.format(d=r"\d{1,2}", m=r"\d{1,2}", y=r"\d{4}|\d{2}", dd=r"\d{2}", s=rf"{SIGN}+")
        cut = dates.parts(texts, f"^{filled}{END}", "ym" if how == "month" else "ymd")
        found = cut["m"] > 0
        year = dates.century(cut["y"], found)
        dates.fill(days, np.where(found, year, 0), cut["m"], cut.get("d", np.ones(len(texts), dtype=np.int64)))
    days[blank] = np.datetime64("NaT")
    return Parsed(pa.array(days, pa.date32()), np.isnat(days) & ~blank)


def _counted(days: np.ndarray, read: np.ndarray, how: str) -> None:
    """Days since 1900, or seconds or milliseconds since 1970, where they make a day of this century or the last."""
    if how == "serial":
        fits = (read >= 1) & (read < dates.SERIAL_LAST)
        days[fits] = dates.EPOCH + read[fits].astype(np.int64).astype("timedelta64[D]")
        return
    for digits, per_second in SECONDS.items():
        fits = (read >= 10 ** (digits - 2)) & (read < 10**digits)
        seconds = (read[fits] / per_second).astype(np.int64)
        days[fits] = (np.datetime64("1970-01-01T00:00:00") + seconds.astype("timedelta64[s]")).astype("datetime64[D]")
