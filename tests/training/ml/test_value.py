"""Expected spend: better than last year's in proportion, with intervals that hold about what they say."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import engine, evidence, value
from training.ml.features.catalogue import sentence
from training.ml.interface import PartnerData, Task

AS_OF = makers.TODAY - timedelta(days=60)
TASK = Task("value", "", 60, budget=60.0)


@pytest.fixture(scope="module")
def done(shop: PartnerData, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    out = tmp_path_factory.mktemp("value")
    made = engine.train([shop], task=TASK, as_of=AS_OF, out=out)
    return out, made, engine.predict(out, shop, as_of=AS_OF).to_pandas()


def spent(shop: PartnerData, customers: pd.Series) -> np.ndarray:
    lines = pd.read_parquet(shop.path / "orders.parquet")
    later = lines[(lines.date >= AS_OF) & (lines.date < AS_OF + timedelta(days=60))]
    return later.groupby("customer_id").amount.sum().reindex(customers).fillna(0).to_numpy()


def test_it_beats_last_years_spend_in_proportion(done: tuple) -> None:
    metrics = done[1].metrics
    assert metrics["mae"]["value"] < metrics["naive"]["mae"]
    assert metrics["mae"]["low"] <= metrics["mae"]["value"] <= metrics["mae"]["high"]
    assert metrics["naive"]["name"] == value.NAIVE


def test_the_card_says_whether_it_is_better_beyond_doubt_and_grades_it(done: tuple) -> None:
    metrics, card = done[1].metrics, done[1].card
    better = metrics["better"]["mae"]
    assert better["value"] == pytest.approx(metrics["mae"]["value"] - metrics["naive"]["mae"])
    assert better["low"] <= better["value"] <= better["high"]
    assert card["grade"]["letter"] in "ABCD"
    assert [note["name"] for note in card["grade"]["notes"]] == ["rows", "rival"]


def test_inputs_that_moved_are_told_beside_the_rows(done: tuple, shop: PartnerData) -> None:
    """On the newest date that taught nothing has moved; a year before, with half the history, much had."""
    same = evidence.attached(engine.predict(done[0], shop, as_of=AS_OF - timedelta(days=60)))["drift"]
    assert same["far"] == 0
    assert same["n"] > 30
    young = evidence.attached(engine.predict(done[0], shop, as_of=AS_OF - timedelta(days=400)))["drift"]
    assert young["far"] > 5
    assert len(young["named"]) == 5


def test_what_is_expected_follows_what_is_spent(done: tuple, shop: PartnerData) -> None:
    scored = done[2]
    actual = spent(shop, scored.customer_id)
    assert np.corrcoef(actual, scored.expected_spend)[0, 1] > 0.5
    assert scored.expected_spend.sum() == pytest.approx(actual.sum(), rel=0.4)


def test_intervals_hold_most_of_what_happens(done: tuple, shop: PartnerData) -> None:
    scored = done[2]
    assert (scored.low <= scored.expected_spend).all()
    assert (scored.expected_spend <= scored.high).all()
    assert (scored.low >= 0).all()
    actual = spent(shop, scored.customer_id)
    assert 0.6 < ((actual >= scored.low - 1e-9) & (actual <= scored.high + 1e-9)).mean() <= 1


def test_the_table_keeps_its_contract(done: tuple) -> None:
    scored = done[2]
    assert list(scored.columns) == ["customer_id", "expected_spend", "low", "high", "rank", "reasons"]
    assert scored["rank"].tolist() == list(range(1, len(scored) + 1))
    assert scored.expected_spend.is_monotonic_decreasing
    assert all("{" not in sentence(reason, "en") for text in scored.reasons for reason in json.loads(text))


def test_the_card_is_honest_json(done: tuple) -> None:
    json.dumps([done[1].metrics, done[1].card], allow_nan=False)
    assert done[1].card["judged"]["en"].startswith("judged on")


def test_the_same_seed_gives_the_same_value(done: tuple, shop: PartnerData, out: Path) -> None:
    engine.train([shop], task=TASK, as_of=AS_OF, out=out)
    pd.testing.assert_frame_equal(engine.predict(out, shop, as_of=AS_OF).to_pandas(), done[2])


def test_too_few_customers_are_refused(out: Path, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="at least 30"):
        engine.train([makers.partner(tmp_path / "few", customers=9)], task=TASK, as_of=AS_OF, out=out)


def test_tenths_that_agree_correlate_fully() -> None:
    spend = np.arange(100.0)
    assert value.decile_correlation(spend, spend * 2) == pytest.approx(1)
    assert value.decile_correlation(spend, -spend) == pytest.approx(-1, abs=0.05)
    assert value.decile_correlation(spend, np.zeros(100)) == 0


def test_a_customer_seen_on_many_dates_counts_once_in_the_intervals() -> None:
    rng = np.random.default_rng(3)
    actual = rng.exponential(100, 300)
    said, naive = actual + rng.normal(0, 30, 300), actual + rng.normal(0, 33, 300)

    def width(times: int, customers: np.ndarray) -> tuple[float, float]:
        many = [np.tile(values, times) for values in (actual, said, naive)]
        found = value._metrics(*many, customers, seed=1)
        return tuple(one["high"] - one["low"] for one in (found["mae"], found["better"]["mae"]))

    once, repeated = width(1, np.arange(300)), width(9, np.tile(np.arange(300), 9))
    assert repeated == pytest.approx(once, rel=0.01)
    independent = width(9, np.arange(2700))
    assert all(np.array(independent) < 0.5 * np.array(repeated))
