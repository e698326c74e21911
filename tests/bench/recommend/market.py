"""A market of any size, written by DuckDB in seconds: customers with a taste, habits, and what everybody buys.

Every customer orders a few times within two years. A line is a product of the taste (one group of a hundred products,
the first of them most), one bought before, or one from the head of the whole range; all of it hangs on a hash of the
customer's number, so that the same size always gives the same files.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb

TODAY = date(2026, 6, 1)
DAYS = 720
GROUP = 100
NUMBER = "'C' || substr(CAST(100000000 + n AS text), 2)"
"""The number of customer n, in any SQL."""


def number(n: int) -> str:
    return f"C{n:08}"


def write(folder: Path, *, customers: int, products: int, lines: int, memory: str = "2GB") -> None:
    """orders (`lines` per customer, in orders of two and three), customers and products in canonical columns."""
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": memory, "temp_directory": str(folder / "t")})
    con.execute("CREATE MACRO coin(n, salt) AS (hash(n * 1000003 + salt) % 1000000) / 1000000.0")
    tastes = max(1, products // GROUP)
    con.execute(
        f"CREATE TABLE who AS SELECT n, {NUMBER} AS customer_id, n % {tastes} AS taste, "
        f"(coin(n, 3) * {DAYS // 2})::INT AS joined FROM range({customers}) t(n)"
    )
    start = f"DATE '{TODAY - timedelta(days=DAYS)}'"
    # the k-th line repeats an earlier choice where k is 3 or more and the coin says so
    choice = "CASE WHEN k >= 3 AND coin(n, 20 + k) < 0.4 THEN k % 3 ELSE k END"
    product = (
        f"CASE WHEN coin(n, 40 + c) < 0.65 THEN taste * {GROUP} + ({GROUP - 1} * pow(coin(n, 60 + c), 2))::INT "
        f"ELSE ({products - 1} * pow(coin(n, 80 + c), 3))::INT END"
    )
    tables = {
        "customers": "SELECT customer_id, ['SMB', 'Key', 'Public', 'Private'][1 + n % 4] AS segment FROM who",
        "products": f"""SELECT 'S' || n AS sku, 'Part number ' || n AS name, 'Group ' || n // {GROUP} AS category,
            (5 + n % 90)::DOUBLE AS price FROM range({products}) t(n)""",
        "orders": f"""SELECT 'O' || n || '-' || k * 2 // 5 AS order_id, k AS line, customer_id,
            {start} + (joined + ({DAYS - 1} - joined) * ((k * 2 // 5) + coin(n, 10 + k * 2 // 5))
                / ({lines} * 2 // 5 + 1))::INT AS date,
            'S' || p AS sku, 'Part number ' || p AS product_name, (1 + (n + k) % 5)::DOUBLE AS quantity,
            (5 + p % 90)::DOUBLE AS price, ((1 + (n + k) % 5) * (5 + p % 90))::DOUBLE AS amount, false AS is_return
            FROM (SELECT *, {product} AS p FROM (SELECT *, {choice} AS c FROM who, range({lines}) t(k)))""",
    }
    for name, query in tables.items():
        con.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet)")
    con.close()
