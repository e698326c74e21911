"""The planted causes can be seen in what the partners upload, and only as plainly as in life."""

import pandas as pd
import pyarrow.compute as pc

from tests.portal.demo.conftest import UNTIL

DAY = pd.Timedelta(days=1)
NOW = pd.Timestamp(UNTIL)


def affected(truth, cause):
    return truth[truth["cause"] == cause]


def events(full, kind_of):
    """Interactions of all partners for which kind_of(table) holds: partner, customer_id, date."""
    parts = []
    for each in full.partners:
        table = each.tables["interactions"]
        chosen = table.filter(kind_of(table)).select(["customer_id", "date"]).to_pandas()
        parts.append(chosen.assign(partner=each.partner.slug))
    frame = pd.concat(parts, ignore_index=True)
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def per_customer(found, struck, *, after, until):
    """Events of each struck customer between `since + after` and `since + until` days."""
    joined = struck.merge(found, on=["partner", "customer_id"])
    offset = (joined["date"] - joined["since"]).dt.days
    return len(joined[(offset >= after) & (offset < until)]) / len(struck)


def test_every_cause_is_there_and_base_churn_too(truth):
    gone = truth[truth["left_on"].notna()]
    shares = gone["cause"].value_counts(normalize=True)
    assert set(shares.index) == {"price_rise", "support_trouble", "competitor_offer", "slow_fade", "unplanned"}
    assert shares.min() > 0.08


def test_between_a_tenth_and_a_third_leave_each_year(truth):
    last_year = truth[(truth["left_on"].isna()) | (truth["left_on"] >= NOW - 365 * DAY)]
    left = last_year["left_on"] < NOW
    assert 0.10 < left.mean() < 0.33


def test_some_customers_are_in_mid_decline_at_the_anchor(truth):
    leaving = truth[(truth["since"] < NOW) & (truth["left_on"] >= NOW) & (truth["left_on"] < NOW + 90 * DAY)]
    assert len(leaving) > 300
    assert leaving["partner"].nunique() >= 5
    demo = leaving[leaving["partner"].isin(["harbour", "huaxin"])]
    assert len(demo) >= 20


def test_many_who_meet_a_trouble_stay(truth):
    for cause in ("price_rise", "support_trouble", "competitor_offer"):
        struck = affected(truth, cause)
        assert 0.2 < struck["left_on"].notna().mean() < 0.8


def test_a_stronger_dose_and_a_looser_contract_make_leaving_likelier(full, truth):
    struck = truth[truth["cause"].isin(["price_rise", "support_trouble", "competitor_offer"])]
    left = struck["left_on"].notna()
    assert left[struck["dose"] > 0.7].mean() > left[struck["dose"] < 0.3].mean() + 0.2
    contracts = full.of("continental").tables["customers"].select(["customer_id", "contract"]).to_pandas()
    joined = struck[struck["partner"] == "continental"].merge(contracts, on="customer_id")
    share = joined["left_on"].notna().groupby(joined["contract"]).mean()
    assert share["no contract"] > share["36 months"] + 0.15


def test_nobody_orders_after_leaving(truth, orders):
    gone = truth[truth["left_on"] < NOW].merge(orders, on=["partner", "customer_id"])
    assert (gone["date"] < gone["left_on"]).all()


def test_orders_slow_down_before_a_customer_leaves(truth, orders):
    gone = truth[(truth["left_on"] < NOW) & (truth["cause"] != "unplanned") & (truth["cause"] != "none")]
    joined = gone.merge(orders, on=["partner", "customer_id"])
    left = (joined["left_on"] - joined["date"]).dt.days
    assert (left < 60).sum() < 0.75 * ((left >= 200) & (left < 260)).sum()


def test_the_unplanned_give_no_warning(truth, orders):
    gone = truth[(truth["left_on"] < NOW) & (truth["cause"] == "unplanned")]
    joined = gone.merge(orders, on=["partner", "customer_id"])
    left = (joined["left_on"] - joined["date"]).dt.days
    late, early = (left < 60).sum(), ((left >= 60) & (left < 120)).sum()
    assert 0.8 < late / early < 1.25


