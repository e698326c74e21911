"""Shelves: the kinds of products a range falls into, and which of them a customer already buys from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Ints, Items, Texts

#: A range without categories is shown product by product as long as it has no more products than this.
FEWEST_TO_SORT = 40


@dataclass(frozen=True)
class Shelves:
    """names: the categories, sorted; shelf: of each item, -1 where it has none."""

    names: Texts
    shelf: Ints

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, items: Items) -> Self:
        """The categories of the products. Where no product has one, every product is its own shelf, by its name (by
        its code where names are missing or shared), as long as there are at most FEWEST_TO_SORT of them; with more
        there is no shelf at all: a category that nobody named is not made up."""
        told = items.category.astype(str)
        if not (told != "").any():
            if len(items) > FEWEST_TO_SORT:
                return cls(np.empty(0, dtype=object), np.full(len(items), -1, dtype=np.int32))
            names = items.name.astype(str)
            told = names if len(set(names) - {""}) == len(items) else items.sku.astype(str)
        names, place = np.unique(told, return_inverse=True)
        if len(names) and names[0] == "":
            names, place = names[1:], place - 1
        return cls(names.astype(object), place.astype(np.int32))

    def bought(self, baskets: Baskets) -> sp.csr_matrix:
        """(customers × shelves) 1.0 where the customer bought anything from the shelf in these baskets."""
        shelf = self.shelf[baskets.item]
        known = np.flatnonzero(shelf >= 0)
        shape = (len(baskets.customers), len(self))
        ones = np.ones(len(known), dtype=np.float32)
        table = sp.csr_matrix((ones, (baskets.customer[known], shelf[known])), shape=shape)
        table.sum_duplicates()
        table.data[:] = 1.0
        return table
