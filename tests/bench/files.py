"""Files of orders for the benchmarks, the same bytes for the same seed, and the plain reading they are judged by."""

import random
import subprocess
import sys
from pathlib import Path

import duckdb
import xlsxwriter

NAMES = ("customer", "order id", "date", "sku", "quantity", "price")
CUSTOMERS, PRODUCTS = 200_000, 5_000
DIRT = ("", "ten", "Total", "2026-02-30", "n/a", " 5 ")

BARE = """
import duckdb, sys
database = duckdb.connect()
database.execute("SET threads = 2")
database.execute("SET enable_progress_bar = false")
types = {"customer": "VARCHAR", "order id": "VARCHAR", "date": "DATE", "sku": "VARCHAR", "quantity": "BIGINT",
         "price": "DOUBLE"}
database.execute(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}', header=true, columns={types!r})) "
                 f"TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""


def orders(path: Path, *, lines: int, seed: int, first: int = 0, changed: bool = False) -> Path:
    """Orders of four lines each over five years; `first` is the first line's number, `changed` doubles prices."""
    query = f"""
        SELECT 'C' || lpad((hash(o, {seed}) % {CUSTOMERS})::VARCHAR, 6, '0') AS customer,
               'SO-' || (1000000 + o) AS "order id",
               (DATE '2021-01-01' + (o % 1800)::INTEGER)::VARCHAR AS date,
               'SKU-' || lpad((hash(i, {seed + 1}) % {PRODUCTS})::VARCHAR, 5, '0') AS sku,
               1 + hash(i, {seed + 2}) % 10 AS quantity,
               ((hash(i, {seed + 3}) % 20000) / 100.0 * {2 if changed else 1})::DECIMAL(9, 2) AS price
        FROM (SELECT i, i // 4 AS o FROM range({first}, {first + lines}) AS t(i))"""
    with duckdb.connect() as database:
        database.execute("SET enable_progress_bar = false")
        database.execute(f"COPY ({query}) TO '{path}' (HEADER)")
    return path


def dirty(clean: Path, path: Path, *, every: int, seed: int) -> Path:
    """The same file with one bad cell in one line of so many, spread evenly."""
    dice = random.Random(seed)
    with clean.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            if number and number % every == 0:
                cells = line.rstrip("\n").split(",")
                cells[dice.randrange(len(cells))] = dice.choice(DIRT)
                line = ",".join(cells) + "\n"
            out.write(line)
    return path


def spreadsheet(clean: Path, path: Path) -> Path:
    """The same rows as XLSX, numbers as numbers."""
    with clean.open(encoding="utf-8") as lines, xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            cells = line.rstrip("\n").split(",")
            numbers = [float(cell) for cell in cells[4:]] if row else cells[4:]
            sheet.write_row(row, 0, [*cells[:4], *numbers])
    return path


def read_bare(path: Path, out: Path) -> None:
    """What DuckDB alone needs: read the file typed, write Parquet, in a process of its own."""
    subprocess.run([sys.executable, "-c", BARE, str(path), str(out)], check=True)
