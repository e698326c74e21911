"""What is gathered while rows stream by is what the whole file says when it is asked at the end."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.intake import twins
from partners.intake.finish import Finished, add_sums, connect
from partners.intake.mapping import Mapping
from partners.intake.occurrences import Occurrences
from partners.intake.together import look
from partners.intake.totals import Totals
from partners.intake.twins import Twins

SCHEMA = pa.schema(
    [("order_id", pa.string()), ("sku", pa.string()), ("customer_id", pa.string()), ("date", pa.date32()),
     ("quantity", pa.float64()), ("amount", pa.float64()), ("line", pa.int64())]
)  # fmt: skip
ROW = st.tuples(
    st.sampled_from("OPQ"),
    st.sampled_from("ST"),
    st.sampled_from(["C1", "C2", None]),
    st.sampled_from([dt.date(2026, 1, 5), dt.date(2025, 3, 1), None]),
    st.sampled_from([1.0, -2.5]),
    st.sampled_from([0.1, 1e6 + 0.25, None]),
)
BLOCKS = st.lists(st.lists(ROW, max_size=8), min_size=1, max_size=6)


def stream(blocks: list[list[tuple[Any, ...]]], path: Path) -> tuple[Totals, Twins]:
    """Blocks written one after the other, and what was gathered on the way."""
    totals, twins, lines = Totals(SCHEMA.names), Twins(), Occurrences()
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for rows in blocks:
            pairs = np.array([hash(row[:2]) % 2**63 for row in rows], dtype=np.uint64)
            earlier = lines.earlier(pairs)
            numbered = [(*row, int(before) + 1) for row, before in zip(rows, earlier, strict=True)]
            table = pa.table([pa.array([row[n] for row in numbered], kind) for n, kind in enumerate(SCHEMA.types)],
                             schema=SCHEMA)  # fmt: skip
            customers = np.array([hash(row[2]) % 2**63 for row in rows if row[2]], dtype=np.uint64)
            totals.add(table, customers)
            twins.add(table, pairs, earlier)
            writer.write_table(table)
    return totals, twins


@settings(deadline=None, max_examples=25)
@given(blocks=BLOCKS)
def test_sums_kept_on_the_way_are_those_of_the_file(blocks: list[list[tuple[Any, ...]]]) -> None:
    with TemporaryDirectory() as folder, connect(Path(folder)) as database:
        path = Path(folder) / "a.parquet"
        totals, _ = stream(blocks, path)
        done = Finished()
        add_sums(database, path, SCHEMA.names, done)
    assert totals.told() == (done.first_on, done.last_on, done.totals)


@settings(deadline=None, max_examples=25)
@given(blocks=BLOCKS)
def test_lines_sent_twice_are_told_from_gathered_rows_as_from_the_file(blocks: list[list[tuple[Any, ...]]]) -> None:
    rows = np.arange(100)
    with TemporaryDirectory() as folder, connect(Path(folder)) as database:
        path = Path(folder) / "a.parquet"
        _, twins = stream(blocks, path)
        told = [
            [(cause, name, where.tolist(), values) for cause, name, where, values in found]
            for found in (
                look(database, path, rows, Mapping("orders", ()), None, twins.rows()),
                look(database, path, rows, Mapping("orders", ()), None, None),
            )
        ]
    assert told[0] == told[1]


def test_of_too_many_rows_none_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(twins, "MOST", 3)
    row = ("O", "S", "C1", None, 1.0, 1.0)
    kept = stream([[row] * 3], tmp_path / "a.parquet")[1].rows()
    assert kept is not None
    assert kept.num_rows == 3
    assert stream([[row] * 4], tmp_path / "a.parquet")[1].rows() is None
    assert stream([[row], [row]], tmp_path / "a.parquet")[1].rows() is None, "it began in an earlier block"
