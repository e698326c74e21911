"""The customers and products people see in lists, brought in line with a dataset. Runs in a run's child.

The rows as they are to be lie beside the dataset (intake/listed.py). What differs from the version before is worked
out first, outside any transaction; inside it only that is written.
"""

# ruff: noqa: S608 - names and paths in these statements are our own; values never enter them

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.db import models

from partners import bulk
from partners.intake.finish import connect
from partners.intake.overlaps import types
from partners.intake.tables import scan
from partners.models import Customer, Partner, Product

BATCH = 10_000
MEMORY = "300MB"


@dataclass(frozen=True)
class Listing:
    """One kind of row people see: its file, the key in the file and in the database, and the rest of its columns."""

    model: type[models.Model]
    file: str
    key: str
    column: str
    others: tuple[str, ...]


LISTINGS = (
    Listing(
        Customer, "people.parquet", "customer_id", "external_id",
        ("name", "email", "phone", "segment", "industry", "region", "city", "country", "since", "monthly_value",
         "attributes", "first_order_on", "last_order_on", "orders", "spend"),
    ),
    Listing(Product, "goods.parquet", "sku", "sku", ("name", "category", "price", "cost", "is_available")),
)  # fmt: skip


class Pending:
    """What is to change in the database, ready to be written."""

    def __init__(self, database: duckdb.DuckDBPyConnection, folder: Path | None, before: Path | None) -> None:
        self.database, self.folder, self.before = database, folder, before
        for listing in LISTINGS:
            if (new := _file(folder, listing)) and (old := _file(before, listing)):
                self._compare(listing.key, scan([new]), scan([old]))

    def write(self, partner: Partner) -> None:
        """Inside a transaction: write what changed; everything, where the rows are not those of the version before."""
        for listing in LISTINGS:
            present = listing.model._default_manager.filter(partner=partner, is_present=True)
            rows, new, old = present.count(), _file(self.folder, listing), _file(self.before, listing)
            if old and new and rows == self._count(old):
                gone = f"SELECT {partner.pk}, {listing.key} FROM {listing.key}_gone"
                bulk.change(listing.model, "is_present = false", ["partner_id", listing.column], self._rows(gone))
                self._upsert(listing, partner, f"{listing.key}_changed")
            else:
                if rows:
                    present.update(is_present=False)
                if new:
                    self._upsert(listing, partner, scan([new]))

    def _compare(self, key: str, new: str, old: str) -> None:
        self.database.execute(f"CREATE TEMP TABLE {key}_changed AS FROM {new} EXCEPT FROM {old}")
        gone = f"SELECT {key} FROM {old} AS o ANTI JOIN {new} AS n USING ({key})"
        self.database.execute(f"CREATE TEMP TABLE {key}_gone AS {gone}")

    def _upsert(self, listing: Listing, partner: Partner, source: str) -> None:
        alike = {"partner_id": str(int(partner.pk)), "is_present": "true", **self._empty(listing, source)}
        others = [name for name in listing.others if name not in alike]
        rows = self._rows(f"SELECT {', '.join((listing.key, *others))} FROM {source}")
        bulk.upsert(listing.model, [listing.column, *others], ["partner_id", listing.column], rows, alike=alike)

    def _empty(self, listing: Listing, source: str) -> dict[str, str]:
        """The columns in which no row has anything, and what stands there: most files tell little of most."""
        kinds = types(self.database, source)
        asked = [
            (name, word)
            for name in listing.others
            for word in (("NULL", "''", "'{}'") if kinds[name] == "VARCHAR" else ("NULL",))
        ]
        listed = ", ".join(f"bool_and({name} IS NOT DISTINCT FROM {word})" for name, word in asked)
        found = self.database.execute(f"SELECT {listed} FROM {source}").fetchall()[0]
        return dict(one for one, is_so in zip(asked, found, strict=True) if is_so)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        cursor = self.database.execute(query)
        while rows := cursor.fetchmany(BATCH):
            yield from rows

    def _count(self, file: Path) -> int:
        counted = self.database.execute(f"SELECT count(*) FROM {scan([file])}").fetchall()
        return int(counted[0][0])


@contextmanager
def pending(folder: Path | None, before: Path | None, *, room: Path) -> Iterator[Pending]:
    """Compare the rows of a new dataset folder with those of the version before; None where there is none.

    `room`: a folder to spill into.
    """
    with connect(room, memory=MEMORY) as database:
        yield Pending(database, folder, before)


def _file(folder: Path | None, listing: Listing) -> Path | None:
    file = folder / listing.file if folder else None
    return file if file and file.is_file() else None
