"""What changed for a customer: rhythm, season, assortment, contracts, contacts, each on a story one can read."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.interface import PartnerData

DAY = date(2024, 6, 1)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def told(folder: Path, **tables: pd.DataFrame) -> pd.DataFrame:
    makers.write(folder, **tables)
    with facts.opened(PartnerData("p", folder)) as con:
        return build.features(con, as_of=[DAY]).set_index("customer_id")


def bought(*days: int, who: str = "ann", sku: str = "a", price: float = 5.0) -> list[tuple]:
    return [(who, ago(back), sku, 1, price) for back in days]


def test_a_silence_is_held_against_the_longest_pause_so_far(tmp_path: Path) -> None:
    rows = bought(400, 300, 260, 150) + bought(70, who="once")
    frame = told(tmp_path, orders=makers.orders(rows))
    assert frame.loc["ann", "overdue_max"] == pytest.approx(150 / 110)
    assert np.isnan(frame.loc["once", "overdue_max"])


def test_a_last_gap_twice_the_usual_shows(tmp_path: Path) -> None:
    frame = told(tmp_path, orders=makers.orders(bought(100, 90, 80, 50)))
    assert frame.loc["ann", "gap_change"] == pytest.approx(np.log(30 / (50 / 3)))


def test_the_slope_of_orders_falls_for_who_stops_and_rises_for_who_begins(tmp_path: Path) -> None:
    rows = [
        *bought(*range(5, 365, 10), who="steady"), *bought(*range(120, 365, 10), who="stopped"),
        *bought(*range(2, 40, 4), who="began"),
    ]  # fmt: skip
    slope = told(tmp_path, orders=makers.orders(rows)).order_slope
    assert slope["stopped"] < -0.5 < slope["steady"] < 0.3 < slope["began"]


def test_orders_that_grew_smaller_show(tmp_path: Path) -> None:
    rows = bought(300, 200, price=30.0) + bought(20, price=3.0)
    frame = told(tmp_path, orders=makers.orders(rows))
    assert frame.loc["ann", "basket_change"] == pytest.approx(np.log(3 / 21))


def test_a_product_bought_again_and_again_and_then_no_more_is_dropped(tmp_path: Path) -> None:
    rows = (
        bought(350, 300, 250)
        + bought(320, 40, sku="kept")
        + bought(300, sku="once")
        + bought(700, 600, sku="long gone")
    )
    ann = told(tmp_path, orders=makers.orders(rows)).loc["ann"]
    assert (ann.skus_dropped, ann.dropped_share) == (1, 0.5)
    assert ann.variety == pytest.approx(4 / 8)


def test_a_category_not_bought_in_half_a_year_is_lost(tmp_path: Path) -> None:
    rows = bought(350, 300, sku="sku1") + bought(200, sku="sku3") + bought(250, 30, sku="sku2")
    ann = told(tmp_path, orders=makers.orders(rows), products=makers.goods()).loc["ann"]
    assert (ann.categories_365, ann.categories_lost) == (2, 1)  # cables are lost, lamps kept


def test_a_seasonal_buyer_is_known_by_the_time_of_the_year(tmp_path: Path) -> None:
    years = (365, 730)
    ahead = [year - days for year in years for days in (10, 25, 40, 55, 70)]
    opposite = [days - 182 for days in ahead]
    even = list(range(12, 735, 24))
    rows = bought(*ahead, who="ahead") + bought(*opposite, who="opposite") + bought(*even, who="even")
    rows += [("first", ago(800), "a", 1, 5.0)]
    frame = told(tmp_path, orders=makers.orders(rows))
    assert frame.loc["ahead", "season_share"] > 0.8 > 0.1 > frame.loc["opposite", "season_share"]
    assert frame.loc["ahead", "season_near"] > 0.6
    assert frame.loc["opposite", "season_near"] < -0.6
    assert frame.loc["even", "season_strength"] < 0.2 < 0.8 < frame.loc["ahead", "season_strength"]
    assert frame.loc["ahead", "season_spend"] == 25


def test_a_season_is_unknown_in_the_first_year(tmp_path: Path) -> None:
    frame = told(tmp_path, orders=makers.orders(bought(350, 300, 200)))
    assert frame[["season_share", "season_near", "season_strength"]].isna().all(axis=None)


def test_a_return_is_one_though_another_product_of_that_code_is_a_service(tmp_path: Path) -> None:
    rows = [
        ("ann", ago(50), "M", 1, 5.0, "o1", False, "Mug"), ("ann", ago(9), "M", -1, 5.0, "r1", True, "Mug"),
        ("bob", ago(30), "M", 1, 90.0, "o2", False, "Manual"), ("bob", ago(8), "M", -1, 90.0, "r2", True, "Manual"),
    ]  # fmt: skip
    ann = told(tmp_path, orders=makers.orders(rows)).loc["ann"]
    assert (ann.returns_90, ann.return_silence) == (1, 9)


def contracts(*rows: tuple) -> pd.DataFrame:
    names = ["customer_id", "sku", "started", "ended", "quantity", "monthly_amount"]
    frame = pd.DataFrame(rows, columns=names)
    frame[["started", "ended"]] = frame[["started", "ended"]].astype(object)
    return frame.assign(subscription_id=[f"s{n}" for n in range(len(rows))], renews_on=None)


def test_a_renewal_for_less_is_a_downgrade_and_one_for_more_an_upgrade(tmp_path: Path) -> None:
    frame = told(
        tmp_path,
        subscriptions=contracts(
            ("less", "x", ago(500), ago(100), 10.0, 100.0), ("less", "x", ago(99), None, 10.0, 60.0),
            ("more", "x", ago(500), ago(100), 10.0, 100.0), ("more", "x", ago(90), None, 12.0, 120.0),
            ("fewer", "x", ago(500), ago(100), 10.0, 100.0), ("fewer", "x", ago(99), None, 4.0, 100.0),
            ("apart", "x", ago(500), ago(300), 10.0, 100.0), ("apart", "x", ago(99), None, 4.0, 50.0),
        ),
    )  # fmt: skip
    assert frame.downgrades_365.to_dict() == {"less": 1, "more": 0, "fewer": 1, "apart": 0}
    assert frame.upgrades_365.to_dict() == {"less": 0, "more": 1, "fewer": 0, "apart": 0}
    assert (frame.loc["fewer", "seats_change"], frame.loc["less", "renewed_days"]) == (pytest.approx(-0.6), 99)


def test_an_end_that_is_not_known_yet_makes_no_renewal(tmp_path: Path) -> None:
    rows = contracts(("ann", "x", ago(500), DAY + timedelta(days=3), 1.0, 9.0), ("ann", "x", ago(20), None, 1.0, 5.0))
    ann = told(tmp_path, subscriptions=rows).loc["ann"]
    assert (ann.contracts, ann.downgrades_365, ann.contract_newest) == (2, 0, 20)


def test_anniversaries_count_as_renewals_while_the_contract_runs(tmp_path: Path) -> None:
    rows = contracts(
        ("three", "x", ago(1100), None, 1.0, 9.0), ("none", "x", ago(365), None, 1.0, 9.0),
        ("over", "x", ago(1100), ago(5), 1.0, 9.0),
    )  # fmt: skip
    assert told(tmp_path, subscriptions=rows).renewals.to_dict() == {"three": 3, "none": 0, "over": 0}


def test_visits_quotes_and_complaints_have_their_own_recency(tmp_path: Path) -> None:
    kinds = [
        ("visit", 200),
        ("meeting", 30),
        ("call", 2),
        ("quote", 44),
        ("complaint", 80),
        ("ticket", 7),
        ("email", 120),
    ]
    frame = pd.DataFrame(
        {
            "interaction_id": [f"i{n}" for n in range(len(kinds))], "customer_id": "ann", "text": None,
            "sentiment": None, "kind": [kind for kind, _ in kinds], "date": [ago(days) for _, days in kinds],
        }
    )  # fmt: skip
    ann = told(tmp_path, interactions=frame).loc["ann"]
    assert (ann.visits_365, ann.visit_silence, ann.quote_silence) == (2, 30, 44)
    assert (ann.complaint_silence, ann.trouble_silence) == (80, 7)
    assert (ann.contacts_90, ann.contacts_before_90, ann.contacts_365) == (2, 1, 4)
