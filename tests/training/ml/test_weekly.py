"""Weeks of activity, counted back from each date, for nets that read sequences."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.features.weekly import CHANNELS, column, weekly
from training.ml.interface import PartnerData

DAY = date(2024, 6, 1)


def weeks(folder: Path, *days: date, count: int = 52) -> pd.DataFrame:
    with facts.opened(PartnerData("p", folder)) as con:
        return weekly(con, as_of=days or [DAY], weeks=count)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def test_week_0_ends_the_day_before_and_later_weeks_lie_further_back(tmp_path: Path) -> None:
    rows = [("ann", ago(days), "a", 1, 5.0) for days in (1, 7, 8, 14, 364, 365)]
    makers.write(tmp_path, orders=makers.orders(rows))
    ann = weeks(tmp_path).iloc[0]
    assert [ann[column("orders", week)] for week in (0, 1, 2, 51)] == [2, 2, 0, 1]
    assert ann[column("spend", 0)] == 10
    assert ann.filter(like="orders").sum() == 5  # 365 days ago lies in the 53rd week


def test_two_lines_of_one_order_are_one_order_and_both_count_as_spend(tmp_path: Path) -> None:
    makers.write(tmp_path, orders=makers.orders([("ann", ago(3), sku, 1, 5.0, "one") for sku in ("a", "b")]))
    ann = weeks(tmp_path).iloc[0]
    assert (ann[column("orders", 0)], ann[column("spend", 0)], ann[column("contacts", 0)]) == (1, 10, 0)


def test_rows_and_their_order_are_those_of_the_features(shop: PartnerData) -> None:
    days = [DAY, ago(400), ago(45)]
    with facts.opened(shop) as con:
        features, told = build.features(con, as_of=days), weekly(con, as_of=days, weeks=8)
    pd.testing.assert_frame_equal(told[build.KEYS], features[build.KEYS])
    assert list(told.columns[2:]) == [column(channel, week) for channel in CHANNELS for week in range(8)]
    assert not told.isna().to_numpy().any()


def test_many_dates_equal_one_date_at_a_time(shop: PartnerData) -> None:
    days = [ago(90), ago(33), DAY]
    apart = pd.concat([weeks(shop.path, day) for day in days], ignore_index=True)
    pd.testing.assert_frame_equal(weeks(shop.path, *days), apart)


def test_the_year_adds_up_to_the_features_of_364_days(shop: PartnerData) -> None:
    told = weeks(shop.path)
    lines = pd.read_parquet(shop.path / "orders.parquet")
    lines = lines[(lines["date"] < DAY) & (lines["date"] >= ago(364))]
    spent = lines.groupby("customer_id")["amount"].sum().reindex(told["customer_id"], fill_value=0)
    np.testing.assert_allclose(told.filter(like="spend").sum(axis=1), spent, rtol=1e-5)


def test_rows_dated_later_change_nothing(shop: PartnerData, tmp_path: Path) -> None:
    tables = {name: pd.read_parquet(shop.path / f"{name}.parquet") for name in ("orders", "interactions", "customers")}
    for name in ("orders", "interactions"):
        later = tables[name].assign(date=DAY)
        tables[name] = pd.concat([tables[name], later, later.assign(date=DAY + timedelta(days=9))])
    makers.write(tmp_path, **tables)
    pd.testing.assert_frame_equal(weeks(shop.path, DAY, ago(20)), weeks(tmp_path, DAY, ago(20)))


def test_a_partner_without_any_file_has_columns_and_no_rows(tmp_path: Path) -> None:
    told = weeks(tmp_path)
    assert told.shape == (0, 2 + 3 * 52)
