"""Datasets from uploads: the newest wins by key, nobody is missing, and the same uploads give the same bytes."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partners.intake import merge, tables


def canonical(path: Path, **columns: list[Any]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def orders(path: Path, *rows: tuple[str, str, str, int, float]) -> Path:
    """(order, customer, sku, line, amount)"""
    return canonical(
        path,
        order_id=[row[0] for row in rows],
        line=[row[3] for row in rows],
        customer_id=[row[1] for row in rows],
        date=[date(2026, 1, 1 + place) for place in range(len(rows))],
        sku=[row[2] for row in rows],
        product_name=[f"name of {row[2]}" for row in rows],
        quantity=[1.0] * len(rows),
        price=[row[4] for row in rows],
        amount=[row[4] for row in rows],
        is_return=[False] * len(rows),
    )


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    query = duckdb.execute(f"SELECT * FROM {tables.relation(folder, name)}")
    return [dict(zip((column[0] for column in query.description or ()), row, strict=True)) for row in query.fetchall()]


def test_a_newer_order_line_wins_and_the_rest_stays(tmp_path: Path) -> None:
    old = orders(tmp_path / "a.parquet", ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0))
    new = orders(tmp_path / "b.parquet", ("O2", "C2", "S2", 1, 8.0), ("O2", "C2", "S2", 2, 1.0))
    merge.build({"orders": {"1": old, "2": new}}, tmp_path / "out")
    assert {(row["order_id"], row["line"]): row["amount"] for row in table(tmp_path / "out", "orders")} == {
        ("O1", 1): 5.0, ("O2", 1): 8.0, ("O2", 2): 1.0,
    }  # fmt: skip


def test_customers_and_products_of_orders_exist_though_nobody_sent_them(tmp_path: Path) -> None:
    sent = canonical(tmp_path / "c.parquet", customer_id=["C1"], name=["Ann"])
    bought = orders(
        tmp_path / "a.parquet", ("O1", "C1", "S1", 1, 5.0), ("O2", "C2", "S2", 1, 7.0), ("O3", "C2", "S2", 1, 7.0)
    )
    built = merge.build({"customers": {"1": sent}, "orders": {"2": bought}}, tmp_path / "out")
    assert built.counts == {"customers": 2, "products": 2, "orders": 3}
    assert [(row["customer_id"], row["name"]) for row in table(tmp_path / "out", "customers")] == [
        ("C1", "Ann"),
        ("C2", None),
    ]
    assert [(row["sku"], row["name"]) for row in table(tmp_path / "out", "products")] == [
        ("S1", "name of S1"),
        ("S2", "name of S2"),
    ]
    assert (built.first_on, built.last_on) == ("2026-01-01", "2026-01-03")


def test_a_file_with_only_labels_does_not_wipe_names(tmp_path: Path) -> None:
    first = canonical(tmp_path / "a.parquet", customer_id=["C1", "C2"], name=["Ann", "Bob"], churned=[True, True])
    labels = canonical(tmp_path / "b.parquet", customer_id=["C1", "C2"], churned=[False, None])
    merge.build({"customers": {"1": first, "2": labels}}, tmp_path / "out")
    assert [(row["name"], row["churned"]) for row in table(tmp_path / "out", "customers")] == [
        ("Ann", False),
        ("Bob", None),
    ]


def test_attributes_whose_types_disagree_become_text(tmp_path: Path) -> None:
    one = canonical(tmp_path / "a.parquet", customer_id=["C1"], attr_size=[4.0], attr_age=[7.0])
    two = canonical(tmp_path / "b.parquet", customer_id=["C2"], attr_size=["large"])
    built = merge.build({"customers": {"1": one, "2": two}}, tmp_path / "out")
    assert built.attributes == ["attr_age", "attr_size"]
    assert [(row["attr_size"], row["attr_age"]) for row in table(tmp_path / "out", "customers")] == [
        ("4.0", 7.0),
        ("large", None),
    ]


@pytest.mark.parametrize("kind", ["customers", "products", "subscriptions", "interactions"])
def test_each_other_kind_keeps_the_newest_row_per_key(tmp_path: Path, kind: str) -> None:
    more: dict[str, dict[str, list[Any]]] = {
        "customers": {"customer_id": ["1"], "name": ["x"]},
        "products": {"sku": ["1"], "name": ["x"]},
        "subscriptions": {"subscription_id": ["1"], "customer_id": ["x"], "started": [date(2026, 1, 1)]},
        "interactions": {"interaction_id": ["1"], "customer_id": ["x"], "date": [date(2026, 1, 1)], "kind": ["call"]},
    }
    newer = {name: ["y"] if values == ["x"] else values for name, values in more[kind].items()}
    old, new = canonical(tmp_path / "a.parquet", **more[kind]), canonical(tmp_path / "b.parquet", **newer)
    merge.build({kind: {"1": old, "2": new}}, tmp_path / "out")
    (row,) = table(tmp_path / "out", kind)
    assert "y" in row.values()
    assert "x" not in row.values()


def some(tmp_path: Path, *, first: int = 20, since: int = 10) -> dict[str, Path]:
    """Two files of order lines, the second with the last of the first one's."""
    rows = [(f"O{n:02}", f"C{n % 90}", f"S{n % 40}", 1, float(n)) for n in range(28)]
    parts = {"1": rows[:first], "2": rows[since:]}
    return {name: orders(tmp_path / f"{name}.parquet", *part) for name, part in parts.items()}


