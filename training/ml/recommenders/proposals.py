"""Which products the sources propose for a block of customers, and what each source says of all of them.

Most of what a source says is nothing. Where it can say so (`nonzero`), or says the same to a whole group (`by_group`),
no dense (customers × items) table is made, and a million customers cost seconds instead of minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Flags, Floats, Ints, Recommender

Longs = npt.NDArray[np.int64]
#: Flat tables of a block that a thread keeps for its next one, by type.
SPARE = 4
_SPARE = threading.local()


@runtime_checkable
class Sparse(Protocol):
    """A source that speaks of few products."""

    def nonzero(self, baskets: Baskets, customers: Ints) -> sp.csr_matrix:
        """`scores` without its zeros, each cell once, in any order within a row."""
        ...


@runtime_checkable
class Grouped(Protocol):
    """A source that tells all customers of a group the same."""

    def by_group(self, baskets: Baskets, customers: Ints) -> tuple[Ints, Floats, Ints]:
        """The row of the table for each customer, the table (groups × items), `scores` being table[rows], and the
        items of each of its rows, best first, equals by code."""
        ...


@dataclass(frozen=True)
class Proposed:
    """Cells sorted by row, then item. row: place among the customers asked for; pair: number in `Pairs`, -1 when never
    bought; picked: what each source says of the cell."""

    row: Longs
    item: Longs
    pair: Longs
    picked: dict[str, Floats]


def proposed(
    sources: Mapping[str, Recommender], baskets: Baskets, owned: sp.csr_matrix, customers: Ints, *,
    most: tuple[int, int], allowed: Flags | None = None, added: tuple[Ints, Ints] | None = None,
) -> Proposed:  # fmt: skip
    """The union of each source's best `most` = (new, repeat) products per customer.

    owned: (all customers × items) number of the pair + 1. allowed: (len(customers) × items) what may be proposed at
    all, beside `available`. added: (customer, item) codes that are proposed whatever the sources say.
    """
    block = _Block(baskets, owned[customers], allowed)
    voices = [_voice(source, baskets, customers, block) for source in sources.values()]
    parts = [cells for voice in voices for cells in voice.best(*most)]
    if added is not None and len(added[0]):
        order = np.argsort(customers)
        row = order[np.searchsorted(customers[order], added[0])]
        parts.append(row.astype(np.int64) * block.width + added[1])
    cells = _distinct(parts)
    picked = {name: voice.at(cells) for name, voice in zip(sources, voices, strict=True)}
    row, item = np.divmod(cells, max(1, block.width))
    found = Proposed(row, item, block.place[cells].astype(np.int64) - 1, picked)
    block.done()
    return found


def _distinct(parts: list[Longs]) -> Longs:
    """Every cell once, in order: np.unique by sorting, which is quicker here than by hashing."""
    cells = np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)
    return cells[np.diff(cells, prepend=-1) > 0]


class _Block:
    """The customers asked for: what they own as a flat table of pair numbers, and what may be offered to them."""

    def __init__(self, baskets: Baskets, owned: sp.csr_matrix, allowed: Flags | None) -> None:
        self.rows, self.width = owned.shape
        self.available = baskets.items.available
        self.allowed = None if allowed is None else (allowed & self.available[None, :]).ravel()
        self.owned = _flat(owned)
        self._used: list[tuple[npt.NDArray, Longs]] = []
        self.place = self.spread(self.owned, owned.data)
        self.mine = self.owned[self.fits(self.owned, owned.indices)]

    def spread(self, cells: Longs, values: npt.NDArray) -> npt.NDArray:
        """A flat table with these cells, 0 elsewhere. Tables are used again by the same thread: to ask the system for
        tens of megabytes of zeros takes longer than all that is done with them."""
        kept = _SPARE.__dict__.setdefault(values.dtype.str, [])
        size = self.rows * self.width
        table = next((kept.pop(place) for place in range(len(kept)) if len(kept[place]) >= size), None)
        if table is None:
            table = np.zeros(size, dtype=values.dtype)
        table[cells] = values
        self._used.append((table, cells))
        return table[:size]

    def done(self) -> None:
        """Give the tables back, all zeros."""
        for table, cells in self._used:
            table[cells] = 0
            kept = _SPARE.__dict__.setdefault(table.dtype.str, [])
            if len(kept) < SPARE:
                kept.append(table)
        self._used = []

    def fits(self, cells: Longs, item: npt.NDArray) -> Flags:
        return self.available[item] if self.allowed is None else self.allowed[cells]

    def row(self, cells: Longs) -> Longs:
        return cells // max(1, self.width)


def _flat(table: sp.csr_matrix) -> Longs:
    """row × width + column of every cell stored."""
    starts = np.arange(table.shape[0], dtype=np.int64) * table.shape[1]
    return np.repeat(starts, np.diff(table.indptr)) + table.indices


def _voice(source: Recommender, baskets: Baskets, customers: Ints, block: _Block) -> _Voice:
    if isinstance(source, Grouped):
        return _OfGroup(*source.by_group(baskets, customers), block)
    if isinstance(source, Sparse):
        return _OfFew(source.nonzero(baskets, customers), block)
    return _OfAll(source.scores(baskets, customers), block)


class _Voice:
    """What one source says to the customers of a block."""

    def __init__(self, block: _Block) -> None:
        self.block = block

    def at(self, cells: Longs) -> Floats:
        """The score of each cell."""
        raise NotImplementedError

    def fresh(self, count: int) -> Longs:
        """The best `count` products never bought of every row."""
        raise NotImplementedError

    def best(self, new: int, repeat: int) -> list[Longs]:
        mine = self.block.mine
        said = self.at(mine)
        speaks = said > 0
        return [self.fresh(new), strongest(mine[speaks], said[speaks], self.block, repeat)]


class _OfFew(_Voice):
    def __init__(self, said: sp.csr_matrix, block: _Block) -> None:
        super().__init__(block)
        self.cells, self.items = _flat(said), said.indices
        self.said = said.data.astype(np.float32, copy=False)
        self.table = block.spread(self.cells, self.said)

    def at(self, cells: Longs) -> Floats:
        return self.table[cells]

    def fresh(self, count: int) -> Longs:
        kept = np.flatnonzero(self.said > 0)
        kept = kept[self.block.place[self.cells[kept]] == 0]
        kept = kept[self.block.fits(self.cells[kept], self.items[kept])]
        return strongest(self.cells[kept], self.said[kept], self.block, count)


class _OfGroup(_Voice):
    def __init__(self, group: Ints, table: Floats, order: Ints, block: _Block) -> None:
        super().__init__(block)
        self.group, self.table, self.order = group, table, order

    def at(self, cells: Longs) -> Floats:
        row, item = np.divmod(cells, max(1, self.block.width))
        return np.asarray(self.table[self.group[row], item], dtype=np.float32)

    def fresh(self, count: int) -> Longs:
        """The head of the group's list is looked at, as far as the longest row of owned products makes necessary."""
        block = self.block
        starts = np.arange(block.rows, dtype=np.int64)[:, None] * block.width
        depth = min(block.width, 2 * count + 16)
        while True:
            item = self.order[self.group, :depth]
            cells = starts + item
            fine = (block.place[cells] == 0) & (self.table[self.group[:, None], item] > 0)
            fine &= block.fits(cells, item)
            if depth >= block.width or (fine.sum(axis=1) >= count).all():
                return cells[fine & (np.cumsum(fine, axis=1) <= count)]
            depth = min(block.width, 4 * depth)


