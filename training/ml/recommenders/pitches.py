"""Whom to pitch: the best customers of each product, found while blocks of customers go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.ml.recommenders.interface import Flags, Floats, Ints
from training.ml.recommenders.proposals import ordered

if TYPE_CHECKING:
    import pyarrow as pa


class Pitches:
    """The `most` likeliest customers of each of `items` products; of equals the first.

    Rows wait as tables until there are so many that the best are worth sorting out: memory is bounded by the
    products, whatever the number of customers.
    """

    def __init__(self, items: int, *, most: int) -> None:
        self.most = most
        self._least = np.full(items, -np.inf, dtype=np.float32)
        self._item: list[Ints] = []
        self._chance: list[Floats] = []
        self._tables: list[pa.Table] = []
        self._waiting, self._room = 0, 2 * most * max(1, items)

    def wanted(self, item: Ints, chance: npt.NDArray) -> Flags:
        """Rows that may be among the best of their product, so far as is known yet."""
        found = chance.astype(np.float32) > self._least[item]
        rows = np.flatnonzero(found)
        rows = rows[np.argsort(item[rows], kind="stable")]
        kept = rows[_best(item[rows], chance[rows].astype(np.float32), self.most)]
        found[:] = False
        found[kept] = True
        return found

    def add(self, table: pa.Table, item: Ints, chance: npt.NDArray) -> None:
        """Rows that were `wanted`, as a table with one row each."""
        self._item.append(item)
        self._chance.append(chance.astype(np.float32))
        self._tables.append(table)
        self._waiting += len(item)
        if self._waiting > self._room:
            self._sort_out()

    def table(self) -> pa.Table:
        """The best, by product and falling chance; without columns when nothing was ever added."""
        import pyarrow as pa

        if not self._tables:
            return pa.table({})
        self._sort_out()
        return self._tables[0]

    def _sort_out(self) -> None:
        import pyarrow as pa

        item, chance = np.concatenate(self._item), np.concatenate(self._chance)
        table = pa.concat_tables(self._tables)
        order = np.argsort(item, kind="stable")
        order = order[_best(item[order], chance[order], self.most)]
        item, chance = item[order], chance[order]
        counts = np.bincount(item, minlength=len(self._least))
        full = counts >= self.most
        last = np.cumsum(counts) - 1
        self._least[full] = chance[last[full]]
        self._item, self._chance, self._tables = [item], [chance], [table.take(pa.array(order)).combine_chunks()]
        self._waiting = len(item)


def _best(item: Ints, chance: Floats, most: int) -> npt.NDArray[np.int64]:
    """Places of the `most` largest chances of every item, items standing together: by item and falling chance."""
    order = ordered(item, chance)
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    first = np.repeat(starts, np.diff(np.append(starts, len(item))))
    return order[np.arange(len(order)) - first < most]
