"""The wholesale orders as partners' data at three dates, and what came after each: shared by `timed` and `value`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from training.ml import history, labels, splits
from training.ml.features import build
from training.ml.interface import PartnerData

SOURCE = Path(__file__).parents[4] / "shared/data/online-retail/orders-until-2011-06-10.parquet"
DATES = (date(2010, 11, 15), date(2011, 1, 15), date(2011, 3, 1))
DAYS = 90
ASKED = labels.Outcome("inactivity", DAYS)


@dataclass(frozen=True)
class Case:
    """One date: what ours may see, rows of past dates for the peers, and the customers asked about with the truth.

    past and now: feature frames; `y` is 1 for no order in the days after, `spend` what was ordered for.
    """

    day: date
    data: PartnerData
    past: pd.DataFrame
    now: pd.DataFrame


@contextmanager
def cases(*, quick: bool) -> Iterator[Iterator[Case]]:
    """A case per date (the newest alone when quick). Nothing dated on or after the day is in what ours may see."""
    with TemporaryDirectory() as room:
        yield (_case(Path(room), day) for day in (DATES[-1:] if quick else DATES))


def _case(room: Path, day: date) -> Case:
    whole, seen = room / f"{day}-whole", room / f"{day}-seen"
    for folder, until in ((whole, day + timedelta(days=DAYS)), (seen, day)):
        folder.mkdir()
        duckdb.sql(f"""
            COPY (SELECT Invoice AS order_id, "Customer ID"::VARCHAR AS customer_id, InvoiceDate::DATE AS date,
                  StockCode AS sku, Description AS product_name, Quantity::DOUBLE AS quantity, Price AS price,
                  Quantity * Price AS amount,
                  Quantity < 0 OR Quantity * Price < 0 OR Invoice LIKE 'C%' AS is_return
                  FROM '{SOURCE}' WHERE "Customer ID" IS NOT NULL AND InvoiceDate::DATE < DATE '{until}')
            TO '{folder}/orders.parquet' (FORMAT parquet)""")
    (first,) = duckdb.sql(f"SELECT min(date) FROM '{seen}/orders.parquet'").fetchall()[0]
    dates = splits.back_from(day, days=DAYS, first=first)
    assert dates is not None
    frame = history.dated_rows(PartnerData("retail", whole), ASKED, [*dates.training, day])
    here = (frame["as_of"].dt.date == day).to_numpy()
    return Case(
        day, PartnerData("retail", seen), frame[~here].reset_index(drop=True), frame[here].reset_index(drop=True)
    )


def numbers(frame: pd.DataFrame) -> list[str]:
    """The raw features: every column that is a number and no outcome."""
    held = {*build.KEYS, *build.STANDING, "partner", "y", "spend"}
    return [name for name in frame if name not in held and not frame[name].isna().all()]


def lined(scored: pd.DataFrame, now: pd.DataFrame, column: str) -> np.ndarray:
    """The scores of ours in the order of the rows asked about."""
    return scored.set_index("customer_id")[column].reindex(now["customer_id"]).to_numpy(np.float64)
