"""Rows that may be lines sent twice, gathered while a file streams by, so that nobody has to look for them in it."""

import numpy as np
import pyarrow as pa

from partners.intake.occurrences import among, distinct

MOST = 100_000
PAIR = ("order_id", "sku")
COLUMNS = (*PAIR, "customer_id", "date", "quantity", "amount")


class Twins:
    """Every row whose order and product stand in another row as well; `rows` is None where only the file can tell."""

    def __init__(self) -> None:
        self._found: list[pa.Table] | None = []
        self._held = self._place = 0

    def add(self, table: pa.Table, pairs: np.ndarray, earlier: np.ndarray) -> None:
        """The next rows of the file, hashes of their order and product, and how often each pair stood before."""
        first, self._place = self._place, self._place + len(pairs)
        if self._found is None or not earlier.any():
            return
        where, _ = among(pairs, distinct(pairs[earlier > 0]))
        begun = distinct(pairs[where][earlier[where] == 0])
        if len(begun) < len(distinct(pairs[where])) or self._held + len(where) > MOST:
            self._found = None  # it began in an earlier block, or there are too many to keep
            return
        self._held += len(where)
        chosen = table.select(COLUMNS).take(pa.array(where))
        self._found.append(chosen.append_column("place", pa.array(where + first, pa.int64())))

    def rows(self) -> pa.Table | None:
        """Their columns, with their places in the file; an empty table where no line can stand twice."""
        if not self._found:
            return None if self._found is None else pa.table({"place": pa.array([], pa.int64())})
        return pa.concat_tables(self._found)
