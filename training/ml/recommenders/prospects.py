"""Prospects: one row per customer that says how alike the best ones and how ready to buy it is, what it buys already,
and what of the range it could buy; white space adds the rows up by segment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders import standing
from training.ml.recommenders.candidates import Candidates, World
from training.ml.recommenders.interface import Floats, Ints
from training.ml.recommenders.shelves import Shelves

if TYPE_CHECKING:
    import pyarrow as pa

Doubles = npt.NDArray[np.float64]

#: So many of a customer's best offers make up its expected value.
BEST = 10
#: Digits of an amount in the opportunities: more would promise more than a forecast can keep.
DIGITS = 4


@dataclass
class Prospects:
    """Filled block by block; a customer's candidates come in one block.

    `owned`: (customers × shelves) bought from within a year. A shelf bought from before that counts as open again: to
    win somebody back is an opportunity. What is neither owned nor an opportunity had no candidate, or rules forbade all
    of them. chance, money: per customer, the best chance of any candidate and the summed expected value of the BEST
    most valuable ones (NaN where no price is known).
    """

    world: World
    shelves: Shelves
    owned: sp.csr_matrix
    chance: Doubles
    money: Doubles
    _cells: list[tuple[Ints, Ints, Floats, Floats]] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> Self:
        baskets = world.baskets
        shelves, n = Shelves.of(baskets.items), len(baskets.customers)
        owned = shelves.bought(baskets.between(baskets.as_of - standing.YEAR, baskets.as_of))
        return cls(world, shelves, owned, np.zeros(n), np.full(n, np.nan))

    def add(self, candidates: Candidates, chance: npt.NDArray, value: npt.NDArray) -> None:
        """The allowed candidates of a block, sorted by customer; value: expected, NaN without a price.

        Per shelf not owned stay the best single chance (chances of alike products are far from independent, so that to
        multiply them up would promise too much) and the sum of the expected values.
        """
        if not len(candidates):
            return
        starts = np.flatnonzero(np.diff(candidates.customer, prepend=-1))
        customers = candidates.customer[starts]
        sizes = np.diff(np.append(starts, len(candidates)))
        self.chance[customers] = np.maximum.reduceat(chance, starts)
        self.money[customers] = _best_sum(value, starts, sizes)
        if len(self.shelves):
            row = np.repeat(np.arange(len(customers)), sizes)
            self._open(customers, row, self.shelves.shelf[candidates.item], chance, value)

    def _open(
        self, customers: Ints, row: npt.NDArray, shelf: Ints, chance: npt.NDArray, value: npt.NDArray
    ) -> None:  # fmt: skip
        width = len(self.shelves)
        if (shelf < 0).any():
            placed = np.flatnonzero(shelf >= 0)
            row, shelf, chance, value = row[placed], shelf[placed], chance[placed], value[placed]
        cell, size = row * width + shelf, len(customers) * width
        best = np.zeros(size, dtype=np.float32)
        np.maximum.at(best, cell, chance.astype(np.float32))
        known = np.isfinite(value)
        if known.all():
            money = np.bincount(cell, value, minlength=size)
        else:
            money = np.bincount(cell[known], value[known], minlength=size).astype(np.float64)
            money[np.bincount(cell[known], minlength=size) == 0] = np.nan
        best[self.owned[customers].toarray().ravel() > 0] = 0.0
        found = np.flatnonzero(best)
        rows, columns = np.divmod(found, width)
        self._cells.append((customers[rows], columns.astype(np.int32), best[found], money[found].astype(np.float32)))

    def cells(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Every opportunity: customer, shelf, best chance, expected value (NaN without a price); by customer."""
        if not self._cells:
            none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
            return none, none, nothing, nothing
        customer, shelf, chance, money = (np.concatenate(part) for part in zip(*self._cells, strict=True))
        if (np.diff(customer) < 0).any():
            order = np.argsort(customer, kind="stable")
            customer, shelf, chance, money = customer[order], shelf[order], chance[order], money[order]
        return customer, shelf, chance, money

    def table(self) -> pa.Table:
        """customer_id, fit, intent (0 … 1, see `standing`), expected_value (null without a price), owned (list of
        shelves), opportunities (JSON: {shelf: [best chance, expected value or null]}); one row per
        customer."""
        import pyarrow as pa

        world, baskets = self.world, self.world.baskets
        fit = standing.fit(baskets, world.habits, self.shelves)
        intent = standing.intent(baskets, world.habits, self.shelves, self.chance)
        return pa.table({
            "customer_id": pa.array(baskets.customers, pa.string()), "fit": pa.array(fit), "intent": pa.array(intent),
            "expected_value": pa.array(self.money, mask=~np.isfinite(self.money)), "owned": self._owned(),
            "opportunities": self._opportunities(),
        })  # fmt: skip

    def _owned(self) -> pa.Array:
        import pyarrow as pa

        names = pa.array(self.shelves.names, pa.string())
        return pa.ListArray.from_arrays(
            pa.array(self.owned.indptr.astype(np.int32)), names.take(pa.array(self.owned.indices))
        )  # fmt: skip

    def _opportunities(self) -> pa.Array:
        """A million texts from a few thousand: every name, chance and amount is written once, then joined."""
        import pyarrow as pa
        import pyarrow.compute as pc

        customer, shelf, chance, money = self.cells()
        names = pa.array([json.dumps(name, ensure_ascii=False) + ": [" for name in self.shelves.names], pa.string())
        each = pc.binary_join_element_wise(names.take(pa.array(shelf)), _rounded(chance), _amounts(money), "")
        counts = np.bincount(customer, minlength=len(self.world.baskets.customers))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), each), ", ")
        return pc.binary_join_element_wise("{", joined, "}", "")

    def white_space(self, *, segments: int = 40, categories: int = 40) -> dict[str, Any]:
        """Segments × shelves: {"categories": names, by owners, "segments": {name: {"customers", "cells": {category:
        [owned, opportunities, mean best chance, summed expected value or null]}}}}; the largest of each, so many at
        most. Customers without a segment stand under "". Cells without owners and opportunities are left out."""
        baskets, width = self.world.baskets, len(self.shelves)
        shown = np.argsort(-np.asarray(self.owned.sum(axis=0)).ravel(), kind="stable")[:categories]
        kinds = len(baskets.segments) + 1
        group = np.where(baskets.segment < 0, kinds - 1, baskets.segment)
        sizes = np.bincount(group, minlength=kinds)
        customer, shelf, chance, money = self.cells()
        cell, shape = group[customer] * width + shelf, (kinds, width)
        known = np.isfinite(money)
        owner = group[np.repeat(np.arange(len(group)), np.diff(self.owned.indptr))] * width + self.owned.indices
        counts = {
            "owned": np.bincount(owner, minlength=kinds * width).reshape(shape),
            "open": np.bincount(cell, minlength=kinds * width).reshape(shape),
            "chance": np.bincount(cell, chance, minlength=kinds * width).reshape(shape),
            "known": np.bincount(cell[known], minlength=kinds * width).reshape(shape),
            "money": np.bincount(cell[known], money[known], minlength=kinds * width).reshape(shape),
        }
        told = {}
        for kind in np.argsort(-sizes, kind="stable")[:segments]:
            if sizes[kind]:
                name = "" if kind == kinds - 1 else str(baskets.segments[kind])
                told[name] = {"customers": int(sizes[kind]), "cells": self._row(counts, int(kind), shown)}
        return {"categories": [str(self.shelves.names[place]) for place in shown], "segments": told}

    def _row(self, counts: dict[str, npt.NDArray], kind: int, shown: npt.NDArray) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for place in shown.tolist():
            owned, open_, chance, known, money = (values[kind, place].item() for values in counts.values())
            if owned or open_:
                mean = round(chance / open_, 4) if open_ else 0.0
                found[str(self.shelves.names[place])] = [owned, open_, mean, round(money, 2) if known else None]
        return found


