"""Tiny data worlds with known answers. Each function writes or returns a world small enough to read."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any


def orders_csv(path: Path, *, customers: int = 60, until: date = date(2026, 6, 1)) -> Path:
    """Steady buyers every 30 days; every third one fell silent 120 days before `until`. Deterministic."""
    lines = ["order id,customer id,date,sku,quantity,price"]
    for number in range(customers):
        last = until - timedelta(days=120 if number % 3 == 0 else 3 + number % 20)
        for back in range(20):
            day = last - timedelta(days=30 * back + (number * 7 + back * 3) % 5)
            sku = f"S{(number + back) % 6}"
            lines.append(f"O{number}-{back},C{number},{day.isoformat()},{sku},{1 + back % 3},{10 + number % 5}.50")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def canonical_orders(folder: Path, *, customers: int = 40, seed: int = 0, until: date = date(2026, 6, 1)) -> Path:
    """The same kind of buyers as a dataset folder: orders.parquet and customers.parquet in canonical columns."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rows: list[dict[str, Any]] = []
    for number in range(customers):
        last = until - timedelta(days=120 if number % 3 == 0 else 3 + (number + seed) % 20)
        for back in range(24):
            day = last - timedelta(days=30 * back + (number * 7 + back * 3 + seed) % 9)
            quantity, price = float(1 + back % 3), 10.5 + number % 5
            rows.append(
                {
                    "order_id": f"O{number}-{back}",
                    "line": 1,
                    "customer_id": f"C{number}",
                    "date": day,
                    "sku": f"S{(number + back) % 6}",
                    "product_name": f"Product {(number + back) % 6}",
                    "quantity": quantity,
                    "price": price,
                    "amount": quantity * price,
                    "is_return": False,
                }
            )
    folder.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.Table.from_pylist(rows), folder / "orders.parquet")
    names = {"customer_id": [f"C{number}" for number in range(customers)]}
    parquet.write_table(pa.table({**names, "segment": ["SMB"] * customers}), folder / "customers.parquet")
    return folder
