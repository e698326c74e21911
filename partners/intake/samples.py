"""A look at the first values of a column: three samples, and whether they can be read as a given field."""

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Column
from partners.intake.parse import Parsed, as_strings, dates, is_blank, numbers, trimmed, words

ENOUGH = 0.8
ENOUGH_LABELS = 1.0
MOSTLY = 0.9
CODED = r"^#?[A-Za-z]{0,5}[-_/]?\d[\w./-]*$"
"""What stands under a number that is not called one: #1001, SO-5001, 100234."""
ORDERS: tuple[dates.Order, ...] = ("dmy", "mdy")


@dataclass(frozen=True)
class Look:
    """`distinct` are the non-blank distinct values of the sample, as text (typed columns keep `raw`)."""

    raw: pa.Array
    distinct: pa.Array
    count: int
    blanks: int = 0

    @property
    def samples(self) -> tuple[str, ...]:
        return tuple(value.as_py()[:60] for value in self.distinct[:3])

    @property
    def filled(self) -> bool:
        return len(self.distinct) > 0

    def fits(self, column: Column) -> bool:
        """Could these values be this field? An empty column fits anything that its header says."""
        if not self.filled:
            return True
        if column.type == "date":
            return self._date_share >= ENOUGH
        if column.type in ("number", "integer"):
            return self._number_share >= ENOUGH
        if column.type == "boolean":
            return self._share(words.booleans(self.distinct, choices=column.choices)) >= ENOUGH_LABELS
        if column.type == "choice":
            return self._share(words.chosen(self.distinct, choices=column.choices)) >= 0.5
        if column.type == "identifier":
            return not self._is_temporal and not self._is_fraction
        if column.name == "phone":
            return self._has(r"\d.*\d.*\d.*\d.*\d")
        return column.name != "email" or self._has("@")

    def suits(self, column: Column, pattern: str) -> bool:
        """Do the values speak for a field that only the words of the header suggest (`pattern`)?"""
        if not self.filled or not self.fits(column):
            return False
        if column.type == "identifier":
            lone = len(self.distinct) == 1 and self.count - self.blanks > 2
            coded = "number" in pattern.split() or self._has(CODED)
            return coded and not self.like_names and not (lone and pattern == "company number")
        if column.type == "text" and column.name not in ("segment", "phone"):
            plain = max(self._number_share, self._date_share) < ENOUGH
            return plain and (pattern != "company" or self.like_names)
        return True

    def mostly(self, column: Column) -> bool:
        """Nearly all rows say yes or no, and the odd ones say some other word: those are errors to show."""
        if column.type != "boolean" or not pa.types.is_string(self.raw.type):
            return False
        read = words.booleans(self.raw, choices=column.choices)
        odd = pc.unique(self.raw.filter(pa.array(read.bad)))
        counts = self._share(numbers.parse(odd)) < ENOUGH
        return float(read.bad.sum()) <= (1 - MOSTLY) * (self.count - self.blanks) and counts

    def says_outright(self, column: Column) -> bool:
        """Do the values themselves name the outcome ("Attrited Customer"), beyond yes and no?"""
        plain = self._share(words.booleans(self.distinct, choices={}))
        telling = [
            word
            for word in column.choices.get("true", ())
            if word not in ("inactive", "active", "closed", "left", "lost")
        ]
        spoken = set(words.folded(trimmed(self.distinct)).to_pylist())
        return self.fits(column) and plain < ENOUGH_LABELS and bool(spoken & set(telling))

    @cached_property
    def _number_share(self) -> float:
        if self._is_temporal:
            return 0.0
        source = self.raw if not pa.types.is_string(self.raw.type) else self.distinct
        return max(self._share(numbers.parse(source, decimal=sign)) for sign in ("point", "comma"))  # type: ignore[arg-type]

    @cached_property
    def _date_share(self) -> float:
        if self._is_temporal:
            return 1.0
        if pa.types.is_floating(self.raw.type) or pa.types.is_boolean(self.raw.type):
            return 0.0
        of_rows = self._filled if pa.types.is_string(self.raw.type) else self.distinct
        return max(
            self._share(dates.parse(cells, order=order)) for cells in (self.distinct, of_rows) for order in ORDERS
        )

    @cached_property
    def _filled(self) -> pa.Array:
        """The cells that are not blank: of a column that says nearly always the same, its few odd words are errors."""
        return self.raw.filter(pc.is_in(self.raw, value_set=self.distinct))

    @property
    def _is_temporal(self) -> bool:
        return pa.types.is_temporal(self.raw.type)

    @property
    def _is_fraction(self) -> bool:
        """Amounts with decimals are no identifiers; codes such as 01.001 are."""
        plain = pc.match_substring_regex(self.distinct, r"^-?(?:0|[1-9]\d*)[.,]\d*[1-9]\d*$")
        return bool((pc.sum(plain).as_py() or 0) > 0.5 * len(self.distinct))

    @property
    def tells_apart(self) -> bool:
        """Hardly any value stands twice, as it must in a column that is a key."""
        return len(self.distinct) >= 0.9 * (self.count - self.blanks)

    @property
    def like_names(self) -> bool:
        """Most values are names of people or companies, which are no keys: several words, or Chinese, and no digit."""
        hits = pc.match_substring_regex(self.distinct, r"^[^\d]*(?:\pL[^\d]* [^\d]*\pL|\p{Han}{2})[^\d]*$")
        return bool((pc.sum(hits).as_py() or 0) > 0.5 * len(self.distinct))

    def _has(self, pattern: str) -> bool:
        hits = pc.sum(pc.match_substring_regex(self.distinct, pattern)).as_py() or 0
        return bool(hits > 0.5 * len(self.distinct))

    def _share(self, parsed: Parsed) -> float:
        return 1 - float(parsed.bad.mean()) if len(parsed.bad) else 0.0


def look_at(column: pa.Array | pa.ChunkedArray) -> Look:
    raw = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    texts = as_strings(raw)
    distinct = pc.unique(texts.drop_null())
    distinct = distinct.filter(pc.invert(is_blank(trimmed(distinct))))
    blanks = pc.sum(pc.invert(pc.is_in(texts, value_set=distinct))).as_py() or 0
    return Look(raw, distinct, len(raw), blanks)
