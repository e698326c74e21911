"""Features: one row per customer and as_of date, for any number of dates in one pass over the Parquet files.

Nothing dated on or after a row's as_of date is seen. The figures here are the customer's own (days, orders,
money); `training.ml.inputs` turns them into what the models see.

The files are read once, into a table of customer-days and one of customer-product-days; each date then only looks at
those. Customers and products go by numbers in there, customers in the order of their ids.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from training.ml import facts
from training.ml.features import tone

COMPETITOR = (
    r"competit|\brival|(other|another) (vendor|supplier|provider)|switch(ing)? to|better offer"
    r"|cheaper (offer|quote|elsewhere)"
    r"|compar(e|es|ing) us|(a|an|the) (quote|offer) from|(offered|offers|quoted) them|offers? free migration"
    r"|tests? their|match (it|their)|竞争|竞品|友商|别家"
    r"|其他(供应商|厂商|品牌)|另一家|换(到|成|供应商)|报价更低|更低(的)?报价"
    r"|比较我们|拿到了.+报价|试用他们|免费迁移"
)
"""Words that speak of a competitor's offer, English and Chinese, small and local on purpose."""
PRICE = (
    r"prices? (rises?|increases?|hikes?|went up)|(new|old|higher) prices?|too expensive|overpriced|above budget"
    r"|涨价|提价|太贵|价格上涨|新价格|按原价|超出预算"
)
"""Words that speak of prices having gone up."""

HERE = Path(__file__).parent
KEYS = ["customer_id", "as_of"]
STANDING = ("segment", "industry", "region", "country")
"""Text on the customer's card that hardly ever changes, so that it may describe the customer at past dates too.
The card's other columns have no date: they may tell of the end (an account closed, a discount to stay), so that they
describe customers only where the label stands on the card as well."""
READ = ("lines", "customers", "days", "talks", "kinds")
BATCH = 2_000_000
"""Rows of customer-product-days × dates that one statement may look at."""
SLOPE_DAYS = (30, 60, 90, 180, 365)
SHELF_HERE = """SELECT *, lag(price) OVER (PARTITION BY s ORDER BY month) AS before FROM (
    SELECT s, month, median(price) AS price FROM sku_day GROUP BY s, month)"""
SHELF_ALL = "SELECT s, month, price, before FROM shelf_all JOIN what USING (sku)"


def statement(name: str, **switches: object) -> str:
    """The SQL of one file, with its words and switches filled in; a date becomes a date."""
    words = {"COMPETITOR": COMPETITOR, "PRICE": PRICE, **tone.patterns()}
    said = {key: _said(value) for key, value in switches.items()}
    return Template((HERE / f"{name}.sql").read_text(encoding="utf-8")).safe_substitute(words, **said)


def features(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: Sequence[date],
    everyone: bool = False,
    category: str | None = None,
) -> pd.DataFrame:
    """Every feature of every customer known at each date.

    con: a connection from `facts.opened`. everyone: also customers without any fact before the date.
    category: adds `category_*`, the same story told for one product category.
    Returns a frame sorted by as_of and customer_id: those two columns, `STANDING` as text, the rest float64
    with NaN where there is nothing to say.
    """
    moments = sorted(set(as_of))
    first = read(con, last=moments[-1], everyone=everyone)
    views = _views(con, last=moments[-1], category=category)
    joins = " ".join(f"LEFT JOIN {view}_now USING (c, as_of)" for view in views)
    now = statement("now", JOINS=joins, EVERYONE=everyone)
    seen = []
    for some in _batches(con, moments):
        _set_moments(con, some, first=first)
        seen.append(con.execute(now).fetchnumpy())
    return _framed(con, seen)


def read(con: duckdb.DuckDBPyConnection, *, last: date, everyone: bool = False) -> date | None:
    """Read the files up to the day before `last` into the tables the dates look at; the first day with a purchase."""
    shelf, first = SHELF_HERE, "SELECT min(date) FROM lines"
    if not facts.whole(con):
        shelf, first = SHELF_ALL, "SELECT first FROM everybody"
        if not con.execute("SELECT count(*) FROM everybody WHERE last = ?", [last]).fetchall()[0][0]:
            con.execute(statement("shelf", LAST=last))
    for table in READ:
        con.execute(statement(table, LAST=last, EVERYONE=everyone, SHELF=shelf))
    row = con.execute(first).fetchone()
    return row[0] if row else None


