"""What happened after each as_of date: the answers that training learns and judgement compares with.

Every function answers for [as_of, as_of + days): the day as_of itself is already the future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from portal.kit.errors import Refusal
from training.ml import facts


@dataclass(frozen=True)
class Outcome:
    """A parsed outcome: mode is inactivity, subscription, purchase or labelled; days is 0 for labelled."""

    mode: str
    days: int = 0
    category: str | None = None


ALLOWED = {
    "churn": ("inactivity", "subscription", "labelled"),
    "propensity": ("purchase", "labelled"),
}


def parse(kind: str, outcome: str, *, horizon: int) -> Outcome:
    """Read "inactivity:90", "subscription:30", "purchase:90:CATEGORY" or "labelled"; Refusal if it is none."""
    mode, _, rest = outcome.strip().partition(":")
    days, _, category = rest.partition(":")
    if mode not in ALLOWED.get(kind, ()):
        known = ", ".join(name if name == "labelled" else f"{name}:DAYS" for name in ALLOWED.get(kind, ()))
        raise Refusal(f'The outcome "{outcome}" is not one of {known} for {kind}. Give one of these.')
    if mode == "labelled":
        return Outcome(mode)
    if not days:
        days = str(horizon)
    if not days.isdecimal() or not 1 <= int(days) <= 1095:
        raise Refusal(f'"{outcome}": the days after {mode} must be a number from 1 to 1095, for example {mode}:90.')
    return Outcome(mode, int(days), category or None)


def bought(
    con: duckdb.DuckDBPyConnection, *, as_of: Sequence[date], days: int, category: str | None = None
) -> pd.DataFrame:
    """Customers with a purchase (in the category) in [as_of, as_of + days), and what they spent there.

    Returns customer_id, as_of, spend; who is not in it bought nothing.
    """
    facts.set_moments(con, as_of)
    where = "" if category is None else "AND sku IN (SELECT sku FROM products WHERE category = $category)"
    query = f"""SELECT customer_id, as_of, sum(amount) AS spend FROM moments
                JOIN goods ON date >= as_of AND date < as_of + {int(days)} {where} GROUP BY ALL"""  # noqa: S608 — a number and our own words
    frame: pd.DataFrame = con.execute(query, {} if category is None else {"category": category}).df()
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


def kept_contract(con: duckdb.DuckDBPyConnection, *, as_of: Sequence[date], days: int) -> pd.DataFrame:
    """Customers with a contract still (or again) running on as_of + days. Returns customer_id, as_of."""
    facts.set_moments(con, as_of)
    query = f"""SELECT DISTINCT customer_id, as_of FROM moments JOIN subscriptions
                ON started < as_of + {int(days)} AND (ended IS NULL OR ended >= as_of + {int(days)})"""  # noqa: S608 — a number
    frame: pd.DataFrame = con.execute(query).df()
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


def marked(frame: pd.DataFrame, happened: pd.DataFrame) -> pd.Series:
    """For every row of the frame, whether its (customer_id, as_of) is among those it happened to."""
    keys = pd.MultiIndex.from_frame(happened[["customer_id", "as_of"]])
    return pd.Series(pd.MultiIndex.from_frame(frame[["customer_id", "as_of"]]).isin(keys), index=frame.index)
