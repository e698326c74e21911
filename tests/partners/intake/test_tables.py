"""The layout of a dataset folder, read alike by intake, by the models and by the page of a customer."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from partners.intake import merge, tables
from predictions import facts
from tests.partners.intake.test_merge import canonical, orders
from training.ml import parts

READERS: list[Callable[[Path, str], str]] = [tables.relation, parts.relation, facts._source]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three uploads of order lines; the last overrides one row of the first, and nine there are in all."""
    rows = [(f"O{n}", f"C{n}", "S1", 1, 1.0) for n in range(9)]
    files = {
        "9": orders(tmp_path / "a.parquet", *rows[:6]),
        "10": orders(tmp_path / "b.parquet", *rows[6:]),
        "11": orders(tmp_path / "c'c.parquet", (*rows[2][:4], 5.0)),
    }
    merge.build({"orders": files}, tmp_path / "it's here")
    return tmp_path / "it's here"


def amounts(source: str) -> dict[str, float]:
    return dict(duckdb.execute(f"SELECT order_id, amount FROM {source} ORDER BY ALL").fetchall())


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_sees_each_key_once(folder: Path, reader: Callable[[Path, str], str]) -> None:
    assert amounts(reader(folder, "orders")) == {f"O{n}": 5.0 if n == 2 else 1.0 for n in range(9)}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_reads_a_single_file_as_well(tmp_path: Path, reader: Callable[[Path, str], str]) -> None:
    orders(tmp_path / "orders.parquet", ("O1", "C1", "S1", 1, 5.0))
    assert amounts(reader(tmp_path, "orders")) == {"O1": 5.0}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_says_that_there_is_no_such_table(tmp_path: Path, reader: Callable[[Path, str], str]) -> None:
    (tmp_path / "orders").mkdir()
    assert reader(tmp_path, "orders") == ""


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["subscriptions", "interactions"])
def test_every_reader_knows_the_keys_of_the_other_tables(
    tmp_path: Path, reader: Callable[[Path, str], str], kind: str
) -> None:
    key = f"{kind.removesuffix('s')}_id"
    on = "started" if kind == "subscriptions" else "date"
    days = [date(2026, 1, day) for day in range(1, 5)]
    four: dict[str, list[Any]] = {key: ["1", "2", "3", "4"], "customer_id": ["C"] * 4, on: days}
    one: dict[str, list[Any]] = {key: ["4"], "customer_id": ["D"], on: days[:1]}
    old, new = canonical(tmp_path / "a.parquet", **four), canonical(tmp_path / "b.parquet", **one)
    whole = {"1": old, "2": new}
    for name, file in whole.items():  # as a check writes them: every column of the table, in its order
        merge.build({kind: {name: file}}, tmp_path / f"made-{name}")
        whole[name] = tables.sources(tmp_path / f"made-{name}", kind)[0]
    merge.build({kind: whole}, tmp_path / "data")
    assert (tmp_path / "data" / kind / "1.overridden.parquet").exists()
    found = duckdb.execute(f"SELECT {key}, customer_id FROM {reader(tmp_path / 'data', kind)} ORDER BY ALL").fetchall()
    assert found == [("1", "C"), ("2", "C"), ("3", "C"), ("4", "D")]


def test_parts_are_listed_by_age_not_by_spelling(folder: Path) -> None:
    assert [part.file.name for part in tables.parts(folder, "orders")] == ["9.parquet", "10.parquet", "11.parquet"]
    assert tables.sources(folder, "orders") == [part.file for part in tables.parts(folder, "orders")]
