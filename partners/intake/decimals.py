"""Which decimal sign each column of numbers is read with; asked where 1.000 may be one or a thousand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Table
from partners.intake.mapping import Match
from partners.intake.parse import flat, numbers, trimmed
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import Source

GROUPS = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?!\d)")
AGREE, ROUNDING = 0.9, 0.006


@dataclass
class Signs:
    """Different cells of a column, by what they say about its decimal sign."""

    point: int = 0
    comma: int = 0
    """So many can be read with that sign only."""
    dotted: int = 0
    commas: int = 0
    """One to three digits, the sign, three digits: thousands under one reading, thousandths under the other."""
    round: int = 0
    """Of those, how many end in 0, as a program that drops what it need not write would not have it."""
    short: int = 0
    long: int = 0
    """Whole numbers without any sign, of up to three digits and of more."""

    def add(self, other: "Signs") -> None:
        for count in fields(self):
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))

    @property
    def usual(self) -> str:
        """What its cells prove; empty where none does."""
        return "" if self.point == self.comma else "point" if self.point > self.comma else "comma"


def signs(column: pa.ChunkedArray | pa.Array) -> Signs:
    cells = flat(column)
    point, comma = numbers.evidence(cells)
    found = Signs(point, comma)
    if point or comma or not pa.types.is_string(cells.type):
        return found
    bare = numbers.bare(trimmed(pc.unique(cells)))

    def count(pattern: str) -> int:
        return pc.sum(pc.match_substring_regex(bare, pattern)).as_py() or 0

    found.dotted, found.commas = count(r"^[+-]?[1-9]\d{0,2}\.\d{3}$"), count(r"^[+-]?[1-9]\d{0,2},\d{3}$")
    found.round = count(r"^[+-]?[1-9]\d{0,2}[.,]\d{2}0$") if found.dotted or found.commas else 0
    found.short, found.long = count(r"^[+-]?\d{1,3}$"), count(r"^[+-]?\d{4,}$")
    return found


def decide(seen: Mapping[str, Signs], wished: str) -> tuple[dict[str, str], list[str]]:
    """A column's own evidence decides, then what the person said, then the rest of the file; else a point.

    With it come the columns for which that point would be a guess.
    """
    proved = [one.usual for one in seen.values()]
    whole = proved.count("comma") - proved.count("point")
    usual = wished or ("comma" if whole > 0 else "point")
    decided = {name: one.usual or usual for name, one in seen.items()}
    if wished or whole:
        return decided, []
    return decided, [name for name, one in seen.items() if not one.usual and (one.dotted or one.commas)]


def settle(
    guessed: Mapping[str, Match], seen: Mapping[str, Signs], source: Source, sample: pa.Table, sums: Mapping[str, Match]
) -> str:
    """The sign of a file in which no cell proves one: by how its whole numbers are written, or by its arithmetic.

    Raises Refusal where only the sender can know.
    """
    wholes = any(one.long for one in seen.values())
    found = {name: _by_wholes(seen[name], wholes, source) for name in guessed}
    told = [sign for sign in found.values() if sign]
    if calculated := _by_arithmetic(sums, sample):
        return calculated
    if told and len(set(told)) == 1:
        return told[0]
    asked = {match.source: _example(match, sample) for match in guessed.values()}
    column, example = next(iter(asked.items()))
    digits = re.sub(r"[.,]", "", example)
    raise IntakeRefusal(
        "ask_decimal",
        column=column,
        example=example,
        point=digits if "," in example else f"{int(digits) / 1000:g}",
        comma=f"{int(digits) / 1000:g}" if "," in example else digits,
        columns=asked,
        hint="Add --decimal point or --decimal comma.",
        blocks="decimal:" + "|".join(asked),
    )


def _by_wholes(seen: Signs, wholes: bool, source: Source) -> str:
    """12345 beside 1.000 parts no thousands; 5 beside 1.000 was not written to three places. Else empty."""
    if seen.dotted and seen.commas:
        return ""
    decimal, thousands = ("point", "comma") if seen.dotted else ("comma", "point")
    if seen.commas and source.delimiter == ",":
        return thousands  # who writes decimal commas parts cells by something else
    if wholes:
        return decimal
    return thousands if seen.short and (seen.round or seen.commas) else ""


def _by_arithmetic(sums: Mapping[str, Match], sample: pa.Table) -> str:
    """The only sign with which quantity times price is the amount, if these three are there."""
    if len(sums) < 3:
        return ""
    right = []
    for sign in ("point", "comma"):
        quantity, price, amount = (
            numbers.parse(sample.column(sums[name].index), decimal=sign).values.to_numpy(zero_copy_only=False)  # type: ignore[arg-type]
            for name in ("quantity", "price", "amount")
        )
        known = ~np.isnan(quantity * price * amount)
        if known.any() and np.mean(np.abs(quantity * price - amount)[known] <= ROUNDING) >= AGREE:
            right.append(sign)
    return right[0] if len(right) == 1 else ""


def _example(match: Match, sample: pa.Table) -> str:
    """A cell that shows the question."""
    cells = (str(cell) for cell in flat(sample.column(match.index)).to_pylist() if cell)
    return next((found[0] for cell in cells if (found := GROUPS.search(cell))), "1.000")


def summed(table: Table, mapped: Mapping[str, Match]) -> dict[str, Match]:
    return {name: mapped[name] for name in ("quantity", "price", "amount") if name in mapped and name in table}
