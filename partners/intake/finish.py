"""The canonical rows of one upload as a whole: duplicates found and left out, control sums."""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from partners.intake.problems import Problems

MEMORY = "512MB"
ALL_DIFFERENT = ("order_id", "customer_id", "subscription_id", "interaction_id", "amount")
"""Columns for which a dictionary costs more than it saves."""


@dataclass
class Finished:
    rejected: int = 0
    skipped: int = 0
    first_on: str = ""
    last_on: str = ""
    totals: dict[str, float] = field(default_factory=dict)
    places: np.ndarray = field(default_factory=lambda: np.array([], dtype=np.int64))
    """Where rows were taken out of the canonical file again."""


@dataclass(frozen=True)
class Repeats:
    """Where in a canonical file a key may stand twice: source rows of the file's rows, hashes of suspicious keys."""

    key: list[str]
    sent: list[str]
    rows: np.ndarray
    hashes: np.ndarray


def connect(folder: Path, *, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A private in-memory database that spills beside its files and lets results be reproduced."""
    database = duckdb.connect(":memory:")
    database.execute(f"SET memory_limit = '{memory}'")
    database.execute("SET threads = 2")
    database.execute("SET enable_progress_bar = false")
    database.execute(f"SET temp_directory = '{literal(folder / 'spill')}'")
    database.execute("SET TimeZone = 'UTC'")
    return database


def literal(path: Path | str) -> str:
    return str(path).replace("'", "''")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def settle(
    database: duckdb.DuckDBPyConnection, canonical: Path, repeats: Repeats, problems: Problems, *, keep: str
) -> Finished:
    """Leave out the later rows of a key: skipped when they repeat the first one exactly, rejected when they differ.

    `keep`: where rows of one key differ, "first" or "last" is taken by choice; otherwise the later ones are errors.
    """
    done, shown = Finished(), repeats.key[0]
    dropped = _later(database, canonical, repeats, keep=keep)
    places = dropped.column("place").to_numpy()
    exact = dropped.column("exact").to_numpy()
    for alike, cause in ((True, "duplicate_row"), (False, "skipped_by_choice" if keep else "duplicate_key")):
        chosen = exact == alike
        spoken = dropped.column("spoken").filter(pa.array(chosen)).to_pylist()
        problems.add(cause, shown, shown, repeats.rows[places[chosen]].astype(np.int64), spoken)
        if alike or keep:
            done.skipped += len(spoken)
        else:
            done.rejected += len(spoken)
    done.places = places
    if len(places):
        _without(canonical, places)
    return done


def _later(database: duckdb.DuckDBPyConnection, canonical: Path, repeats: Repeats, *, keep: str) -> pa.Table:
    """Places of the rows to leave out, in order, with their keys and whether they repeat the row that stays.

    Only rows whose key's hash is known to repeat are sorted; equal hashes of different keys do no harm here.
    """
    database.register("suspected", pa.table({"h": pa.array(repeats.hashes, pa.uint64())}))
    keys = ", ".join(quoted(name) for name in repeats.key)
    same = ", ".join(f"coalesce({quoted(name)}::VARCHAR, chr(0))" for name in repeats.sent)
    windows = f"PARTITION BY {keys} ORDER BY place {'DESC' if keep == 'last' else ''}"
    found: pa.Table = database.sql(
        f"""SELECT place, spoken, content = staying AS exact FROM (
            SELECT *, first_value(content) OVER w AS staying, row_number() OVER w AS turn
            FROM (SELECT {keys}, file_row_number AS place, concat_ws(' · ', {keys}) AS spoken,
                         md5(concat_ws(chr(31), {same})) AS content
                  FROM read_parquet('{literal(canonical)}', file_row_number = true)
                  WHERE hash({keys}) IN (SELECT h FROM suspected))
            WINDOW w AS ({windows})
        ) WHERE turn > 1 ORDER BY place"""
    ).to_arrow_table()
    database.unregister("suspected")
    return found


def _without(canonical: Path, places: np.ndarray) -> None:
    """The file written again without these rows, given in order."""
    shorter = canonical.with_suffix(".shorter")
    with pq.ParquetFile(canonical) as file, writer(shorter, file.schema_arrow) as out:
        first = 0
        for index in range(file.num_row_groups):
            group = file.read_row_group(index)
            inside = places[np.searchsorted(places, first) : np.searchsorted(places, first + group.num_rows)]
            keep = np.ones(group.num_rows, dtype=bool)
            keep[inside - first] = False
            out.write_table(group if keep.all() else group.filter(pa.array(keep)))
            first += group.num_rows
    shorter.replace(canonical)


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    few = [name for name in schema.names if name not in ALL_DIFFERENT]
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, use_dictionary=few)


def add_sums(database: duckdb.DuckDBPyConnection, canonical: Path, columns: list[str], done: Finished) -> None:
    """A few control sums a person can compare with their own books."""
    dated = next((name for name in ("date", "started") if name in columns), "NULL")
    summed = [name for name in ("amount", "monthly_amount", "monthly_value") if name in columns]
    asked = [f"min({dated})", f"max({dated})", *(f"sum({name})" for name in summed)]
    asked += ["count(DISTINCT customer_id)"] if "customer_id" in columns else []
    query = f"SELECT {', '.join(asked)} FROM read_parquet('{literal(canonical)}')"
    first, last, *sums = database.execute(query).fetchall()[0]
    done.first_on, done.last_on = (day.isoformat() if isinstance(day, dt.date) else "" for day in (first, last))
    for name, total in zip(summed, sums, strict=False):
        if total is not None:
            done.totals[name] = round(total, 2)
    if "customer_id" in columns:
        done.totals["customers"] = sums[-1]
