"""Parquet files without some persons: written once per file on disk, and put in the place of all its names."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partners.erasing.persons import Persons
from partners.intake.parse import mask

PIECE = 65_536
PART, LINK = ".erasing", ".relinking"
FREE = ("text", "note")
"""Columns people write into as they like. All others hold facts about the row's own customer, or goods and codes."""


def files(roots: Iterable[Path]) -> Iterator[list[Path]]:
    """Every Parquet file below these folders, with all the names it has there: hard links share one file."""
    names: dict[tuple[int, int], list[Path]] = {}
    for root in roots:
        for path in sorted(root.rglob("*.parquet")):
            if path.is_file() and not path.is_symlink():
                seen = path.stat()
                names.setdefault((seen.st_dev, seen.st_ino), []).append(path)
    yield from names.values()


def tidy(roots: Iterable[Path], *, before: datetime) -> None:
    """Remove what an interrupted rewrite left behind; a younger file may be another process's."""
    for root in roots:
        for left in (one for ending in (PART, LINK) for one in root.rglob(f".*{ending}")):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime < before.timestamp():
                    left.unlink()


def columns(file: pq.ParquetFile) -> list[str]:
    """The columns that may name a person; none where no customers stand."""
    names = file.schema_arrow.names
    return ["customer_id", *free(file.schema_arrow)] if "customer_id" in names else []


def free(schema: pa.Schema) -> list[str]:
    return [name for name in FREE if name in schema.names and is_text(schema.field(name).type)]


def numbered(path: Path, persons: Persons) -> bool:
    """Whether a row of this file belongs to one of them."""
    with pq.ParquetFile(path) as file:
        if "customer_id" not in file.schema_arrow.names:
            return False
        pieces = file.iter_batches(batch_size=PIECE, columns=["customer_id"])
        return any(theirs(piece.column(0), persons).any() for piece in pieces)


def holds(path: Path, persons: Persons) -> bool:
    """Whether this file names one of them in any row."""
    with pq.ParquetFile(path) as file:
        chosen = columns(file)
        pieces = file.iter_batches(batch_size=PIECE, columns=chosen) if chosen else ()
        return any(_named(pa.Table.from_batches([piece]), persons) for piece in pieces)


def told(path: Path, persons: Persons) -> Persons:
    """What else a customers file knows of them: addresses and names that may have changed since."""
    wanted = ("email", "name", "phone")
    with pq.ParquetFile(path) as file:
        have = [name for name in wanted if name in file.schema_arrow.names]
        if not have or "customer_id" not in file.schema_arrow.names:
            return Persons()
        found: dict[str, set[str]] = {name: set() for name in wanted}
        for piece in file.iter_batches(batch_size=PIECE, columns=["customer_id", *have]):
            rows = piece.filter(pa.array(theirs(piece["customer_id"], persons)))
            for name in have:
                found[name] |= set(rows[name].drop_null().to_pylist()) - {""}
    emails = frozenset(email.casefold() for email in found["email"])
    return Persons(frozenset(), emails, frozenset(found["name"] | found["phone"]))


def rewrite(names: Sequence[Path], persons: Persons) -> bool:
    """Write the file anew without them, and give the new one every name of the old. False when it names nobody."""
    first = names[0]
    if not holds(first, persons):
        return False
    part = first.with_name(f".{first.name}.{uuid4().hex}{PART}")
    with pq.ParquetFile(first) as file:
        schema = file.schema_arrow
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for piece in file.iter_batches(batch_size=PIECE):
                writer.write_table(_without(pa.Table.from_batches([piece], schema), persons))
    shutil.copymode(first, part)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    for name in names:
        link = name.with_name(f".{name.name}.{uuid4().hex}{LINK}")
        os.link(part, link)
        link.replace(name)
    part.unlink()
    return True


def _without(table: pa.Table, persons: Persons) -> pa.Table:
    table = table.filter(pa.array(~theirs(table["customer_id"], persons)))
    for name in free(table.schema) if persons.expression else ():
        cells = table[name].combine_chunks()
        found = pc.fill_null(pc.match_substring_regex(cells, persons.expression), False)
        if pc.any(found).as_py():
            struck = pa.array([persons.without(text) for text in cells.filter(found).to_pylist()], cells.type)
            cells = pc.replace_with_mask(cells, found, struck)
            table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), cells)
    return table


def _named(table: pa.Table, persons: Persons) -> bool:
    if theirs(table["customer_id"], persons).any():
        return True
    for name in free(table.schema) if persons.expression else ():
        cells = table[name].filter(pc.match_substring_regex(table[name], persons.expression))
        if any(persons.names(text) for text in cells.to_pylist()):
            return True
    return False


def theirs(cells: pa.Array | pa.ChunkedArray, persons: Persons) -> np.ndarray:
    """Which rows belong to one of them, by the customer's number."""
    return mask(pc.is_in(cells, value_set=pa.array(sorted(persons.numbers), cells.type)))


def is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
