"""A dataset version from the canonical files of all active uploads: a pure function, the same bytes every time.

Facts: the newest upload's row wins by natural key. Customers and products: the newest upload that has a column decides
that column, so a file with only labels does not wipe names. Both are completed with whoever the facts mention.
"""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from partners.columns import FACTS, TABLES, Table
from partners.intake.finish import connect, literal, quoted

SQL = {"text": "VARCHAR", "identifier": "VARCHAR", "choice": "VARCHAR", "date": "DATE", "number": "DOUBLE",
       "integer": "BIGINT", "boolean": "BOOLEAN"}  # fmt: skip
DIMENSIONS = ("customers", "products")
ORDERED = {
    "customers": "customer_id",
    "products": "sku",
    "orders": "date, order_id, sku, line",
    "subscriptions": "started, subscription_id",
    "interactions": "date, interaction_id",
}
DATED = {"orders": "date", "subscriptions": "started", "interactions": "date"}


@dataclass
class Built:
    counts: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    first_on: str = ""
    last_on: str = ""
    attributes: list[str] = field(default_factory=list)


def build(uploads: Mapping[str, Sequence[Path]], out: Path, *, memory: str = "512MB") -> Built:
    """Write out/<table>.parquet for every table with facts. `uploads`: kind → canonical files, oldest first."""
    out.mkdir(parents=True, exist_ok=True)
    built = Built()
    with connect(out, memory=memory) as database:
        for kind in FACTS:
            files = uploads.get(kind, ())
            if kind in DIMENSIONS:
                _dimension(database, TABLES[kind], files)
            else:
                _facts(database, TABLES[kind], files)
        _imply(database, [kind for kind in FACTS if uploads.get(kind)])
        for kind in FACTS:
            _write(database, kind, out, built)
    (out / "spill").rmdir() if (out / "spill").is_dir() else None
    built.digest = digest(out)
    return built


def digest(folder: Path) -> str:
    """SHA-256 over the tables' names and bytes."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        whole.update(path.name.encode())
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _columns(database: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    return {row[0]: row[1] for row in database.execute(f"DESCRIBE FROM read_parquet('{literal(file)}')").fetchall()}


def _facts(database: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Path]) -> None:
    """Each upload's rows without those whose key a newer upload holds too."""
    keys = ", ".join(quoted(name) for name in table.key)
    parts = []
    for index, file in enumerate(files):
        have = _columns(database, file)
        listed = ", ".join(
            f"{quoted(name) if name in have else 'NULL'}::{SQL[table[name].type]} AS {quoted(name)}"
            for name in table.names
        )
        newer = [f"SELECT {keys} FROM read_parquet('{literal(later)}')" for later in files[index + 1 :]]
        same = " AND ".join(f"mine.{quoted(name)} IS NOT DISTINCT FROM theirs.{quoted(name)}" for name in table.key)
        unless = f" ANTI JOIN ({' UNION ALL '.join(newer)}) AS theirs ON {same}" if newer else ""
        parts.append(f"SELECT {listed} FROM read_parquet('{literal(file)}') AS mine{unless}")
    if not parts:
        empty = ", ".join(f"NULL::{SQL[column.type]} AS {quoted(column.name)}" for column in table.columns)
        parts = [f"SELECT {empty} WHERE false"]
    database.execute(f"CREATE VIEW {table.kind}_all AS {' UNION ALL '.join(parts)}")


def _dimension(database: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Path]) -> None:
    """One row per key; every column from the newest upload that has both the key and the column."""
    have = [_columns(database, file) for file in files]
    types = _types(table, have)
    parts = []
    for index, file in enumerate(files):
        listed = ", ".join(
            f"{quoted(name)}::{kind} AS {quoted(name)}" if name in have[index] else f"NULL::{kind} AS {quoted(name)}"
            for name, kind in types.items()
        )
        parts.append(f"SELECT {index} AS seq, {listed} FROM read_parquet('{literal(file)}')")
    if not parts:
        parts = [
            "SELECT 0 AS seq, "
            + ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in types.items())
            + " WHERE false"
        ]
    key = table.key[0]
    picked = []
    for name in types:
        owners = ", ".join(str(index) for index, columns in enumerate(have) if name in columns) or "-1"
        picked.append(
            f"last({quoted(name)} ORDER BY seq) FILTER (WHERE seq IN ({owners})) AS {quoted(name)}"
            if name != key
            else quoted(key)
        )
    database.execute(
        f"CREATE VIEW {table.kind}_sent AS SELECT {', '.join(picked)} "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY {quoted(key)}"
    )


