"""Customers and products as people see them in lists: the very rows the database is to hold, kept beside a dataset.

They are made here, where reading is cheap, so that a transaction only has to write what changed (people.py).
"""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from partners.intake import overlaps, tables
from partners.intake.finish import literal, quoted

PEOPLE, GOODS = "people.parquet", "goods.parquet"
TEXTS = {"name": 250, "email": 254, "phone": 60, "segment": 120, "industry": 120, "region": 120, "city": 120,
         "country": 120}  # fmt: skip
WHOLE = 1e15


def sums(database: duckdb.DuckDBPyConnection) -> None:
    """What each customer ordered, as the table `sums`, from the view `orders_all`, in one reading of it."""
    database.execute(
        """CREATE TEMP TABLE sums AS
        SELECT customer_id, min(bought) AS first_order_on, max(bought_last) AS last_order_on,
               count(*) FILTER (WHERE bought IS NOT NULL) AS orders, sum(spend) AS spend,
               min(first) AS first, max(last) AS last
        FROM (SELECT customer_id, coalesce(sum(amount), 0) AS spend, min(date) AS first, max(date) AS last,
                     min(date) FILTER (WHERE is_return IS NOT true) AS bought,
                     max(date) FILTER (WHERE is_return IS NOT true) AS bought_last
              FROM orders_all GROUP BY customer_id, order_id)
        GROUP BY customer_id"""
    )


def write(database: duckdb.DuckDBPyConnection, out: Path) -> None:
    """people.parquet and goods.parquet from the customers and products beside them and the table `sums`."""
    customers, products = out / "customers.parquet", out / "products.parquet"
    if customers.is_file():
        have = overlaps.columns(database, customers)
        texts = ", ".join(f"coalesce(left({name}, {length}), '') AS {name}" for name, length in TEXTS.items())
        _copy(
            database,
            f"""SELECT c.customer_id, {texts}, since::VARCHAR AS since,
            {_finite("monthly_value")} AS monthly_value, {_attributes(have)} AS attributes,
            s.first_order_on::VARCHAR AS first_order_on, s.last_order_on::VARCHAR AS last_order_on,
            coalesce(s.orders, 0) AS orders, round(coalesce({_finite("s.spend")}, 0), 2) AS spend
            FROM {tables.scan([customers])} c LEFT JOIN sums s USING (customer_id) ORDER BY c.customer_id""",
            out / PEOPLE,
        )
    if products.is_file():
        _copy(
            database,
            f"""SELECT sku, coalesce(left(name, 250), '') AS name, coalesce(left(category, 120), '') AS category,
            {_finite("price")} AS price, {_finite("cost")} AS cost, coalesce(available, true) AS is_available
            FROM {tables.scan([products])} ORDER BY sku""",
            out / GOODS,
        )


def _copy(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    database.execute(f"COPY ({query}) TO '{literal(path)}' (FORMAT parquet, COMPRESSION snappy)")


def _finite(name: str) -> str:
    """A number no database and no JSON can hold is none."""
    return f"CASE WHEN isfinite({name}) THEN {name} END"


def _attributes(have: Mapping[str, str]) -> str:
    """Attributes by their plain names as JSON text; dates as text, whole numbers without a point, what is empty left
    out."""
    pairs = [_pair(name, kind) for name, kind in have.items() if name.startswith("attr_")]
    return f"'{{' || concat_ws(', ', {', '.join(pairs)}) || '}}'" if pairs else "'{}'"


def _pair(name: str, kind: str) -> str:
    column = quoted(name)
    if kind == "DOUBLE":
        whole = f"{column} = trunc({column}) AND abs({column}) < {WHOLE}"
        value = f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR WHEN isfinite({column}) THEN {column}::VARCHAR END"
    elif kind in ("BIGINT", "BOOLEAN"):
        value = f"{column}::VARCHAR"
    else:
        value = f"to_json({column}::VARCHAR)::VARCHAR"
    said = literal(json.dumps(name.removeprefix("attr_"), ensure_ascii=False))
    return f"'{said}: ' || {value}"
