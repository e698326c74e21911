"""Makes small partners on disk, in the canonical tables, with people who leave for reasons we know."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from training.ml.interface import Columns, Examples, PartnerData

START = date(2023, 1, 1)
DAYS = 730
TODAY = START + timedelta(days=DAYS)


def write(folder: Path, **tables: pd.DataFrame) -> None:
    """Write tables as the dataset builder does: one Parquet file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)


def orders(rows: list[tuple]) -> pd.DataFrame:
    """Order lines from (customer, date, sku, quantity, price) with optional (order_id, is_return, product_name)."""
    made = []
    for number, row in enumerate(rows):
        customer, day, sku, quantity, price, *rest = row
        order_id, is_return, name = (*rest, *(f"o{number}", quantity < 0, None)[len(rest) :])
        made.append(
            {
                "order_id": order_id, "line": 1, "customer_id": customer, "date": day, "sku": sku,
                "product_name": name, "quantity": float(quantity), "price": float(price),
                "amount": float(quantity) * float(price), "is_return": bool(is_return),
            }
        )  # fmt: skip
    return pd.DataFrame(made)


def partner(folder: Path, *, key: str = "p", customers: int = 150, seed: int = 1) -> PartnerData:
    """A partner with two years of orders. A third of the customers leave, each after tickets or a rival's visit."""
    rng = np.random.default_rng(seed)
    lines, talks, cards = [], [], []
    for number in range(customers):
        who = f"c{number}"
        gap = rng.uniform(12, 45)
        joined = int(rng.integers(0, 250))
        leaves = rng.random() < 0.5
        end = int(rng.integers(joined + 150, DAYS + 250)) if leaves else DAYS + 400
        day = joined + rng.exponential(gap)
        while day < min(end, DAYS):
            for sku in rng.choice(8, size=2, replace=False):
                lines.append((who, START + timedelta(days=int(day)), f"sku{sku}", int(rng.integers(1, 5)), 10.0 + sku))
            day += gap * rng.uniform(0.6, 1.4)
        if leaves:
            for before in (50, 30, 12):
                at = end - before
                if 0 < at < DAYS:
                    kind, text = ("ticket", "broken again") if number % 2 else ("call", "Competitor visited them")
                    talks.append((who, START + timedelta(days=at), kind, text))
        cards.append({"customer_id": who, "since": START + timedelta(days=joined), "monthly_value": 50.0,
                      "segment": "gold" if number % 3 else "silver"})  # fmt: skip
    interactions = pd.DataFrame(talks, columns=["customer_id", "date", "kind", "text"])
    interactions["interaction_id"] = [f"i{n}" for n in range(len(talks))]
    interactions["sentiment"] = np.where(interactions["kind"] == "ticket", -0.5, 0.0)
    write(folder, orders=orders(lines), interactions=interactions, customers=pd.DataFrame(cards), products=goods())
    return PartnerData(key, folder)


def goods() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sku": [f"sku{n}" for n in range(8)],
            "name": [f"Thing {n}" for n in range(8)],
            "category": ["cables" if n % 2 else "lamps" for n in range(8)],
            "price": [10.0 + n for n in range(8)],
        }
    )


def subscribers(folder: Path, *, customers: int = 200, seed: int = 1) -> PartnerData:
    """Contracts of which the young and small ones end; nobody orders anything."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        started = int(rng.integers(0, 600))
        amount = float(rng.choice([10, 50, 200]))
        lasts = rng.exponential({10.0: 150, 50.0: 500, 200.0: 2500}[amount]) + 30
        ended = started + lasts
        rows.append(
            {
                "subscription_id": f"s{number}", "customer_id": f"c{number}", "sku": "plan",
                "started": START + timedelta(days=started),
                "ended": START + timedelta(days=int(ended)) if ended < DAYS else None,
                "renews_on": START + timedelta(days=started + 365), "quantity": 1.0, "monthly_amount": amount,
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["ended"] = frame["ended"].astype(object)
    write(folder, subscriptions=frame)
    return PartnerData("s", folder)


def labelled(
    folder: Path,
    *,
    customers: int = 600,
    seed: int = 1,
    label: str = "churned",
    leak: bool = False,
    noise: bool = False,
) -> PartnerData:
    """Customers with attributes and a label; a fifth of the labels are blank. noise: the label is a coin."""
    rng = np.random.default_rng(seed)
    plan = rng.choice(["month", "year"], customers)
    calls = rng.poisson(2, customers).astype(float)
    age = rng.uniform(1, 70, customers)
    pull = 1.6 * (plan == "month") + 0.5 * calls - 0.03 * age - 1.2
    truth = rng.random(customers) < (0.5 if noise else 1 / (1 + np.exp(-pull)))
    calls[rng.random(customers) < 0.1] = np.nan
    blank = rng.random(customers) < 0.2
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(customers)],
            "attr_plan": plan,
            "attr_calls": calls,
            "attr_age": age,
            "attr_serial": [f"X{n:05d}" for n in range(customers)],
            "monthly_value": 30.0,
            label: pd.array(np.where(blank, None, truth), dtype="boolean"),
        }
    )
    if leak:
        frame["attr_cancelled_on_file"] = np.where(truth, "yes", "no")
    write(folder, customers=frame)
    frame["truth"] = truth
    frame.to_json(folder / "truth.json")
    return PartnerData("l", folder)


def examples(rows: int = 400, *, seed: int = 0, noise: bool = False) -> Examples:
    """A design matrix with ranks, a flag, a gap in one column, and an outcome that depends on three of them."""
    rng = np.random.default_rng(seed)
    x = rng.random((rows, 6))
    x[:, 3] = x[:, 3] > 0.7
    x[rng.random(rows) < 0.2, 4] = np.nan
    pull = 4 * x[:, 0] - 3 * x[:, 1] + 1.5 * x[:, 3] - 1.0
    y = (rng.random(rows) < (0.5 if noise else 1 / (1 + np.exp(-pull)))).astype(float)
    names = ("a", "b", "expected:plain", "flag", "gappy", "idle")
    return Examples(
        x,
        y,
        np.ones(rows),
        np.arange(rows),
        np.zeros(rows, dtype=np.int64),
        Columns(names, ("g", "g", "r", "f", "h", "h")),
    )


def weeks(rows: int = 400, *, seed: int = 0, weeks: int = 12) -> Examples:
    """Weekly orders, spend and contacts, newest first: those who ordered lately stay, those who did long ago leave."""
    rng = np.random.default_rng(seed)
    orders = rng.poisson(1.0, (rows, weeks)).astype(float)
    spend = orders * rng.uniform(10, 100, (rows, weeks))
    contacts = rng.poisson(0.3, (rows, weeks)).astype(float)
    pull = 1.2 * orders[:, -3:].sum(axis=1) - 1.2 * orders[:, :3].sum(axis=1)
    names = tuple(f"week:{channel}:{week}" for channel in ("orders", "spend", "contacts") for week in range(weeks))
    groups = ("trend",) * weeks + ("money",) * weeks + ("contact",) * weeks
    return Examples(
        np.hstack([orders, spend, contacts]),
        (rng.random(rows) < 1 / (1 + np.exp(-pull))).astype(float),
        np.ones(rows),
        np.arange(rows),
        np.zeros(rows, dtype=np.int64),
        Columns(names, groups),
    )
