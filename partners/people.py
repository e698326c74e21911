"""The customers and products people see in lists, brought in line with a dataset. Runs in a run's child."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from partners.models import Customer, Partner, Product

BATCH = 2_000
TEXTS = {"name": 250, "email": 254, "phone": 60, "segment": 120, "industry": 120, "region": 120, "city": 120,
         "country": 120}  # fmt: skip
CUSTOMER_FIELDS = [*TEXTS, "since", "monthly_value", "attributes", "first_order_on", "last_order_on", "orders", "spend",
                   "is_present"]  # fmt: skip
PRODUCT_FIELDS = ["name", "category", "price", "cost", "is_available", "is_present"]
ORDER_SUMS = """
    SELECT customer_id,
           min(date) FILTER (WHERE NOT is_return) AS first_order_on,
           max(date) FILTER (WHERE NOT is_return) AS last_order_on,
           count(DISTINCT order_id) FILTER (WHERE NOT is_return) AS orders, coalesce(sum(amount), 0) AS spend
    FROM read_parquet(?) GROUP BY customer_id
"""
NO_ORDERS = (
    "SELECT NULL AS customer_id, NULL AS first_order_on, NULL AS last_order_on, 0 AS orders, 0.0 AS spend WHERE false"
)


def refresh(partner: Partner, folder: Path | None) -> None:
    """Upsert every customer and product of the dataset; those it no longer holds stay as rows but are not present."""
    Customer.objects.filter(partner=partner, is_present=True).update(is_present=False)
    Product.objects.filter(partner=partner, is_present=True).update(is_present=False)
    if folder is None:
        return
    for rows in _batches(folder / "customers.parquet", _customer_query(folder), _customer_parameters(folder)):
        Customer.objects.bulk_create(
            [_customer(partner, row) for row in rows],
            update_conflicts=True,
            unique_fields=["partner", "external_id"],
            update_fields=CUSTOMER_FIELDS,
        )
    products = folder / "products.parquet"
    for rows in _batches(products, "SELECT * FROM read_parquet(?)", [str(products)]):
        Product.objects.bulk_create(
            [_product(partner, row) for row in rows],
            update_conflicts=True,
            unique_fields=["partner", "sku"],
            update_fields=PRODUCT_FIELDS,
        )


def _customer_query(folder: Path) -> str:
    sums = ORDER_SUMS if (folder / "orders.parquet").is_file() else NO_ORDERS
    return f"SELECT c.*, o.* EXCLUDE (customer_id) FROM read_parquet(?) c LEFT JOIN ({sums}) o USING (customer_id)"  # noqa: S608


def _customer_parameters(folder: Path) -> list[str]:
    orders = folder / "orders.parquet"
    return [str(folder / "customers.parquet"), *([str(orders)] if orders.is_file() else [])]


def _batches(file: Path, query: str, parameters: list[str]) -> Iterator[list[dict[str, Any]]]:
    import duckdb

    if not file.is_file():
        return
    with duckdb.connect(":memory:") as database:
        database.execute("SET memory_limit = '400MB'; SET threads = 2")
        cursor = database.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(BATCH):
            yield [dict(zip(names, row, strict=True)) for row in rows]


def _customer(partner: Partner, row: dict[str, Any]) -> Customer:
    return Customer(
        partner=partner,
        external_id=row["customer_id"],
        since=row["since"],
        monthly_value=row["monthly_value"],
        attributes=_attributes(row),
        first_order_on=row["first_order_on"],
        last_order_on=row["last_order_on"],
        orders=row["orders"] or 0,
        spend=round(row["spend"] or 0, 2),
        is_present=True,
        **{name: (row[name] or "")[:length] for name, length in TEXTS.items()},
    )


def _attributes(row: dict[str, Any]) -> dict[str, Any]:
    """Attributes by their plain names; dates as text, whole numbers without a point."""
    found = {}
    for name, value in row.items():
        if not name.startswith("attr_") or value is None:
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        found[name.removeprefix("attr_")] = value.isoformat() if isinstance(value, dt.date) else value
    return found


def _product(partner: Partner, row: dict[str, Any]) -> Product:
    return Product(
        partner=partner,
        sku=row["sku"],
        name=(row["name"] or "")[:250],
        category=(row["category"] or "")[:120],
        price=row["price"],
        cost=row["cost"],
        is_available=row["available"] is not False,
        is_present=True,
    )
