"""From a partner's dataset folder to `Baskets`: what was known on a day, in integer codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import numpy.typing as npt

from training.ml.purchases import create_purchases
from training.ml.recommenders.interface import Baskets, Ints, Items, Texts

if TYPE_CHECKING:
    import pyarrow as pa

#: One row per product and order; several lines of one product in one order are one purchase of their sum.
LINES = """
    SELECT customer_id, order_id, date, sku, sum(coalesce(quantity, 1)) AS quantity,
           coalesce(sum(amount) / sum(coalesce(quantity, 1)), avg(price)) AS price, any_value(product_name) AS name
    FROM purchases GROUP BY ALL
"""


def read(folder: Path, *, as_of: date) -> Baskets:
    """All purchases in the dataset before `as_of`, every customer known by then, every product listed or sold.

    Lines are sorted by customer, day, order and product, so the same facts give the same codes however they are stored.
    """
    with duckdb.connect() as connection:
        create_purchases(connection, folder, as_of=as_of)
        connection.execute(f"CREATE TEMP TABLE lines AS {LINES}")
        lines = connection.sql(
            "SELECT * EXCLUDE (name), dense_rank() OVER (ORDER BY date, order_id, customer_id) - 1 AS number "
            "FROM lines ORDER BY customer_id, date, order_id, sku"
        ).to_arrow_table()
        customers, segments = _customers(connection, folder, lines, as_of=as_of)
        items = _items(connection, folder)
    kinds, codes = _coded(segments)
    days = lines["date"].to_numpy().astype("datetime64[D]").astype(np.int64) + date(1970, 1, 1).toordinal()
    return Baskets(
        customers=customers,
        items=items,
        customer=_places(customers, lines, "customer_id"),
        item=_places(items.sku, lines, "sku"),
        order=lines["number"].to_numpy().astype(np.int32),
        day=days.astype(np.int32),
        quantity=lines["quantity"].to_numpy().astype(np.float32),
        price=lines["price"].to_numpy(zero_copy_only=False).astype(np.float32),
        segment=codes,
        as_of=as_of.toordinal(),
        segments=kinds,
    )


def pooled(worlds: Sequence[Baskets]) -> Baskets:
    """Several partners' customers over the union of their products: to learn which products go together.

    Customers keep the order of the worlds; segments are dropped, since each partner names its own.
    """
    if len(worlds) == 1:
        return worlds[0]
    skus = np.unique(np.concatenate([world.items.sku for world in worlds]))
    first_customer = np.cumsum([0, *(len(world.customers) for world in worlds)])
    first_order = np.cumsum([0, *(int(world.order.max(initial=-1)) + 1 for world in worlds)])
    customers = np.concatenate([world.customers for world in worlds])

    def joined(name: str) -> npt.NDArray:
        return np.concatenate([getattr(world, name) for world in worlds])

    shifted = [(w.customer + c, w.order + o, np.searchsorted(skus, w.items.sku)[w.item])
               for w, c, o in zip(worlds, first_customer[:-1], first_order[:-1], strict=True)]  # fmt: skip
    customer, order, item = (np.concatenate(part).astype(np.int32) for part in zip(*shifted, strict=True))
    return replace(
        worlds[0], customers=customers, items=Items.plain(list(skus)), customer=customer, order=order, item=item,
        day=joined("day"), quantity=joined("quantity"), price=joined("price"),
        segment=np.full(len(customers), -1, dtype=np.int32), segments=np.empty(0, dtype=object),
    )  # fmt: skip


def _customers(
    connection: duckdb.DuckDBPyConnection, folder: Path, lines: pa.Table, *, as_of: date
) -> tuple[Texts, Texts]:
    """Sorted customer ids, and the segment of each, or the industry where it has none ("" when unknown)."""
    connection.register("buyers", lines.select(["customer_id"]))
    known = "SELECT DISTINCT customer_id, CAST(NULL AS VARCHAR) AS segment FROM buyers"
    file, values = folder / "customers.parquet", []
    if file.exists():
        columns = _columns(connection, file)
        named = [f"nullif(CAST({name} AS VARCHAR), '')" for name in ("segment", "industry") if name in columns]
        segment = f"coalesce({', '.join(named)})" if named else "NULL"
        since = "since" if "since" in columns else "CAST(NULL AS DATE)"
        known += (
            f" UNION ALL SELECT customer_id, {segment} FROM read_parquet(?) "  # noqa: S608 - our names
            f"WHERE customer_id IS NOT NULL AND coalesce({since} < ?, true)"
        )
        values = [str(file), as_of]
    found = connection.sql(
        f"SELECT customer_id, coalesce(max(segment), '') AS segment FROM ({known}) GROUP BY 1 ORDER BY 1",  # noqa: S608
        params=values,
    ).to_arrow_table()
    connection.unregister("buyers")
    names = found["customer_id"].to_numpy(zero_copy_only=False)
    return names.astype(object), found["segment"].to_numpy(zero_copy_only=False).astype(object)


def _items(connection: duckdb.DuckDBPyConnection, folder: Path) -> Items:
    """Products listed or sold, sorted by code. Without a list price, the median price paid in the last lines."""
    found: dict[str, tuple[str, str, float, float, bool, float, bool]] = {}
    sold = connection.execute("SELECT sku, max(name), median(price) FROM lines GROUP BY sku")
    for sku, name, price in sold.fetchall():
        found[sku] = (name or "", "", _number(price), np.nan, True, np.nan, False)
    file = folder / "products.parquet"
    if file.exists():
        columns = _columns(connection, file)
        wanted = ("sku", "name", "category", "price", "cost", "available")
        picked = ", ".join(name if name in columns else f"NULL AS {name}" for name in wanted)
        rows = connection.execute(f"SELECT {picked} FROM read_parquet(?)", [str(file)]).fetchall()  # noqa: S608
        for sku, name, category, price, cost, available in rows:
            sold_as, _, paid, *_ = found.get(sku, ("", "", np.nan))
            asked = _number(price)
            found[sku] = (
                name or sold_as, category or "", paid if np.isfinite(paid) else asked, _number(cost),
                available is not False, asked, True,
            )  # fmt: skip
    skus = sorted(sku for sku in found if sku)
    rows_ = [found[sku] for sku in skus]
    names, categories, prices, costs, available, asked_, listed = zip(*rows_, strict=True) if rows_ else ((),) * 7
    return Items(
        np.array(skus, dtype=object), np.array(names, dtype=object), np.array(categories, dtype=object),
        np.array(prices, dtype=np.float64), np.array(costs, dtype=np.float64), np.array(available, dtype=bool),
        np.array(asked_, dtype=np.float64), np.array(listed, dtype=bool),
    )  # fmt: skip


def _columns(connection: duckdb.DuckDBPyConnection, file: Path) -> set[str]:
    return {row[0] for row in connection.execute("DESCRIBE FROM read_parquet(?)", [str(file)]).fetchall()}


def _coded(segments: Texts) -> tuple[Texts, Ints]:
    """The distinct non-empty segments, sorted, and each customer's place among them or -1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.array(segments, pa.string())
    kinds = sorted(kind for kind in column.unique().to_pylist() if kind)
    place = pc.fill_null(pc.index_in(column, value_set=pa.array(kinds, pa.string())), -1)
    return np.array(kinds, dtype=object), place.to_numpy(zero_copy_only=False).astype(np.int32)


def _places(sorted_values: Texts, lines: pa.Table, name: str) -> Ints:
    """Where each line's value stands among the sorted ones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    place = pc.index_in(lines[name], value_set=pa.array(sorted_values, pa.string()))
    return place.to_numpy().astype(np.int32)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
