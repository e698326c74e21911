"""What only shows when rows are seen together, or beside the data in use: warnings, never errors."""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from partners.columns import TABLES
from partners.intake.finish import literal, quoted
from partners.intake.mapping import Mapping
from partners.intake.problems import Problems

USUAL = 0.95
"""Amounts that differ from quantity times price in more rows than the rest hold a discount or a tax, not a mistake."""
MISMATCH = "quantity <> 0 AND abs(amount - quantity * price) > abs(quantity) * 0.0051 + 0.011"
LINE_TWICE = """
    SELECT place, concat_ws(' · ', order_id, sku), NULL FROM (
        SELECT *, row_number() OVER w AS turn FROM {likely}
        WINDOW w AS (PARTITION BY order_id, sku, customer_id, date, quantity, amount ORDER BY place))
    WHERE turn > 1 ORDER BY place
"""
REPEATED = "(SELECT * FROM sent WHERE (order_id, sku) IN (SELECT (order_id, sku) FROM sent WHERE line > 1))"
SAME_MAIL = """
    SELECT place, email, NULL FROM (
        SELECT *, row_number() OVER w AS turn, count(*) OVER w AS times FROM (
            SELECT place, email, lower(trim(email)) AS mail, {name} AS name FROM sent WHERE email LIKE '%@%')
        WINDOW w AS (PARTITION BY mail, name ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
    WHERE turn > 1 AND times <= 3 ORDER BY place
"""
CHANGED = """
    SELECT s.place, any_value(s.{key}), min(c.{key}) FROM ({fresh}) s JOIN ({gone}) c ON {same}
    GROUP BY s.place ORDER BY s.place
"""


def look(
    database: duckdb.DuckDBPyConnection,
    canonical: Path,
    rows: np.ndarray,
    mapping: Mapping,
    current: Path | None,
    twins: pa.Table | None,
) -> Iterator[tuple[str, str, np.ndarray, list[str]]]:
    """Cause, field, source rows and values. `rows`: the source row of every canonical row; `current`: as in use.

    `twins`: the rows among which lines may stand twice, with their places, where they are known (intake/twins.py).
    """
    sent = {*mapping.fields()}
    source = f"read_parquet('{literal(canonical)}', file_row_number = true)"
    database.execute(f"CREATE OR REPLACE TEMP VIEW sent AS SELECT *, file_row_number AS place FROM {source}")
    if mapping.kind == "orders" and {"quantity", "price", "amount"} <= sent:
        yield _told("amount_mismatch", "amount", rows, _mismatches(database))
    if mapping.kind == "orders" and "line" not in {*sent, mapping.row_number}:
        yield _told("line_twice", "order_id", rows, _line_twice(database, twins))
    if mapping.kind == "customers" and "email" in sent:
        name = "lower(trim(name))" if "name" in sent else "NULL"
        yield _told("same_customer_twice", "email", rows, database.execute(SAME_MAIL.format(name=name)).fetchall())
    if current is not None and current.is_file() and mapping.kind in ("customers", "products"):
        key = TABLES[mapping.kind].key[0]
        yield _told("changed_id", key, rows, _changed(database, mapping.kind, sent, current))


def note(
    database: duckdb.DuckDBPyConnection, canonical: Path, rows: np.ndarray, mapping: Mapping, problems: Problems,
    *, current: Path | None, twins: pa.Table | None,
) -> None:  # fmt: skip
    fields = mapping.fields()
    for cause, name, where, values in look(database, canonical, rows, mapping, current, twins):
        source = fields[name].source if name in fields else name
        problems.add(cause, source, name, where, values)


def _told(
    cause: str, name: str, rows: np.ndarray, found: Sequence[tuple[int, str, str | None]]
) -> tuple[str, str, np.ndarray, list[str]]:
    places = np.array([place for place, _, _ in found], dtype=np.int64)
    values = [f"{value} ← {other}" if other else str(value) for _, value, other in found]
    return cause, name, rows[places].astype(np.int64) if len(places) else np.array([], dtype=np.int64), values


def _line_twice(database: duckdb.DuckDBPyConnection, twins: pa.Table | None) -> list[tuple[int, str, None]]:
    if twins is None:
        return database.execute(LINE_TWICE.format(likely=REPEATED)).fetchall()
    if not len(twins):
        return []
    database.register("twins", twins)
    found = database.execute(LINE_TWICE.format(likely="twins")).fetchall()
    database.unregister("twins")
    return found


def _mismatches(database: duckdb.DuckDBPyConnection) -> list[tuple[int, str, None]]:
    off, known = database.execute(
        f"SELECT count(*) FILTER ({MISMATCH}), count(*) FROM sent WHERE amount + quantity * price IS NOT NULL"
    ).fetchall()[0]
    if not off or off > (1 - USUAL) * known:
        return []
    return database.execute(
        f"SELECT place, amount::VARCHAR || ' ≠ ' || quantity::VARCHAR || ' × ' || price::VARCHAR, NULL FROM sent "
        f"WHERE {MISMATCH} ORDER BY place"
    ).fetchall()


def _changed(
    database: duckdb.DuckDBPyConnection, kind: str, sent: set[str], current: Path
) -> list[tuple[int, str, str | None]]:
    """New numbers whose rows are, in all that names them, rows in use whose own number the file does not hold."""
    key, source = quoted(TABLES[kind].key[0]), f"read_parquet('{literal(current)}')"
    have = {row[0] for row in database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()} & sent
    ways = [("email",), ("name", "phone"), ("name", "city")] if kind == "customers" else [("name",)]
    found: dict[int, tuple[int, str, str | None]] = {}
    for way in ways:
        if not {*way} <= have:
            continue
        named = [f"lower(trim({quoted(name)}))" for name in way]
        alone = f"QUALIFY count(*) OVER (PARTITION BY {', '.join(named)}) = 1"
        filled = " AND ".join(f"{name} <> ''" for name in named)
        spoken = ", ".join(f"{name} AS n{place}" for place, name in enumerate(named))
        fresh = f"SELECT place, {key}, {spoken} FROM sent WHERE {key} NOT IN (SELECT {key} FROM {source}) AND {filled}"
        gone = f"SELECT {key}, {spoken} FROM {source} WHERE {filled} {alone}"
        gone = f"SELECT * FROM ({gone}) WHERE {key} NOT IN (SELECT {key} FROM sent)"
        same = " AND ".join(f"s.n{place} = c.n{place}" for place in range(len(named)))
        for row in database.execute(CHANGED.format(key=key, fresh=fresh, gone=gone, same=same)).fetchall():
            found.setdefault(row[0], row)
    return [found[place] for place in sorted(found)]
