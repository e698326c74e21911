"""The planted causes of buying: what follows what, what runs out, what a segment likes."""

import pandas as pd
import pytest

from portal.demo.goods import AFFINITIES, CATEGORIES

CODES = {shelf.code: shelf for shelf in CATEGORIES}


@pytest.fixture(scope="module")
def lines(orders):
    frame = orders[orders["partner"].isin(["harbour", "huaxin", "lindqvist", "shenlan"])].copy()
    frame["code"] = frame["sku"].str.slice(3, 6)
    return frame


def follow(lines, first, then, *, after, until):
    """Share of purchases of `first` with a purchase of `then` by the same customer `after` to `until` days later."""
    a = lines[lines["code"] == first].reset_index(drop=True).reset_index(names="row")
    b = lines[lines["code"] == then][["partner", "customer_id", "date"]]
    joined = a.merge(b, on=["partner", "customer_id"], suffixes=("", "_then"))
    gap = (joined["date_then"] - joined["date"]).dt.days
    return joined.loc[(gap >= after) & (gap < until), "row"].nunique() / len(a)


@pytest.mark.parametrize(("first", "then"), [(first, then) for first, then, _, _ in AFFINITIES])
def test_the_second_of_a_pair_follows_the_first_more_often_than_it_precedes_it(lines, first, then):
    assert follow(lines, first, then, after=2, until=60) > 1.15 * follow(lines, first, then, after=-60, until=-2)


def test_a_printer_is_followed_by_its_own_toner(lines):
    a = lines[lines["code"] == "PRN"][["partner", "customer_id", "date", "sku"]]
    b = lines[lines["code"] == "TON"][["partner", "customer_id", "date", "sku"]]
    joined = a.merge(b, on=["partner", "customer_id"], suffixes=("", "_then"))
    gap = (joined["date_then"] - joined["date"]).dt.days
    soon = joined[(gap >= 2) & (gap < 60)]
    own = soon["sku"].str.slice(-3) == soon["sku_then"].str.slice(-3)
    assert own.mean() > 0.15  # by chance 1 in 15


def test_consumables_are_bought_at_a_steady_pace(lines):
    toner = lines[lines["code"] == "TON"].drop_duplicates(["partner", "customer_id", "sku", "date"]).sort_values("date")
    gaps = toner.groupby(["partner", "customer_id", "sku"])["date"].diff().dt.days
    each = gaps.groupby([toner["partner"], toner["customer_id"], toner["sku"]]).agg(["count", "mean", "std"])
    steady = each[each["count"] >= 8]
    assert len(steady) > 100
    assert (steady["std"] / steady["mean"]).median() < 0.5


def test_segments_have_their_tastes(full, lines):
    customers = full.of("harbour").tables["customers"].select(["customer_id", "segment"]).to_pandas()
    bought = lines[lines["partner"] == "harbour"].merge(customers, on="customer_id")
    share = pd.crosstab(bought["segment"], bought["code"], normalize="index")
    assert share.loc["Enterprise", "SRV"] > 1.5 * share.loc["Small office", "SRV"]
    assert share.loc["Education", "WAP"] > 1.5 * share.loc["Small office", "WAP"]
    assert share.loc["Small office", "CLN"] > 1.5 * share.loc["Enterprise", "CLN"]


def test_customers_come_back_to_their_favourites(lines):
    monitors = lines[lines["code"] == "MON"]
    counts = monitors.groupby(["partner", "customer_id", "sku"]).size()
    most = counts.groupby(level=[0, 1]).max() / counts.groupby(level=[0, 1]).sum()
    busy = counts.groupby(level=[0, 1]).sum() >= 6
    assert most[busy].median() > 0.4


def test_the_future_says_why_each_line_is_bought(full):
    why = full.of("harbour").future["why"].to_pandas().value_counts(normalize=True)
    assert set(why.index) == {"taste", "affinity", "replenishment", "return"}
    assert why["affinity"] > 0.04
    assert why["replenishment"] > 0.06