def digests(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_the_same_uploads_give_the_same_bytes(tmp_path: Path) -> None:
    files = some(tmp_path)
    first, second = (merge.build({"orders": files}, tmp_path / name) for name in ("one", "two"))
    assert first.digest == second.digest
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    other = merge.build({"orders": {"1": files["1"]}}, tmp_path / "three")
    assert other.digest != first.digest


def test_a_digest_knows_nothing_of_the_uploads_numbers(tmp_path: Path) -> None:
    files = some(tmp_path)
    first = merge.build({"orders": files}, tmp_path / "one")
    again = merge.build({"orders": {"7": files["1"], "12": files["2"]}}, tmp_path / "two")
    assert first.digest == again.digest


def inode(path: Path) -> int:
    return path.stat().st_ino


def test_a_part_that_nothing_overrides_is_the_uploads_own_file(tmp_path: Path) -> None:
    files = some(tmp_path, first=20, since=20)
    merge.build({"orders": files}, tmp_path / "one")
    for name, file in files.items():
        assert inode(tmp_path / "one" / "orders" / f"{name}.parquet") == inode(file)
    assert not list((tmp_path / "one").glob("orders/*.overridden.parquet"))


def test_a_few_overridden_rows_are_listed_beside_the_uploads_own_file(tmp_path: Path) -> None:
    files = some(tmp_path, first=20, since=18)
    built = merge.build({"orders": files}, tmp_path / "one")
    assert inode(tmp_path / "one" / "orders" / "1.parquet") == inode(files["1"])
    gone = pq.read_table(tmp_path / "one" / "orders" / "1.overridden.parquet")
    assert gone.to_pylist() == [{"order_id": f"O{n}", "sku": f"S{n}", "line": 1} for n in (18, 19)]
    assert built.counts["orders"] == len(table(tmp_path / "one", "orders")) == 28


def test_many_overridden_rows_make_a_smaller_file(tmp_path: Path) -> None:
    files = some(tmp_path, first=20, since=10)
    built = merge.build({"orders": files}, tmp_path / "one")
    part = tmp_path / "one" / "orders" / "1.parquet"
    assert pq.read_metadata(part).num_rows == 10
    assert not part.with_name("1.overridden.parquet").exists()
    assert built.counts["orders"] == len(table(tmp_path / "one", "orders")) == 28


def test_a_part_of_which_nothing_is_left_is_not_there(tmp_path: Path) -> None:
    files = some(tmp_path, first=20, since=0)
    merge.build({"orders": files}, tmp_path / "one")
    assert [part.file.name for part in tables.parts(tmp_path / "one", "orders")] == ["2.parquet"]


@pytest.mark.parametrize("since", [10, 18, 20])
def test_a_version_built_from_the_one_before_is_the_one_built_from_nothing(tmp_path: Path, since: int) -> None:
    files = some(tmp_path, since=since)
    late = {**files, "3": orders(tmp_path / "3.parquet", ("O01", "C1", "S1", 1, 9.0), ("O90", "C9", "S1", 1, 1.0))}
    steps = [{"1": files["1"]}, files, late, {"1": files["1"], "3": late["3"]}, {"1": files["1"]}]
    before = None
    for number, step in enumerate(steps):
        stepwise = merge.build({"orders": step}, tmp_path / f"step-{number}", before=before)
        anew = merge.build({"orders": step}, tmp_path / f"anew-{number}")
        assert (stepwise.digest, stepwise.counts) == (anew.digest, anew.counts)
        assert digests(tmp_path / f"step-{number}") == digests(tmp_path / f"anew-{number}")
        before = tmp_path / f"step-{number}"


def test_what_is_not_touched_is_linked_from_the_version_before(tmp_path: Path) -> None:
    files = some(tmp_path, since=18)
    merge.build({"orders": files}, tmp_path / "one")
    apart = {**files, "3": orders(tmp_path / "3.parquet", ("O90", "C9", "S1", 1, 1.0))}
    merge.build({"orders": apart}, tmp_path / "two", before=tmp_path / "one")
    for name in ("1.parquet", "1.overridden.parquet", "2.parquet"):
        assert inode(tmp_path / "two" / "orders" / name) == inode(tmp_path / "one" / "orders" / name)


def test_an_upload_written_anew_is_looked_at_again(tmp_path: Path) -> None:
    files = some(tmp_path, since=18)
    merge.build({"orders": files}, tmp_path / "one")
    orders(tmp_path / "other.parquet", ("O18", "C1", "S18", 1, 5.0)).replace(files["2"])
    built = merge.build({"orders": files}, tmp_path / "two", before=tmp_path / "one")
    assert built.digest == merge.build({"orders": files}, tmp_path / "three").digest
    assert built.counts["orders"] == 20


def test_a_file_system_without_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: object) -> None:
        raise OSError

    files = some(tmp_path, since=18)
    linked = merge.build({"orders": files}, tmp_path / "one")
    monkeypatch.setattr("os.link", refused)
    assert merge.build({"orders": files}, tmp_path / "two").digest == linked.digest
    assert inode(tmp_path / "two" / "orders" / "1.parquet") != inode(files["1"])


def test_rows_are_counted_again_where_files_were_written_anew(tmp_path: Path) -> None:
    files = some(tmp_path, since=18)
    built = merge.build({"orders": files}, tmp_path / "one")
    assert merge.counts(tmp_path / "one") == built.counts


def test_nothing_gives_nothing(tmp_path: Path) -> None:
    built = merge.build({}, tmp_path / "out")
    assert built.counts == {}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["parts.json"]
