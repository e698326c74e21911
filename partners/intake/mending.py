"""Fixes and mapped words applied to the cells of one column, before anything is said to be wrong with them.

A replacement is read like any other cell and may be wrong in its turn; nothing a person decides escapes the check.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import Column
from partners.intake import judge
from partners.intake.causes import ACCEPT, PARSE, REPLACE, SKIP
from partners.intake.fixes import Fix
from partners.intake.parse import Parsed, as_strings, flat, trimmed, words
from partners.intake.parse.closer import parse_as
from partners.intake.problems import LONGEST_SEEN

Read = Callable[[pa.Array], Parsed]


class Mender:
    """The fixes of one column. `read` reads its cells as the file's plan says."""

    def __init__(
        self, table: str, column: Column, fixes: Sequence[Fix], meanings: dict[str, str], *, read: Read
    ) -> None:
        self.table, self.column, self.read = table, column, read
        self.fixes = sorted(fixes, key=lambda fix: not fix.seen)  # what is said of one value counts before the rest
        self.meanings = {_folded(seen): word for seen, word in meanings.items()}

    def mended(self, raw: pa.Array | pa.ChunkedArray, *, at: dt.date, decimal: str) -> tuple[pa.Array, Parsed]:
        """The cells as they stand after every replacement, and what became of them."""
        raw = flat(raw)
        if self.meanings:
            raw = self.translated(as_strings(raw))
        parsed = self.read(raw)
        for fix in self.fixes:
            if fix.act in (REPLACE, PARSE):
                found = judge.cells(self.table, self.column, raw, parsed, at=at)
                raw, parsed = self.changed(fix, raw, parsed, found, decimal=decimal)
        return raw, parsed

    def changed(
        self, fix: Fix, raw: pa.Array, parsed: Parsed, found: Iterable[judge.Finding], *, decimal: str
    ) -> tuple[pa.Array, Parsed]:
        """The cells of this fix's group replaced, or read another way."""
        where = _where(fix, raw, found)
        if not where.any():
            return raw, parsed
        texts, chosen = as_strings(raw), pa.array(where)
        if fix.act == REPLACE:
            texts = pc.if_else(chosen, pa.scalar(fix.value), texts)
            return texts, _put(parsed, where, self.read(texts.filter(chosen)))
        again = parse_as(self.column, texts.filter(chosen), fix.how, decimal=decimal)
        where[where] = ~again.bad
        good = pa.array(~again.bad)
        return texts, _put(parsed, where, Parsed(again.values.filter(good), again.bad[~again.bad]))

    def settled(self, raw: pa.Array, found: Iterable[judge.Finding]) -> tuple[list[judge.Finding], np.ndarray]:
        """What is still wrong when accepted cells are taken as they are; and the rows left out by choice."""
        left = np.zeros(len(raw), dtype=bool)
        still = []
        for cause, mask in found:
            for fix in self.fixes:
                if fix.act in (SKIP, ACCEPT):
                    where = _where(fix, raw, [(cause, mask)])
                    left |= where if fix.act == SKIP else False
                    mask = mask & ~where
            still.append((cause, mask))
        return still, left

    def translated(self, texts: pa.Array) -> pa.Array:
        """Words of the file exchanged for ours, whatever their case and spacing."""
        encoded = texts.dictionary_encode()
        listed = encoded.dictionary.to_pylist()
        spoken = words.folded(trimmed(encoded.dictionary)).to_pylist()
        ours = [self.meanings.get(said, text) for said, text in zip(spoken, listed, strict=True)]
        return pa.array(ours, pa.string()).take(encoded.indices)


def _folded(text: str) -> str:
    return str(words.folded(trimmed(pa.array([text])))[0].as_py())


def _where(fix: Fix, raw: pa.Array, found: Iterable[judge.Finding]) -> np.ndarray:
    where = np.zeros(len(raw), dtype=bool)
    for cause, mask in found:
        if cause == fix.cause:
            where |= mask
    if fix.seen and where.any():
        texts = pc.utf8_slice_codeunits(as_strings(raw).filter(pa.array(where)).fill_null(""), 0, LONGEST_SEEN)
        seen = fix.seen.strip()
        where[where] = pc.equal(pc.utf8_trim_whitespace(texts), seen).to_numpy(zero_copy_only=False)
    return where


def _put(parsed: Parsed, where: np.ndarray, other: Parsed) -> Parsed:
    """`other`, one value for each chosen row, put in its place."""
    bad = parsed.bad.copy()
    bad[where] = other.bad
    values = parsed.values.combine_chunks() if isinstance(parsed.values, pa.ChunkedArray) else parsed.values
    return Parsed(pc.replace_with_mask(values, pa.array(where), other.values), bad)


def helpful(column: Column, values: Iterable[str], hows: Iterable[str], *, decimal: str) -> list[str]:
    """Those of these ways of reading that make sense of at least one of the values."""
    cells = pa.array([value for value in values if value], pa.string())
    return [how for how in hows if not parse_as(column, cells, how, decimal=decimal).bad.all()]
