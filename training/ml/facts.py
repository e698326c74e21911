"""A partner's Parquet files as DuckDB views, every canonical column present, every table present.

A table the partner never uploaded becomes an empty view, a column it lacks becomes typed nulls, so that the SQL
of the features never asks what exists. `goods` are the order lines that are purchases: no returns, no free
lines, no services such as postage (the rule is `purchases`'); `traded` are these and the returns. `all_goods`
are everybody's, where a connection looks at some of the customers only: what a product usually costs is asked of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from training.ml import parts, purchases
from training.ml.interface import PartnerData

TABLES: dict[str, dict[str, str]] = {
    "customers": {
        "customer_id": "VARCHAR", "segment": "VARCHAR", "industry": "VARCHAR", "region": "VARCHAR",
        "city": "VARCHAR", "country": "VARCHAR", "since": "DATE", "monthly_value": "DOUBLE",
        "churned": "BOOLEAN", "purchased": "BOOLEAN",
    },
    "products": {"sku": "VARCHAR", "name": "VARCHAR", "category": "VARCHAR", "price": "DOUBLE"},
    "orders": {
        "order_id": "VARCHAR", "customer_id": "VARCHAR", "date": "DATE", "sku": "VARCHAR",
        "product_name": "VARCHAR", "quantity": "DOUBLE", "price": "DOUBLE", "amount": "DOUBLE",
        "is_return": "BOOLEAN",
    },
    "subscriptions": {
        "subscription_id": "VARCHAR", "customer_id": "VARCHAR", "sku": "VARCHAR", "started": "DATE",
        "ended": "DATE", "renews_on": "DATE", "quantity": "DOUBLE", "monthly_amount": "DOUBLE",
    },
    "interactions": {
        "interaction_id": "VARCHAR", "customer_id": "VARCHAR", "date": "DATE", "kind": "VARCHAR",
        "text": "VARCHAR", "sentiment": "DOUBLE",
    },
}  # fmt: skip

TRADED = """
CREATE OR REPLACE TEMP VIEW {traded} AS
SELECT customer_id, order_id, sku, date, coalesce(quantity, 1) AS quantity,
       coalesce(amount, coalesce(quantity, 1) * price, 0) AS amount, coalesce(is_return, false) AS is_return
FROM {orders} AS orders
WHERE (is_return OR (coalesce(quantity, 1) > 0 AND coalesce(amount, quantity * price, 1) > 0))
  AND NOT EXISTS (
      SELECT 1 FROM not_goods n WHERE n.sku = orders.sku AND n.name IS NOT DISTINCT FROM orders.product_name);
CREATE OR REPLACE TEMP VIEW {goods} AS SELECT * EXCLUDE (is_return) FROM {traded} WHERE NOT is_return
"""
# what counts as a service is decided once per product, not once per line
NOT_GOODS = f"""
CREATE OR REPLACE TEMP TABLE not_goods AS
SELECT sku, name FROM (SELECT DISTINCT sku, product_name AS name FROM all_orders)
WHERE {purchases.service_condition(sku="sku", name="name")}
"""  # noqa: S608 — made of our own constants


def _view(table: str, folder: Path, con: duckdb.DuckDBPyConnection, *, where: str = "", name: str = "") -> str:
    """The statement that gives one table all its canonical columns, and `customers` its attributes too."""
    name = name or table
    wanted = TABLES[table]
    source = parts.relation(folder, table)
    if not source:
        empty = ", ".join(f"NULL::{kind} AS {column}" for column, kind in wanted.items())
        return f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {empty} WHERE false"
    present = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608 — quoted above
    chosen = [
        f"CAST({column} AS {kind}) AS {column}" if column in present else f"NULL::{kind} AS {column}"
        for column, kind in wanted.items()
    ]
    if table == "customers":
        chosen += ['"' + column.replace('"', '""') + '"' for column in present if column.startswith("attr_")]
    if where and "customer_id" in present:
        source += f" WHERE {where}"
    return f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {', '.join(chosen)} FROM {source}"  # noqa: S608 — names are ours or quoted


@contextmanager
def opened(
    data: PartnerData, *, threads: int = 2, share: float = 1.0, shard: tuple[int, int] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection with the partner's tables as views, plus `goods`. Closed at the end.

    share: with all their facts, only about this share of the customers, always the same ones.
    shard: (k, n): of n parts of the customers, told apart by their ids alone, only the k-th (0 … n − 1). The n shards
    together are everybody, and the features of a customer are the same in its shard as among all.
    """
    con = duckdb.connect(":memory:", config={"threads": threads})
    try:
        con.execute(_view("orders", data.path, con, name="all_orders"))
        con.execute(NOT_GOODS)
        con.execute(TRADED.format(traded="all_traded", goods="all_goods", orders="all_orders"))
        con.execute("CREATE TEMP TABLE everybody (last DATE, first DATE)")
        narrow(con, data, share=share, shard=shard)
        yield con
    finally:
        con.close()


def narrow(
    con: duckdb.DuckDBPyConnection, data: PartnerData, *, share: float = 1.0, shard: tuple[int, int] | None = None
) -> None:
    """Point a connection from `opened` at other customers of the same partner; what is everybody's stays as it is."""
    where = _some(share, shard)
    for table in TABLES:
        con.execute(_view(table, data.path, con, where=where))
    con.execute(TRADED.format(traded="traded", goods="goods", orders="orders"))
    con.execute(f"CREATE OR REPLACE TEMP TABLE scope AS SELECT {not where} AS whole")


def whole(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the connection looks at all of the partner's customers."""
    return bool(con.execute("SELECT whole FROM scope").fetchall()[0][0])


def _some(share: float, shard: tuple[int, int] | None) -> str:
    """The condition on customer_id; a share is cut by other digits of the hash than a shard."""
    wanted = [f"hash(customer_id) % 10000 < {round(share * 10_000)}"] if share < 1 else []
    if shard is not None:
        k, n = shard
        if not 0 <= k < n:
            raise ValueError(f"there is no shard {k} of {n}")
        wanted.append(f"(hash(customer_id) // 10000) % {n} = {k}")
    return " AND ".join(wanted)


def set_moments(con: duckdb.DuckDBPyConnection, as_of: Sequence[date]) -> None:
    """The dates to look back from, as the table `moments(as_of)`."""
    con.execute("CREATE OR REPLACE TEMP TABLE moments (as_of DATE)")
    con.executemany("INSERT INTO moments VALUES (?)", [[moment] for moment in sorted(set(as_of))])
