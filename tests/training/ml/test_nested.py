"""Nested folds: no label of a fold, and nothing learned from it, reaches the answers for that fold."""

from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import evaluate, families, nested, seating, splits
from training.ml.calibrate import sigmoid
from training.ml.crew import Crew
from training.ml.describe import Described
from training.ml.features.build import STANDING
from training.ml.interface import Limits, Task
from training.ml.nested import Fitted

QUICK = ("logistic", "additive")
PLAIN = (1, 5, 1)
NOBODY: frozenset[str] = frozenset()


def table(rows: int = 400, *, seed: int = 0, noise: bool = False) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers as `labelled.rows` gives them, attributes only, and their labels."""
    dice = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(rows)],
            "attr_plan": dice.choice(["month", "year"], rows),
            "attr_calls": dice.poisson(2, rows).astype(float),
            "attr_age": dice.uniform(1, 70, rows),
            **dict.fromkeys(STANDING),
            "history": 0.0,
            "as_of": pd.Timestamp("2024-01-01"),
            "partner": "p",
        }
    )
    pull = 1.6 * (frame.attr_plan == "month") + 0.5 * frame.attr_calls - 0.03 * frame.attr_age - 1.2
    chance = 0.5 if noise else 1 / (1 + np.exp(-pull.to_numpy()))
    return frame, (dice.random(rows) < chance).astype(float)


def plan(names: tuple[str, ...] = QUICK, design: tuple[int, int, int] = PLAIN, rows: int = 10_000) -> seating.Plan:
    seats = [seating.Seat(r, held, names) for r in range(design[0]) for held in seating.pairs(design)]
    return seating.Plan(design[0], design[1], tuple(seats), rows)


def fit(frame: pd.DataFrame, y: np.ndarray, *, made: seating.Plan | None = None, **more: object) -> Fitted:
    task = Task("churn", "labelled", 90, budget=600.0)
    suspects = more.pop("suspects", lambda taught, labels, fold: NOBODY)
    group = np.arange(len(y))
    return nested.fit(frame, y, group, plan=made or plan(), task=task, started=monotonic(), suspects=suspects)


@pytest.fixture
def dealt(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Folds that do not depend on the labels, so that labels can be changed without dealing anew."""
    fold = np.arange(400) % 5
    monkeypatch.setattr(splits, "stratified_folds", lambda y, group, **_: fold)
    return fold


def test_the_labels_of_a_fold_never_reach_its_own_answers(dealt: np.ndarray) -> None:
    frame, y = table()
    other = y.copy()
    other[dealt == 2] = 1 - other[dealt == 2]
    one, two = fit(frame, y).said, fit(frame, other).said
    assert np.array_equal(one[dealt == 2], two[dealt == 2])
    assert not np.array_equal(one[dealt == 0], two[dealt == 0])  # they do reach everybody else's


def test_the_attributes_of_a_fold_never_reach_what_answers_for_it(dealt: np.ndarray) -> None:
    frame, y = table()
    frame.loc[(dealt == 1), "attr_plan"] = "known to one fold only"
    crew = fit(frame, y).crew
    for seat in crew.seats:
        known = "known to one fold only" in crew.recipes[seat.recipe].encoder.values["attr_plan"]
        assert known == (1 not in seat.held)


def test_what_is_held_back_is_decided_on_teaching_rows_alone(dealt: np.ndarray) -> None:
    frame, y = table()
    looked: list[tuple[set[int], bool]] = []

    def suspects(taught: pd.DataFrame, labels: np.ndarray, fold: np.ndarray) -> frozenset[str]:
        rows = taught.customer_id.str[1:].astype(int).to_numpy()
        looked.append((set(fold.tolist()), bool(np.array_equal(labels, y[rows]) and (dealt[rows] == fold).all())))
        return frozenset({"attr_age"})

    done = fit(frame, y, suspects=suspects)
    assert all(true and len(folds) == 3 for folds, true in looked)
    assert done.held == {"attr_age": 5}
    assert not any("age" in name for name in done.crew.columns().names)


def test_shuffled_labels_are_judged_a_coin() -> None:
    frame, y = table(1200, noise=True)
    done = fit(frame, y, made=plan((*seating.CORE,)))
    assert 0.44 < evaluate.auc(y, done.said) < 0.56
    assert np.abs(done.said - y.mean()).mean() < 0.08


