"""Outcomes that come as a file: rows of the database, each once, taken back together. Runs in an upload run's child."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from partners.models import Customer, Product, Upload
from predictions.models import Outcome

BATCH = 500
Row = dict[str, Any]
Key = tuple[int, date, str, int | None]


def take(upload: Upload) -> dict[str, int]:
    """Create an outcome per row that is not recorded yet. Rows of customers we do not know are left out and counted."""
    counts = {"created": 0, "updated": 0, "unchanged": 0, "unknown": 0}
    for rows in _batches(upload):
        customers = _known(Customer, "external_id", {row["customer_id"] for row in rows})
        products = _known(Product, "sku", {row["sku"] for row in rows if row.get("sku")})
        have = _recorded(set(customers.values()))
        for row in rows:
            if row["customer_id"] not in customers:
                counts["unknown"] += 1
                continue
            key: Key = (customers[row["customer_id"]], row["date"], row["outcome"], products.get(row.get("sku") or ""))
            if key in have:
                counts["unchanged"] += 1
                continue
            have.add(key)
            _record(upload, key, row)
            counts["created"] += 1
    return counts


def take_back(upload: Upload, *, at: datetime) -> int:
    """Undo every outcome this file brought; those recorded by people stay."""
    return Outcome.objects.standing().filter(partner=upload.partner, source=source(upload)).update(undone_at=at)


def source(upload: Upload) -> str:
    return f"upload:{upload.pk}"


def _record(upload: Upload, key: Key, row: Row) -> None:
    """A reason is kept where a product was wrong; beside any other outcome it says nothing."""
    customer, on, verdict, product = key
    because = (row.get("because") or "") if verdict == Outcome.Verdict.WRONG_PRODUCT else ""
    Outcome.objects.create(
        partner=upload.partner,
        customer_id=customer,
        product_id=product,
        on=on,
        verdict=verdict,
        because=because,
        note=(row.get("note") or "")[:500],
        by=upload.created_by,
        source=source(upload),
    )


def _known(model: Any, name: str, values: set[str]) -> dict[str, int]:
    return dict(model.objects.filter(**{f"{name}__in": values}).values_list(name, "pk"))


def _recorded(customers: set[int]) -> set[Key]:
    rows = Outcome.objects.standing().filter(customer_id__in=customers)
    return set(rows.values_list("customer_id", "on", "verdict", "product_id"))


def _batches(upload: Upload) -> Iterator[list[Row]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(upload.canonical) as file:
        for batch in file.iter_batches(batch_size=BATCH):
            yield batch.to_pylist()
