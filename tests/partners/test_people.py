"""The rows people see follow the dataset, and only those that changed are written."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from partners import bulk, people
from partners.intake import merge
from partners.models import Customer, Partner, Product
from tests.cast import Cast
from tests.partners.intake.test_merge import canonical, orders

pytestmark = pytest.mark.lanes


def version(folder: Path, name: str, **kinds: Path) -> Path:
    merge.build({kind: {"1": file} for kind, file in kinds.items()}, folder / name)
    return folder / name


def refresh(partner: Partner, folder: Path | None, before: Path | None, room: Path) -> list[str]:
    """Bring the rows in line; the statements that wrote."""
    watched = CaptureQueriesContext(connection)
    with people.pending(folder, before, room=room) as pending, transaction.atomic(), watched as asked:
        pending.write(partner)
    return [one["sql"] for one in asked.captured_queries if not one["sql"].upper().startswith(("SELECT", "SAVEPOINT"))]


def shown(partner: Partner) -> dict[str, tuple[str, float]]:
    rows = Customer.objects.filter(partner=partner, is_present=True)
    return {number: (name, spend) for number, name, spend in rows.values_list("external_id", "name", "spend")}


@pytest.fixture
def two(inside: Partner, tmp_path: Path) -> tuple[Path, Path]:
    """Two versions: Ann and Bob; then Bob under another name, Cid for Ann, and what Bob bought."""
    first = canonical(tmp_path / "a.parquet", customer_id=["A", "B"], name=["Ann", "Bob"])
    second = canonical(tmp_path / "b.parquet", customer_id=["B", "C"], name=["Bo", "Cid"])
    bought = orders(tmp_path / "o.parquet", ("O1", "B", "S1", 1, 5.0))
    return version(tmp_path, "one", customers=first), version(tmp_path, "two", customers=second, orders=bought)


def test_rows_come_change_and_go_with_the_dataset(inside: Partner, two: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = two
    refresh(inside, one, None, tmp_path)
    assert shown(inside) == {"A": ("Ann", 0.0), "B": ("Bob", 0.0)}
    refresh(inside, other, one, tmp_path)
    assert shown(inside) == {"B": ("Bo", 5.0), "C": ("Cid", 0.0)}
    assert Customer.objects.get(external_id="A").is_present is False
    assert list(Product.objects.filter(is_present=True).values_list("sku", "name")) == [("S1", "name of S1")]
    refresh(inside, one, other, tmp_path)
    assert shown(inside) == {"A": ("Ann", 0.0), "B": ("Bob", 0.0)}
    assert not Product.objects.filter(is_present=True).exists()
    refresh(inside, None, one, tmp_path)
    assert shown(inside) == {}


def test_nothing_is_written_when_nothing_changed(inside: Partner, two: tuple[Path, Path], tmp_path: Path) -> None:
    refresh(inside, two[1], None, tmp_path)
    assert refresh(inside, two[1], two[1], tmp_path) == []


def test_everything_is_written_when_the_database_holds_other_rows(
    inside: Partner, two: tuple[Path, Path], tmp_path: Path
) -> None:
    one, other = two
    refresh(inside, one, None, tmp_path)
    Customer.objects.filter(external_id="A").delete()
    refresh(inside, one, one, tmp_path)
    assert set(shown(inside)) == {"A", "B"}
    Customer.objects.create(partner=inside, external_id="X")
    refresh(inside, other, one, tmp_path)
    assert set(shown(inside)) == {"B", "C"}


def test_other_partners_rows_stay_as_they_are(
    cast: Cast, inside: Partner, two: tuple[Path, Path], tmp_path: Path
) -> None:
    mine = Customer.objects.create(partner=inside, external_id="B", name="mine")
    refresh(cast.birch, two[0], None, tmp_path)
    mine.refresh_from_db()
    assert (mine.name, mine.is_present) == ("mine", True)


def test_every_column_arrives_as_the_model_gives_it_back(inside: Partner, tmp_path: Path) -> None:
    sent = canonical(
        tmp_path / "c.parquet",
        customer_id=["A", "B"],
        name=["Zoë “the Cat” O'Neill 张" + "x" * 300, None],
        since=[dt.date(2020, 2, 29), None],
        monthly_value=[12.5, float("inf")],
        attr_seats=[40.0, None],
        attr_rate=[0.125, float("nan")],
        attr_big=[1.5e16, None],
        attr_since=[dt.date(2021, 1, 2), None],
        attr_open=[True, None],
        attr_mood=['so "so"\n', None],
    )
    bought = orders(tmp_path / "o.parquet", ("O1", "A", "S1", 1, 5.0), ("O2", "A", "S2", 1, 7.25))
    refresh(inside, version(tmp_path, "one", customers=sent, orders=bought), None, tmp_path)
    one, other = Customer.objects.order_by("external_id")
    assert one.name == ("Zoë “the Cat” O'Neill 张" + "x" * 300)[:250]
    assert (one.since, one.monthly_value, one.orders, one.spend) == (dt.date(2020, 2, 29), 12.5, 2, 12.25)
    assert (one.first_order_on, one.last_order_on) == (dt.date(2026, 1, 1), dt.date(2026, 1, 2))
    assert one.attributes == {
        "seats": 40, "rate": 0.125, "big": 1.5e16, "since": "2021-01-02", "open": True, "mood": 'so "so"\n',
    }  # fmt: skip
    assert (other.name, other.since, other.monthly_value, other.attributes) == ("", None, None, {})


def test_orders_are_counted_once_however_their_lines_are_mixed(inside: Partner, tmp_path: Path) -> None:
    lines = [(f"O{n % 3}", "A", f"S{n}", 1, 1.0) for n in range(9)]
    refresh(inside, version(tmp_path, "one", orders=orders(tmp_path / "o.parquet", *lines)), None, tmp_path)
    assert Customer.objects.get().orders == 3


def test_more_rows_than_one_batch_arrive(inside: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 7)
    columns = ["partner_id", "sku", "name", "category", "is_available", "is_present"]
    for name in ("old", "new"):
        rows = ((inside.pk, f"S{n}", name, "", True, True) for n in range(400))
        with transaction.atomic():
            bulk.upsert(Product, columns, ["partner_id", "sku"], rows)
    assert set(Product.objects.values_list("name", flat=True)) == {"new"}
    assert Product.objects.count() == 400


def test_columns_that_are_alike_in_every_row_overwrite_what_was_there(inside: Partner) -> None:
    Product.objects.create(partner=inside, sku="S1", name="old", category="old", price=1.0, is_present=False)
    alike = {"partner_id": str(inside.pk), "name": "''", "price": "NULL", "is_available": "true", "is_present": "true"}
    with transaction.atomic():
        rows = ((f"S{n}", f"category {n}") for n in range(1, 4))
        bulk.upsert(Product, ["sku", "category"], ["partner_id", "sku"], rows, alike=alike)
    found = Product.objects.order_by("sku").values_list("sku", "name", "category", "price", "is_present")
    assert list(found) == [(f"S{n}", "", f"category {n}", None, True) for n in range(1, 4)]


def test_no_rows_are_no_work(inside: Partner) -> None:
    with CaptureQueriesContext(connection) as asked:
        bulk.upsert(Product, ["partner_id", "sku"], ["partner_id", "sku"], iter(()))
    assert asked.captured_queries == []
