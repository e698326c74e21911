"""How alike two products are, to anyone who has refused one of them: 0 = nothing in common, 1 = the same thing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import scipy.sparse as sp

from training.ml.recommenders.interface import Floats, Ints, Texts, cells
from training.ml.recommenders.similarity import Similarity

if TYPE_CHECKING:
    from training.ml.recommenders.candidates import World

#: What one category says by itself, and what being bought by the same customers says at most: both leave room, since
#: a category holds unlike products, and what is bought together may be its opposite (a printer and its paper).
CATEGORY, COMPANY = 0.5, 0.25


@dataclass(frozen=True)
class Likeness:
    """category: a code per item, -1 when unknown. words: (items × words of the names), rows of length 1 or 0, rare
    words weighing more. company: (items × items) weights of a source that learned what goes together, or None."""

    category: Ints
    words: sp.csr_matrix
    company: sp.csr_matrix | None

    @classmethod
    def of(cls, world: World) -> Self:
        items = world.baskets.items
        kinds = np.unique(items.category.astype(str))
        kinds = kinds[kinds != ""]
        place = {kind: number for number, kind in enumerate(kinds)}
        category = np.array([place.get(kind, -1) for kind in items.category], dtype=np.int32)
        shared = (one for one in world.sources.values() if isinstance(one, Similarity) and one.weights.shape[0])
        found = next(shared, None)
        return cls(category, _words(items.name), None if found is None else _relative(found.weights))

    def between(self, one: Ints, other: Ints) -> Floats:
        """Per pair, 1 - (1 - category) · (1 - names) · (1 - company): each kind of likeness adds to the others."""
        if not len(one):
            return np.zeros(0, dtype=np.float32)
        same = (self.category[one] == self.category[other]) & (self.category[one] >= 0)
        names = np.asarray(self.words[one].multiply(self.words[other]).sum(axis=1)).ravel()
        unlike = (1 - CATEGORY * same) * (1 - np.clip(names, 0, 1))
        if self.company is not None:
            unlike *= 1 - COMPANY * cells(self.company, one, other)
        return (1 - unlike).astype(np.float32)


def _words(names: Texts) -> sp.csr_matrix:
    """TF-IDF over the words of the names, so that the likeness of two products is the cosine of their rows."""
    told = [sorted({word for word in re.findall(r"\w+", str(name).casefold()) if not word.isdigit()}) for name in names]
    place = {word: number for number, word in enumerate(sorted({word for words in told for word in words}))}
    row = np.repeat(np.arange(len(told)), [len(words) for words in told])
    column = np.array([place[word] for words in told for word in words], dtype=np.int64)
    seen = np.bincount(column, minlength=len(place)) if len(place) else np.zeros(0)
    weight = np.log((1 + len(told)) / (1 + seen))[column] if len(column) else np.zeros(0)
    table = sp.csr_matrix((weight, (row, column)), shape=(len(told), max(1, len(place))), dtype=np.float32)
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags_array(1 / np.maximum(length, 1e-9)) @ table)


def _relative(weights: sp.csr_matrix) -> sp.csr_matrix:
    """Each product's weights as shares of its strongest one; what speaks against is no likeness."""
    found = sp.csr_matrix(weights, dtype=np.float32).copy()
    found.data = np.maximum(found.data, 0)
    if not found.nnz:
        return found
    strongest = np.asarray(found.max(axis=1).todense()).ravel()
    found.data /= np.repeat(np.maximum(strongest, 1e-9), np.diff(found.indptr))
    return found
