"""Calibration, blending, splits, rhythm, bands, ranks and labels, each by what it promises."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import attributes, bands, calibrate, ensemble, evaluate, facts, labels, rhythm, splits
from training.ml.features.ranks import mid_ranks
from training.ml.interface import PartnerData

DAY = date(2024, 6, 1)


def drawn(rows: int = 3000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(log-odds, outcomes drawn from them)."""
    rng = np.random.default_rng(seed)
    margin = rng.normal(0, 1.5, rows)
    return margin, (rng.random(rows) < calibrate.sigmoid(margin)).astype(float)


def test_calibration_undoes_a_wrong_scale_and_level() -> None:
    margin, y = drawn()
    found = calibrate.fit(3 * margin + 2, y)
    assert found.slope == pytest.approx(1 / 3, abs=0.05)
    assert found.intercept == pytest.approx(-2 / 3, abs=0.15)


def test_calibration_never_turns_a_list_around() -> None:
    margin, y = drawn()
    assert calibrate.fit(-margin, y).slope > 0
    assert calibrate.fit(-margin, y, downhill=True).slope < 0


def test_calibration_stays_put_when_rows_are_few_or_one_sided() -> None:
    assert calibrate.fit(np.array([1.0, 2.0]), np.array([1.0, 1.0])) == calibrate.Calibration()
    assert 0.5 < calibrate.fit(np.array([-3.0, 3.0, 2.0]), np.array([0.0, 1.0, 0.0])).slope < 1.5


def test_recentring_keeps_the_slope_and_meets_the_mean() -> None:
    margin, y = drawn()
    found = calibrate.recentred(calibrate.Calibration(0.5, 9.0), margin, y)
    assert found.slope == 0.5
    assert calibrate.sigmoid(found.margin(margin)).mean() == pytest.approx(y.mean(), abs=1e-6)


def test_cross_fitted_probabilities_are_calibrated() -> None:
    margin, y = drawn()
    said = calibrate.cross_fitted(4 * margin, y, fold=np.arange(len(y)) % 5)
    assert evaluate.calibration_error(y, said) < 0.04


def test_the_blend_leans_on_the_better_member_and_never_against_one() -> None:
    margin, y = drawn()
    noise = np.random.default_rng(5).normal(size=len(y))
    good, poor = ensemble.weights(np.column_stack([margin, noise]), y, np.ones(len(y)))
    assert good > 0.6
    assert 0 <= poor < 0.2


def test_two_halves_of_the_truth_are_blended() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 3000))
    y = (rng.random(3000) < calibrate.sigmoid(one + other)).astype(float)
    choice = ensemble.choose(
        {"logistic": one, "boosting": other}, y, weight=np.ones(3000), group=np.arange(3000), seed=1
    )
    assert choice.name == "blend"
    assert set(choice.weights) == {"logistic", "boosting"}
    assert set(choice.why) == {"en", "zh-hans"}


def test_a_single_family_wins_when_the_others_only_disturb() -> None:
    margin, y = drawn(6000)
    noise = np.random.default_rng(5).normal(size=(3, len(y))) * 3
    members = {"logistic": margin, "boosting": noise[0], "rhythm": noise[1], "churn_net": noise[2]}
    choice = ensemble.choose(members, y, weight=np.ones(len(y)), group=np.arange(len(y)), seed=1)
    assert choice.weights["logistic"] > 5 * sum(w for name, w in choice.weights.items() if name != "logistic")


@pytest.mark.parametrize(("errors", "name"), [(1.1, "logistic"), (1.5, "blend")])
def test_a_blend_wins_where_the_stated_interval_excludes_zero(
    monkeypatch: pytest.MonkeyPatch, errors: float, name: str
) -> None:
    """A gain of so many standard errors; the interval stated is the one that decides."""
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 2000)) * [[1.0], [0.6]]
    y = (rng.random(2000) < calibrate.sigmoid(one + other)).astype(float)
    monkeypatch.setattr(evaluate, "interval", lambda gain, *_, **__: (
        gain.mean() * (1 - 1.96 / errors), gain.mean() * (1 + 1.96 / errors)
    ))  # fmt: skip
    choice = ensemble.choose(
        {"logistic": one, "boosting": other}, y, weight=np.ones(2000), group=np.arange(2000), seed=1
    )
    assert choice.name == name
    assert all("80 %" in said for said in choice.why.values())


