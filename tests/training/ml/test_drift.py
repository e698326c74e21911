"""Drift: nothing where nothing moved, the feature that did by name, and small partners' luck is no drift."""

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.ml import drift
from training.ml.drift import Gauge, Reference

NAMES = ["silence", "orders_90", "spend_365", "segment", "flag"]


def customers(rows: int = 2000, seed: int = 0, partner: str = "alder") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "silence": rng.exponential(40, rows),
            "orders_90": rng.poisson(3, rows).astype(float),
            "spend_365": np.where(rng.random(rows) < 0.1, np.nan, rng.lognormal(6, 1, rows)),
            "segment": rng.choice(["gold", "silver", None], rows, p=[0.3, 0.6, 0.1]),
            "flag": rng.random(rows) < 0.2,
            "partner": partner,
        }
    )


def told(then: pd.DataFrame, now: pd.DataFrame, partner: str = "alder") -> dict:
    gauge = Gauge(Reference.fit(then, NAMES), partner)
    gauge.add(now)
    return gauge.told()


def test_two_bins_by_hand() -> None:
    """50:50 then, 80:20 now: 0.3 ln 1.6 − 0.3 ln 0.4, all but half a customer."""
    index, luck = drift.indices(np.array([[0, 500, 500]]), np.array([[0, 800, 200]]))
    assert index[0] == pytest.approx(0.3 * np.log(1.6) - 0.3 * np.log(0.4), rel=0.005)
    assert 0.012 < luck[0] < 0.015  # chi-squared with one degree of freedom: 6.63 × 2 / 1000


def test_where_nothing_moved_nothing_is_named() -> None:
    found = told(customers(), customers(seed=1))
    assert (found["moved"], found["psi"], found["named"]) == (0, 0.0, [])
    assert (found["n"], found["of"], found["features"], found["against"]) == (2000, 2000, 5, "partner")


CHANGES = {
    "silence": (lambda f: f.assign(silence=f.silence + 40), "Days since the last purchase: higher than at training"),
    "orders_90": (lambda f: f.assign(orders_90=f.orders_90 // 3), "Orders in 90 days: lower than at training"),
    "spend_365": (
        lambda f: f.assign(spend_365=f.spend_365.where(np.arange(len(f)) % 2 == 0)),
        "Spend in the past year: 55% not known now, 10% at training",
    ),
    "segment": (lambda f: f.assign(segment="platinum"), "Segment: another mix of values than at training"),
    "flag": (lambda f: f.assign(flag=True), "Flag: higher than at training"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_feature_that_moved_is_named_alone_and_says_how(name: str) -> None:
    change, words = CHANGES[name]
    found = told(customers(), change(customers(seed=1)))
    assert [one["name"] for one in found["named"]] == [name]
    assert found["named"][0]["en"].startswith(words[:40])
    assert found["named"][0]["zh-hans"]
    assert found["psi"] == found["named"][0]["psi"] >= 0.1
    assert found["far"] == (found["psi"] >= 0.25)


def test_a_column_that_is_gone_is_missing_everywhere() -> None:
    found = told(customers(), customers(seed=1).drop(columns="orders_90"))
    assert found["named"][0]["name"] == "orders_90"
    assert "100% not known now" in found["named"][0]["en"]


def test_the_luck_of_few_customers_is_no_drift() -> None:
    then = customers(5000)
    alarms = [told(then, customers(40, seed=seed + 1))["moved"] for seed in range(40)]
    assert np.mean(alarms) < 0.2  # of five features each; by the index alone nearly every one would ring


def test_fewer_than_thirty_customers_tell_nothing() -> None:
    assert told(customers(), customers(29)) == {}


def test_a_partner_is_compared_with_its_own_past_where_it_can_be() -> None:
    then = pd.concat(
        [customers(1000), customers(1000, partner="birch").assign(orders_90=50.0), customers(9, partner="c")]
    )
    large = customers(500, seed=5, partner="birch").assign(orders_90=50.0)
    assert told(then, large, "birch")["moved"] == 0
    assert told(then, large, "stranger")["against"] == "network"
    assert told(then, large, "stranger")["named"][0]["name"] == "orders_90"
    assert told(then, large, "c")["against"] == "network"
    assert told(customers(40), customers(40, seed=1))["against"] == "partner"  # nobody else taught


def test_shards_add_up_to_the_whole() -> None:
    then, now = customers(), customers(seed=1).assign(silence=1.0)
    gauge = Gauge(Reference.fit(then, NAMES), "alder")
    for piece in np.array_split(np.arange(len(now)), 7):
        gauge.add(now.iloc[piece])
    assert gauge.told() == told(then, now)


def test_what_is_kept_comes_back_as_it_was_and_names_nobody(tmp_path: Path) -> None:
    then = customers().assign(customer_id="canary")
    made = Reference.fit(then, NAMES)
    kept = tmp_path / "kept"
    kept.mkdir()
    made.save(kept)
    gauge = Gauge.load(kept, partner="alder")
    gauge.add(customers(seed=1).assign(silence=1.0))
    assert gauge.told() == told(then, customers(seed=1).assign(silence=1.0))
    json.dumps(gauge.told(), allow_nan=False)
    assert all(b"canary" not in file.read_bytes() for file in kept.iterdir())
    assert sum(file.stat().st_size for file in kept.iterdir()) < 5000


def test_neither_rare_values_nor_partners_can_be_read_in_what_is_kept(tmp_path: Path) -> None:
    then = customers(45)
    then = then.assign(flag="often", segment=[f"Person {n}" for n in range(36)] + ["Person Nine"] * 9)
    folder = tmp_path / "kept"
    folder.mkdir()
    Reference.fit(then, NAMES).save(folder)
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"Person" not in kept
    assert b"alder" not in kept
    assert b"often" in kept  # shared by ten and more
    gauge = Gauge.load(folder, partner="alder")
    gauge.add(then)
    assert (gauge.told()["against"], gauge.told()["moved"]) == ("partner", 0)
    other = Gauge.load(folder, partner="birch")
    other.add(then)
    assert other.told()["against"] == "network"


def test_an_older_model_without_a_reference_tells_nothing(tmp_path: Path) -> None:
    gauge = Gauge.load(tmp_path, partner="alder")
    gauge.add(customers())
    assert gauge.told() == {}


def test_many_customers_cost_a_sample() -> None:
    now = pd.concat([customers(60_000, seed=1)] * 5)
    gauge = Gauge(Reference.fit(customers(), NAMES), "alder")
    begun = time.process_time()
    gauge.add(now)
    assert time.process_time() - begun < 2
    assert gauge.told()["n"] <= drift.ROWS
    assert gauge.told()["of"] == 300_000


def test_growing_older_is_no_drift() -> None:
    then = customers().assign(age=np.linspace(0, 900, 2000))
    gauge = Gauge(Reference.fit(then, [*NAMES, "age"]), "alder")
    gauge.add(customers(seed=1).assign(age=np.linspace(300, 1200, 2000)))
    assert gauge.told()["moved"] == 0


def test_features_that_never_vary_or_are_never_known_are_no_trouble() -> None:
    flat = customers().assign(silence=1.0, orders_90=np.nan, segment=None)
    found = told(flat, flat)
    assert found["moved"] == 0
    assert told(flat, customers(seed=1))["moved"] == 3
