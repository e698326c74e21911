"""Popularity: what most customers have bought lately, in the customer's own segment where that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from training.ml.recommenders.interface import Baskets, Floats, Ints


class Popularity:
    """Share of the active customers who bought the product within the last `window` days.

    A segment's share leans on the share among all customers as if `weight` further customers had been observed, so
    small segments say little (a Dirichlet prior). Customers without a segment, and newcomers, get the overall share.
    """

    name: ClassVar[str] = "popularity"

    def __init__(self, *, window: int = 90, weight: float = 50.0) -> None:
        self.window = window
        self.weight = weight
        self.shares = np.zeros((1, 0), dtype=np.float32)  # row 0: everybody; row s + 1: segment s
        self._order: tuple[Floats, Ints] | None = None

    def fit(self, baskets: Baskets) -> Self:
        recent = baskets.between(baskets.as_of - self.window, baskets.as_of)
        if not len(recent.day):  # a quiet spell: better old than none
            recent = baskets
        bought = recent.owned
        active = np.diff(bought.indptr) > 0
        overall = np.asarray(bought.sum(axis=0)).ravel() / max(1, active.sum())
        rows = [overall]
        for segment in range(int(baskets.segment.max(initial=-1)) + 1):
            inside = (baskets.segment == segment) & active
            counts = np.asarray(bought[inside].sum(axis=0)).ravel()
            rows.append((counts + self.weight * overall) / (inside.sum() + self.weight))
        self.shares = np.asarray(rows, dtype=np.float32)
        return self

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return self.shares[self._rows(baskets, customers)]

    def _rows(self, baskets: Baskets, customers: Ints) -> Ints:
        rows = baskets.segment[customers] + 1
        return np.where(rows < len(self.shares), rows, 0)

    def by_group(self, baskets: Baskets, customers: Ints) -> tuple[Ints, Floats, Ints]:
        """See `proposals.Grouped`: a segment's customers are all told the same."""
        if self._order is None or self._order[0] is not self.shares:
            self._order = self.shares, np.argsort(-self.shares, axis=1, kind="stable").astype(np.int32)
        return self._rows(baskets, customers), *self._order

    def state(self) -> dict[str, npt.NDArray]:
        return {"shares": self.shares, "window": np.array(self.window), "weight": np.array(self.weight)}

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        found = cls(window=int(state["window"]), weight=float(state["weight"]))
        found.shares = np.asarray(state["shares"], dtype=np.float32)
        return found
