"""Features: one row per customer and as_of date, for any number of dates in one pass over the Parquet files.

Nothing dated on or after a row's as_of date is seen. The figures here are the customer's own (days, orders,
money); `training.ml.inputs` turns them into what the models see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

import duckdb
import pandas as pd

from training.ml import facts

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
TABLES = ("customers", "orders", "subscriptions", "interactions")
KEYS = ["customer_id", "as_of"]
STANDING = ("segment", "industry", "region", "country")
"""Text on the customer's card that hardly ever changes, so that it may describe the customer at past dates too."""


def statement(table: str, *, everyone: bool = False, weeks: int = 0) -> str:
    """The SQL of one fact table, with its words and switches filled in."""
    text = (HERE / f"{table}.sql").read_text(encoding="utf-8")
    switches = {"EVERYONE": "true" if everyone else "false", "WEEKS": str(int(weeks))}
    return Template(text).safe_substitute(COMPETITOR=COMPETITOR, PRICE=PRICE, **switches)


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
    facts.set_moments(con, as_of)
    for table in ("shown", *TABLES):
        con.execute(statement(table, everyone=everyone))
    joins = [f"LEFT JOIN {table}_features USING (customer_id, as_of)" for table in TABLES[1:]]
    if category is not None:
        con.execute(statement("category"), {"category": category})
        joins.append("LEFT JOIN category_features USING (customer_id, as_of)")
    query = f"FROM customers_features {' '.join(joins)} ORDER BY as_of, customer_id"
    frame: pd.DataFrame = con.execute(query).df()
    numbers = [name for name in frame.columns if name not in (*KEYS, *STANDING)]
    frame[numbers] = frame[numbers].astype("float64")
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame


def cards(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The customers table as uploaded: one row per customer, attributes included, sorted by customer_id."""
    frame: pd.DataFrame = con.execute("SELECT * FROM customers ORDER BY customer_id").df()
    return frame.drop_duplicates("customer_id", keep="last", ignore_index=True)