class _OfAll(_Voice):
    def __init__(self, scores: Floats, block: _Block) -> None:
        super().__init__(block)
        self.table = scores.ravel()

    def at(self, cells: Longs) -> Floats:
        return self.table[cells]

    def fresh(self, count: int) -> Longs:
        cells = np.flatnonzero((self.table > 0) & (self.block.place == 0))
        cells = cells[self.block.fits(cells, cells % max(1, self.block.width))]
        return strongest(cells, self.table[cells], self.block, count)


def strongest(cells: Longs, said: Floats, block: _Block, count: int) -> Longs:
    """The `count` cells of every row that say most, all of them above 0; of equals at the border, the lower items.
    Rows stand together. Rows of about one length are looked at together, so that one long row costs little."""
    row = block.row(cells)
    sizes = np.bincount(row, minlength=block.rows)
    if sizes.max(initial=0) <= count:
        return cells
    starts = np.cumsum(sizes) - sizes
    border = np.zeros(block.rows, dtype=np.float32)
    longer = np.flatnonzero(sizes > count)
    longer = longer[np.argsort(sizes[longer], kind="stable")]
    for some in np.array_split(longer, min(8, len(longer))):
        width = int(sizes[some[-1]])
        place = np.minimum(np.arange(width), sizes[some][:, None] - 1)
        padded = said[starts[some][:, None] + place]
        padded[np.arange(width) >= sizes[some][:, None]] = -1.0
        padded.partition(width - count, axis=1)
        border[some] = padded[:, width - count]
    least = border[row]
    kept = said >= least
    if int(kept.sum()) > int(np.minimum(sizes, count).sum()):  # equals at the border
        kept = said > least
        left = count - np.bincount(row[kept], minlength=block.rows)
        ties = np.flatnonzero(said == least)
        ties = ties[np.argsort(cells[ties], kind="stable")]
        held = np.bincount(row[ties], minlength=block.rows)
        first = np.cumsum(held) - held
        kept[ties[np.arange(len(ties)) - first[row[ties]] < left[row[ties]]]] = True
    return cells[kept]


def ordered(group: npt.NDArray, values: Floats) -> Longs:
    """The order by group, then falling value, then place: np.lexsort((-values, group)) for groups that stand together
    in ascending order, several times as fast. Values must be finite."""
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    new = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    sizes = np.diff(np.append(new, len(group)))
    deep = int(sizes.max()).bit_length()
    if len(new).bit_length() + deep > 32:
        return np.lexsort((-values, group))
    bits = (values.astype(np.float32) + np.float32(0)).view(np.int32).astype(np.int64)
    falling = np.int64(2**31) - np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    number = np.repeat(np.arange(len(new), dtype=np.int64), sizes)
    first = np.repeat(new, sizes)
    keys = (((number << 32) | falling).astype(np.uint64) << np.uint64(deep)) | (
        np.arange(len(group), dtype=np.int64) - first
    ).astype(np.uint64)
    keys.sort()
    return first + (keys & np.uint64(2**deep - 1)).astype(np.int64)