def test_prices_rise_before_price_leavers_go(truth, orders):
    struck = affected(truth, "price_rise").merge(orders, on=["partner", "customer_id"])
    struck = struck.sort_values("date")
    same = struck.groupby(["partner", "customer_id", "sku"])
    step = (struck["price"] / same["price"].shift()).where(
        (struck["date"] >= struck["since"]) & (same["date"].shift() < struck["since"])
    )
    assert 1.12 < step.median() < 1.35


def test_other_customers_see_only_the_yearly_price_list(truth, orders):
    calm = affected(truth, "none").merge(orders, on=["partner", "customer_id"]).sort_values("date")
    calm = calm[calm["partner"].isin(["harbour", "huaxin"])]
    step = calm["price"] / calm.groupby(["partner", "customer_id", "sku"])["price"].shift()
    assert 0.995 < step.median() < 1.02
    assert (step > 1.1).mean() < 0.01


def test_tickets_and_complaints_pile_up_before_support_leavers_go(full, truth):
    bad = events(full, lambda table: pc.is_in(table["kind"], pc.cast(["ticket", "complaint"], "string")))
    struck = affected(truth, "support_trouble")
    struck = struck[(struck["since"] < NOW - 60 * DAY) & (struck["since"] > NOW - 700 * DAY)]
    assert per_customer(bad, struck, after=0, until=60) > 4
    assert per_customer(bad, struck, after=-90, until=-30) < 0.4
    other = affected(truth, "competitor_offer")
    assert per_customer(bad, other[other["since"] < NOW - 60 * DAY], after=0, until=60) < 0.6


def test_rivals_are_named_before_competitor_leavers_go(full, truth):
    names = "Vantor|Oakridge Digital|Bluepeak|万拓|橡岭数码|蓝峰科技"
    rival = events(full, lambda table: pc.match_substring_regex(table["text"], names))
    struck = affected(truth, "competitor_offer")
    struck = struck[struck["since"] < NOW - 60 * DAY]
    assert per_customer(rival, struck, after=0, until=60) > 1.2
    calm = affected(truth, "price_rise")
    assert per_customer(rival, calm[calm["since"] < NOW - 60 * DAY], after=0, until=60) < 0.1


def test_the_background_has_false_alarms(full, truth):
    """A model that shouts at every named rival is wrong sometimes."""
    rival = events(full, lambda table: pc.match_substring_regex(table["text"], "Vantor|Oakridge|Bluepeak"))
    joined = rival.merge(truth, on=["partner", "customer_id"])
    assert (joined["cause"] != "competitor_offer").mean() > 0.1


def test_seasonal_buyers_only_look_gone(truth, orders):
    seasonal = affected(truth, "seasonal")
    assert seasonal["left_on"].isna().all()
    joined = seasonal.merge(orders, on=["partner", "customer_id"])
    into = (joined["date"].dt.month - joined["season"]) % 12
    assert (into < 2).mean() > 0.85
    years = joined.groupby(["partner", "customer_id"])["date"].agg(lambda days: days.dt.year.nunique())
    assert (years >= 2).mean() > 0.6


def test_seasonal_buyers_come_back_after_long_silence(truth, orders):
    last = orders.groupby(["partner", "customer_id"])["date"].max().rename("last").reset_index()
    silent = affected(truth, "seasonal").merge(last, on=["partner", "customer_id"])
    silent = silent[silent["last"] < NOW - 120 * DAY]
    soon = silent[(silent["season"] - NOW.month) % 12 < 2]
    assert len(soon) > 10
    assert (soon["orders_90"] > 0).mean() > 0.7


def test_a_trace_is_marked_where_one_is_in_the_uploads(full, truth):
    """Support trouble leaves tickets, so it is nearly always visible; nothing is visible before it began."""
    begun = truth[truth["since"] < NOW - 60 * DAY]
    assert begun.loc[begun["cause"] == "support_trouble", "visible"].mean() > 0.97
    assert begun.loc[begun["cause"] == "competitor_offer", "visible"].mean() > 0.9
    assert 0.4 < begun.loc[begun["cause"] == "price_rise", "visible"].mean() < 0.98
    assert not truth.loc[truth["since"] >= NOW, "visible"].any()
    assert not truth.loc[truth["cause"].isin(["none", "seasonal", "unplanned"]), "visible"].any()
