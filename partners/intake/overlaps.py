"""Which rows of older uploads a newer one overrides: the parts a table of facts is made of.

What was found out is kept beside the parts, so that the next version looks only at pairs of uploads it has not seen.
"""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import duckdb

from partners.columns import Table
from partners.intake.finish import literal, quoted
from partners.intake.tables import ENDING, GONE, scan

SQL = {"text": "VARCHAR", "identifier": "VARCHAR", "choice": "VARCHAR", "date": "DATE", "number": "DOUBLE",
       "integer": "BIGINT", "boolean": "BOOLEAN"}  # fmt: skip
MUCH = 1 / 3
"""From this share on a part is written anew: reading round its overridden rows would cost more, each time."""


@dataclass
class Piece:
    """One upload's share in a table, and what it was made of. All of it fits into JSON."""

    name: str
    seen: list[int]
    """Size and time of the canonical file: whether it is the same file still."""
    low: str = ""
    high: str = ""
    rows: int = 0
    gone: int = 0
    over: list[str] = field(default_factory=list)
    """Newer uploads that override rows of it, and those that were looked at and override none."""
    apart: list[str] = field(default_factory=list)


def lay(
    database: duckdb.DuckDBPyConnection,
    table: Table,
    files: Mapping[str, Path],
    out: Path,
    before: tuple[Path, Sequence[Mapping[str, object]]] | None,
) -> list[dict[str, object]]:
    """Put the parts of one table into `out`. `files`: upload → canonical file, oldest first; a newer one wins.

    `before`: the folder of the same table in an earlier version and what that call returned. Returns what to remember.
    """
    known = {piece.name: piece for piece in map(_piece, before[1])} if before else {}
    pieces = [_measured(database, table, name, file, known.get(name)) for name, file in files.items()]
    same = {piece.name for piece in pieces if piece.name in known and piece.seen == known[piece.name].seen}
    old = {name: known[name] for name in same}
    _find(database, table, files, _unseen(pieces, old, same))
    for place, piece in enumerate(pieces):
        newer = [one.name for one in pieces[place + 1 :]]
        _settle(database, piece, newer, old.get(piece.name), same)
    again = [piece for piece in pieces if piece.over and not _as_before(piece, old, same)]
    _find(database, table, files, _missing(again))
    out.mkdir(parents=True, exist_ok=True)
    for piece in pieces:
        earlier = old.get(piece.name) if _as_before(piece, old, same) else None
        if before and earlier:
            _carry(before[0], out, piece, earlier)
        else:
            _make(database, table, files[piece.name], out, piece)
    database.execute("DROP TABLE IF EXISTS hits")
    return [asdict(piece) for piece in pieces]


def _piece(told: Mapping[str, object]) -> Piece:
    """What an earlier version remembers; a field it does not know yet is left as it is, one of the past is dropped."""
    return Piece(**{one.name: told[one.name] for one in fields(Piece) if one.name in told})  # type: ignore[arg-type]


def _measured(database: duckdb.DuckDBPyConnection, table: Table, name: str, file: Path, known: Piece | None) -> Piece:
    """How many rows there are and between which keys, which the file itself knows without being read."""
    stat = file.stat()
    seen = [stat.st_size, stat.st_mtime_ns]
    if known and known.seen == seen:
        return replace(known, over=[], apart=[], gone=0)
    key = quoted(table.key[0])
    asked = f"SELECT count(*), min({key})::VARCHAR, max({key})::VARCHAR FROM {scan([file])}"
    rows, low, high = database.execute(asked).fetchall()[0]
    return Piece(name, seen, low or "", high or "", rows)


def _unseen(pieces: Sequence[Piece], old: Mapping[str, Piece], same: set[str]) -> dict[str, list[str]]:
    """Newer upload → the older ones it was never compared with and whose keys may lie among its own."""
    asked: dict[str, list[str]] = {}
    for place, piece in enumerate(pieces):
        seen = {*old[piece.name].over, *old[piece.name].apart} if piece.name in old else set()
        for newer in pieces[place + 1 :]:
            met = newer.name in seen and newer.name in same
            if not met and piece.low <= newer.high and newer.low <= piece.high:
                asked.setdefault(newer.name, []).append(piece.name)
    return asked


def _missing(pieces: Sequence[Piece]) -> dict[str, list[str]]:
    """Everything that overrides rows of these pieces; what has been found already is found once more."""
    asked: dict[str, list[str]] = {}
    for piece in pieces:
        for newer in piece.over:
            asked.setdefault(newer, []).append(piece.name)
    return asked


