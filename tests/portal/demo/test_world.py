"""The shape of the demo world: sizes, languages, dates, and that equal arguments give equal worlds."""

import time
from datetime import date, timedelta

import pytest

from portal.demo.partners import PARTNERS, cast
from portal.demo.world import AHEAD, HISTORY, first_day, simulate
from tests.portal.demo.conftest import UNTIL

SIZES = [30, 60, 120, 250, 500, 1200, 4000, 20000]


def test_the_cast_has_eight_partners_of_unlike_sizes():
    assert sorted(each.customers for each in PARTNERS) == SIZES
    assert {each.kind for each in PARTNERS} == {"reseller", "distributor", "msp", "agent"}


def test_three_partners_speak_chinese_and_trade_in_yuan():
    chinese = [each for each in PARTNERS if each.language == "zh-hans"]
    assert len(chinese) >= 3
    assert {each.currency for each in chinese} == {"CNY"}


def test_one_partner_keeps_its_data_to_itself():
    assert sum(not each.shares_data for each in PARTNERS) == 1


def test_the_demo_partners_come_first_and_the_smaller_one_before_the_larger():
    assert [each.demo for each in PARTNERS[:3]] == [True, True, False]
    assert PARTNERS[0].customers < PARTNERS[1].customers
    assert {each.language for each in PARTNERS[:2]} == {"en", "zh-hans"}


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match="full or small"):
        cast("huge")


def test_equal_arguments_give_equal_worlds(small):
    again = simulate(until=UNTIL, scale="small")
    for one, other in zip(small.partners, again.partners, strict=True):
        assert all(one.tables[name].equals(other.tables[name]) for name in one.tables)
        assert one.truth.equals(other.truth)
        assert one.future.equals(other.future)


def test_another_seed_gives_another_world(small):
    other = simulate(until=UNTIL, scale="small", seed=8)
    assert not other.partners[0].tables["orders"].equals(small.partners[0].tables["orders"])


def test_a_partner_is_the_same_whoever_else_is_simulated(small):
    alone = simulate(until=UNTIL, partners=cast("small")[1:2])
    assert alone.partners[0].tables["orders"].equals(small.partners[1].tables["orders"])


def test_a_tiny_world_is_made_in_a_second():
    simulate(until=UNTIL, scale="small")  # the catalogue and the libraries are warm now
    begun = time.perf_counter()
    simulate(until=UNTIL, scale="small", seed=11)
    assert time.perf_counter() - begun < 3  # 0.5 s on an idle core


def test_every_partner_has_its_customers_and_the_whole_catalogue(full):
    for each in full.partners:
        assert len(each.tables["customers"]) == each.partner.customers == len(each.truth)
        assert len(each.tables["products"]) == len(full.goods)
        assert set(each.tables) == {"customers", "products", "orders", "subscriptions", "interactions"}


def test_the_order_lines_stay_within_bounds(full):
    assert 450_000 < sum(len(each.tables["orders"]) for each in full.partners) < 700_000


def test_facts_are_dated_before_the_anchor_and_reach_back_two_and_a_half_years(full):
    start = first_day(UNTIL)
    assert HISTORY <= (UNTIL - start).days < HISTORY + 7
    assert start.weekday() == 0
    for each in full.partners:
        for table, column in (("orders", "date"), ("interactions", "date"), ("customers", "since")):
            assert max(each.tables[table][column].to_pylist()) < UNTIL
        assert min(each.tables["orders"]["date"].to_pylist()) < start + timedelta(days=20)


def test_the_hidden_days_begin_at_the_anchor(full):
    for each in full.partners:
        days = each.future["date"].to_pylist()
        assert min(days) >= UNTIL
        assert max(days) < UNTIL + timedelta(days=AHEAD)


def test_an_end_of_a_contract_still_to_come_is_not_known(full):
    for each in full.partners:
        ends = [end for end in each.tables["subscriptions"]["ended"].to_pylist() if end]
        assert all(end < UNTIL for end in ends)
        assert all(start < UNTIL for start in each.tables["subscriptions"]["started"].to_pylist())


def test_running_contracts_renew_after_the_anchor(full):
    for each in full.partners:
        rows = each.tables["subscriptions"].to_pylist()
        assert all(row["renews_on"] >= UNTIL for row in rows if row["ended"] is None)
        assert all(row["renews_on"] >= row["ended"] for row in rows if row["ended"])


def test_managed_service_providers_live_on_subscriptions(full):
    for each in full.partners:
        holders = len(set(each.tables["subscriptions"]["customer_id"].to_pylist()))
        share = holders / each.partner.customers
        assert (share > 0.6) == (each.partner.kind == "msp")


def test_facts_name_only_customers_and_products_that_exist(full):
    for each in full.partners:
        known = set(each.tables["customers"]["customer_id"].to_pylist())
        skus = set(each.tables["products"]["sku"].to_pylist())
        for table in ("orders", "subscriptions", "interactions"):
            assert set(each.tables[table]["customer_id"].unique().to_pylist()) <= known
        for table in ("orders", "subscriptions"):
            assert set(each.tables[table]["sku"].unique().to_pylist()) <= skus


def test_keys_are_unique(full):
    for each in full.partners:
        for table, key in (
            ("customers", ["customer_id"]),
            ("products", ["sku"]),
            ("orders", ["order_id", "sku"]),
            ("subscriptions", ["subscription_id"]),
            ("interactions", ["interaction_id"]),
        ):
            frame = each.tables[table].select(key).to_pandas()
            assert not frame.duplicated().any(), (each.partner.slug, table)


def test_customer_names_are_distinct_and_in_the_partners_language(full):
    for each in full.partners:
        names = each.tables["customers"]["name"].to_pylist()
        assert len(set(names)) == len(names)
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in name) for name in names) == each.partner.chinese


def test_a_few_lines_come_back_as_returns(full):
    for each in full.partners[:2]:
        quantity = each.tables["orders"]["quantity"].to_numpy()
        assert 0.005 < (quantity < 0).mean() < 0.02


def test_nobody_orders_on_sundays_except_refills_and_returns(full):
    days = full.partners[1].tables["orders"]["date"].to_pandas()
    share = (days.map(date.weekday) == 6).mean()
    assert share < 0.09
