"""Many rows into the database at once, by the shortest way each engine knows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.db import connection, models

AT_ONCE = 10_000
Row = tuple[Any, ...]


def upsert(
    model: type[models.Model], columns: Sequence[str], key: Sequence[str], rows: Iterable[Row],
    *, alike: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Insert rows, or update those whose key is there already. Their values are as the database keeps them.

    Call it inside a transaction. `key` names the columns of a unique constraint, which are among `columns` or `alike`:
    further columns with one value for every row, as SQL of our own (NULL, '', true), never of a file's.
    """
    rows = iter(rows)
    first = list(islice(rows, 1))
    if not first:
        return
    rows = chain(first, rows)
    into = _Into(model, columns, key, alike or {})
    if connection.vendor == "postgresql":
        _copied(into, rows)
    else:
        _inserted(into, rows)


def change(model: type[models.Model], assigned: str, key: Sequence[str], rows: Iterable[Row]) -> None:
    """Run one assignment, such as "is_present = false", on the rows with these keys."""
    same = " AND ".join(f"{_name(column)} = %s" for column in key)
    _many(f"UPDATE {_name(model._meta.db_table)} SET {assigned} WHERE {same}", iter(rows))  # noqa: S608 - our own names


@dataclass(frozen=True)
class _Into:
    """Where rows go: `columns` are theirs, those in `alike` are the same for all."""

    model: type[models.Model]
    columns: Sequence[str]
    key: Sequence[str]
    alike: Mapping[str, str]

    @property
    def table(self) -> str:
        return _name(self.model._meta.db_table)

    def insert(self, source: str) -> str:
        columns = (*self.columns, *self.alike)
        updated = ", ".join(f"{_name(one)} = excluded.{_name(one)}" for one in columns if one not in self.key)
        return (
            f"INSERT INTO {self.table} ({_listed(columns)}) {source} "
            f"ON CONFLICT ({_listed(self.key)}) DO UPDATE SET {updated}"
        )


def _copied(into: _Into, rows: Iterator[Row]) -> None:
    """COPY into a table of this transaction, and from there in one statement."""
    listed = _listed(into.columns)
    chosen = ", ".join([listed, *into.alike.values()])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS arriving")
        cursor.execute(
            f"CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS SELECT {listed} FROM {into.table} WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY arriving ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(into.insert(f"SELECT {chosen} FROM arriving"))  # noqa: S608 - our own names
        cursor.execute("DROP TABLE arriving")


def _inserted(into: _Into, rows: Iterator[Row]) -> None:
    """Several rows with each execution of a statement, which costs more than a row does."""
    places = f"({', '.join([*['%s'] * len(into.columns), *into.alike.values()])})"
    each = max(1, (connection.features.max_query_params or 0) // len(into.columns))
    while some := list(islice(rows, max(1, AT_ONCE // each) * each)):
        for size, part in ((each, some[: len(some) // each * each]), (1, some[len(some) // each * each :])):
            groups = (list(chain.from_iterable(part[place : place + size])) for place in range(0, len(part), size))
            _many(into.insert(f"VALUES {', '.join([places] * size)}"), groups)


def _many(statement: str, rows: Iterator[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        while some := list(islice(rows, AT_ONCE)):
            cursor.executemany(statement, some)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(_name, columns))


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