def _views(con: duckdb.DuckDBPyConnection, *, last: date, category: str | None) -> list[str]:
    """Make the views that tell, for every row of `moments`, what was known then; their names."""
    _set_moments(con, [last], first=None)
    views = ["orders", "skus", "subscriptions", "interactions"]
    if con.execute("SELECT count(*) > 0 FROM kinds").fetchall()[0][0]:
        views.append("assortment")
    if category is not None:
        con.execute(statement("in_category"), {"category": category})
        views.append("category")
    for name in views:
        con.execute(statement(name, LAST=last, SLOPE=slope()))
    return views


def _batches(con: duckdb.DuckDBPyConnection, moments: list[date]) -> list[list[date]]:
    """As many dates at once as need few rows: planning a statement costs more than a small partner's figures."""
    rows = con.execute("SELECT count(*) FROM sku_days").fetchall()[0][0] + 1
    size = max(1, BATCH // rows)
    return [moments[start : start + size] for start in range(0, len(moments), size)]


def _set_moments(con: duckdb.DuckDBPyConnection, days: list[date], *, first: date | None) -> None:
    """The dates to look back from, each with how far the orders go back, the whole years in that, and its season."""
    rows = []
    for day in days:
        history = (day - first).days if first is not None and first < day else None
        ahead = 2 * math.pi * ((day - date(2000, 1, 1)).days + 45) / 365.2425
        years = min(3, (history or 0) // 365)
        rows.append((day, history, day.year * 12 + day.month, 365 * years, math.cos(ahead), math.sin(ahead)))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moments (as_of DATE, history INT, this_month INT, cycle INT, ahead_x DOUBLE, "
        "ahead_y DOUBLE)"
    )
    con.executemany("INSERT INTO moments VALUES (?, ?, ?, ?, ?, ?)", rows)


def slope() -> str:
    """The slope of log orders a day over log days of nested windows up to today, turned so that more is growth."""
    x = np.log(SLOPE_DAYS) - np.mean(np.log(SLOPE_DAYS))
    return " + ".join(
        f"({-weight!r}) * ln((orders_{days} + 0.5) / {days})"
        for weight, days in zip((x / np.sum(x**2)).tolist(), SLOPE_DAYS, strict=True)
    )


def _framed(con: duckdb.DuckDBPyConnection, seen: list[dict[str, Any]]) -> pd.DataFrame:
    """One frame in one block of numbers, filled batch by batch so that nothing is held twice."""
    ends = np.cumsum([0, *(len(figures["c"]) for figures in seen)])
    names = [name for name in seen[0] if name not in ("c", "as_of")]
    block = np.empty((len(names), ends[-1]))
    who, days = np.empty((2, ends[-1]), dtype=np.int64)
    for number, figures in enumerate(seen):
        rows = slice(ends[number], ends[number + 1])
        who[rows], days[rows] = figures.pop("c"), figures.pop("as_of")
        for place, name in enumerate(names):
            block[place, rows] = figures.pop(name)
    cards = con.execute(
        "SELECT customer_id, card.* EXCLUDE (c, since, monthly_value) FROM shown JOIN card USING (c) ORDER BY c"
    )
    text = cards.df().take(who).reset_index(drop=True)
    text.insert(1, "as_of", days.astype("datetime64[us]"))
    return pd.concat([text, pd.DataFrame(block.T, columns=names, copy=False)], axis=1)


def _said(value: object) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def cards(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The customers table as uploaded: one row per customer, attributes included, sorted by customer_id."""
    frame: pd.DataFrame = con.execute("SELECT * FROM customers ORDER BY customer_id").df()
    return frame.drop_duplicates("customer_id", keep="last", ignore_index=True)
