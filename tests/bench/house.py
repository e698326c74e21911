"""A Fairway of a benchmark's own: a database that goes when it ends, and one partner with very many customers."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tests import lanes

if TYPE_CHECKING:
    from partners.models import Partner


@dataclass(frozen=True)
class Where:
    name: str
    url: str


@contextmanager
def database(home: Path) -> Iterator[Where]:
    """A PostgreSQL database of our own where one answers, else SQLite; the name says which."""
    import psycopg

    server, name = lanes.postgres_url(os.environ), f"fairway_bench_{uuid4().hex[:8]}"
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    except psycopg.Error:
        yield Where("SQLite (no PostgreSQL answers here)", f"sqlite:///{home / 'db.sqlite3'}")
        return
    try:
        yield Where("PostgreSQL", lanes.with_path(server, name))
    finally:
        from django.db import connections

        connections.close_all()
        lanes.drop(server, name)


def begin(home: Path, where: Where) -> None:
    """Point Django at the folder and the database, and make the tables."""
    os.environ |= {"FAIRWAY_HOME": str(home), "DATABASE_URL": where.url, "SECRET_KEY": "a key for benchmarks only"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@dataclass(frozen=True)
class Crowd:
    """How many customers order how many lines each, until when; their numbers, for one and as an SQL term of n."""

    customers: int
    lines: int
    today: date
    number: Callable[[int], str]
    term: str


def vast_partner(crowd: Crowd, write: Callable[[Path], object]) -> "Partner":
    """A partner whose dataset `write` makes, with all its customers in the database; in no scope."""
    from django.db import connection

    from partners.models import Customer, DatasetVersion, Partner

    partner = Partner.objects.create(slug="vast", name="Vast", shares_data=False)
    counts = {"customers": crowd.customers, "orders": crowd.customers * crowd.lines}
    dataset = DatasetVersion.objects.create(
        partner=partner, number=1, counts=counts, last_on=crowd.today - timedelta(days=1)
    )
    write(dataset.folder)
    partner.dataset = dataset
    partner.save()
    Customer.objects.create(partner=partner, external_id=crowd.number(0))
    columns = [field.column for field in Customer._meta.concrete_fields if not field.primary_key]
    values = [crowd.term if name == "external_id" else name for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO partners_customer ({', '.join(columns)}) "
            f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {crowd.customers}) "
            f"SELECT {', '.join(values)} FROM partners_customer, s"
        )
    return partner
