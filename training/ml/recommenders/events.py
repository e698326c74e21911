"""What was answered to offers, in the codes of the baskets: accepted and bought speak for a product, wrong against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np

from training.ml.recommenders.interface import Baskets, Flags, Ints

TAKEN = ("accepted", "bought")
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Events:
    """One entry per answer, sorted by day; `taken`: accepted or bought, else called wrong for this customer."""

    customer: Ints
    item: Ints
    day: Ints
    taken: Flags

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def none(cls) -> Self:
        codes = np.zeros(0, dtype=np.int32)
        return cls(codes, codes, codes, np.zeros(0, dtype=bool))

    @classmethod
    def read(cls, file: Path | None, baskets: Baskets) -> Self:
        """Only what was answered before `baskets.as_of`, by customers and about products that the baskets know."""
        if file is None:
            return cls.none()
        import pyarrow.parquet as parquet

        table = parquet.read_table(file, columns=["customer_id", "sku", "verdict", "on"])
        day = table["on"].to_numpy().astype("datetime64[D]").astype(np.int64) + EPOCH
        customer = _places(baskets.customers, table["customer_id"].to_pylist())
        item = _places(baskets.items.sku, table["sku"].to_pylist())
        taken = np.isin(np.array(table["verdict"].to_pylist(), dtype=object), TAKEN)
        order = np.lexsort((item, customer, day))
        kept = order[((customer >= 0) & (item >= 0) & (day < baskets.as_of))[order]]
        customer, item, day = (column[kept].astype(np.int32) for column in (customer, item, day))
        return cls(customer, item, day, taken[kept])

    def between(self, start: int, end: int) -> Self:
        """The answers with start ≤ day < end (day numbers)."""
        kept = (self.day >= start) & (self.day < end)
        return type(self)(self.customer[kept], self.item[kept], self.day[kept], self.taken[kept])


def _places(among: np.ndarray, wanted: list[str]) -> np.ndarray:
    """Where each value stands; -1 where it does not."""
    place = {value: number for number, value in enumerate(among)}
    return np.array([place.get(value, -1) for value in wanted], dtype=np.int64)