def _best_sum(value: npt.NDArray, starts: npt.NDArray, sizes: npt.NDArray) -> Doubles:
    """Per customer the sum of its BEST highest values, those below nothing left out; NaN where none is known."""
    known = np.isfinite(value)
    gain = np.where(known, np.maximum(value, 0), 0.0)
    width = int(sizes.max())
    if width > BEST:
        padded = np.zeros((len(starts), width), dtype=np.float64)
        padded[np.arange(width)[None, :] < sizes[:, None]] = gain
        padded.partition(width - BEST, axis=1)
        total = padded[:, width - BEST :].sum(axis=1)
    else:
        total = np.add.reduceat(gain, starts)
    return np.where(np.logical_or.reduceat(known, starts), total, np.nan)


def _rounded(chance: Floats) -> pa.Array:
    """Chances as texts of four decimals, never 0, and a comma."""
    import pyarrow as pa

    texts = pa.array([f"{number / 10_000:g}, " for number in range(10_001)], pa.string())
    return texts.take(pa.array(np.clip(np.rint(chance * 10_000), 1, 10_000).astype(np.int32)))


def _amounts(money: Floats) -> pa.Array:
    """Amounts as texts of DIGITS digits, at least to the hundredth, and a bracket; "null" where there is none. Each
    text is made once: amounts become whole numbers of hundredths, tenths, ones, tens … of which there are few."""
    import pyarrow as pa

    top = 10**DIGITS
    known = np.isfinite(money)
    amount = np.where(known, money, 0).astype(np.float32)
    with np.errstate(divide="ignore"):
        place = np.clip(np.floor(np.log10(np.abs(amount))) - (DIGITS - 1), -2, 18).astype(np.int64)
    whole = np.clip(np.rint(amount / np.power(10.0, np.arange(-2, 19))[place + 2]), -top, top).astype(np.int64)
    code = np.where(known, (place + 2) * (2 * top + 1) + whole + top + 1, 0)
    used = np.flatnonzero(np.bincount(code, minlength=1))
    texts = pa.array([_amount(one, top) for one in used.tolist()], pa.string())
    number = np.zeros(int(used.max(initial=0)) + 1, dtype=np.int32)
    number[used] = np.arange(len(used))
    return texts.take(pa.array(number[code]))


def _amount(code: int, top: int) -> str:
    if not code:
        return "null]"
    place, whole = divmod(code - 1, 2 * top + 1)
    return f"{round((whole - top) * 10.0 ** (place - 2), 2) + 0.0!r}]"
