"""Control sums of the rows of one upload, kept while they stream by."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.intake.occurrences import distinct

SUMMED = ("amount", "monthly_amount", "monthly_value")
DATED = ("date", "started")
HELD = 2_000_000
"""So many hashes of customers are held before those that repeat are thrown away."""


class Totals:
    """First and last day, sums of money, how many different customers: what a person can compare with their books."""

    def __init__(self, names: list[str]) -> None:
        self.dated = next((name for name in DATED if name in names), "")
        self.summed = {name: [] for name in SUMMED if name in names}  # type: dict[str, list[float]]
        self.counts_customers = "customer_id" in names
        self._days: list[Any] = []
        self._customers: list[np.ndarray] = []
        self._held = 0

    def add(self, table: pa.Table, customers: np.ndarray | None) -> None:
        """The next rows; `customers`: hashes of every number among them."""
        if self.dated:
            span = pc.min_max(table.column(self.dated)).as_py()
            self._days = [day for day in (*self._days, span["min"], span["max"]) if day is not None]
            self._days = [min(self._days), max(self._days)] if self._days else []
        for name, sums in self.summed.items():
            sums += [total] if (total := pc.sum(table.column(name)).as_py()) is not None else []
        if customers is not None:
            self._customers.append(distinct(customers))
            self._held += len(self._customers[-1])
            if self._held > HELD:
                self._distinct()

    def told(self) -> tuple[str, str, dict[str, float]]:
        """First day, last day (empty where no row has one), and sums by name."""
        first, last = (day.isoformat() for day in self._days) if self._days else ("", "")
        totals: dict[str, float] = {name: round(math.fsum(sums), 2) for name, sums in self.summed.items() if sums}
        if self.counts_customers:
            totals["customers"] = self._distinct()
        return first, last, totals

    def _distinct(self) -> int:
        self._customers = [distinct(np.concatenate(self._customers))] if self._customers else []
        self._held = 0
        return sum(map(len, self._customers))
