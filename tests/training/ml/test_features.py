"""Features tell each customer's own story, and nothing after the date they are told for."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.features.catalogue import FEATURES
from training.ml.interface import PartnerData

DAY = date(2024, 6, 1)


def told(folder: Path, *days: date, **options: object) -> pd.DataFrame:
    with facts.opened(PartnerData("p", folder)) as con:
        return build.features(con, as_of=days or [DAY], **options)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def test_recency_frequency_and_money_are_the_customers_own(tmp_path: Path) -> None:
    rows = [("ann", ago(200), "a", 2, 5.0), ("ann", ago(100), "a", 1, 5.0), ("ann", ago(20), "b", 3, 10.0)]
    makers.write(tmp_path, orders=makers.orders(rows))
    ann = told(tmp_path).set_index("customer_id").loc["ann"]
    assert (ann.silence, ann.age, ann.span, ann.active_days) == (20, 200, 180, 3)
    assert (ann.orders_30, ann.orders_90, ann.orders_before_90, ann.orders_365) == (1, 1, 1, 3)
    assert (ann.spend_90, ann.spend_365, ann.basket) == (30, 45, 15)
    assert (ann.gap, ann.gap_last) == (90, 80)
    assert ann.skus_all == 2


def test_an_order_on_the_day_itself_is_in_the_future(tmp_path: Path) -> None:
    makers.write(tmp_path, orders=makers.orders([("ann", ago(1), "a", 1, 5.0), ("ann", DAY, "a", 1, 5.0)]))
    assert told(tmp_path).orders_all.tolist() == [1]


def test_rows_dated_later_change_nothing(shop: PartnerData, tmp_path: Path) -> None:
    poison = {}
    for name in ("orders", "interactions", "customers", "products"):
        poison[name] = pd.read_parquet(shop.path / f"{name}.parquet")
    later = poison["orders"].copy()
    later["date"] = DAY + timedelta(days=3)
    later[["price", "amount"]] = later[["price", "amount"]] * 50
    later["order_id"] += "x"
    same_day = later.assign(date=DAY)
    poison["orders"] = pd.concat([poison["orders"], later, same_day])
    talk = poison["interactions"].assign(date=DAY, kind="complaint", text="competitor competitor")
    poison["interactions"] = pd.concat([poison["interactions"], talk])
    makers.write(tmp_path, **poison)
    days = [DAY, ago(60), ago(300)]
    pd.testing.assert_frame_equal(told(shop.path, *days), told(tmp_path, *days))


def test_contracts_that_end_later_still_run(tmp_path: Path, plans: PartnerData) -> None:
    frame = pd.read_parquet(plans.path / "subscriptions.parquet")
    frame["ended"] = [None if end is not None and end >= DAY else end for end in frame["ended"]]
    makers.write(tmp_path, subscriptions=frame[[day < DAY for day in frame["started"]]])
    pd.testing.assert_frame_equal(told(plans.path), told(tmp_path))


def test_many_dates_in_one_pass_equal_one_date_at_a_time(shop: PartnerData) -> None:
    days = [ago(0), ago(30), ago(90)]
    together = told(shop.path, *days)
    apart = pd.concat([told(shop.path, day) for day in sorted(days)], ignore_index=True)
    pd.testing.assert_frame_equal(together, apart)


def test_returns_postage_and_free_lines_are_no_purchases(tmp_path: Path) -> None:
    rows = [
        ("ann", ago(50), "a", 1, 5.0),
        ("ann", ago(10), "a", -1, 5.0, "C1", True, None),
        ("ann", ago(9), "POST", 1, 4.0),
        ("ann", ago(8), "M", 1, 400.0, "o8", False, "Manual"),
        ("ann", ago(7), "b", 1, 0.0),
    ]
    makers.write(tmp_path, orders=makers.orders(rows))
    ann = told(tmp_path).iloc[0]
    assert (ann.orders_all, ann.silence, ann.spend_all) == (1, 50, 5)
    assert ann.returns_90 == 1


def test_a_price_rise_shows_against_the_customers_own_past(tmp_path: Path) -> None:
    rows = [("ann", ago(100), "a", 10, 10.0), ("ann", ago(20), "a", 5, 12.0), ("bob", ago(20), "a", 5, 12.0)]
    makers.write(tmp_path, orders=makers.orders(rows))
    frame = told(tmp_path).set_index("customer_id")
    assert frame.loc["ann", "price_peak_180"] == pytest.approx(0.2)
    assert np.isnan(frame.loc["bob", "price_peak_180"])


def test_the_shelf_tells_of_a_rise_the_customer_has_not_paid_yet(tmp_path: Path) -> None:
    rows = [("ann", ago(150), "a", 10, 10.0)]
    rows += [(f"other{n}", ago(45), "a", 1, 13.0) for n in range(3)]
    makers.write(tmp_path, orders=makers.orders(rows))
    frame = told(tmp_path).set_index("customer_id")
    assert frame.loc["ann", "shelf_rise"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("text", "rival"),
    [
        ("Competitor visited last week", 1),
        ("Thinks of switching to Acme", 1),
        ("竞争对手上周拜访了客户", 1),
        ("正在比较我们和另一家", 1),
        ("Asked for an invoice copy", 0),
        ("讨论了下季度计划", 0),
    ],
)
def test_a_competitor_is_heard_in_both_languages(tmp_path: Path, text: str, rival: int) -> None:
    makers.write(tmp_path, interactions=talks([("ann", ago(30), "call", text)]))
    assert told(tmp_path).competitor_180.tolist() == [rival]


def test_trouble_is_counted_by_kind_and_date(tmp_path: Path) -> None:
    rows = [("ann", ago(200), "ticket", ""), ("ann", ago(40), "complaint", ""), ("ann", ago(5), "visit", "")]
    makers.write(tmp_path, interactions=talks(rows))
    ann = told(tmp_path).iloc[0]
    assert (ann.trouble_30, ann.trouble_90, ann.trouble_365) == (0, 1, 2)
    assert (ann.complaints_180, ann.trouble_silence, ann.contact_silence) == (1, 40, 5)


def talks(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "kind", "text"])
    return frame.assign(interaction_id=[f"i{n}" for n in range(len(rows))], sentiment=np.nan)


def test_last_years_season_is_seen(tmp_path: Path) -> None:
    rows = [("ann", ago(340), "a", 1, 5.0), ("ann", ago(420), "a", 1, 5.0), ("ann", ago(700), "a", 1, 5.0)]
    makers.write(tmp_path, orders=makers.orders(rows))
    ann = told(tmp_path).iloc[0]
    assert (ann.season_ahead, ann.season_behind, ann.history) == (1, 1, 700)


def test_a_shrinking_contract_shows(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "subscription_id": ["1", "2"], "customer_id": ["ann", "ann"], "sku": ["x", "x"],
            "started": [ago(400), ago(50)], "ended": [ago(50), None], "renews_on": [None, None],
            "quantity": [1.0, 1.0], "monthly_amount": [100.0, 60.0],
        }
    )  # fmt: skip
    makers.write(tmp_path, subscriptions=frame)
    ann = told(tmp_path).iloc[0]
    assert (ann.contracts, ann.contract_amount, ann.contracts_ended_180) == (1, 60, 1)
    assert ann.contract_change == pytest.approx(-0.4)


def test_where_a_renewal_date_lies_in_the_year_is_known_whoever_kept_it_up_to_date(tmp_path: Path) -> None:
    base = {"sku": "x", "started": ago(500), "ended": None, "quantity": 1.0, "monthly_amount": 5.0}
    kept = {"subscription_id": "1", "customer_id": "kept", "renews_on": DAY + timedelta(days=30 + 365), **base}
    left = {"subscription_id": "2", "customer_id": "left", "renews_on": DAY + timedelta(days=30), **base}
    makers.write(tmp_path, subscriptions=pd.DataFrame([kept, left]))
    assert told(tmp_path).renewal_days.tolist() == [30, 30]


def test_a_category_has_its_own_story(shop: PartnerData) -> None:
    frame = told(shop.path, category="lamps")
    assert (frame.category_orders_all.fillna(0) <= frame.orders_all).all()
    assert (frame.category_silence.dropna() >= frame.silence[frame.category_silence.notna()]).all()


def test_customers_without_facts_appear_only_when_everyone_is_asked_for(tmp_path: Path) -> None:
    cards = pd.DataFrame({"customer_id": ["new"], "since": [None], "monthly_value": [1.0]})
    makers.write(tmp_path, customers=cards, orders=makers.orders([("ann", ago(3), "a", 1, 1.0)]))
    assert told(tmp_path).customer_id.tolist() == ["ann"]
    assert told(tmp_path, everyone=True).customer_id.tolist() == ["ann", "new"]


def test_a_partner_without_any_file_gives_an_empty_frame(tmp_path: Path) -> None:
    assert told(tmp_path).empty


def test_every_catalogued_feature_is_built(shop: PartnerData) -> None:
    frame = told(shop.path, category="lamps")
    missing = {feature.name for feature in FEATURES} - set(frame.columns)
    assert missing == {"expected"}  # the rhythm's expectation needs fitted parameters


def test_dearer_than_for_others_shows_without_buying_the_same_twice(tmp_path: Path) -> None:
    rows = [(f"other{n}", ago(days), sku, 1, 10.0) for n in range(3) for days in (300, 60) for sku in ("a", "b")]
    rows += [("ann", ago(250), "a", 1, 10.0), ("ann", ago(20), "b", 1, 12.5)]
    makers.write(tmp_path, orders=makers.orders(rows))
    ann = told(tmp_path).set_index("customer_id").loc["ann"]
    assert np.isnan(ann.price_peak_180)
    assert ann.price_drift == pytest.approx(0.25)