def test_for_a_date_to_come_the_blend_serves_though_the_past_decides_nothing() -> None:
    """Two copies of one truth and noise: no blend gains anything to speak of on these rows."""
    rng = np.random.default_rng(4)
    truth = rng.normal(size=2000)
    y = (rng.random(2000) < calibrate.sigmoid(truth)).astype(float)
    members = {"logistic": truth, "boosting": truth + rng.normal(scale=0.4, size=2000)}
    asked = {"weight": np.ones(2000), "group": np.arange(2000), "seed": 1}
    today = ensemble.choose(members, y, **asked)
    ahead = ensemble.choose(members, y, ahead=True, **asked)
    assert today.name == "logistic"
    assert (ahead.name, set(ahead.weights)) == ("blend", {"logistic", "boosting"})
    assert all("80 %" in said for said in ahead.why.values())
    assert "decides nothing" in ahead.why["en"]


def test_an_only_family_needs_no_contest() -> None:
    margin, y = drawn(100)
    choice = ensemble.choose({"logistic": margin}, y, weight=np.ones(100), group=np.arange(100), seed=1)
    assert (choice.name, choice.weights) == ("logistic", {"logistic": 1.0})


def test_training_dates_know_their_outcome_and_the_newest_judges() -> None:
    dates = splits.back_from(DAY, days=90, first=DAY - timedelta(days=500))
    assert dates is not None
    assert dates.judged == DAY - timedelta(days=90) == max(dates.training)
    assert all(moment + timedelta(days=90) <= dates.judged for moment in dates.strict)
    assert min(dates.training) >= DAY - timedelta(days=500 - splits.WARM_UP)
    assert splits.back_from(DAY, days=90, first=DAY - timedelta(days=100)) is None


def test_recent_dates_weigh_more() -> None:
    weight = splits.recency_weights([DAY, DAY - timedelta(days=365)], as_of=DAY)
    assert weight[0] == pytest.approx(2 * weight[1])
    assert weight.mean() == pytest.approx(1)


def test_folds_keep_groups_whole_and_classes_even() -> None:
    group = np.repeat(np.arange(200), 2)
    y = np.repeat((np.arange(200) % 4 == 0).astype(float), 2)
    fold = splits.stratified_folds(y, group, folds=5, seed=3)
    assert (fold[::2] == fold[1::2]).all()
    assert {y[fold == k].mean() for k in range(5)} == {0.25}
    assert np.array_equal(fold, splits.stratified_folds(y, group, folds=5, seed=3))


def test_dates_of_the_season_of_use_weigh_more_where_a_year_is_known() -> None:
    moments = [DAY - timedelta(days=30 * number) for number in range(16)]
    plain = splits.recency_weights(moments, as_of=DAY)
    seasonal = splits.recency_weights(moments, as_of=DAY, ahead=DAY + timedelta(days=90))
    assert (seasonal / plain).argmax() == 9  # 360 days before the day of use
    short = moments[:8]
    assert np.array_equal(splits.recency_weights(short, as_of=DAY, ahead=DAY), splits.recency_weights(short, as_of=DAY))


def test_forward_parts_teach_older_dates_and_hold_other_customers_on_newer_ones() -> None:
    moments = [DAY - timedelta(days=30 * (number % 10)) for number in range(600)]
    group = np.arange(600) // 10
    parts = splits.forward_parts(moments, group, folds=3, seed=1)
    days = np.array(moments)
    held = np.zeros(600, dtype=int)
    for teaching, holding in parts:
        assert max(days[teaching]) < min(days[holding])
        assert not set(group[teaching]) & set(group[holding])
        held += holding
    assert held.max() == 1
    assert set(days[held == 1]) == {DAY - timedelta(days=30 * number) for number in range(4)}


def test_few_dates_are_looked_at_twice_as_densely_where_rows_allow() -> None:
    first = DAY - timedelta(days=330)
    dense = splits.back_from(DAY, days=90, first=first)
    sparse = splits.back_from(DAY, days=90, first=first, most=8)
    assert dense is not None
    assert sparse is not None
    assert len(dense.training) == 2 * len(sparse.training) - 1
    assert dense.judged == sparse.judged == DAY - timedelta(days=90)


def test_ranks_share_ties_and_keep_gaps() -> None:
    ranks = mid_ranks(np.array([1.0, 1.0, 3.0, np.nan]), among=np.array([1.0, 1.0, 3.0, np.nan]))
    assert ranks[:3].tolist() == pytest.approx([1 / 3, 1 / 3, 5 / 6])
    assert np.isnan(ranks[3])
    assert mid_ranks(np.array([99.0]), among=np.array([1.0, 2.0])).tolist() == [1.0]
    assert np.isnan(mid_ranks(np.array([1.0]), among=np.array([np.nan]))).all()


def buyers(rows: int = 800) -> pd.DataFrame:
    """Customers drawn from the very model: paces differ, and after each purchase one in eight is lost."""
    rng = np.random.default_rng(2)
    made = []
    for _ in range(rows):
        pace, day, seen, age = rng.gamma(2, 0.02), 0.0, 0, float(rng.integers(200, 500))
        last = 0.0
        while rng.random() > 0.12:
            day += rng.exponential(1 / pace)
            if day > age:
                break
            seen, last = seen + 1, day
        made.append((seen + 1, last, age))
    return pd.DataFrame(made, columns=["active_days", "span", "age"])


