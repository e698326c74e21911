"""Tiny data worlds with known answers. Each function writes or returns a world small enough to read."""

from datetime import date, timedelta
from pathlib import Path


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
