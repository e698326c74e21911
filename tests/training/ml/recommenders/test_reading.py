"""From a dataset folder to baskets."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.training.ml.recommenders.worlds import AS_OF, baskets, partner, products
from training.ml.recommenders import storage
from training.ml.recommenders.reading import pooled, read


def orders(folder: Path, *lines: tuple[str, str, str, int, float, float]) -> Path:
    """(order, customer, product, days ago, quantity, price)"""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {"order_id": order, "line": n, "customer_id": customer, "date": AS_OF - timedelta(days=ago), "sku": sku,
         "product_name": f"Name of {sku}", "quantity": quantity, "price": price, "amount": quantity * price,
         "is_return": quantity < 0}
        for n, (order, customer, sku, ago, quantity, price) in enumerate(lines)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "orders.parquet")
    return folder


def test_lines_become_codes_that_can_be_read_back(tmp_path: Path) -> None:
    folder = orders(tmp_path / "d", ("1", "b", "y", 9, 2, 5), ("2", "a", "x", 5, 3, 4), ("2", "a", "y", 5, 1, 5))
    found = read(folder, as_of=AS_OF)
    told = [(found.customers[c], found.items.sku[i], a, q, p) for c, i, a, q, p in zip(
        found.customer, found.item, found.age, found.quantity, found.price, strict=True)]  # fmt: skip
    assert told == [("a", "x", 5, 3, 4), ("a", "y", 5, 1, 5), ("b", "y", 9, 2, 5)]
    assert found.order.tolist() == [1, 1, 0]  # older orders have smaller codes
    assert found.items.name.tolist() == ["Name of x", "Name of y"]


def test_lines_of_one_product_in_one_order_are_one_purchase(tmp_path: Path) -> None:
    folder = orders(tmp_path / "d", ("1", "a", "x", 9, 2, 5), ("1", "a", "x", 9, 6, 3))
    found = read(folder, as_of=AS_OF)
    assert found.quantity.tolist() == [8]
    assert found.price.tolist() == [pytest.approx((10 + 18) / 8)]


def test_nothing_of_the_day_itself_or_later_is_seen(tmp_path: Path) -> None:
    early = orders(tmp_path / "d", ("1", "a", "x", 9, 2, 5))
    late = orders(tmp_path / "e", ("1", "a", "x", 9, 2, 5), ("2", "z", "future", 0, 1, 1), ("3", "a", "x", -3, 1, 99))
    one, two = read(early, as_of=AS_OF), read(late, as_of=AS_OF)
    assert two.customers.tolist() == one.customers.tolist() == ["a"]
    assert two.items.sku.tolist() == ["x"]
    assert two.items.price.tolist() == one.items.price.tolist()
    assert two.day.tolist() == one.day.tolist()


def test_returns_and_postage_are_no_purchases(tmp_path: Path) -> None:
    folder = orders(tmp_path / "d", ("1", "a", "x", 9, 2, 5), ("2", "a", "x", 8, -2, 5), ("1", "a", "POST", 9, 1, 18))
    found = read(folder, as_of=AS_OF)
    assert found.items.sku.tolist() == ["x"]
    assert len(found.day) == 1


def test_listed_customers_and_products_without_purchases_are_there(tmp_path: Path) -> None:
    folder = orders(tmp_path / "d", ("1", "a", "x", 9, 2, 5))
    products(folder, ["w", "x"], cost=3.0, unavailable="w")
    since = [date(2020, 1, 1), None, AS_OF]
    table = {"customer_id": ["n", "m", "later"], "segment": ["SMB", None, "SMB"], "since": pa.array(since, pa.date32())}
    pq.write_table(pa.table(table), folder / "customers.parquet")
    found = read(folder, as_of=AS_OF)
    assert found.customers.tolist() == ["a", "m", "n"]
    assert found.segment.tolist() == [-1, -1, 0]
    assert found.segments.tolist() == ["SMB"]
    assert found.items.sku.tolist() == ["w", "x"]
    assert found.items.price.tolist() == [99, 5]  # paid before listed
    assert found.items.cost.tolist() == [3, 3]
    assert found.items.available.tolist() == [False, True]
    assert found.items.name.tolist() == ["Product w", "Product x"]


def test_industry_stands_in_for_the_segment(tmp_path: Path) -> None:
    folder = orders(tmp_path / "d", ("1", "a", "x", 9, 2, 5))
    pq.write_table(pa.table({"customer_id": ["a"], "industry": ["Retail"]}), folder / "customers.parquet")
    assert read(folder, as_of=AS_OF).segments.tolist() == ["Retail"]


def test_the_industry_stands_in_customer_by_customer(tmp_path: Path) -> None:
    folder = orders(tmp_path / "d", *(("1", who, "x", 9, 2.0, 5.0) for who in "abcd"))
    industry = ["Retail", "Retail", "Mining", None]
    table = {"customer_id": [*"abcd"], "segment": ["SMB", "", None, ""], "industry": industry}
    pq.write_table(pa.table(table), folder / "customers.parquet")
    found = read(folder, as_of=AS_OF)
    assert [found.segments[code] if code >= 0 else "" for code in found.segment] == ["SMB", "Retail", "Mining", ""]


def test_an_empty_dataset_is_an_empty_world(tmp_path: Path) -> None:
    found = read(tmp_path, as_of=AS_OF)
    assert (len(found.customers), len(found.items), len(found.day)) == (0, 0, 0)


def test_how_the_file_is_sorted_does_not_matter(tmp_path: Path) -> None:
    folder = partner(tmp_path / "p", customers=20)
    one = read(folder, as_of=AS_OF)
    table = pq.read_table(folder / "orders.parquet")
    pq.write_table(table.take(np.random.default_rng(0).permutation(len(table))), folder / "orders.parquet")
    two = read(folder, as_of=AS_OF)
    for name in ("customer", "item", "order", "day", "quantity", "price"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_pooled_worlds_keep_every_line_and_join_products_by_code() -> None:
    one, two = baskets([("a", "x", 3), ("a", "y", 3)]), baskets([("a", "y", 9), ("b", "z", 2)])
    found = pooled([one, two])
    assert found.items.sku.tolist() == ["x", "y", "z"]
    assert len(found.customers) == 3
    assert found.owned.toarray().tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert len(np.unique(found.order)) == 3
    assert pooled([one]) is one


def test_arrays_are_stored_without_objects_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    arrays = {"numbers": np.arange(4), "texts": np.array(["a", "数据"])}
    for name in ("one.npz", "two.npz"):
        storage.write(tmp_path / name, arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    found = storage.read(tmp_path / "one.npz")
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)
    with pytest.raises(ValueError, match="allow_pickle"):
        storage.write(tmp_path / "bad.npz", {"objects": np.array(["a"], dtype=object)})
