"""What partners lend each other over time: figures know nothing of the judged date, and levels stay as foreseen."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import engine, evaluate, history, labels, lending, level, pooling, timed
from training.ml.calibrate import sigmoid
from training.ml.interface import Task

PARTNERS, DATES, SPAN = 8, 5, 60
NEWEST = pd.Timestamp("2024-06-01")
RATE = 0.3


def foretold(rng: np.random.Generator, *, stable: bool) -> tuple[float, float, lending.Learned]:
    """AUC of the judged date by the margins alone and as judged, where levels of partners last or are drawn afresh."""
    days = [*(NEWEST - timedelta(days=SPAN + 30 * k) for k in range(DATES)), NEWEST]
    shape = (len(days), PARTNERS, 100)
    day, who, customer = (one.ravel() for one in np.indices(shape))
    levels = rng.normal(0, 1, (1 if stable else len(days), PARTNERS)) * np.ones((len(days), 1))
    margin = rng.normal(0, 0.3, len(day))
    frame = pd.DataFrame({
        "partner": who.astype(str), "customer_id": customer.astype(str), "as_of": np.array(days)[day],
        "y": (rng.random(len(day)) < sigmoid(margin + levels[day, who])).astype(float),
    })  # fmt: skip
    newest = day == DATES
    past = SimpleNamespace(
        frame=frame, teaching=~newest, judging=newest, outcome=labels.Outcome("inactivity", SPAN),
        task=SimpleNamespace(seed=7), level=SimpleNamespace(foreseen=lambda _: RATE),
    )  # fmt: skip
    held = np.where(rng.random((~newest).sum()) < 0.1, np.nan, margin[~newest])
    said, order, _, shared = timed._foretold(past, held, margin[newest])
    assert said.mean() == pytest.approx(RATE, abs=1e-6)
    y = frame["y"].to_numpy()[newest]
    return evaluate.auc(y, margin[newest]), evaluate.auc(y, order), shared


def test_levels_that_nobody_could_know_gain_nothing_on_the_judged_date() -> None:
    found = [foretold(np.random.default_rng(seed), stable=False)[:2] for seed in range(5)]
    gains = [judged - plain for plain, judged in found]
    assert max(gains) < 0.05
    assert np.mean(gains) < 0.01
    assert np.median(np.abs(gains)) == 0.0  # mostly nothing is adjusted at all


def test_levels_that_last_help_on_the_judged_date() -> None:
    for seed in range(3):
        plain, judged, shared = foretold(np.random.default_rng(seed), stable=True)
        assert judged > plain + 0.05
        assert shared.card["kept"]


def test_customers_of_adjusted_partners_leave_as_often_as_foreseen(tmp_path: Path, monkeypatch) -> None:
    """From training to the list: partners differ in level and in slope, and the mean of all lists is the level's."""
    many = [makers.partner(tmp_path / key, key=key, customers=60, seed=seed) for seed, key in enumerate("ab")]
    gathered = history.gathered

    def planted(*args, **options):
        frame, dates = gathered(*args, **options)
        rng, place = np.random.default_rng(3), frame["silence"].rank(pct=True).to_numpy() - 0.5
        pull = np.where(frame["partner"] == "a", 1.5 + 8 * place, -1.5 + 2 * place)
        return frame.assign(y=(rng.random(len(frame)) < sigmoid(pull)).astype(float)), dates

    monkeypatch.setattr(history, "gathered", planted)
    monkeypatch.setattr(level.Level, "foreseen", lambda self, day: RATE)
    task = Task("churn", f"inactivity:{SPAN}", SPAN, families=("logistic",), budget=600.0)
    as_of = makers.START + timedelta(days=400)
    made = engine.train(many, task=task, as_of=as_of, out=tmp_path / "out")
    assert made.card["pooling"]["kept"]
    newest = as_of - timedelta(days=SPAN)
    told = pd.concat([engine.predict(tmp_path / "out", one, as_of=newest).to_pandas() for one in many])
    assert told.probability.mean() == pytest.approx(RATE, abs=0.02)


def dated(rng: np.random.Generator, *, stable: bool) -> lending.Learned:
    levels = np.tile(rng.normal(0, 1, PARTNERS), (DATES, 1)) if stable else rng.normal(0, 1, (DATES, PARTNERS))
    day, who, _ = (one.ravel() for one in np.indices((DATES, PARTNERS, 100)))
    margin = rng.normal(0, 0.3, len(day))
    y = (rng.random(len(day)) < sigmoid(margin + levels[day, who])).astype(float)
    rows = np.arange(len(day))
    return lending.learned(
        sigmoid(margin), y, partner=who.astype(str).tolist(), group=rows, fold=rows % 5, moment=30 * day, span=SPAN
    )


def test_what_is_peculiar_to_a_date_is_dropped_and_what_lasts_is_kept() -> None:
    rng = np.random.default_rng(0)
    assert [dated(rng, stable=False).card["kept"] for _ in range(8)].count(True) <= 1
    assert all(dated(rng, stable=True).card["kept"] for _ in range(4))


def test_dates_whose_outcomes_overlap_do_not_adjust_each_other() -> None:
    """Two dates a month apart with one outcome in both: by dates nothing can be told, so customers are compared."""
    rng = np.random.default_rng(1)
    moment = np.repeat([0, 30], 200)
    parts = lending._days_apart(moment, SPAN)
    assert parts == []
    apart = lending._days_apart(np.append(moment, np.full(200, 90)), SPAN)
    assert [int(here.sum()) for _, here in apart] == [200, 200, 200]
    assert all(not (teaching & here).any() for teaching, here in apart)
    y = (rng.random(400) < 0.5).astype(float)
    found = lending.learned(
        np.full(400, 0.5), y, partner=["a", "b"] * 200, group=np.arange(400), fold=np.arange(400) % 5,
        moment=moment, span=SPAN,
    )  # fmt: skip
    assert found.card["log_loss"]["n"] == 400


def test_slopes_of_partners_turn_around_the_level_of_use() -> None:
    """Learned where half leave, used where a tenth does: the mean stays a tenth, and the spread is still wider."""
    rng = np.random.default_rng(2)
    margin, who = rng.normal(0, 1, 4000), np.repeat(["a", "b"], 2000)
    y = (rng.random(4000) < sigmoid(np.where(who == "a", 2.0 * margin + 0.5, 1.6 * margin))).astype(float)
    pool = pooling.fit(margin, y, partner=who.tolist(), group=np.arange(4000))
    calibration = level.at(0.1, margin, slope=1.0)
    said = calibration.margin(margin)
    off = np.concatenate([pool.answer(said[who == name], partner=name).probability for name in ("a", "b")])
    assert abs(off.mean() - 0.1) > 0.02
    moved, more, found = lending.moved(pool, said, partner=who.tolist(), rate=0.1)
    assert sigmoid(found).mean() == pytest.approx(0.1, abs=1e-6)
    used = np.concatenate([moved.answer(said[who == name] + more, partner=name).margin for name in ("a", "b")])
    assert used == pytest.approx(found)
    assert evaluate.auc(y[:2000], found[:2000]) == pytest.approx(evaluate.auc(y[:2000], margin[:2000]))
    assert found.std() > 1.3 * said.std()
