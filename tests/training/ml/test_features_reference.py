"""The features of orders against a slow and plain reference, on orders nobody thought of."""

import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.interface import PartnerData

DAY = date(2024, 6, 1)
LINE = st.tuples(
    st.sampled_from("stuvwxyz"), st.integers(-20, 800), st.sampled_from("abc"), st.integers(1, 4),
    st.sampled_from([0.5, 2.0, 8.0]), st.sampled_from(["o1", "o2", "o3"]), st.booleans(),
)  # fmt: skip


def reference(lines: pd.DataFrame, day: date) -> dict[str, float]:
    """One customer's figures by date arithmetic over its own lines; only lines before the day."""
    lines = lines[lines["date"] < day]
    back = lines[lines["is_return"]]
    lines = lines[~lines["is_return"]]
    if lines.empty:
        return {}
    ago = pd.Series([(day - when).days for when in lines["date"]], index=lines.index)
    days = sorted(set(lines["date"]))
    gaps = [(late - soon).days for soon, late in pairwise(days)]
    orders = [(when, len(set(group["order_id"]))) for when, group in lines.groupby("date")]
    spend = lines.groupby("date")["amount"].sum()
    firsts = lines.groupby("sku")["date"].min()
    visits = lines.drop_duplicates(["sku", "date"])
    usual = [sku for sku, group in visits.groupby("sku") if len(group) > 1 and group["date"].max() >= before(day, 365)]
    dropped = [sku for sku in usual if visits[visits["sku"] == sku]["date"].max() < before(day, 180)]
    found = {
        "silence": ago.min(), "age": ago.max(), "span": ago.max() - ago.min(), "active_days": len(days),
        "gap_max": max(gaps, default=np.nan), "gap": np.mean(gaps) if gaps else np.nan,
        "gap_spread": np.std(gaps) if gaps else np.nan, "gap_last": gaps[-1] if gaps else np.nan,
        "overdue_max": ago.min() / max(max(gaps), 1) if gaps else np.nan,
        "spend_all": spend.sum(), "spend_last": spend.iloc[-1], "lines_all": len(visits),
        "skus_all": lines["sku"].nunique(), "new_skus_180": sum(when >= before(day, 180) for when in firsts),
        "months_365": new_months(days, day), "skus_dropped": np.nan if ago.min() > 365 else len(dropped),
        "returns_365": count(back, before(day, 365), day), "returns_90": count(back, before(day, 90), day),
        "pulse_45": sum(np.exp(-(day - when).days / 45) for when in days),
    }  # fmt: skip
    for name, oldest, newest in (
        ("30", 30, 0), ("90", 90, 0), ("before_90", 180, 90), ("180", 180, 0), ("365", 365, 0), ("before_365", 730, 365)
    ):  # fmt: skip
        start, end = before(day, oldest), before(day, newest)
        found[f"orders_{name}"] = sum(number for when, number in orders if start <= when < end)
        if name not in ("30", "180"):
            found[f"spend_{name}"] = sum(spend[when] for when in spend.index if start <= when < end)
    found["season_ahead"] = sum(number for when, number in orders if before(day, 365) <= when < before(day, 275))
    rates = [sum(number for when, number in orders if before(day, w) <= when) + 0.5 for w in (30, 60, 90, 180, 365)]
    windows = np.array([30, 60, 90, 180, 365])
    found["order_slope"] = -np.polyfit(np.log(windows), np.log(np.array(rates) / windows), 1)[0]
    return found


def before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def count(back: pd.DataFrame, start: date, end: date) -> int:
    inside = back[(back["date"] >= start) & (back["date"] < end)]
    return len(inside.drop_duplicates(["date", "order_id"]))


def new_months(days: list[date], day: date) -> int:
    """Purchase days of the past year that are the first of their month."""
    firsts = [when for when in days if not any(d < when and (d.year, d.month) == (when.year, when.month) for d in days)]
    return sum(when >= before(day, 365) for when in firsts)


@settings(max_examples=12, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=120))
def test_the_figures_are_those_of_plain_date_arithmetic(drawn: list[tuple]) -> None:
    rows = [
        (who, before(DAY, ago), sku, -pieces if back else pieces, price, f"{order}-{ago}", back)
        for who, ago, sku, pieces, price, order, back in drawn
    ]
    lines = makers.orders(rows)
    days = [before(DAY, 100), DAY]
    with tempfile.TemporaryDirectory() as name:
        makers.write(Path(name), orders=lines)
        with facts.opened(PartnerData("p", Path(name))) as con:
            told = build.features(con, as_of=days).set_index(["as_of", "customer_id"])
    for day in days:
        for who, own in lines.groupby("customer_id"):
            for feature, expected in reference(own, day).items():
                found = told.loc[(pd.Timestamp(day), who), feature]
                assert np.isclose(found, expected, rtol=1e-9, atol=1e-9, equal_nan=True), (day, who, feature)
