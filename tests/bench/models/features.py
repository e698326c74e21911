"""Features of many order lines: ours at one and at twelve dates, beside one hand-written query at one date.

The query (`features_peer.sql`) is what an analyst who knows DuckDB well would write for one date and one file: it gives
the same columns with the same values, which is checked before anything is timed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from string import Template
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.models import Line
from training.ml import facts, purchases
from training.ml.features import build
from training.ml.interface import PartnerData

START, DAYS = date(2023, 1, 1), 1000
AS_OF = START + timedelta(days=DAYS)
TWELVE = [AS_OF - timedelta(days=30 * back) for back in range(12)]
PEER = Path(__file__).with_name("features_peer.sql")


def measure(*, quick: bool) -> Iterator[Line]:
    lines, repeats = (200_000, 1) if quick else (5_000_000, 2)
    with tempfile.TemporaryDirectory() as name:
        data = PartnerData("p", Path(name))
        written = write(data.path, lines=lines)
        _check_same(data)
        runs = (lambda: _peer(data), lambda: _ours(data, [AS_OF]))
        peer, one = np.min([[_seconds(run) for run in runs] for _ in range(repeats)], axis=0)
        named = f"{peer:.2f} s, hand-written query at 1 date"
        ratio = one / peer
        yield Line("features at 1 date, seconds", one, peer, "hand-written query, 1 date", n=written)
        yield Line("features at 1 date ÷ hand-written query", ratio, 1.0, named, "≤ 1.5", ratio <= 1.5, written)
        twelve = min(_seconds(lambda: _ours(data, TWELVE)) for _ in range(repeats))
        ratio = twelve / peer
        yield Line("features at 12 dates, seconds", twelve, peer, "hand-written query, 1 date", n=written)
        yield Line("features at 12 dates ÷ the query at 1", ratio, 1.0, named, "≤ 6", ratio <= 6, written)
        for days, dates in ((1, "1 date"), (12, "12 dates")):
            yield Line(f"peak memory of a process, features at {dates}, GiB", _peak(data, days), n=written)


def write(folder: Path, *, lines: int, seed: int = 1) -> int:
    """A wholesaler's orders: paces of all kinds, seasons, leavers, price lists that move, returns and postage.

    Returns the number of order lines written (about `lines`).
    """
    rng = np.random.default_rng(seed)
    customers, products = max(200, lines // 33), int(np.clip(lines // 250, 200, 20_000))
    orders = lines // 5
    pace = rng.gamma(0.8, 1.0, customers) + 0.02
    joined, left = rng.integers(0, 700, customers), rng.integers(300, 2500, customers)
    who = rng.choice(customers, size=2 * orders, p=pace / pace.sum())
    day = rng.integers(0, DAYS + 30, 2 * orders)
    wanted = 0.6 + 0.4 * np.cos(2 * np.pi * (day / 365 - rng.random(customers)[who]))
    kept = (day >= joined[who]) & (day < left[who]) & (rng.random(len(who)) < wanted)
    who, day = who[kept][:orders], day[kept][:orders]
    size = rng.geometric(min(1.0, len(who) / lines), len(who))
    order = np.repeat(np.arange(len(who)), size)
    liked = (rng.zipf(1.3, len(order)) + 37 * who[order]) % products
    price = np.round(rng.lognormal(2, 1, products), 2)[liked] * (1 + 0.04 * (day[order] // 200))
    price = np.round(price * np.where(rng.random(len(order)) < 0.2, 0.9, 1.0), 2)
    back = rng.random(len(order)) < 0.02
    quantity = rng.integers(1, 13, len(order)) * np.where(back, -1.0, 1.0)
    post = rng.random(len(order)) < 0.01
    table = {
        "order_id": pa.array(np.char.add("O", order.astype(str))),
        "line": pa.array(np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)),
        "customer_id": pa.array(np.char.add("C", who[order].astype(str))),
        "date": pa.array(np.datetime64(START, "D") + day[order]),
        "sku": pa.array(np.where(post, "POST", np.char.add("S", liked.astype(str)))),
        "product_name": pa.array(np.where(post, "Postage", np.char.add("Article no. ", liked.astype(str)))),
        "quantity": pa.array(quantity), "price": pa.array(price), "amount": pa.array(quantity * price),
        "is_return": pa.array(back),
    }  # fmt: skip
    pq.write_table(pa.table(table), folder / "orders.parquet")
    numbers = np.arange(products).astype(str)
    goods = {
        "sku": np.char.add("S", numbers), "name": np.char.add("Article no. ", numbers),
        "category": np.char.add("K", (np.arange(products) % 25).astype(str)),
    }  # fmt: skip
    pq.write_table(pa.table({name: pa.array(column) for name, column in goods.items()}), folder / "products.parquet")
    return len(order)


def _ours(data: PartnerData, days: list[date]) -> pd.DataFrame:
    with facts.opened(data) as con:
        return build.features(con, as_of=days)


def _peer(data: PartnerData) -> pd.DataFrame:
    filled = {
        "AS_OF": f"DATE '{AS_OF}'", "FOLDER": str(data.path), "SLOPE": build.slope(),
        "SERVICE": purchases.service_condition(sku="sku", name="product_name"),
    }  # fmt: skip
    query = Template(PEER.read_text(encoding="utf-8")).substitute(filled)
    with duckdb.connect(config={"threads": 2}) as con:
        return con.execute(query).df()


def _check_same(data: PartnerData) -> None:
    """The two must say the same of every customer, in every column of the query."""
    ours, peer = _ours(data, [AS_OF]).set_index("customer_id"), _peer(data).set_index("customer_id")
    ours = ours.loc[peer.index]
    for name in peer.columns:
        np.testing.assert_allclose(
            ours[name].to_numpy("float64"), peer[name].to_numpy("float64"), rtol=1e-6, atol=1e-6, err_msg=name
        )


def _seconds(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


def _peak(data: PartnerData, days: int) -> float:
    """The most memory a fresh process holds while it makes the features, in GiB."""
    told = [sys.executable, "-m", "tests.bench.models.features", str(data.path), str(days)]
    return float(subprocess.run(told, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    _ours(PartnerData("p", Path(sys.argv[1])), TWELVE[: int(sys.argv[2])])
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    print(int(held[1]) / 2**20 if held else float("nan"))  # noqa: T201
