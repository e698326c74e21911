"""Many rows into the database at once, by the shortest way each engine knows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, models

AT_ONCE = 10_000
Row = tuple[Any, ...]


def upsert(model: type[models.Model], columns: Sequence[str], key: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows, or update those whose key is there already. Their values are as the database keeps them.

    Call it inside a transaction. `key` names the columns of a unique constraint, which are among `columns`.
    """
    rows = iter(rows)
    first = list(islice(rows, 1))
    if not first:
        return
    rows = chain(first, rows)
    if connection.vendor == "postgresql":
        _copied(model, columns, key, rows)
    else:
        _inserted(model, columns, key, rows)


def change(model: type[models.Model], assigned: str, key: Sequence[str], rows: Iterable[Row]) -> None:
    """Run one assignment, such as "is_present = false", on the rows with these keys."""
    same = " AND ".join(f"{_name(column)} = %s" for column in key)
    _many(f"UPDATE {_name(model._meta.db_table)} SET {assigned} WHERE {same}", iter(rows))  # noqa: S608 - our own names


def _insert(model: type[models.Model], columns: Sequence[str], key: Sequence[str], source: str) -> str:
    updated = ", ".join(f"{_name(one)} = excluded.{_name(one)}" for one in columns if one not in key)
    return (
        f"INSERT INTO {_name(model._meta.db_table)} ({_listed(columns)}) {source} "
        f"ON CONFLICT ({_listed(key)}) DO UPDATE SET {updated}"
    )


def _copied(model: type[models.Model], columns: Sequence[str], key: Sequence[str], rows: Iterator[Row]) -> None:
    """COPY into a table of this transaction, and from there in one statement."""
    table, listed = _name(model._meta.db_table), _listed(columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS arriving")
        cursor.execute(
            f"CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY arriving ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_insert(model, columns, key, f"SELECT {listed} FROM arriving"))  # noqa: S608 - our own names
        cursor.execute("DROP TABLE arriving")


def _inserted(model: type[models.Model], columns: Sequence[str], key: Sequence[str], rows: Iterator[Row]) -> None:
    """Several rows with each execution of a statement, which costs more than a row does."""
    places = f"({', '.join(['%s'] * len(columns))})"
    each = max(1, (connection.features.max_query_params or 0) // len(columns))
    while some := list(islice(rows, max(1, AT_ONCE // each) * each)):
        for size, part in ((each, some[: len(some) // each * each]), (1, some[len(some) // each * each :])):
            groups = (list(chain.from_iterable(part[place : place + size])) for place in range(0, len(part), size))
            _many(_insert(model, columns, key, f"VALUES {', '.join([places] * size)}"), groups)


def _many(statement: str, rows: Iterator[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        while some := list(islice(rows, AT_ONCE)):
            cursor.executemany(statement, some)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(_name, columns))


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
