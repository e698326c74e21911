"""What happened after each as_of date: the answers that training learns and judgement compares with.

Every function answers for [as_of + gap, as_of + gap + days): without a gap, the day as_of itself is already the future.
What happens within the gap comes too early to count: data arrive late, or a call takes its time to matter.
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
    """A parsed outcome: mode is inactivity, subscription, purchase or labelled; days is 0 for labelled.

    gap: days between what is known and the first of the days that count.
    """

    mode: str
    days: int = 0
    category: str | None = None
    gap: int = 0

    @property
    def span(self) -> int:
        """Days from a date until its outcome is known."""
        return self.gap + self.days


ALLOWED = {
    "churn": ("inactivity", "subscription", "labelled"),
    "propensity": ("purchase", "labelled"),
}
LONGEST_GAP = 365


def parse(kind: str, outcome: str, *, horizon: int, gap: int = 0) -> Outcome:
    """Read "inactivity:90", "subscription:30", "purchase:90:CATEGORY" or "labelled"; Refusal if it is none.

    gap: see `Outcome`; Refusal for a label, which has no days to wait for, and beyond a year.
    """
    mode, _, rest = outcome.strip().partition(":")
    days, _, category = rest.partition(":")
    if mode not in ALLOWED.get(kind, ()):
        known = ", ".join(name if name == "labelled" else f"{name}:DAYS" for name in ALLOWED.get(kind, ()))
        raise Refusal(f'The outcome "{outcome}" is not one of {known} for {kind}. Give one of these.')
    if not 0 <= gap <= LONGEST_GAP:
        raise Refusal(f"A gap of {gap} days is out of range: give 0 to {LONGEST_GAP} days.")
    if mode == "labelled":
        if gap:
            raise Refusal("A label on the customer's card comes without days: leave the gap out.")
        return Outcome(mode)
    if not days:
        days = str(horizon)
    if not days.isdecimal() or not 1 <= int(days) <= 1095:
        raise Refusal(f'"{outcome}": the days after {mode} must be a number from 1 to 1095, for example {mode}:90.')
    return Outcome(mode, int(days), category or None, gap)


def bought(
    con: duckdb.DuckDBPyConnection, *, as_of: Sequence[date], days: int, category: str | None = None, gap: int = 0
) -> pd.DataFrame:
    """Customers with a purchase (in the category) in the days after each date, and what they spent there.

    Returns customer_id, as_of, spend; who is not in it bought nothing.
    """
    facts.set_moments(con, as_of)
    where = "" if category is None else "AND sku IN (SELECT sku FROM products WHERE category = $category)"
    start, end = int(gap), int(gap) + int(days)
    query = f"""SELECT customer_id, as_of, sum(amount) AS spend FROM moments
                JOIN goods ON date >= as_of + {start} AND date < as_of + {end} {where} GROUP BY ALL"""  # noqa: S608 — numbers and our own words
    frame: pd.DataFrame = con.execute(query, {} if category is None else {"category": category}).df()
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


def kept_contract(con: duckdb.DuckDBPyConnection, *, as_of: Sequence[date], days: int, gap: int = 0) -> pd.DataFrame:
    """Customers with a contract still (or again) running on as_of + gap + days. Returns customer_id, as_of.

    As with orders, who is gone by then has left, whether that began within the gap or after it.
    """
    facts.set_moments(con, as_of)
    end = int(gap) + int(days)
    query = f"""SELECT DISTINCT customer_id, as_of FROM moments JOIN subscriptions
                ON started < as_of + {end} AND (ended IS NULL OR ended >= as_of + {end})"""  # noqa: S608 — a number
    frame: pd.DataFrame = con.execute(query).df()
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


def marked(frame: pd.DataFrame, happened: pd.DataFrame) -> pd.Series:
    """For every row of the frame, whether its (customer_id, as_of) is among those it happened to."""
    keys = pd.MultiIndex.from_frame(happened[["customer_id", "as_of"]])
    return pd.Series(pd.MultiIndex.from_frame(frame[["customer_id", "as_of"]]).isin(keys), index=frame.index)