def _types(table: Table, have: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Canonical columns first, then attributes by name; an attribute of two types becomes text."""
    types = {column.name: SQL[column.type] for column in table.columns}
    for name in sorted({name for columns in have for name in columns if name not in types}):
        kinds = {columns[name] for columns in have if name in columns}
        types[name] = kinds.pop() if len(kinds) == 1 else "VARCHAR"
    return types


def _imply(database: duckdb.DuckDBPyConnection, kinds: Sequence[str]) -> None:
    """Customers and products that only the facts mention."""
    facts = [kind for kind in kinds if kind in DATED]
    mentioned = " UNION ALL ".join(f"SELECT customer_id FROM {kind}_all" for kind in facts) or "SELECT NULL WHERE false"
    database.execute(
        "CREATE VIEW customers_all AS SELECT * FROM customers_sent UNION ALL BY NAME "
        f"SELECT DISTINCT customer_id FROM ({mentioned}) AS m(customer_id) WHERE customer_id IS NOT NULL "
        "AND customer_id NOT IN (SELECT customer_id FROM customers_sent)"
    )
    sold = ["SELECT sku, product_name AS name, date FROM orders_all"] if "orders" in kinds else []
    if "subscriptions" in kinds:
        sold.append("SELECT sku, NULL AS name, started AS date FROM subscriptions_all WHERE sku IS NOT NULL")
    named = "SELECT sku, arg_max(name, (date, name)) FILTER (WHERE name IS NOT NULL) AS name"
    union = " UNION ALL ".join(sold) or "SELECT NULL AS sku, NULL AS name, NULL::DATE AS date WHERE false"
    database.execute(
        "CREATE VIEW products_all AS SELECT * REPLACE (coalesce(p.name, i.name) AS name) FROM products_sent p "
        f"LEFT JOIN (SELECT sku AS named_sku, name FROM ({named} FROM ({union}) GROUP BY sku)) i "
        "ON p.sku = i.named_sku "
        f"UNION ALL BY NAME {named} FROM ({union}) WHERE sku NOT IN (SELECT sku FROM products_sent) GROUP BY sku"
    )


def _write(database: duckdb.DuckDBPyConnection, kind: str, out: Path, built: Built) -> None:
    path = out / f"{kind}.parquet"
    excluded = " EXCLUDE (named_sku)" if kind == "products" else ""
    database.execute(
        f"COPY (SELECT *{excluded} FROM {kind}_all ORDER BY {ORDERED[kind]}) "
        f"TO '{literal(path)}' (FORMAT parquet, COMPRESSION zstd)"
    )
    count = database.execute(f"SELECT count(*) FROM read_parquet('{literal(path)}')").fetchall()[0][0]
    if not count:
        path.unlink()
        return
    built.counts[kind] = count
    if kind == "customers":
        built.attributes = [name for name in _columns(database, path) if name.startswith("attr_")]
    if kind in DATED:
        name = DATED[kind]
        first, last = database.execute(
            f"SELECT min({name}), max({name}) FROM read_parquet('{literal(path)}')"
        ).fetchall()[0]
        _span(built, first, last)


def _span(built: Built, first: dt.date, last: dt.date) -> None:
    built.first_on = min(filter(None, (built.first_on, first.isoformat())))
    built.last_on = max(built.last_on, last.isoformat())


@dataclass
class Difference:
    """What taking one canonical file into use does to a table."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def difference(canonical: Path, current: Path, kind: str, *, memory: str = "512MB") -> Difference:
    """Compare a canonical file with the table it would go into, by natural key and by the columns it brings."""
    table = TABLES[kind]
    with connect(canonical.parent, memory=memory) as database:
        total = database.execute(f"SELECT count(*) FROM read_parquet('{literal(canonical)}')").fetchall()[0][0]
        if not current.is_file():
            return Difference(created=total)
        old = _columns(database, current)
        new = _columns(database, canonical)
        same = " AND ".join(f"n.{quoted(key)} IS NOT DISTINCT FROM o.{quoted(key)}" for key in table.key)
        compared = [name for name in new if name not in table.key]
        equal = " AND ".join(_equal(name, name in old) for name in compared) or "true"
        known, alike = database.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {equal}) FROM read_parquet('{literal(canonical)}') n "
            f"JOIN read_parquet('{literal(current)}') o ON {same}"
        ).fetchall()[0]
    return Difference(created=total - known, updated=known - alike, unchanged=alike)


def _equal(name: str, known: bool) -> str:
    column = quoted(name)
    return f"n.{column}::VARCHAR IS NOT DISTINCT FROM o.{column}::VARCHAR" if known else f"n.{column} IS NULL"
