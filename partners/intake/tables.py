"""How a dataset's folder is laid out, and how its tables are read.

Customers and products are single files. A table of facts is a folder of parts, one for each upload that has rows in
it: the upload's own canonical file, linked, and beside it the keys that newer uploads have overridden. A folder with
one file for each table is read just as well.
"""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

from dataclasses import dataclass
from pathlib import Path

from partners.columns import TABLES
from partners.intake.finish import literal, quoted

ENDING = ".parquet"
GONE = ".overridden.parquet"


@dataclass(frozen=True)
class Part:
    """One file of a table, and the file of the keys in it that count no more."""

    file: Path
    gone: Path | None = None


def parts(folder: Path, kind: str) -> list[Part]:
    """The files of one table, oldest upload first; none where the dataset has no such table."""
    single = folder / f"{kind}{ENDING}"
    if single.is_file():
        return [Part(single)]
    files = {path.name for path in (folder / kind).glob(f"*{ENDING}")}
    names = sorted((name.removesuffix(ENDING) for name in files if not name.endswith(GONE)), key=_age)
    found = []
    for name in names:
        gone = folder / kind / f"{name}{GONE}"
        found.append(Part(folder / kind / f"{name}{ENDING}", gone if gone.name in files else None))
    return found


def sources(folder: Path, kind: str) -> list[Path]:
    """The files that hold rows of one table, some of which may be overridden: read them through `relation`."""
    return [part.file for part in parts(folder, kind)]


def relation(folder: Path, kind: str) -> str:
    """What to write after FROM for the rows of one table that count; empty where there is no such table."""
    found = parts(folder, kind)
    whole = [part.file for part in found if part.gone is None]
    chosen = [f"SELECT * FROM {scan(whole)}"] if whole else []
    keys = TABLES[kind].key
    same = " AND ".join(f"held.{quoted(key)} IS NOT DISTINCT FROM gone.{quoted(key)}" for key in keys)
    chosen += [
        f"SELECT * FROM {scan([part.file])} AS held ANTI JOIN {scan([part.gone])} AS gone ON {same}"
        for part in found
        if part.gone
    ]
    return f"({' UNION ALL BY NAME '.join(chosen)})" if chosen else ""


def scan(files: list[Path], options: str = "") -> str:
    """A call of read_parquet over these files."""
    listed = ", ".join(f"'{literal(file)}'" for file in files)
    return f"read_parquet([{listed}]{', ' + options if options else ''})"


def _age(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (0, name)
