"""Content: products like those the customer buys, by name, category and price; it needs nobody to have bought them.

The one source that can speak for a product on its first day, and, through the segment, for a customer on theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints, Items, Texts, cells

#: Pieces of a name: whole words, and runs of 2 to 4 letters, which are the words of Chinese. Hashed into so many.
LETTERS, HASHED = (2, 4), 2**20
#: A piece in more names than this tells little and costs much; of the others a name keeps its rarest.
MOST_SHARED, PIECES = 1000, 32
#: Nearest names kept per product; each is also kept by its own few nearest, so that none is beyond reach.
NEAREST, REACHED_BY = 60, 20
#: Names with a smaller cosine share pieces that nobody would see: no reason to show a person.
SEEN = 0.3
#: Price bands with equally many products in each.
BANDS = 5
#: What a name, a category, and the price within the category weigh; a part that is unknown says nothing.
NAME, CATEGORY, PRICE = 0.5, 0.35, 0.15
#: Products compared with all others at once.
STRIP = 512


class Content:
    """How like a customer's own products each product is, between 0 (nothing in common) and 1.

    A customer's profile is the share of every product among their purchases, each counting
    0.5 ** (age / `half_life`). The score of a product is the root mean square, over the profile, of its likeness by
    name (cosine of TF-IDF, Salton and Buckley 1988), plus the profile's share in its category, plus that in its
    category and price band. Who has bought nothing has the mean profile of their segment, or of everybody.
    """

    name: ClassVar[str] = "content"

    def __init__(self, *, half_life: float = 180.0) -> None:
        self.half_life = half_life
        self.alike = sp.csr_matrix((0, 0), dtype=np.float32)  # (items × items) squared likeness of names
        self.groups = np.zeros(0, dtype=np.int32)  # per item: category × BANDS + band, -1 without a category
        self.typical = sp.csr_matrix((1, 0), dtype=np.float32)  # row 0: everybody; row s + 1: segment s
        self._seen: tuple[Baskets, sp.csr_matrix, sp.csr_matrix, sp.csr_matrix] | None = None

    def fit(self, baskets: Baskets) -> Self:
        self.alike = _alike(baskets.items.name)
        self.groups = _groups(baskets.items)
        self.typical = _typical(baskets, self._owned(baskets))
        self._seen = None
        return self

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return np.asarray(self.nonzero(baskets, customers).toarray(), dtype=np.float32)

    def nonzero(self, baskets: Baskets, customers: Ints) -> sp.csr_matrix:
        """(len(customers) × items) what `scores` says, without the products nothing speaks for."""
        if self._seen is None or self._seen[0] is not baskets:  # one table serves all blocks
            self._seen = (baskets, self._owned(baskets), *_kin(self.groups))
        _, owned, member, speaks = self._seen
        profile = self._profile(baskets, owned, customers)
        named = sp.csr_matrix(profile @ self.alike)
        named.data = np.float32(NAME) * np.sqrt(named.data)
        return sp.csr_matrix(named + (profile @ member) @ speaks, dtype=np.float32)

    def voice(self, owned: Ints, wanted: Ints) -> Floats:
        """How like two products are, pair by pair: what a person sees too, a close name or the same category."""
        squared = cells(self.alike, owned, wanted)
        one, two = self.groups[owned], self.groups[wanted]
        kin = (one >= 0) & (two >= 0) & (one // BANDS == two // BANDS)
        named = np.where(squared >= SEEN**2, NAME * np.sqrt(squared), 0)
        return (named + kin * (CATEGORY + PRICE * (one == two))).astype(np.float32)

    def _owned(self, baskets: Baskets) -> sp.csr_matrix:
        """(customers × items) shares of their purchases; rows without purchases are empty."""
        return _of_one(baskets.matrix(np.exp2(-baskets.age.astype(np.float32) / np.float32(self.half_life))))

    def _profile(self, baskets: Baskets, owned: sp.csr_matrix, customers: Ints) -> sp.csr_matrix:
        mine = owned[customers]
        strangers = np.diff(mine.indptr) == 0
        if not strangers.any():
            return mine
        rows = np.flatnonzero(strangers)
        home = baskets.segment[customers][rows] + 1
        told = np.append(np.diff(self.typical.indptr) > 0, False)  # segments somebody buys in
        home = np.where(told[np.minimum(home, len(told) - 1)], home, 0)
        ones = np.ones(len(rows), dtype=np.float32)
        seat = sp.csr_matrix((ones, (rows, home)), shape=(len(customers), self.typical.shape[0]))
        return sp.csr_matrix(mine + seat @ self.typical)

    def state(self) -> dict[str, npt.NDArray]:
        tables = {f"{name}_{part}": getattr(table, part) for name, table in (
            ("alike", self.alike), ("typical", self.typical)) for part in ("data", "indices", "indptr")}  # fmt: skip
        return {"half_life": np.array(self.half_life), "groups": self.groups, **tables}

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        found = cls(half_life=float(state["half_life"]))
        found.groups = np.asarray(state["groups"], dtype=np.int32)
        items = len(found.groups)

        def table(name: str) -> sp.csr_matrix:
            parts = tuple(state[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
            return sp.csr_matrix(parts, shape=(len(parts[2]) - 1, items))

        found.alike, found.typical = table("alike"), table("typical")
        return found


def _of_one(table: sp.csr_matrix) -> sp.csr_matrix:
    """Rows that sum to 1, or to 0 where they are empty."""
    sums = np.asarray(table.sum(axis=1)).ravel()
    scale = np.divide(1.0, sums, out=np.zeros_like(sums), where=sums > 0).astype(np.float32)
    return sp.csr_matrix(sp.diags(scale) @ table, dtype=np.float32)


def _typical(baskets: Baskets, owned: sp.csr_matrix) -> sp.csr_matrix:
    """The mean profile of everybody who buys, and of each segment's buyers; a segment without any has an empty row."""
    buying = np.flatnonzero(np.diff(owned.indptr) > 0)
    row = baskets.segment[buying] + 1
    inside = row > 0
    rows = np.concatenate([np.zeros(len(buying), dtype=np.int64), row[inside]])
    columns = np.concatenate([buying, buying[inside]])
    shape = (int(baskets.segment.max(initial=-1)) + 2, owned.shape[0])
    member = sp.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    return _of_one(sp.csr_matrix(member @ owned))


