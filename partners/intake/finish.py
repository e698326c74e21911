"""The staged rows as a whole: duplicates found, line numbers and identifiers made, missing amounts computed."""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np

from partners.columns import TABLES, Table
from partners.intake.mapping import Mapping
from partners.intake.problems import Problems

MEMORY = "512MB"


@dataclass
class Finished:
    rejected: int = 0
    skipped: int = 0
    first_on: str = ""
    last_on: str = ""
    totals: dict[str, float] = field(default_factory=dict)


def connect(folder: Path, *, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A private in-memory database that spills beside its files and lets results be reproduced."""
    database = duckdb.connect(":memory:")
    database.execute(f"SET memory_limit = '{memory}'")
    database.execute("SET threads = 2")
    database.execute(f"SET temp_directory = '{literal(folder / 'spill')}'")
    database.execute("SET TimeZone = 'UTC'")
    return database


def literal(path: Path | str) -> str:
    return str(path).replace("'", "''")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def finish(staged: Path, canonical: Path, mapping: Mapping, problems: Problems) -> Finished:
    """Write the canonical file of one upload, ordered by source row, without duplicates."""
    table, done = TABLES[mapping.kind], Finished()
    have = {*mapping.fields(), mapping.row_number} - {""}
    with connect(staged.parent) as database:
        database.execute(f"CREATE VIEW staged AS SELECT * FROM read_parquet('{literal(staged)}')")
        names = [row[0] for row in database.execute("DESCRIBE staged").fetchall() if row[0] != "row"]
        database.execute(f"CREATE VIEW made AS SELECT row, {_select(table, names, have)} FROM staged")
        dropped = "SELECT NULL::BIGINT AS row WHERE false"
        if _keyed(table, have):
            _note_duplicates(database, table, names, problems, done)
            dropped = "SELECT row FROM dropped"
        columns = [row[0] for row in database.execute("DESCRIBE made").fetchall() if row[0] != "row"]
        listed = ", ".join(quoted(name) for name in columns)
        database.execute(
            f"COPY (SELECT {listed} FROM made WHERE row NOT IN ({dropped}) ORDER BY row) "
            f"TO '{literal(canonical)}' (FORMAT parquet, COMPRESSION zstd)"
        )
        _sums(database, canonical, columns, done)
    return done


def _keyed(table: Table, have: set[str]) -> bool:
    """Keys we make ourselves cannot collide."""
    return all(name in have for name in table.key) or table.kind in ("customers", "products", "subscriptions")


def _select(table: Table, names: list[str], have: set[str]) -> str:
    """The canonical columns of this upload, in the table's order; what was not mapped is made where it can be."""
    made: dict[str, str] = {name: quoted(name) for name in names}
    for column in table.columns:
        if column.default is not None and column.name in made:
            made[column.name] = f"coalesce({quoted(column.name)}, {column.default})"
        elif column.default is not None:
            made[column.name] = f"{column.default}::DOUBLE"
    if table.kind == "orders":
        made |= _order_columns(made, have)
    if table.kind == "interactions":
        made["interaction_id"] = _interaction_id(names, have)
    order = [name for name in table.names if name in made] + [name for name in names if name not in table]
    return ", ".join(f"{made[name]} AS {quoted(name)}" for name in order)


def _order_columns(made: dict[str, str], have: set[str]) -> dict[str, str]:
    quantity = made["quantity"]
    more = {}
    if "line" in have:
        more["line"] = "coalesce(line, row_number() OVER (PARTITION BY order_id, sku ORDER BY row))"
    else:
        more["line"] = "row_number() OVER (PARTITION BY order_id, sku ORDER BY row)"
    worked_out = f"{quantity} * price" if "price" in have else "NULL::DOUBLE"
    more["amount"] = f"coalesce(amount, {worked_out})" if "amount" in have else worked_out
    if "price" not in have:
        more["price"] = f"amount / nullif({quantity}, 0)" if "amount" in have else "NULL::DOUBLE"
    looks = f"({quantity} < 0 OR coalesce({more['amount']}, 0) < 0 OR regexp_matches(order_id, '^[Cc][0-9]{{4,}}$'))"
    more["is_return"] = f"coalesce(is_return, {looks})" if "is_return" in have else looks
    return more


def _interaction_id(names: list[str], have: set[str]) -> str:
    """From the row's content, so that the same row sent twice is the same interaction."""
    parts = ", ".join(f"coalesce({quoted(name)}::VARCHAR, '')" for name in sorted(names) if name != "interaction_id")
    content = f"md5(concat_ws(chr(31), {parts}))"
    made = f"{content} || '-' || row_number() OVER (PARTITION BY {content} ORDER BY row)"
    return f"coalesce(interaction_id, {made})" if "interaction_id" in have else made


def _note_duplicates(
    database: duckdb.DuckDBPyConnection, table: Table, names: list[str], problems: Problems, done: Finished
) -> None:
    """Later rows of a key: left out when they repeat the first one exactly, rejected when they differ from it."""
    keys = [quoted(name) for name in table.key if name in [*names, "line", "interaction_id"]]
    listed = ", ".join(keys)
    same = ", ".join(f"coalesce({quoted(name)}::VARCHAR, chr(0))" for name in names)
    database.execute(f"CREATE TEMP TABLE repeated AS SELECT {listed} FROM made GROUP BY {listed} HAVING count(*) > 1")
    joined = " AND ".join(f"m.{key} IS NOT DISTINCT FROM r.{key}" for key in keys)
    windows = f"PARTITION BY {listed} ORDER BY row"
    database.execute(
        f"""CREATE TEMP TABLE dropped AS
        SELECT row, spoken, first_row, content = first_content AS exact FROM (
            SELECT row, spoken, content, first_value(row) OVER w AS first_row,
                   first_value(content) OVER w AS first_content, row_number() OVER w AS place
            FROM (SELECT m.*, concat_ws(' · ', {", ".join("m." + key for key in keys)}) AS spoken,
                         md5(concat_ws(chr(31), {same.replace("coalesce(", "coalesce(m.")})) AS content
                  FROM made m JOIN repeated r ON {joined})
            WINDOW w AS ({windows})
        ) WHERE place > 1 ORDER BY row"""
    )
    shown = table.key[0]
    for exact, cause in ((True, "duplicate_row"), (False, "duplicate_key")):
        found = database.execute("SELECT row, spoken FROM dropped WHERE exact = ? ORDER BY row", [exact]).fetchall()
        rows = np.array([row for row, _ in found], dtype=np.int64)
        problems.add(cause, shown, shown, rows, [spoken for _, spoken in found])
        if exact:
            done.skipped += len(found)
        else:
            done.rejected += len(found)


def _sums(database: duckdb.DuckDBPyConnection, canonical: Path, columns: list[str], done: Finished) -> None:
    """A few control sums a person can compare with their own books."""
    source = f"read_parquet('{literal(canonical)}')"
    dated = next((name for name in ("date", "started") if name in columns), None)
    if dated:
        first, last = database.execute(f"SELECT min({dated}), max({dated}) FROM {source}").fetchall()[0]
        done.first_on, done.last_on = (day.isoformat() if isinstance(day, dt.date) else "" for day in (first, last))
    for name in ("amount", "monthly_amount", "monthly_value"):
        if name in columns:
            total = database.execute(f"SELECT sum({name}) FROM {source}").fetchall()[0][0]
            if total is not None:
                done.totals[name] = round(total, 2)
    if "customer_id" in columns:
        done.totals["customers"] = database.execute(f"SELECT count(DISTINCT customer_id) FROM {source}").fetchall()[0][
            0
        ]
