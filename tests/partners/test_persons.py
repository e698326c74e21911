"""All that is held about one customer, as a file for that customer, kept for a day."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners import persons
from partners.models import Customer, Partner, PersonExport
from tests.partners.conftest import Send

pytestmark = pytest.mark.django_db
CUSTOMERS = "customer id,name,e-mail,floor\nC-1,=Cyan,hello@cyan.example,3\nC-2,Dune,d@dune.example,4\n"
ORDERS = "order id,customer id,date,sku,quantity,price\nO1,C-1,2026-01-05,S1,1,10.5\nO2,C-2,2026-02-05,S1,2,10\n"


def done(run: PersonExport) -> PersonExport:
    """Made here and now, as a worker's child would."""
    assert run.claim(worker="test", at=timezone.now())
    result = persons.work(run, lambda **_said: None)
    run.end(run.State.SUCCEEDED, at=timezone.now(), result=result)
    run.refresh_from_db()
    return run


def made(customer: Customer) -> PersonExport:
    return done(persons.prepare(customer, by=None))


def contents(run: PersonExport) -> dict[str, Any]:
    with persons.opened(run) as file, zipfile.ZipFile(file) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.fixture
def cyan(send: Send, inside: Partner) -> Customer:
    send(CUSTOMERS, "customers")
    send(ORDERS)
    return Customer.objects.select_related("partner__dataset").get(external_id="C-1")


def test_it_holds_the_row_the_facts_and_the_files_of_one_customer_only(cyan: Customer) -> None:
    files = contents(made(cyan))
    assert sorted(files) == ["customer.csv", "orders.csv", "person.json", "uploads.csv"]
    held = json.loads(files["person.json"])
    assert held["format"] == persons.FORMAT
    assert held["customer"]["email"] == "hello@cyan.example"
    assert held["customer"]["attributes"] == {"floor": 3}
    (order,) = held["orders"]
    assert (order["order_id"], order["date"], order["price"]) == ("O1", "2026-01-05", 10.5)
    assert [(one["kind"], len(one["rows"])) for one in held["uploads"]] == [("customers", 1), ("orders", 1)]
    assert "dune" not in str(files).lower()


def test_a_spreadsheet_runs_no_formula_of_it(cyan: Customer) -> None:
    rows = list(csv.DictReader(io.StringIO(contents(made(cyan))["customer.csv"].removeprefix("\ufeff"))))
    assert rows[0]["name"] == "'=Cyan"
    assert rows[0]["floor"] == "3"


def test_it_lies_sealed_on_the_disk(cyan: Customer) -> None:
    raw = made(cyan).file.read_bytes()
    assert b"person.json" not in raw
    assert b"cyan" not in raw.lower()


def test_one_that_is_under_way_is_not_asked_for_twice(cyan: Customer) -> None:
    assert persons.prepare(cyan, by=None) == persons.prepare(cyan, by=None)


def test_it_can_be_fetched_for_a_day_and_is_deleted_then(cyan: Customer) -> None:
    run, now = made(cyan), timezone.now()
    assert persons.ready(cyan, at=now) == [run]
    assert persons.tidy(at=now) == 0
    assert persons.ready(cyan, at=now + timedelta(days=1, seconds=1)) == []
    assert persons.tidy(at=now + timedelta(days=1, seconds=1)) == 1
    assert not run.file.exists()
    assert not PersonExport.objects.exists()
