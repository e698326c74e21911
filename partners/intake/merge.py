"""A dataset version from the canonical files of all active uploads: a pure function, the same bytes every time.

Facts: the newest upload's row wins by natural key. Customers and products: the newest upload that has a column decides
that column, so a file with only labels does not wipe names. Both are completed with whoever the facts mention.
"""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from partners.columns import FACTS, TABLES, Table
from partners.intake import listed, overlaps, tables
from partners.intake.finish import connect, literal, quoted
from partners.intake.overlaps import SQL

DIMENSIONS = ("customers", "products")
DATED = {"orders": "date", "subscriptions": "started", "interactions": "date"}
MADE_OF = "parts.json"
Files = Mapping[str, Path]
"""Upload → its canonical file, oldest first."""


@dataclass
class Built:
    folder: Path
    counts: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    first_on: str = ""
    last_on: str = ""
    attributes: list[str] = field(default_factory=list)


def build(uploads: Mapping[str, Files], out: Path, *, before: Path | None = None, memory: str = "512MB") -> Built:
    """Make the folder of a version. `before`: an earlier version's folder, whose parts are linked where they fit."""
    out.mkdir(parents=True, exist_ok=True)
    built = Built(out)
    with connect(out, memory=memory) as database:
        made_of = _facts(database, uploads, out, before)
        for kind in DATED:
            _view(database, out, kind)
        listed.sums(database)
        for kind, pieces in made_of.items():
            _count(database, kind, pieces, built)
        for kind in DIMENSIONS:
            _dimension(database, TABLES[kind], list(uploads.get(kind, {}).values()))
        _imply(database)
        for kind in DIMENSIONS:
            _write(database, kind, out, built)
        listed.write(database, out)
    (out / "spill").rmdir() if (out / "spill").is_dir() else None
    (out / MADE_OF).write_text(json.dumps(made_of))
    built.digest = digest(out)
    return built


def digest(folder: Path) -> str:
    """SHA-256 over the tables' kinds and bytes; an upload's number is no part of it."""
    whole = hashlib.sha256()
    for kind in FACTS:
        for part in tables.parts(folder, kind):
            for path in filter(None, (part.file, part.gone)):
                with path.open("rb") as file:
                    whole.update(f"{kind} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def counts(folder: Path) -> dict[str, int]:
    """The rows of each table that count, for a folder whose files were written anew."""
    found = {}
    with connect(folder) as database:
        for kind in FACTS:
            if source := tables.relation(folder, kind):
                found[kind] = database.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
    return {kind: rows for kind, rows in found.items() if rows}


def _made_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    path = folder / MADE_OF
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def _facts(
    database: duckdb.DuckDBPyConnection, uploads: Mapping[str, Files], out: Path, before: Path | None
) -> dict[str, list[dict[str, object]]]:
    known = _made_of(before) if before else {}
    made_of = {}
    for kind in DATED:
        if files := uploads.get(kind, {}):
            earlier = (before / kind, known[kind]) if before and kind in known else None
            made_of[kind] = overlaps.lay(database, TABLES[kind], files, out / kind, earlier)
    return made_of


def _view(database: duckdb.DuckDBPyConnection, out: Path, kind: str) -> None:
    """The rows of a table that count, as a view that is there whether there are any or not."""
    empty = ", ".join(f"NULL::{SQL[column.type]} AS {quoted(column.name)}" for column in TABLES[kind].columns)
    source = tables.relation(out, kind) or f"(SELECT {empty} WHERE false)"
    database.execute(f"CREATE VIEW {kind}_all AS FROM {source}")


def _count(database: duckdb.DuckDBPyConnection, kind: str, pieces: Sequence[Mapping[str, Any]], built: Built) -> None:
    """How many rows count, and from when to when."""
    rows = sum(piece["rows"] - piece["gone"] for piece in pieces)
    name = DATED[kind]
    span = "min(first), max(last) FROM sums" if kind == "orders" else f"min({name}), max({name}) FROM {kind}_all"
    first, last = database.execute(f"SELECT {span}").fetchall()[0]
    if rows:
        built.counts[kind] = rows
        built.first_on = min(filter(None, (built.first_on, first.isoformat())))
        built.last_on = max(built.last_on, last.isoformat())


def _dimension(database: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Path]) -> None:
    """One row per key; every column from the newest upload that has both the key and the column."""
    have = [overlaps.columns(database, file) for file in files]
    types = _types(table, have)
    parts = []
    for index, file in enumerate(files):
        chosen = ", ".join(
            f"{quoted(name)}::{kind} AS {quoted(name)}" if name in have[index] else f"NULL::{kind} AS {quoted(name)}"
            for name, kind in types.items()
        )
        parts.append(f"SELECT {index} AS seq, {chosen} FROM {tables.scan([file])}")
    if not parts:
        empty = ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in types.items())
        parts = [f"SELECT 0 AS seq, {empty} WHERE false"]
    union = " UNION ALL ".join(parts)
    if len(parts) == 1:
        picked = f"SELECT * EXCLUDE (seq) FROM ({union})"
    else:
        picked = f"SELECT {_picked(table.key[0], types, have)} FROM ({union}) GROUP BY {quoted(table.key[0])}"
    database.execute(f"CREATE TEMP TABLE {table.kind}_sent AS {picked}")