def _groups(items: Items) -> Ints:
    """Per product its category's code × BANDS + its price band; -1 without a category. Unknown prices: the middle."""
    known = np.array([bool(category) for category in items.category], dtype=bool)
    code = np.full(len(items), -1, dtype=np.int32)
    code[known] = np.unique(items.category[known].astype(str), return_inverse=True)[1]
    priced = items.price[np.isfinite(items.price)]
    edges = np.quantile(priced, np.arange(1, BANDS) / BANDS) if len(priced) else np.zeros(0)
    band = np.where(np.isfinite(items.price), np.searchsorted(edges, np.nan_to_num(items.price)), BANDS // 2)
    return np.where(known, code * BANDS + band, -1).astype(np.int32)


def _kin(groups: Ints) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Who belongs to which group, (items × groups), and what a group says about each product, (groups × items)."""
    member = np.flatnonzero(groups >= 0)
    categories = int(groups.max(initial=-1)) // BANDS + 1
    ones = np.ones(len(member), dtype=np.float32)
    table = sp.csr_matrix((ones, (member, groups[member])), shape=(len(groups), categories * BANDS), dtype=np.float32)
    within = np.float32(CATEGORY) + np.float32(PRICE) * np.eye(BANDS, dtype=np.float32)
    return table, sp.csr_matrix(sp.kron(sp.eye(categories, dtype=np.float32), within) @ table.T, dtype=np.float32)


def _alike(names: Texts) -> sp.csr_matrix:
    """(items × items) squared cosine of the nearest names, none with itself."""
    table = _pieces(names)
    turned = sp.csr_matrix(table.T)
    parts = [_nearest(table[start : start + STRIP] @ turned, start) for start in range(0, len(names), STRIP)]
    if not parts:
        return sp.csr_matrix((0, 0), dtype=np.float32)
    mine = sp.csr_matrix(sp.vstack([few for few, _ in parts]))
    reached = sp.csr_matrix(sp.vstack([fewer for _, fewer in parts]).T)
    found = sp.csr_matrix(mine.maximum(reached), dtype=np.float32)
    found.data **= 2
    return found


def _nearest(products: sp.csr_matrix, start: int) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """The NEAREST, and the REACHED_BY, largest of every row, without the diagonal that begins at `start`."""
    columns: list[npt.NDArray[np.int64]] = []
    values: list[Floats] = []
    for row in range(products.shape[0]):  # few entries each: one sort of all of them would take many times longer
        span = slice(products.indptr[row], products.indptr[row + 1])
        column, value = products.indices[span], products.data[span]
        value = np.where(column == row + start, 0, value)
        if len(value) > NEAREST:
            near = np.argpartition(-value, NEAREST - 1)[:NEAREST]
            column, value = column[near], value[near]
        order = np.lexsort((column, -value))[: np.count_nonzero(value)]
        columns.append(column[order])
        values.append(value[order])

    def first(count: int) -> sp.csr_matrix:
        ends = np.cumsum([0, *(min(count, len(column)) for column in columns)])
        parts = (np.concatenate([some[:count] for some in several]) for several in (values, columns))
        return sp.csr_matrix((*parts, ends), shape=products.shape, dtype=np.float32)

    return first(NEAREST), first(REACHED_BY)


def _pieces(names: Texts) -> sp.csr_matrix:
    """(items × HASHED) TF-IDF of the rarest pieces each name has in common with others, as shares of the whole name's
    length; names without any are empty."""
    from sklearn.feature_extraction.text import HashingVectorizer

    plain = {"n_features": HASHED, "alternate_sign": False, "norm": None, "dtype": np.float32}
    readers = (HashingVectorizer(token_pattern=r"(?u)\w+", **plain),  # noqa: S106 - a pattern, not a password
               HashingVectorizer(analyzer="char_wb", ngram_range=LETTERS, **plain))  # fmt: skip
    texts = [name or "" for name in names]
    if not texts:
        return sp.csr_matrix((0, HASHED), dtype=np.float32)
    found = sp.coo_matrix(sum((reader.transform(texts) for reader in readers), sp.csr_matrix((len(texts), HASHED))))
    spread = np.bincount(found.col, minlength=HASHED)
    weight = (1 + np.log(found.data)) * np.log((1 + len(texts)) / (1 + spread[found.col]) + 1)
    length = np.sqrt(np.bincount(found.row, weight**2, minlength=len(texts)))
    order = np.lexsort((found.col, -weight, found.row))
    order = order[(spread[found.col[order]] > 1) & (spread[found.col[order]] <= MOST_SHARED)]
    row, column, weight = found.row[order], found.col[order], weight[order] / length[found.row[order]]
    kept = np.arange(len(row)) - np.searchsorted(row, np.arange(len(texts)))[row] < PIECES
    return sp.csr_matrix((weight[kept], (row[kept], column[kept])), shape=found.shape, dtype=np.float32)