def test_what_is_there_to_learn_is_learned_and_calibrated() -> None:
    frame, y = table(1500)
    done = fit(frame, y)
    assert evaluate.auc(y, done.said) > 0.7
    assert evaluate.calibration_error(y, done.said) < 0.05


@pytest.mark.parametrize("junk", ["constant", "missing", "copy", "mostly missing"])
def test_columns_that_say_nothing_new_do_no_harm(junk: str) -> None:
    frame, y = table(600)
    column = {
        "constant": np.ones(600), "missing": np.full(600, np.nan), "copy": frame.attr_calls.to_numpy(),
        "mostly missing": np.where(np.arange(600) % 200 == 0, 1.0, np.nan),
    }[junk]  # fmt: skip
    plain, more = fit(frame, y), fit(frame.assign(attr_junk=column), y)
    assert np.isfinite(more.said).all()
    assert abs(evaluate.auc(y, plain.said) - evaluate.auc(y, more.said)) < 0.02


def test_thirty_customers_five_of_them_gone_are_enough_not_to_fall_over() -> None:
    frame, _ = table(30)
    y = (np.arange(30) % 6 == 0).astype(float)
    done = fit(frame, y, made=plan((*seating.CORE,)))
    assert np.isfinite(done.said).all()
    assert 0 < done.said.min() <= done.said.max() < 1


def test_a_file_without_a_telling_column_is_refused() -> None:
    frame, y = table(60)
    with pytest.raises(Refusal, match="Add attributes"):
        fit(frame.drop(columns=["attr_plan", "attr_calls", "attr_age"]), y)


def test_a_saved_crew_answers_the_same_and_its_shares_add_up(tmp_path: Path) -> None:
    frame, y = table(500)
    done = fit(frame, y, made=plan(("logistic", "boosting"), (2, 5, 2)))
    done.crew.save(tmp_path)
    again = Crew.load(tmp_path)
    for fold in (None, done.fold):
        margin = again.margin(frame, fold=fold)
        assert np.allclose(margin, done.crew.margin(frame, fold=fold), atol=1e-9)
        rest = margin - again.contributions(frame, fold=fold).sum(axis=1)
        assert np.corrcoef(margin, margin - rest)[0, 1] > 0.98


def test_customers_that_trained_are_answered_by_what_judged_them() -> None:
    frame, y = table(500)
    done = fit(frame, y)
    assert np.allclose(sigmoid(done.crew.margin(frame, fold=done.fold)), done.said, atol=1e-9)
    assert not np.allclose(sigmoid(done.crew.margin(frame)), done.said, atol=1e-3)


def test_many_rows_are_explained_by_one_seat_per_family_each(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, y = table(500)
    crew = fit(frame, y, made=plan(("logistic",))).crew
    whole = crew.contributions(frame)
    monkeypatch.setattr("training.ml.crew.EXPLAINED", 100)
    quick = crew.contributions(frame)
    assert not np.array_equal(whole, quick)
    assert np.corrcoef(whole.ravel(), quick.ravel())[0, 1] > 0.95


def test_matrices_too_large_to_keep_are_made_again_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, y = table()
    kept = fit(frame, y).said
    monkeypatch.setattr(nested, "MATRICES", 0)
    made = []
    matrix = Described.matrix
    monkeypatch.setattr(Described, "matrix", lambda self, rows: made.append(1) or matrix(self, rows))
    assert np.array_equal(fit(frame, y).said, kept)
    assert len(made) == len(plan().seats) * len(QUICK)


def test_a_sample_teaches_when_rows_are_many_and_the_card_says_so() -> None:
    frame, y = table(600)
    done = fit(frame, y, made=plan(rows=200))
    assert np.isfinite(done.said).all()
    assert any("drawn at random from 600" in note["en"] for note in done.trial.notes)


@pytest.mark.parametrize("name", ["additive", "forest", "eager", "boosting"])
def test_threads_change_nothing(name: str) -> None:
    examples = makers.examples(600)
    one = families.family(name).fit(examples, seed=3, limits=Limits(threads=1)).margin(examples.x)
    two = families.family(name).fit(examples, seed=3, limits=Limits(threads=2)).margin(examples.x)
    assert np.array_equal(one, two)
