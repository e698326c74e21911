"""A gap between what is known and the days that count: what is bought within it neither teaches nor judges."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import artefacts, engine, facts, history, inputs, labels, rhythm, splits, versus
from training.ml.interface import PartnerData, Task
from training.ml.level import Diary, Level

DAY = date(2026, 1, 1)
GAP = 14
AS_OF = makers.TODAY - timedelta(days=60)
PACE = rhythm.Rhythm(r=0.8, alpha=20.0, a=1.5, b=4.0)


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def test_a_window_begins_after_the_gap_and_is_no_shorter_for_it(tmp_path: Path) -> None:
    rows = [("today", 0), ("gap", GAP - 1), ("first", GAP), ("last", GAP + 29), ("late", GAP + 30)]
    makers.write(tmp_path, orders=makers.orders([(who, later(days), "a", 1, 1.0) for who, days in rows]))
    with facts.opened(PartnerData("p", tmp_path)) as con:
        found = labels.bought(con, as_of=[DAY], days=30, gap=GAP)
    assert set(found.customer_id) == {"first", "last"}


def test_a_contract_is_kept_that_runs_when_the_days_after_the_gap_are_over(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "subscription_id": ["1", "2", "3"], "customer_id": ["kept", "lost", "lost_in_gap"], "sku": "x",
            "started": later(-9), "ended": [None, later(GAP + 29), later(3)],
        }
    )  # fmt: skip
    makers.write(tmp_path, subscriptions=frame)
    with facts.opened(PartnerData("p", tmp_path)) as con:
        assert set(labels.kept_contract(con, as_of=[DAY], days=30, gap=GAP).customer_id) == {"kept"}
        assert set(labels.kept_contract(con, as_of=[DAY], days=29).customer_id) == {"kept", "lost"}


def test_dates_are_usable_once_the_days_after_their_gap_are_over(shop: PartnerData) -> None:
    asked = labels.Outcome("inactivity", 60, gap=GAP)
    frame, dates = history.gathered([shop], asked, as_of=AS_OF, rows=10_000, seed=1)
    assert dates.judged == AS_OF - timedelta(days=60 + GAP) == frame["as_of"].max().date()
    assert max(dates.strict) + timedelta(days=60 + GAP) <= dates.judged
    barely = splits.WARM_UP + asked.span
    assert splits.back_from(DAY, days=asked.span, first=later(-barely)) is not None
    assert splits.back_from(DAY, days=asked.span, first=later(1 - barely)) is None


def test_absurd_orders_within_the_gap_are_no_outcome(shop: PartnerData, tmp_path: Path) -> None:
    asked = labels.Outcome("inactivity", 60, gap=GAP)
    judged = AS_OF - timedelta(days=asked.span)
    plain = history.dated_rows(shop, asked, [judged])
    lines = pd.read_parquet(shop.path / "orders.parquet")
    absurd = lines.drop_duplicates("customer_id").assign(
        order_id="absurd", date=judged + timedelta(days=GAP - 1), amount=1e9, quantity=1e6
    )
    makers.write(tmp_path / "p", orders=pd.concat([lines, absurd]), products=makers.goods())
    poisoned = history.dated_rows(PartnerData(shop.key, tmp_path / "p"), asked, [judged])
    known, told = (one.set_index("customer_id")[["y", "spend"]].sort_index() for one in (plain, poisoned))
    assert 0 < known["y"].mean() < 1
    assert known.equals(told)


def test_the_rhythm_counts_who_is_lost_within_the_gap() -> None:
    frame = pd.DataFrame({"active_days": [1, 4, 12], "span": [0.0, 80.0, 300.0], "age": [30.0, 100.0, 310.0]})
    said = PACE.silent(frame, days=60, gap=45)
    rng, drawn = np.random.default_rng(5), 200_000
    alive = PACE.silent(frame, days=10**9)  # silent for ever is lost already
    for place, (active, age) in enumerate(zip(frame.active_days, frame.age, strict=True)):
        pace = rng.gamma(PACE.r + active - 1, 1 / (PACE.alpha + age), drawn)
        loss = rng.beta(PACE.a, PACE.b + active - 1, drawn)
        here = rng.random(drawn) > alive[place]
        here &= rng.random(drawn) < (1 - loss) ** rng.poisson(45 * pace)
        silent = ~(here & (rng.poisson(60 * pace) > 0))
        assert said[place] == pytest.approx(silent.mean(), abs=0.015)
    assert (said > PACE.silent(frame, days=60) + 0.02).all()


def test_no_gap_is_the_same_to_the_last_bit() -> None:
    frame = pd.DataFrame({"active_days": [1, 4, 12], "span": [0.0, 80.0, 300.0], "age": [30.0, 100.0, 310.0]})
    repeats, reach = frame.active_days - 1, PACE.alpha + frame.age
    lost = np.where(repeats > 0, PACE.a / (PACE.b + np.maximum(repeats, 1) - 1), 0.0)
    alive = 1 / (1 + lost * np.exp((PACE.r + repeats) * np.log(reach / (PACE.alpha + frame.span))))
    pause = np.exp((PACE.r + repeats) * np.log(reach / (reach + 60)))
    assert np.array_equal(PACE.silent(frame, days=60), 1 - alive * (1 - pause))
    older = inputs.Inputs([], {}, PACE, 60).as_dict()
    assert older.pop("gap") == 0
    assert inputs.Inputs.from_dict(older).gap == 0


def test_the_trade_ahead_is_that_of_last_years_days_after_the_gap() -> None:
    trade = np.zeros(800)
    trade[800 - 365 + GAP : 800 - 365 + GAP + 30] = 5.0
    first = later(-800)
    diary = Diary(first, trade, {DAY: 10})
    assert diary.ahead(DAY, days=30, gap=GAP) == pytest.approx(150)
    assert diary.ahead(DAY, days=30) == pytest.approx(5 * (30 - GAP))


def test_a_rate_is_known_when_the_days_after_its_gap_are_over() -> None:
    rate = {later(-80): 0.2, later(-40): 0.9}
    level = Level((), rate, dict.fromkeys(rate, 10_000), 30, up=False, gap=GAP)
    assert level.foreseen(DAY) == pytest.approx(0.2, abs=0.01)
    with pytest.raises(ValueError, match="no outcome"):
        level.foreseen(later(-80 + 30 + GAP - 1))


@pytest.mark.parametrize(("kind", "outcome"), [("churn", "inactivity:60"), ("value", "")])
def test_a_model_with_a_gap_says_so_and_is_judged_further_back(
    kind: str, outcome: str, tmp_path: Path, out: Path
) -> None:
    shop = makers.partner(tmp_path / "shop", customers=60)
    task = Task(kind, outcome, 60, families=("rhythm", "logistic"), gap=GAP)
    made = engine.train([shop], task=task, as_of=AS_OF, out=out)
    state = artefacts.opened(out)
    assert (made.card["gap"], state["gap"], state["inputs"]["gap"]) == (GAP, GAP, GAP)
    assert max(made.card["dates"]) == str(AS_OF - timedelta(days=60 + GAP))
    assert engine.predict(out, shop, as_of=AS_OF).num_rows > 0


def test_models_with_other_gaps_answer_other_questions(tmp_path: Path) -> None:
    about = {"kind": "churn", "mode": "inactivity", "days": 60, "category": None}
    network, nobody, none = tmp_path / "network", pd.DataFrame(), np.empty(0)
    network.mkdir()
    artefacts.seal(network, {**about, "gap": 7})
    assert versus.compared(network, nobody, none, none, about=about) == {}
    assert versus.compared(network, nobody, none, none, about={**about, "gap": 8}) == {}
    with pytest.raises(FileNotFoundError):  # the same question: the network's model is read, which is not there
        versus.compared(network, nobody, none, none, about={**about, "gap": 7})


@pytest.mark.parametrize(("outcome", "gap", "words"), [("labelled", 7, "label"), ("inactivity:60", -1, "out of range")])
def test_a_gap_that_makes_no_sense_is_refused(outcome: str, gap: int, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        labels.parse("churn", outcome, horizon=60, gap=gap)
