"""The files behind one table of a partner's dataset folder: a single one, or parts of which some rows count no more.

A part is what one upload sent. Beside it may lie the keys of its rows that a newer upload has overridden.
"""

from __future__ import annotations

from pathlib import Path

GONE = ".overridden.parquet"
KEYS: dict[str, tuple[str, ...]] = {
    "orders": ("order_id", "sku", "line"),
    "subscriptions": ("subscription_id",),
    "interactions": ("interaction_id",),
}


def relation(folder: Path, table: str) -> str:
    """What to write after FROM in DuckDB for the rows of a table that count; empty where there is no such table."""
    single = folder / f"{table}.parquet"
    if single.exists():
        return _scan([single])
    files = sorted(path for path in (folder / table).glob("*.parquet") if not path.name.endswith(GONE))
    gone = {path: path.with_name(path.name.removesuffix(".parquet") + GONE) for path in files}
    whole = [path for path in files if not gone[path].exists()]
    same = " AND ".join(f"held.{key} IS NOT DISTINCT FROM gone.{key}" for key in KEYS.get(table, ()))
    chosen = [f"SELECT * FROM {_scan(whole)}"] if whole else []  # noqa: S608 - our own names, paths quoted
    chosen += [
        f"SELECT * FROM {_scan([path])} AS held ANTI JOIN {_scan([gone[path]])} AS gone ON {same}"  # noqa: S608
        for path in files
        if path not in whole
    ]
    return f"({' UNION ALL BY NAME '.join(chosen)})" if chosen else ""


def _scan(files: list[Path]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{listed}])"
