"""A crowd looked at in shards: the same list as when all are looked at at once, and reasons where they are read."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import crowd, engine, evidence, facts, labels, scoring
from training.ml.features.ranks import Ladder, mid_ranks
from training.ml.interface import PartnerData, Task

AS_OF = makers.TODAY


@pytest.fixture(scope="module")
def model(shop: PartnerData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("crowd")
    task = Task("churn", "inactivity:60", 60, families=("logistic",), budget=20.0)
    engine.train([shop], task=task, as_of=AS_OF, out=out)
    return out


def listed(model: Path, shop: PartnerData) -> pd.DataFrame:
    return engine.predict(model, shop, as_of=AS_OF).to_pandas()


def test_a_list_made_in_shards_is_the_list_made_at_once(
    model: Path, shop: PartnerData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "READ_LEAST", 10)
    whole = listed(model, shop)
    monkeypatch.setattr(crowd, "SHARD", 30)
    monkeypatch.setattr(crowd, "PIECE", 7)
    with facts.opened(shop) as con:
        assert crowd.wanted(con) >= 5
    parted = listed(model, shop)
    exact = [name for name in whole if name not in ("probability", "money", "low", "high")]
    pd.testing.assert_frame_equal(parted[exact], whole[exact])
    pd.testing.assert_frame_equal(parted, whole, rtol=1e-12)


def test_expected_spend_is_read_in_shards_too_and_explained_where_it_is_read(
    shop: PartnerData, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.train([shop], task=Task("value", "", 60, budget=20.0), as_of=AS_OF, out=out)
    table = engine.predict(out, shop, as_of=AS_OF)
    short, told = table.to_pandas(), evidence.attached(table)
    assert (short.reasons != "[]").mean() > 0.9
    monkeypatch.setattr(scoring, "READ_LEAST", 5)
    whole = listed(out, shop)
    head = whole["rank"] <= math.ceil(0.2 * len(whole))
    assert (whole.reasons[~head] == "[]").all()
    pd.testing.assert_frame_equal(whole.drop(columns="reasons"), short.drop(columns="reasons"))
    monkeypatch.setattr(crowd, "SHARD", 30)
    monkeypatch.setattr(crowd, "PIECE", 7)
    parts = looked_at(monkeypatch)
    table = engine.predict(out, shop, as_of=AS_OF)
    assert len(parts) >= 5
    parted = table.to_pandas()
    exact = ["customer_id", "rank", "reasons"]
    pd.testing.assert_frame_equal(parted[exact], whole[exact])
    pd.testing.assert_frame_equal(parted, whole, rtol=1e-12)
    assert evidence.attached(table)["drift"]["n"] == told["drift"]["n"] == len(whole)


def test_who_has_left_is_kept_only_where_asked_for(shop: PartnerData) -> None:
    outcome = labels.Outcome("inactivity", 60)
    everybody = crowd.gathered(shop, outcome, as_of=AS_OF)
    asked = np.concatenate(everybody.asked)
    here = crowd.gathered(shop, outcome, as_of=AS_OF, gone=False)
    assert len(here) == asked.sum() < len(everybody)
    assert set(here.column("customer_id")) == set(everybody.column("customer_id")[asked])


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many customers every shard is read with, as it happens."""
    sizes, features = [], crowd.build.features

    def counted(*args: object, **named: object) -> pd.DataFrame:
        frame = features(*args, **named)
        sizes.append(len(frame))
        return frame

    monkeypatch.setattr(crowd.build, "features", counted)
    return sizes


def test_reasons_are_told_where_people_read_and_for_everybody_in_a_short_list(
    model: Path, shop: PartnerData, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = listed(model, shop)
    assert (short.reasons != "[]").mean() > 0.9
    monkeypatch.setattr(scoring, "READ_LEAST", 5)
    cut = listed(model, shop)
    head, dear = cut["rank"] <= round(0.2 * len(cut)), cut.money.rank(ascending=False, method="first") <= 5
    assert (cut.reasons[~head & ~dear] == "[]").all()
    assert all(json.loads(text) for text in cut.reasons[head])


def test_the_rule_reads_a_fifth_the_first_and_the_dearest() -> None:
    rank, money = np.arange(10_000, 0, -1), np.zeros(10_000)
    assert len(scoring.read(rank, money)) == 3000
    assert set(scoring.read(rank, money)) >= set(range(8000, 10_000))
    assert len(scoring.read(rank[:900], money[:900])) == 900


def test_a_kept_column_loses_no_digit(shop: PartnerData) -> None:
    frame = pd.DataFrame({"customer_id": ["a", "b", "c"], "few": [1.0, np.nan, 7e9 + 1], "fine": [0.1, np.inf, 2.0]})
    kept = crowd.compact(frame)
    assert kept.few.dtype == np.float64
    assert crowd.compact(frame.assign(few=[1.0, np.nan, 3.5])).few.dtype == np.float32
    pd.testing.assert_frame_equal(kept[list(frame)].astype(frame.dtypes), frame)
    whole = crowd.gathered(shop, labels.Outcome("inactivity", 60, None), as_of=AS_OF)
    assert whole.column("spend_365").dtype == np.float64
    assert len(whole.column("customer_id")) == len(whole)


def test_a_ladder_ranks_as_counting_does() -> None:
    rng = np.random.default_rng(0)
    among = np.append(rng.integers(0, 6, 200) / 2, [np.nan, np.inf, -0.0])
    asked = np.append(among, [0.25, -9.0, 99.0, np.nan])
    known = among[~np.isnan(among)]
    counted = [((known < one).sum() + (known <= one).sum()) / (2 * len(known)) for one in asked]
    counted = np.where(np.isnan(asked), np.nan, counted)
    np.testing.assert_array_equal(mid_ranks(asked, among=among), counted)
    np.testing.assert_array_equal(Ladder.of(among).ranks(asked), counted)
    assert np.isnan(Ladder.of(np.array([np.nan])).ranks(asked)).all()