def test_the_rhythm_finds_who_is_still_here() -> None:
    frame = buyers()
    fitted = rhythm.fit(frame)
    assert fitted is not None
    assert fitted.a / (fitted.a + fitted.b) == pytest.approx(0.12, abs=0.06)
    silent = fitted.silent(pd.DataFrame({"active_days": [10, 10], "span": [380, 100], "age": [400, 400]}), days=60)
    assert silent[0] < 0.5 < 0.9 < silent[1]


def test_longer_horizons_make_silence_less_likely() -> None:
    fitted = rhythm.fit(buyers())
    assert fitted is not None
    frame = buyers(50)
    short, long = fitted.silent(frame, days=30), fitted.silent(frame, days=180)
    assert (short >= long).all()
    assert ((short > 0) & (short <= 1)).all()


def test_the_rhythm_needs_repeat_buyers() -> None:
    assert rhythm.fit(buyers().iloc[:10]) is None
    assert rhythm.fit(pd.DataFrame({"active_days": [1] * 50, "span": [0] * 50, "age": [9] * 50})) is None


@pytest.mark.parametrize("rate", [0.02, 0.265, 0.5, 0.9])
def test_bands_are_set_by_odds(rate: float) -> None:
    rule = bands.thresholds(rate)
    assert rule["medium"] == pytest.approx(rate, abs=1e-3)
    assert rate < rule["high"] < 1
    assert bands.named(np.array([rule["high"], rate + 1e-3, 0.0]), rule).tolist() == ["high", "medium", "low"]


def test_outcomes_are_read_as_written() -> None:
    assert labels.parse("churn", "inactivity:90", horizon=30) == labels.Outcome("inactivity", 90)
    assert labels.parse("propensity", "purchase:30:Lamps: desk", horizon=90).category == "Lamps: desk"
    assert labels.parse("churn", "subscription", horizon=45).days == 45
    assert labels.parse("churn", "labelled", horizon=45) == labels.Outcome("labelled")
    for wrong in ("", "labeled", "inactivity:-3", "inactivity:9999", "purchase:30"):
        with pytest.raises(Refusal):
            labels.parse("churn", wrong, horizon=90)


def test_a_window_holds_its_first_day_and_not_its_last(tmp_path: Path) -> None:
    rows = [("first", DAY, "a", 1, 1.0), ("last", DAY + timedelta(days=29), "a", 1, 1.0)]
    rows += [("late", DAY + timedelta(days=30), "a", 1, 1.0), ("before", DAY - timedelta(days=1), "a", 1, 1.0)]
    makers.write(tmp_path, orders=makers.orders(rows))
    with facts.opened(PartnerData("p", tmp_path)) as con:
        assert set(labels.bought(con, as_of=[DAY], days=30).customer_id) == {"first", "last"}


def test_only_purchases_in_the_category_count(shop: PartnerData) -> None:
    with facts.opened(shop) as con:
        everything = labels.bought(con, as_of=[DAY], days=60)
        lamps = labels.bought(con, as_of=[DAY], days=60, category="lamps")
    assert 0 < lamps.spend.sum() < everything.spend.sum()
    assert set(lamps.customer_id) <= set(everything.customer_id)


def test_a_contract_kept_or_renewed_is_no_loss(tmp_path: Path) -> None:
    later = DAY + timedelta(days=10)
    frame = pd.DataFrame(
        {
            "subscription_id": ["1", "2", "3", "4"], "customer_id": ["kept", "lost", "renewed", "renewed"], "sku": "x",
            "started": [DAY - timedelta(days=9)] * 3 + [later], "ended": [None, later, later, None],
        }
    )  # fmt: skip
    makers.write(tmp_path, subscriptions=frame)
    with facts.opened(PartnerData("p", tmp_path)) as con:
        assert set(labels.kept_contract(con, as_of=[DAY], days=30).customer_id) == {"kept", "renewed"}


def test_an_attribute_that_is_a_day_becomes_its_age_and_a_missing_one_stays_missing() -> None:
    frame = pd.DataFrame(
        {"attr_visited": pd.to_datetime(["2026-01-01", None]), "attr_plan": ["a", "b"], "since": pd.NaT}
    )
    aged = attributes.aged(frame, date(2026, 1, 31))
    assert list(aged.columns) == ["attr_plan", "since", "attr_visited_days_ago"]
    assert aged["attr_visited_days_ago"].tolist()[0] == 30.0
    assert np.isnan(aged["attr_visited_days_ago"][1])
