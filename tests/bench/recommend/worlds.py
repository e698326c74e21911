"""Two markets as dataset folders: real wholesale orders, and made-up services that are bought in bundles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from training.ml.purchases import create_purchases

DATA = Path(os.environ.get("FAIRWAY_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
RETAIL = DATA / "online-retail" / "orders-until-2011-06-10.parquet"
SERVICES, CUSTOMERS, BUNDLES = 60, 2_000, 12
START = date(2009, 7, 1)


@contextmanager
def folder(name: str) -> Iterator[Path | None]:
    """The whole of one market in canonical columns; None where its files are absent."""
    if name == "retail" and not RETAIL.exists():
        yield None
        return
    with TemporaryDirectory() as room:
        found = Path(room) / "whole"
        found.mkdir()
        {"retail": _retail, "services": services}[name](found)
        yield found


def purchases(whole: Path) -> pd.DataFrame:
    """What counts as a purchase: no returns, cancelled orders, postage or test codes. `date` in day numbers."""
    with duckdb.connect() as connection:
        create_purchases(connection, whole, as_of=date(2100, 1, 1))
        frame = connection.sql("SELECT DISTINCT customer_id, order_id, date, sku FROM purchases").df()
    frame["date"] = (pd.to_datetime(frame["date"]) - pd.Timestamp(1970, 1, 1)).dt.days + date(1970, 1, 1).toordinal()
    return frame


def seen(whole: Path, out: Path, *, until: date) -> Path:
    """A dataset folder with all lines dated before `until`, returns and services included, and nothing later."""
    out.mkdir(parents=True)
    duckdb.sql(f"COPY (FROM '{whole}/orders.parquet' WHERE date < DATE '{until}') TO '{out}/orders.parquet'")
    for name in ("customers.parquet", "products.parquet"):
        if (whole / name).exists():
            (out / name).write_bytes((whole / name).read_bytes())
    return out


def bare(frame: pd.DataFrame, out: Path) -> Path:
    """A dataset folder of bare orders: customer_id, order_id, date, sku, as published data sets come."""
    out.mkdir(parents=True)
    frame = frame.assign(line=frame.groupby("order_id").cumcount() + 1, quantity=1.0, is_return=False)
    duckdb.sql(f"COPY (FROM frame) TO '{out}/orders.parquet'")
    return out


def _retail(out: Path) -> None:
    duckdb.sql(f"""
        COPY (SELECT Invoice AS order_id, row_number() OVER (PARTITION BY Invoice) AS line,
              "Customer ID"::VARCHAR AS customer_id, InvoiceDate::DATE AS date, StockCode AS sku,
              Description AS product_name, Quantity::DOUBLE AS quantity, Price AS price, Quantity * Price AS amount,
              Quantity < 0 OR Invoice LIKE 'C%' AS is_return
              FROM '{RETAIL}' WHERE "Customer ID" IS NOT NULL)
        TO '{out}/orders.parquet'""")


def services(out: Path, *, customers: int = CUSTOMERS, seed: int = 7) -> None:
    """60 services in bundles of five with an order of their own, 2,000 customers over 900 days, few repeats.

    A customer starts in a bundle that suits its segment, mostly goes on to the next services of the same bundle, at
    times jumps to another, and renews one order in ten.
    """
    draw = np.random.default_rng(seed)
    segments = draw.integers(0, 4, customers)
    suits = draw.dirichlet(np.full(BUNDLES, 0.4), 4)
    bundles = draw.permutation(SERVICES).reshape(BUNDLES, -1)
    lines: list[tuple[str, str, date, str]] = []
    for customer in range(customers):
        owned: list[int] = []
        day, bundle = int(draw.integers(0, 600)), int(draw.choice(BUNDLES, p=suits[segments[customer]]))
        for order in range(1 + draw.poisson(4)):
            bundle = bundle if draw.random() < 0.8 else int(draw.choice(BUNDLES, p=suits[segments[customer]]))
            for item in _order(draw, bundles[bundle], owned):
                lines.append((f"C{customer:05}", f"O{customer}-{order}", START + timedelta(days=day), f"S{item:02}"))
            day += 1 + int(draw.exponential(90))
    frame = pd.DataFrame(lines, columns=["customer_id", "order_id", "date", "sku"])
    frame = frame[frame["date"] < START + timedelta(days=900)]
    bare(frame.assign(price=20.0, amount=20.0), out / "orders")
    (out / "orders" / "orders.parquet").rename(out / "orders.parquet")
    (out / "orders").rmdir()
    kinds = pd.DataFrame({
        "customer_id": [f"C{n:05}" for n in range(customers)], "segment": [f"Segment {s}" for s in segments],
    })  # fmt: skip
    place = np.empty(SERVICES, int)
    place[bundles.ravel()] = np.repeat(np.arange(BUNDLES), bundles.shape[1])
    listed = pd.DataFrame({
        "sku": [f"S{n:02}" for n in range(SERVICES)], "name": [f"Service {n}" for n in range(SERVICES)],
        "category": [f"Family {p // 2}" for p in place], "price": 20.0,
    })  # fmt: skip
    kinds.to_parquet(out / "customers.parquet", index=False)
    listed.to_parquet(out / "products.parquet", index=False)


def _order(draw: np.random.Generator, bundle: np.ndarray, owned: list[int]) -> list[int]:
    """One to three services: the next of the bundle, at times a renewal, at times anything."""
    found = []
    for _ in range(int(draw.integers(1, 4))):
        fresh = [int(item) for item in bundle if item not in owned]
        if owned and draw.random() < 0.1:
            item = int(draw.choice(owned))
        elif fresh and draw.random() < 0.85:
            item = fresh[0]
        else:
            item = int(draw.integers(0, SERVICES))
        if item not in found:
            found.append(item)
        if item not in owned:
            owned.append(item)
    return found
