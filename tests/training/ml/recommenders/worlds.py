"""Small worlds of purchases with known answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from training.ml.recommenders.interface import Baskets, Items

AS_OF = date(2026, 6, 1)
TODAY = AS_OF.toordinal()


def baskets(
    lines: Iterable[tuple[str, str, int]], *, items: Iterable[str] = (), customers: Iterable[str] = (),
    segments: dict[str, str] | None = None,
) -> Baskets:  # fmt: skip
    """(customer, product, days ago) as baskets of quantity 1 at price 1; one order per customer and day."""
    rows = sorted(lines, key=lambda line: (line[0], -line[2], line[1]))
    names = sorted({line[0] for line in rows} | set(customers))
    skus = sorted({line[1] for line in rows} | set(items))
    orders = sorted({(TODAY - ago, who) for who, _, ago in rows})
    told = segments or {}
    kinds = sorted(set(told.values()))
    ones = np.ones(len(rows), dtype=np.float32)

    def coded(values: list[Any], among: list[Any]) -> np.ndarray:
        return np.array([among.index(value) for value in values], dtype=np.int32)

    return Baskets(
        customers=np.array(names, dtype=object), items=Items.plain(skus),
        customer=coded([line[0] for line in rows], names), item=coded([line[1] for line in rows], skus),
        order=coded([(TODAY - ago, who) for who, _, ago in rows], orders),
        day=np.array([TODAY - line[2] for line in rows], dtype=np.int32), quantity=ones, price=ones.copy(),
        segment=np.array([kinds.index(told[n]) if n in told else -1 for n in names], dtype=np.int32),
        as_of=TODAY, segments=np.array(kinds, dtype=object),
    )  # fmt: skip


def sorted_into(world: Baskets, categories: dict[str, str], *, prices: dict[str, float] | None = None) -> Baskets:
    """The same world with these products in categories, and list prices where given (else unknown)."""
    skus = list(world.items.sku)
    items = replace(
        world.items, category=np.array([categories.get(sku, "") for sku in skus], dtype=object),
        price=np.array([(prices or {}).get(sku, np.nan) for sku in skus]),
    )  # fmt: skip
    return replace(world, items=items)


def checkerboard(size: int = 20) -> Baskets:
    """Even customers buy even products, odd ones odd products; customer n has not yet bought product n.

    The right answer for "what next" is n. The first product each has was bought three times. Customer "new" owns
    nothing; the segments "even" and "odd" are known.
    """
    lines = []
    for customer in range(size):
        own = [product for product in range(customer % 2, size, 2) if product != customer]
        lines += [(f"c{customer:02}", f"p{product:02}", 10) for product in own]
        lines += [(f"c{customer:02}", f"p{own[0]:02}", ago) for ago in (30, 60)]
    segments = {f"c{customer:02}": ("even", "odd")[customer % 2] for customer in range(size)}
    return baskets(lines, customers=["new"], segments=segments)


def random_world(seed: int, *, customers: int = 12, items: int = 9, lines: int = 60) -> Baskets:
    """Anybody buys anything at any time."""
    draw = np.random.default_rng(seed)
    picked = {(f"c{draw.integers(customers):02}", f"p{draw.integers(items):02}", int(draw.integers(1, 400)))
              for _ in range(lines)}  # fmt: skip
    return baskets(picked, items=[f"p{n:02}" for n in range(items)], customers=[f"c{n:02}" for n in range(customers)])


def partner(
    folder: Path, *, customers: int = 90, seed: int = 0, prefix: str = "P", days: int = 500, cost: float | None = None
) -> Path:
    """A dataset folder of steady buyers with planted habits.

    There are ten pairs of products (P00 with P10, P01 with P11 …). Customer n buys their staple P0(n mod 10) every
    30 days, and after a while its partner along with it in half of the orders. The last three customers are listed
    but have bought nothing. Prices are 10 + number of the product, quantities 2.
    """
    draw = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for number in range(customers - 3):
        staple, first = number % 10, int(draw.integers(5, 35))
        for turn, ago in enumerate(range(first, days, 30)):
            picks = [staple] + ([staple + 10] if draw.random() < 0.5 and ago < days - 120 else [])
            picks += [int(draw.integers(20))] if draw.random() < 0.2 else []
            rows += [_line(f"{number}-{turn}", f"c{number:03}", AS_OF - timedelta(days=ago), prefix, pick)
                     for pick in dict.fromkeys(picks)]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), folder / "orders.parquet")
    names = [f"c{number:03}" for number in range(customers)]
    segments = ["north" if number % 2 else "south" for number in range(customers)]
    pq.write_table(pa.table({"customer_id": names, "segment": segments}), folder / "customers.parquet")
    products(folder, [f"{prefix}{number:02}" for number in range(20)], cost=cost)
    return folder


def products(folder: Path, skus: list[str], *, cost: float | None = None, unavailable: str = "") -> None:
    rows = [{"sku": sku, "name": f"Product {sku}", "category": "all", "price": 99.0, "cost": cost,
             "available": sku != unavailable} for sku in skus]  # fmt: skip
    schema = pa.schema([("sku", pa.string()), ("name", pa.string()), ("category", pa.string()),
                        ("price", pa.float64()), ("cost", pa.float64()), ("available", pa.bool_())])  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "products.parquet")


def _line(order: str, customer: str, day: date, prefix: str, product: int) -> dict[str, Any]:
    price = 10.0 + product
    return {
        "order_id": order, "line": 1, "customer_id": customer, "date": day, "sku": f"{prefix}{product:02}",
        "product_name": f"Product {prefix}{product:02}", "quantity": 2.0, "price": price, "amount": 2 * price,
        "is_return": False,
    }  # fmt: skip