def _picked(key: str, types: Mapping[str, str], have: Sequence[Mapping[str, str]]) -> str:
    chosen = [quoted(key)]
    for name in types:
        if name != key:
            owners = ", ".join(str(index) for index, columns in enumerate(have) if name in columns) or "-1"
            chosen.append(f"arg_max_null({quoted(name)}, seq) FILTER (WHERE seq IN ({owners})) AS {quoted(name)}")
    return ", ".join(chosen)


def _types(table: Table, have: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Canonical columns first, then attributes by name; an attribute of two types becomes text."""
    types = {column.name: SQL[column.type] for column in table.columns}
    for name in sorted({name for columns in have for name in columns if name not in types}):
        kinds = {columns[name] for columns in have if name in columns}
        types[name] = kinds.pop() if len(kinds) == 1 else "VARCHAR"
    return types


def _imply(database: duckdb.DuckDBPyConnection) -> None:
    """Customers and products that only the facts mention."""
    mentioned = " UNION ".join(
        f"SELECT DISTINCT customer_id FROM {source}" for source in ("sums", "subscriptions_all", "interactions_all")
    )
    database.execute(
        "CREATE VIEW customers_all AS SELECT * FROM customers_sent UNION ALL BY NAME "
        f"SELECT customer_id FROM ({mentioned}) AS m(customer_id) WHERE customer_id IS NOT NULL "
        "AND customer_id NOT IN (SELECT customer_id FROM customers_sent)"
    )
    named = "SELECT sku, arg_max(name, (date, name)) FILTER (WHERE name IS NOT NULL) AS name"
    sold = (
        "SELECT sku, product_name AS name, date FROM orders_all UNION ALL "
        "SELECT sku, NULL AS name, started AS date FROM subscriptions_all WHERE sku IS NOT NULL"
    )
    database.execute(f"CREATE TEMP TABLE sold AS {named} FROM ({sold}) GROUP BY sku")
    database.execute(
        "CREATE VIEW products_all AS SELECT p.* REPLACE (coalesce(p.name, sold.name) AS name) "
        "FROM products_sent p LEFT JOIN sold ON p.sku = sold.sku "
        "UNION ALL BY NAME SELECT sku, name FROM sold WHERE sku NOT IN (SELECT sku FROM products_sent)"
    )


def _write(database: duckdb.DuckDBPyConnection, kind: str, out: Path, built: Built) -> None:
    """A table of one file, ordered by its key, where it has rows."""
    path = out / f"{kind}.parquet"
    database.execute(
        f"COPY (FROM {kind}_all ORDER BY {TABLES[kind].key[0]}) TO '{literal(path)}' (FORMAT parquet, COMPRESSION zstd)"
    )
    count = database.execute(f"SELECT count(*) FROM {tables.scan([path])}").fetchall()[0][0]
    if not count:
        path.unlink()
        return
    built.counts[kind] = count
    if kind == "customers":
        built.attributes = [name for name in overlaps.columns(database, path) if name.startswith("attr_")]
