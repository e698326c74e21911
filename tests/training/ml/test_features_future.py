"""Whatever is dated on or after a date, however absurd, no feature of that date moves."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import facts
from training.ml.features import build
from training.ml.interface import PartnerData

DAY = makers.TODAY - timedelta(days=120)
DAYS = [DAY - timedelta(days=back) for back in (0, 31, 200, 400)]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> PartnerData:
    """Orders with returns, contracts with renewals, conversations with and without a rating."""
    folder = tmp_path_factory.mktemp("everything")
    makers.partner(folder, customers=60)
    makers.subscribers(folder, customers=60)
    contracts = pd.read_parquet(folder / "subscriptions.parquet")
    again = contracts[contracts["ended"].notna()].assign(subscription_id=lambda f: f["subscription_id"] + "b")
    again["started"], again["ended"], again["monthly_amount"] = again["ended"], None, 5.0
    lines = pd.read_parquet(folder / "orders.parquet")
    back = lines[::15].assign(is_return=True, order_id=lambda f: "R" + f["order_id"])
    talks = pd.read_parquet(folder / "interactions.parquet")
    talks.loc[::2, "sentiment"] = np.nan
    makers.write(
        folder, orders=pd.concat([lines, back]), interactions=talks, subscriptions=pd.concat([contracts, again])
    )
    return PartnerData("e", folder)


def told(folder: Path, days: list[date], **options: object) -> pd.DataFrame:
    with facts.opened(PartnerData("p", folder)) as con:
        return build.features(con, as_of=days, category="lamps", **options)


def poisoned(source: Path, folder: Path, day: date) -> Path:
    """The same files with absurd rows on the day itself and after it, in every table that knows time."""
    tables = {path.stem: pd.read_parquet(path) for path in source.glob("*.parquet")}
    for name, column in (("orders", "date"), ("interactions", "date"), ("subscriptions", "started")):
        tables[name] = pd.concat(
            [tables[name], *(absurd(tables[name], name, column, day, days) for days in (0, 1, 40))]
        )
    contracts = tables["subscriptions"]
    contracts["ended"] = [None if end is not None and end >= day else end for end in contracts["ended"]]
    moved = [renews + timedelta(days=365 * 7) if renews >= day else renews for renews in contracts["renews_on"]]
    contracts["renews_on"] = moved
    newcomers = pd.DataFrame({"customer_id": ["new"], "since": [day], "monthly_value": [1e9], "segment": ["gold"]})
    tables["customers"] = pd.concat([tables["customers"], newcomers])
    makers.write(folder, **tables)
    return folder


def absurd(table: pd.DataFrame, name: str, column: str, day: date, days: int) -> pd.DataFrame:
    later = table.assign(**{column: day + timedelta(days=days)})
    if name == "orders":
        half = len(later) // 2
        later["is_return"] = [True] * half + [False] * (len(later) - half)
        # a product that is called a service later on is none for what came before
        later["product_name"] = [None] * half + ["Postage"] * (len(later) - half)
        extra = {"order_id": "x", "amount": later["amount"] * 1e6, "price": later["price"] * 1e6}
    elif name == "interactions":
        extra = {"kind": "complaint", "text": "A competitor, and new prices. Terrible!", "sentiment": -1.0}
    else:
        extra = {"monthly_amount": 1e9, "quantity": 1e6, "ended": None}
    return later.assign(**extra)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Equal to the last digit but for the order in which a sum is added up."""
    pd.testing.assert_frame_equal(one, other, rtol=1e-12, atol=1e-12)


def test_absurd_rows_on_the_day_and_later_change_nothing(everything: PartnerData, tmp_path: Path) -> None:
    same(told(everything.path, [DAY]), told(poisoned(everything.path, tmp_path, DAY), [DAY]))


def test_nor_do_they_for_many_dates_at_once(everything: PartnerData, tmp_path: Path) -> None:
    same(told(everything.path, DAYS), told(poisoned(everything.path, tmp_path, DAY), DAYS))


def test_rows_between_two_dates_do_not_reach_the_earlier_one(everything: PartnerData, tmp_path: Path) -> None:
    early = DAYS[-1]
    together = told(poisoned(everything.path, tmp_path, early), [early, DAY])
    same(told(everything.path, [early]), together[together["as_of"] == pd.Timestamp(early)])


@pytest.mark.parametrize("everyone", [False, True])
def test_many_dates_equal_one_date_at_a_time(everything: PartnerData, everyone: bool) -> None:
    apart = [told(everything.path, [day], everyone=everyone) for day in sorted(DAYS)]
    same(told(everything.path, DAYS, everyone=everyone), pd.concat(apart, ignore_index=True))


def test_dates_looked_at_in_batches_equal_dates_looked_at_together(
    everything: PartnerData, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = told(everything.path, DAYS)
    monkeypatch.setattr(build, "BATCH", 1)
    same(together, told(everything.path, DAYS))


def test_the_poison_is_strong_enough_to_be_seen_a_day_later(everything: PartnerData, tmp_path: Path) -> None:
    after = [DAY + timedelta(days=1)]
    clean, poison = told(everything.path, after), told(poisoned(everything.path, tmp_path, DAY), after)
    poison = poison[poison["customer_id"].isin(set(clean["customer_id"]))].reset_index(drop=True)
    moved = {name for name in clean.columns[6:] if not np.array_equal(clean[name], poison[name], equal_nan=True)}
    assert {"returns_90", "complaints_180", "competitor_60", "contract_amount", "sentiment_last"} <= moved
