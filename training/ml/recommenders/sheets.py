"""Offers as Arrow tables, and as a Parquet file that grows block by block."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

    from training.ml.recommenders.interface import Texts

CODED = ("customer_id", "sku")


def schema(*, coded: bool = False) -> pa.Schema:
    """The columns of offers.parquet, in order; `coded`: as they are in memory, without a text per row."""
    import pyarrow as pa

    names = pa.dictionary(pa.int32(), pa.string()) if coded else pa.string()
    return pa.schema([
        ("customer_id", names), ("sku", names), ("rank", pa.int32()), ("score", pa.float64()),
        ("probability", pa.float64()), ("expected_value", pa.float64()), ("reason", pa.string()),
        ("is_repeat", pa.bool_()), ("pinned", pa.bool_()), ("shown", pa.bool_()),
    ])  # fmt: skip


def names(texts: Texts, place: npt.NDArray) -> pa.DictionaryArray:
    """texts[place] without a text per row."""
    import pyarrow as pa

    first, last = int(place.min(initial=0)), int(place.max(initial=-1))
    used = np.bincount(place - first, minlength=last - first + 1) > 0
    codes = (np.cumsum(used) - 1)[place - first].astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts[first : last + 1][used], pa.string()))


def money(values: npt.NDArray[np.float64]) -> pa.Array:
    """NaN is no amount."""
    import pyarrow as pa

    return pa.array(values, pa.float64(), mask=~np.isfinite(values))


def plain(tables: Sequence[pa.Table]) -> pa.Table:
    """One table of plain texts."""
    import pyarrow as pa

    made = schema()
    return pa.concat_tables([made.empty_table(), *(table.cast(made) for table in tables if table.num_rows)])


class Sheet:
    """offers.parquet while it is written: every block becomes a row group, and none stays in memory."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(
            path, schema(coded=True), use_dictionary=[*CODED, "reason"], store_schema=False, compression="snappy"
        )

    def add(self, table: pa.Table) -> None:
        """A table of `schema(coded=True)`."""
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)

    def close(self) -> None:
        self._writer.close()
