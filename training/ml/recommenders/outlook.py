"""Outlooks: one row per product that says how many will buy it, who could, and what it goes with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.candidates import Candidates, World
from training.ml.recommenders.interface import Floats, Ints, blocks
from training.ml.recommenders.neighbours import largest
from training.ml.recommenders.standing import YEAR

if TYPE_CHECKING:
    import pyarrow as pa

#: Partners told of each product, and customers who must have bought both and the other for it to be more than a story.
PARTNERS, FEWEST = 8, 2
#: Pairs of products within customers that are counted when looking for what goes together; with more, a sample of the
#: customers finds the partners.
COUNTED = 500_000_000
#: Pairs of products whose buyers are compared at once.
PAIRS_AT_ONCE = 1_000


@dataclass
class Outlooks:
    """Filled block by block. expected: the sum of the chances of all candidates; candidates: how many there are."""

    world: World
    expected: npt.NDArray[np.float64]
    candidates: npt.NDArray[np.int64]

    @classmethod
    def of(cls, world: World) -> Self:
        n = len(world.baskets.items)
        return cls(world, np.zeros(n), np.zeros(n, dtype=np.int64))

    def add(self, candidates: Candidates, chance: npt.NDArray) -> None:
        """The allowed candidates of a block with the calibrated chance of each."""
        n = len(self.expected)
        self.expected += np.bincount(candidates.item, chance, minlength=n)
        self.candidates += np.bincount(candidates.item, minlength=n)

    def table(self) -> pa.Table:
        """sku, expected, candidates, owners (customers who ever bought it), buyers (within a year), goes_with (JSON:
        [{"sku", "both", "buyers"}], of `buyers` of that product, `both` bought this one too; strongest first)."""
        import pyarrow as pa

        baskets = self.world.baskets
        lately = baskets.between(baskets.as_of - YEAR, baskets.as_of).owned
        owners, buyers = (np.asarray(table.sum(axis=0)).ravel().astype(np.int64) for table in (baskets.owned, lately))
        return pa.table({
            "sku": pa.array(baskets.items.sku, pa.string()), "expected": pa.array(self.expected),
            "candidates": pa.array(self.candidates), "owners": pa.array(owners), "buyers": pa.array(buyers),
            "goes_with": pa.array(self._partners(), pa.string()),
        })  # fmt: skip

    def _partners(self) -> list[str]:
        """For each product the others bought by the same customers, by both / √(its buyers × the other's buyers).
        Where a sample of the customers finds them, how many they are is still counted among all."""
        owned = self.world.baskets.owned
        step = int(-(-np.square(np.diff(owned.indptr).astype(np.int64)).sum() // COUNTED))
        item, other, alike = _strongest(owned[::step] if step > 1 else owned)
        buyers = np.asarray(owned.sum(axis=0)).ravel().astype(np.int64)
        both = np.rint(alike * np.sqrt(buyers[other])).astype(np.int64)
        if step > 1:
            both = _in_common(sp.csr_matrix(owned.T), item, other)
        told: list[list[str]] = [[] for _ in range(owned.shape[1])]
        skus = [json.dumps(sku, ensure_ascii=False) for sku in self.world.baskets.items.sku]
        for place in np.lexsort((other, -alike, item)).tolist():
            second = int(other[place])
            row = f'{{"sku": {skus[second]}, "both": {int(both[place])}, "buyers": {int(buyers[second])}}}'
            told[int(item[place])].append(row)
        return [f"[{', '.join(rows)}]" for rows in told]


def _strongest(owned: sp.csr_matrix) -> tuple[Ints, Ints, Floats]:
    """The PARTNERS best pairs of each item: item, the other, how strongly they go together."""
    width = owned.shape[1]
    buyers = np.asarray(owned.sum(axis=0)).ravel()
    by_item, parts = sp.csr_matrix(owned.T), []
    for block in blocks(np.arange(width, dtype=np.int32), width):
        both = sp.csr_matrix(by_item[block] @ owned)
        both.sort_indices()  # equals are taken in the order of the items
        itself = np.repeat(block, np.diff(both.indptr)) == both.indices
        both.data = np.where(itself | (both.data < FEWEST), 0, both.data / np.sqrt(buyers[both.indices]))
        best = largest(both, PARTNERS)
        parts.append((np.repeat(block, np.diff(best.indptr)), best.indices, best.data))
    if not parts:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
    item, other, alike = (np.concatenate(part) for part in zip(*parts, strict=True))
    return item, other, alike


def _in_common(buyers: sp.csr_matrix, one: Ints, other: Ints) -> npt.NDArray[np.int64]:
    """How many customers bought both, pair by pair, some at a time: the rows of popular items are long."""
    parts = [np.zeros(0)]
    for start in range(0, len(one), PAIRS_AT_ONCE):
        some = slice(start, start + PAIRS_AT_ONCE)
        parts.append(np.asarray(buyers[one[some]].multiply(buyers[other[some]]).sum(axis=1)).ravel())
    return np.concatenate(parts).astype(np.int64)