def _find(
    database: duckdb.DuckDBPyConnection, table: Table, files: Mapping[str, Path], asked: Mapping[str, Sequence[str]]
) -> None:
    """Fill `hits`: the rows of older files whose key a newer one holds too."""
    database.execute("CREATE TEMP TABLE IF NOT EXISTS hits (older VARCHAR, newer VARCHAR, row BIGINT)")
    keys = ", ".join(quoted(name) for name in table.key)
    same = " AND ".join(f"mine.{quoted(name)} IS NOT DISTINCT FROM theirs.{quoted(name)}" for name in table.key)
    for newer, olders in asked.items():
        done = {
            row[0] for row in database.execute("SELECT DISTINCT older FROM hits WHERE newer = ?", [newer]).fetchall()
        }
        near, span = within(database, scan([files[newer]]), table.key[0])
        for older in olders:
            if older in done:
                continue
            database.execute(
                f"INSERT INTO hits SELECT '{older}', '{newer}', mine.file_row_number "
                f"FROM (SELECT * FROM {scan([files[older]], 'file_row_number = true')} {near}) AS mine "
                f"SEMI JOIN (SELECT {keys} FROM {scan([files[newer]])}) AS theirs ON {same}",
                span,
            )


def _settle(
    database: duckdb.DuckDBPyConnection, piece: Piece, newer: Sequence[str], old: Piece | None, same: set[str]
) -> None:
    """Which of the newer uploads override rows of this piece."""
    found = database.execute("SELECT DISTINCT newer FROM hits WHERE older = ?", [piece.name]).fetchall()
    hit = {row[0] for row in found} | ({name for name in old.over if name in same} if old else set())
    piece.over = [name for name in newer if name in hit]
    piece.apart = [name for name in newer if name not in hit]


def _as_before(piece: Piece, old: Mapping[str, Piece], same: set[str]) -> bool:
    return piece.name in old and old[piece.name].over == piece.over and same.issuperset(piece.over)


def _carry(before: Path, out: Path, piece: Piece, earlier: Piece) -> None:
    """The same files as in the version before."""
    piece.gone = earlier.gone
    for ending in (ENDING, GONE):
        if (before / f"{piece.name}{ending}").is_file():
            link(before / f"{piece.name}{ending}", out / f"{piece.name}{ending}")


def _make(database: duckdb.DuckDBPyConnection, table: Table, file: Path, out: Path, piece: Piece) -> None:
    """Link the canonical file, with a list of what counts no more; or write what is left of it."""
    part, gone = out / f"{piece.name}{ENDING}", out / f"{piece.name}{GONE}"
    rows = f"SELECT DISTINCT row FROM hits WHERE older = '{piece.name}'"
    piece.gone = database.execute(f"SELECT count(*) FROM ({rows})").fetchall()[0][0] if piece.over else 0
    have = columns(database, file)
    wanted = {column.name: SQL[column.type] for column in table.columns}
    numbered = scan([file], "file_row_number = true")
    if piece.gone == piece.rows:
        return
    if piece.gone > MUCH * piece.rows or have != wanted or list(have) != list(wanted):
        listed = ", ".join(
            f"{quoted(name) if name in have else 'NULL'}::{kind} AS {quoted(name)}" for name, kind in wanted.items()
        )
        _write(database, f"SELECT {listed} FROM {numbered} WHERE file_row_number NOT IN ({rows}) "
               "ORDER BY file_row_number", part)  # fmt: skip
    else:
        link(file, part)
        if piece.gone:
            keys = ", ".join(quoted(name) for name in table.key)
            _write(database, f"SELECT {keys} FROM {numbered} WHERE file_row_number IN ({rows}) ORDER BY {keys}", gone)


def _write(database: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    database.execute(f"COPY ({query}) TO '{literal(path)}' (FORMAT parquet, COMPRESSION zstd)")


def columns(database: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """The columns of a file and their types, in its order."""
    return types(database, scan([file]))


def types(database: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """The same for whatever can stand after FROM."""
    return {row[0]: row[1] for row in database.execute(f"DESCRIBE FROM {source}").fetchall()}


def within(database: duckdb.DuckDBPyConnection, source: str, key: str) -> tuple[str, list[Any]]:
    """A condition, with its values, for rows whose key may be among those of `source`.

    It spares the engine the parts of a file that hold other keys only; it is empty where a row has no key.
    """
    name = quoted(key)
    asked = f"SELECT min({name}), max({name}), count(*) - count({name}) FROM {source}"
    low, high, without = database.execute(asked).fetchall()[0]
    return ("", []) if without or low is None else (f"WHERE {name} BETWEEN ? AND ?", [low, high])


def link(source: Path, target: Path) -> None:
    """A second name for the same bytes; a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
