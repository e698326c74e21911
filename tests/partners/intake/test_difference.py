"""What a commit would do, counted before anything changes: by natural key, and by the columns the file brings."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partners.intake import merge, overlaps, tables
from partners.intake.difference import Difference, difference, missing
from tests.partners.intake.test_merge import canonical, orders


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """A dataset with the order lines O1 and O2."""
    old = orders(tmp_path / "a.parquet", ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0))
    merge.build({"orders": {"1": old}}, tmp_path / "data")
    return tmp_path / "data"


def counted(found: Difference) -> tuple[int, int, int, int, int]:
    return found.created, found.updated, found.unchanged, found.removed, found.current


def changed(path: Path, **columns: Any) -> Path:
    """The file with some columns exchanged."""
    table = pq.read_table(path)
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values))
    pq.write_table(table, path)
    return path


def newer(tmp_path: Path) -> Path:
    """O1 as it is, O2 with another amount, O9 new."""
    rows = ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 9.0), ("O9", "C3", "S1", 1, 1.0)
    return changed(orders(tmp_path / "b.parquet", *rows), quantity=[1.0, 1.0, 2.0])


def test_new_changed_and_unchanged_rows_are_counted(tmp_path: Path, current: Path) -> None:
    assert counted(difference(newer(tmp_path), current, "orders", current=2)) == (1, 1, 1, 0, 2)


def test_without_data_every_row_is_new(tmp_path: Path) -> None:
    found = difference(newer(tmp_path), None, "orders")
    assert counted(found) == (3, 0, 0, 0, 0)
    assert [one["change"] for one in found.sample] == ["created"] * 3


def test_the_sample_shows_old_and_new_values_of_what_differs(tmp_path: Path, current: Path) -> None:
    updated, created = difference(newer(tmp_path), current, "orders").sample
    assert updated["change"] == "updated"
    assert updated["key"] == {"order_id": "O2", "sku": "S2", "line": 1}
    assert updated["columns"] == {"price": [7.0, 9.0], "amount": [7.0, 9.0]}
    assert (created["change"], created["key"]["order_id"]) == ("created", "O9")
    assert created["columns"]["date"] == [None, "2026-01-03"]


def test_only_the_columns_the_file_brings_are_compared(tmp_path: Path, current: Path) -> None:
    found = difference(newer(tmp_path), current, "orders", brings=["order_id", "customer_id", "quantity"])
    assert (found.updated, found.unchanged) == (0, 2)


def test_noise_behind_the_point_is_no_change(tmp_path: Path, current: Path) -> None:
    same = orders(tmp_path / "b.parquet", ("O1", "C1", "S1", 1, 5.0 + 1e-12), ("O2", "C2", "S2", 1, 7.0))
    assert difference(same, current, "orders").unchanged == 2


def test_a_value_given_or_taken_away_is_a_change(tmp_path: Path, current: Path) -> None:
    rows = ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0)
    given = changed(orders(tmp_path / "b.parquet", *rows), amount=pa.array([None, 7.0]))
    assert (difference(given, current, "orders").updated, difference(given, current, "orders").unchanged) == (1, 1)


def test_an_attribute_nobody_had_is_a_change_where_it_is_filled(tmp_path: Path) -> None:
    old = canonical(tmp_path / "a.parquet", customer_id=["C1", "C2"], name=["Ann", "Bob"])
    merge.build({"customers": {"1": old}}, tmp_path / "data")
    new = canonical(tmp_path / "b.parquet", customer_id=["C1", "C2"], attr_size=[4.0, None])
    found = difference(new, tmp_path / "data", "customers", brings=["customer_id"])
    assert (found.updated, found.unchanged) == (1, 1)
    assert found.sample[0]["columns"] == {"attr_size": [None, 4.0]}


def test_an_attribute_of_another_type_is_compared_as_text(tmp_path: Path) -> None:
    old = canonical(tmp_path / "a.parquet", customer_id=["C1"], attr_size=["4"])
    merge.build({"customers": {"1": old}}, tmp_path / "data")
    new = canonical(tmp_path / "b.parquet", customer_id=["C1"], attr_size=[4])
    assert difference(new, tmp_path / "data", "customers").unchanged == 1


def test_a_complete_list_removes_what_it_does_not_hold(tmp_path: Path, current: Path) -> None:
    only = orders(tmp_path / "b.parquet", ("O2", "C2", "S2", 1, 7.0))
    found = difference(only, current, "orders", aside=tables.sources(current, "orders"), current=2)
    assert (found.removed, found.current) == (1, 2)
    (gone,) = [one for one in found.sample if one["change"] == "removed"]
    assert gone["key"]["order_id"] == "O1"
    assert gone["columns"]["amount"] == [5.0, None]


def test_customers_that_only_orders_mention_are_not_removed_by_a_complete_list(tmp_path: Path) -> None:
    listed = canonical(tmp_path / "a.parquet", customer_id=["C1", "C2"], name=["Ann", "Bob"])
    bought = orders(tmp_path / "o.parquet", ("O1", "C8", "S1", 1, 5.0))
    merge.build({"customers": {"1": listed}, "orders": {"2": bought}}, tmp_path / "data")
    new = canonical(tmp_path / "b.parquet", customer_id=["C2"], name=["Bob"])
    found = difference(new, tmp_path / "data", "customers", aside=[listed], current=3)
    assert (found.removed, found.sample[0]["key"]) == (1, {"customer_id": "C1"})


def test_twenty_rows_are_shown_of_every_kind_of_change(tmp_path: Path) -> None:
    old = [(f"O{n:03}", "C1", "S1", 1, 1.0) for n in range(60)]
    merge.build({"orders": {"1": orders(tmp_path / "a.parquet", *old[:28])}}, tmp_path / "data")
    new = [(f"O{n:03}", "C1", "S1", 1, 2.0) for n in range(14, 42)]
    found = difference(orders(tmp_path / "b.parquet", *new), tmp_path / "data", "orders", aside=[], current=28)
    assert counted(found) == (14, 14, 0, 14, 28)
    changes = [one["change"] for one in found.sample]
    assert len(changes) == 20
    assert {changes.count(kind) for kind in ("created", "updated", "removed")} == {6, 7}


def test_overridden_rows_are_not_compared_with(tmp_path: Path) -> None:
    rows = [(f"O{n}", "C1", "S1", 1, 1.0) for n in range(9)]
    files = {"1": orders(tmp_path / "1.parquet", *rows), "2": orders(tmp_path / "2.parquet", (*rows[0][:4], 3.0))}
    merge.build({"orders": files}, tmp_path / "data")
    again = difference(files["2"], tmp_path / "data", "orders", current=9)
    assert (again.updated, again.unchanged) == (0, 1)


def test_keys_that_are_missing_are_counted(tmp_path: Path) -> None:
    one, two = (canonical(tmp_path / f"{n}.parquet", customer_id=ids) for n, ids in ((1, ["A", "B"]), (2, ["B"])))
    assert missing(tmp_path, "customers", tables.scan([one]), tables.scan([two])) == 1
    assert missing(tmp_path, "customers", tables.scan([one]), "") == 2
    assert missing(tmp_path, "customers", "", tables.scan([two])) == 0


def test_days_are_shown_as_text(tmp_path: Path) -> None:
    new = canonical(tmp_path / "b.parquet", customer_id=["C1"], since=[date(2026, 1, 2)])
    assert difference(new, None, "customers").sample[0]["columns"] == {"since": [None, "2026-01-02"]}


@pytest.mark.parametrize(
    ("keys", "met"), [(["B", "D"], ["B", "C", "D"]), (["C", None], list("ABCDE")), ([], list("ABCDE"))]
)
def test_only_rows_that_may_be_met_are_compared_with(keys: list[str | None], met: list[str]) -> None:
    with duckdb.connect() as database:
        database.register("fresh", pa.table({"k": pa.array(keys, pa.string())}))
        database.register("held", pa.table({"k": list("ABCDE")}))
        near, span = overlaps.within(database, "fresh", "k")
        assert [row[0] for row in database.execute(f"SELECT k FROM held {near}", span).fetchall()] == met
