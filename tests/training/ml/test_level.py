"""The level foreseen: it follows the season of a year ago and the growth since, and knows nothing of later days."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import calibrate, labels, level
from training.ml.interface import PartnerData
from training.ml.level import Diary, Level

FIRST = date(2021, 1, 1)
DAYS = 3 * 365
TODAY = FIRST + timedelta(days=DAYS)
LEAVING = labels.Outcome("inactivity", 60)


def seasonal(*, growth: float = 1.0, years: int = 3) -> Level:
    """1,000 customers whose trade swings with the year, and rates of silence that follow it."""
    day = np.arange(DAYS)
    trade = 20 * np.exp(0.8 * np.sin(2 * np.pi * day / 365)) * growth ** (day / 365)
    dates = [TODAY - timedelta(days=60 + 30 * number) for number in range((years * 365 - 120) // 30)]
    first = TODAY - timedelta(days=years * 365)
    known = trade[(years * -365) :]
    diary = Diary(first, known, dict.fromkeys([*dates, TODAY], 1000))
    rate = {moment: truth(trade, moment) for moment in dates}
    return Level((diary,), rate, dict.fromkeys(dates, 1000), 60, up=False)


def truth(trade: np.ndarray, day: date) -> float:
    start = (day - FIRST).days
    return float(np.exp(-trade[start : start + 60].sum() / 1000))


def coming(*, growth: float = 1.0) -> float:
    day = np.arange(DAYS, DAYS + 60)
    return float(np.exp(-(20 * np.exp(0.8 * np.sin(2 * np.pi * day / 365)) * growth ** (day / 365)).sum() / 1000))


@pytest.mark.parametrize("growth", [1.0, 1.25])
def test_the_rate_foreseen_is_that_of_the_season_and_not_of_the_newest_date(growth: float) -> None:
    told = seasonal(growth=growth)
    newest = told.rate[max(told.rate)]
    assert abs(told.foreseen(TODAY) - coming(growth=growth)) < 0.05
    assert abs(newest - coming(growth=growth)) > 0.1


def test_without_a_year_behind_it_follows_the_trade_of_the_days_just_past() -> None:
    diary = Diary(FIRST, np.full(200, 10.0), {FIRST + timedelta(days=200): 50})
    assert diary.ahead(FIRST + timedelta(days=200), days=60) == pytest.approx(600)


def test_a_forecast_stays_near_the_rates_ever_seen() -> None:
    told = seasonal()
    rates = np.array(list(told.rate.values()))
    wild = Level((Diary(FIRST, np.zeros(DAYS), {TODAY: 1000, **dict.fromkeys(told.rate, 1000)}),), told.rate,
                 told.customers, 60, up=False)  # fmt: skip
    assert rates.min() - 0.13 < wild.foreseen(TODAY) < rates.max() + 0.13


def test_what_the_card_tells_holds_the_errors_of_past_forecasts() -> None:
    told = seasonal().told(TODAY, newest=TODAY - timedelta(days=60))
    assert told["missed"] < told["missed_by_newest"]
    assert told["dates"] > 20
    assert "%" in told["en"] + told["zh-hans"]


def test_a_day_before_any_known_outcome_is_an_error() -> None:
    with pytest.raises(ValueError, match="no outcome was known"):
        seasonal().foreseen(FIRST)


def test_orders_dated_later_change_no_forecast(shop: PartnerData, tmp_path) -> None:
    day = makers.TODAY - timedelta(days=60)
    dates = [day - timedelta(days=60 + 30 * number) for number in range(8)]
    frame = pd.DataFrame({"as_of": pd.to_datetime(dates * 50), "y": [0.0, 1.0] * 200})
    lines = pd.read_parquet(shop.path / "orders.parquet")
    past = lines[lines.date < day]
    makers.write(tmp_path / "absurd", orders=pd.concat([past, *[past.assign(date=day, amount=1e12)] * 3]))
    made = [
        level.seen([one], frame, LEAVING, as_of=day).foreseen(day)
        for one in (shop, PartnerData(shop.key, tmp_path / "absurd"))
    ]
    assert made[0] == made[1]


def test_margins_evened_by_date_have_each_dates_rate() -> None:
    rng = np.random.default_rng(1)
    moment = np.repeat([1, 2], 2000)
    margin = rng.normal(size=4000)
    y = (rng.random(4000) < calibrate.sigmoid(2 * margin + np.where(moment == 1, -1.0, 1.0))).astype(float)
    slope, evened = level.evened(margin, y, moment=moment)
    assert slope == pytest.approx(2, abs=0.2)
    for one in (1, 2):
        assert calibrate.sigmoid(evened[moment == one]).mean() == pytest.approx(y[moment == one].mean(), abs=0.01)
