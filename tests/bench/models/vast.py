"""A partner with as many customers as asked for and five order lines each, written by DuckDB in seconds.

Every customer has a pace, a day of joining and, some of them, a day after which nothing more is bought; all of it
hangs on a hash of the customer's number, so that the same size always gives the same files.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb

TODAY = date(2026, 6, 1)
DAYS = 600
LINES = 5
SKUS = 800
NUMBER = "'C' || substr(CAST(100000000 + n AS text), 2)"
"""The number of customer n, in any SQL."""


def number(n: int) -> str:
    return f"C{n:08}"


def write(folder: Path, *, customers: int, memory: str = "2GB") -> None:
    """orders, customers, products and interactions as Parquet files in canonical columns."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": memory})
    con.execute("CREATE MACRO coin(n, salt) AS (hash(n * 1000003 + salt) % 1000000) / 1000000.0")
    con.execute(
        f"""CREATE TABLE who AS SELECT n, {NUMBER} AS customer_id, coin(n, 1) AS pace,
        coin(n, 2) AS leaving, (coin(n, 3) * {DAYS - 200})::INT AS joined FROM range({customers}) t(n)"""
    )
    for name, query in _tables().items():
        con.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    con.close()


def _tables() -> dict[str, str]:
    start = f"DATE '{TODAY - timedelta(days=DAYS)}'"
    # those who leave buy for two thirds of the time that was left to them; who complains leaves more often
    return {
        "customers": f"""SELECT customer_id, {start} + joined AS since, 20 + 200 * pace AS monthly_value,
            ['SMB', 'Key', 'Public', 'Private'][1 + n % 4] AS segment, 'Region ' || n % 12 AS region FROM who""",
        "products": f"""SELECT 'S' || n AS sku, 'Part number ' || n AS name, 'Group ' || n % 20 AS category,
            (5 + n % 90)::DOUBLE AS price FROM range({SKUS}) t(n)""",
        "orders": f"""SELECT 'O' || n || '-' || k // 2 AS order_id, 1 + k % 2 AS line, customer_id,
            {start} + (joined + (({DAYS - 1} - joined) * (CASE WHEN leaving < 0.35 THEN 0.66 ELSE 1 END)
                * ((k // 2) + coin(n, 10 + k // 2)) / ({LINES} // 2 + 1)))::INT AS date,
            'S' || (n * 7 + k * 13) % {SKUS} AS sku, 'Part number ' || (n * 7 + k * 13) % {SKUS} AS product_name,
            (1 + (n + k) % 5)::DOUBLE AS quantity, (5 + (n * 7 + k * 13) % {SKUS} % 90)::DOUBLE AS price,
            ((1 + (n + k) % 5) * (5 + (n * 7 + k * 13) % {SKUS} % 90))::DOUBLE AS amount,
            coin(n, 50 + k) < 0.01 AS is_return
            FROM who, range({LINES}) t(k)""",
        "interactions": f"""SELECT 'I' || n AS interaction_id, customer_id,
            {start} + ({DAYS - 300} + coin(n, 70) * 299)::INT AS date,
            ['ticket', 'call', 'complaint', 'visit'][1 + (n // 3) % 4] AS kind,
            ['broken again', 'all well', 'asks for the price', 'a competitor visited'][1 + (n // 5) % 4] AS text,
            coin(n, 71) - 0.5 AS sentiment
            FROM who WHERE coin(n, 72) < (CASE WHEN leaving < 0.35 THEN 0.5 ELSE 0.2 END)""",
    }
