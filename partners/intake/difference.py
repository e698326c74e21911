"""What taking a canonical file into use would do to a table: counted and shown before anything changes."""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import duckdb

from partners.columns import TABLES
from partners.intake import overlaps, tables
from partners.intake.finish import connect, quoted

SHOWN = 20
NOISE = 1e-9
NUMBERS = ("DOUBLE", "BIGINT")


@dataclass
class Difference:
    """`current`: rows the table has now; `removed`: those a complete list no longer names."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    current: int = 0
    sample: list[dict[str, Any]] = field(default_factory=list)


def difference(
    canonical: Path,
    folder: Path | None,
    kind: str,
    *,
    brings: Collection[str] = (),
    aside: Sequence[Path] | None = None,
    current: int = 0,
) -> Difference:
    """Compare a canonical file with the table it would go into, by natural key.

    `folder`: the dataset as it is, if there is one. `brings`: the columns the file holds (all of the canonical file's
    when none are named); no other is compared. `aside`: for a complete list the files it replaces, else None.
    `current`: how many rows the table has.
    """
    source = tables.relation(folder, kind) if folder else ""
    with connect(canonical.parent) as database:
        compared = _Compared(database, canonical, source, kind, brings)
        compared.aside, compared.current = aside, current
        return compared.told()


class _Compared:
    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        canonical: Path,
        source: str,
        kind: str,
        brings: Collection[str],
    ) -> None:
        self.database, self.kind, self.old = database, kind, source
        self.aside: Sequence[Path] | None = None
        self.current = self._count_removed = 0
        self.new = tables.scan([canonical], "file_row_number = true")
        self.keys = TABLES[kind].key
        self.have = overlaps.columns(database, canonical)
        self.had = overlaps.types(database, source) if source else {}
        self.columns = [name for name in self.have if name not in self.keys and _brought(name, brings)]

    def told(self) -> Difference:
        total = self._one(f"SELECT count(*) FROM {self.new}")
        if not self.old:
            return Difference(created=total, sample=self._shown([], self._created(met=False), []))
        self._match()
        known = self._one("SELECT count(*) FROM matched")
        alike = self._one("SELECT count(*) FROM matched WHERE alike")
        removed = self._removed()
        updated = self._updated() if known > alike else []
        created = self._created() if total > known else []
        sample = self._shown(updated, created, removed)
        return Difference(total - known, known - alike, alike, self._count_removed, self.current, sample)

    def _match(self) -> None:
        """Rows of the file whose key is there already, and whether they say anything new."""
        equal = " AND ".join(self._equal(name) for name in self.columns) or "true"
        near, span = overlaps.within(self.database, self.new, self.keys[0])
        self.database.execute(
            f"CREATE TEMP TABLE matched AS SELECT n.file_row_number AS row, {equal} AS alike "
            f"FROM {self.new} AS n JOIN (SELECT * FROM {self.old} AS held {near}) AS o ON {self._same('n', 'o')}",
            span,
        )

    def _removed(self) -> list[dict[str, Any]]:
        """Rows that only files set aside hold; noted how many."""
        if self.aside is None:
            return []
        keys, same = self._listed(self.keys), self._same("old", "new")
        if self.kind in ("customers", "products"):
            held = " UNION ".join(f"SELECT {keys} FROM {tables.scan([file])}" for file in self.aside)
        else:
            held = f"SELECT {keys} FROM {self.old}"
        if not held:
            return []
        gone = f"SELECT {keys} FROM ({held}) AS old ANTI JOIN (SELECT {keys} FROM {self.new}) AS new ON {same}"
        self._count_removed = self._one(f"SELECT count(*) FROM ({gone})")
        if not self._count_removed:
            return []
        chosen = f"({gone} ORDER BY ALL LIMIT {SHOWN})"
        rows = self._rows(f"SELECT old.* FROM {self.old} AS old SEMI JOIN {chosen} AS new ON {same} ORDER BY {keys}")
        return [self._told("removed", row, {}) for row in rows]

    def _updated(self) -> list[dict[str, Any]]:
        chosen = f"SELECT row FROM matched WHERE NOT alike ORDER BY row LIMIT {SHOWN}"
        new = self._rows(f"SELECT * FROM {self.new} WHERE file_row_number IN ({chosen}) ORDER BY file_row_number")
        asked = f"SELECT {self._listed(self.keys)} FROM {self.new} WHERE file_row_number IN ({chosen})"
        first = self.keys[0]  # named one by one, so that the engine skips what cannot hold them
        near = f"SELECT * FROM {self.old} WHERE {quoted(first)} IN ({', '.join('?' * len(new))})"
        old = self._rows(
            f"SELECT old.* FROM ({near}) AS old SEMI JOIN ({asked}) AS new ON {self._same('old', 'new')}",
            [row[first] for row in new],
        )
        before = {self._key(row): row for row in old}
        return [self._told("updated", before.get(self._key(row), {}), row) for row in new]

    def _created(self, *, met: bool = True) -> list[dict[str, Any]]:
        unless = "WHERE file_row_number NOT IN (SELECT row FROM matched)" if met else ""
        rows = self._rows(f"SELECT * FROM {self.new} {unless} ORDER BY file_row_number LIMIT {SHOWN}")
        return [self._told("created", {}, row) for row in rows]

    def _told(self, change: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        pairs = {name: [_plain(old.get(name)), _plain(new.get(name))] for name in self.columns}
        either = new or old
        return {
            "change": change,
            "key": {name: _plain(either.get(name)) for name in self.keys},
            "columns": {name: pair for name, pair in pairs.items() if not _same(*pair)},
        }

    def _shown(self, *kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Some of each kind of change, so that none hides the others; kinds stand together."""
        taken = [one for one in chain.from_iterable(zip_longest(*kinds)) if one][:SHOWN]
        return [one for kind in kinds for one in kind if one in taken]

    def _equal(self, name: str) -> str:
        new, old = f"n.{quoted(name)}", f"o.{quoted(name)}"
        if name not in self.had:
            return f"{new} IS NULL"
        if self.have[name] in NUMBERS and self.had[name] in NUMBERS:
            near = f"abs({new} - {old}) <= {NOISE} * greatest(abs({new}), abs({old}))"
            return f"coalesce({near}, {new} IS NULL AND {old} IS NULL)"
        if self.have[name] != self.had[name]:
            new, old = f"{new}::VARCHAR", f"{old}::VARCHAR"
        return f"{new} IS NOT DISTINCT FROM {old}"

    def _same(self, left: str, right: str) -> str:
        pairs = (f"{left}.{quoted(key)} IS NOT DISTINCT FROM {right}.{quoted(key)}" for key in self.keys)
        return " AND ".join(pairs)

    @staticmethod
    def _listed(names: Sequence[str]) -> str:
        return ", ".join(quoted(name) for name in names)

    def _key(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.keys)

    def _one(self, query: str) -> int:
        return int(self._fetched(query)[0][0])

    def _fetched(self, query: str) -> list[tuple[Any, ...]]:
        return self.database.execute(query).fetchall()

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        cursor = self.database.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _brought(name: str, brings: Collection[str]) -> bool:
    """Attributes are only there when the file has them."""
    return not brings or name in brings or name.startswith("attr_")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return abs(old - new) <= NOISE * max(abs(old), abs(new))
    return bool(old == new)


def missing(room: Path, kind: str, held: str, left: str) -> int:
    """How many keys of one source of rows another has no more. Both are what can stand after FROM; `left` may be empty.

    `room`: a folder to spill into.
    """
    if not held:
        return 0
    keys = ", ".join(quoted(key) for key in TABLES[kind].key)
    same = " AND ".join(f"a.{quoted(key)} IS NOT DISTINCT FROM b.{quoted(key)}" for key in TABLES[kind].key)
    unless = f" ANTI JOIN (SELECT {keys} FROM {left}) AS b ON {same}" if left else ""
    with connect(room) as database:
        found = database.execute(f"SELECT count(*) FROM (SELECT {keys} FROM {held}) AS a{unless}").fetchall()
    return int(found[0][0])
