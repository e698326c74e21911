"""Columns that give the answer away are found in every disguise; honest columns and bare luck are not accused."""

import numpy as np
import pandas as pd
import pytest

from training.ml import leaks
from training.ml.leaks import Lead


def world(rows: int = 800, seed: int = 0, rate: float = 0.25) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Three honest columns of which the best reaches an AUC of about .75."""
    rng = np.random.default_rng(seed)
    y = (rng.random(rows) < rate).astype(float)
    frame = pd.DataFrame(
        {
            "attr_months": rng.normal(30 - 9 * y, 9, rows),
            "attr_plan": np.where(rng.random(rows) < 0.3 + 0.3 * y, "month", "year"),
            "attr_noise": rng.random(rows),
        }
    )
    return frame, y, np.arange(rows) % 5


def held(frame: pd.DataFrame, y: np.ndarray, fold: np.ndarray, **how: object) -> list[str]:
    return [lead.column for lead in leaks.verdict(leaks.look(frame, y, fold), y, **how).held]  # type: ignore[arg-type]


DISGUISES = {
    "its own flag": lambda y, rng: y,
    "a word": lambda y, rng: np.where(y > 0, "left", "active"),
    "filled in afterwards": lambda y, rng: np.where(y > 0, rng.integers(1, 400, len(y)).astype(float), np.nan),
    "a reason only leavers give": lambda y, rng: np.where(y > 0, [f"text {n}" for n in range(len(y))], None),
    "a threshold in the tail": lambda y, rng: np.where(y > 0, 1000 + rng.random(len(y)), rng.normal(0, 50, len(y))),
    "falling": lambda y, rng: -y + rng.normal(0, 0.01, len(y)),
    "nearly always right": lambda y, rng: np.where(rng.random(len(y)) < 0.98, y, 1 - y),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_trace_of_the_outcome_is_found_in_every_disguise(disguise: str) -> None:
    frame, y, fold = world()
    frame["attr_trace"] = DISGUISES[disguise](y, np.random.default_rng(1))
    assert held(frame, y, fold) == ["attr_trace"]


def test_a_rare_outcome_hides_no_trace_in_the_last_twentieth() -> None:
    frame, y, fold = world(5000, rate=0.01)
    frame["attr_balance"] = np.where(y > 0, 5000.0, np.random.default_rng(1).normal(0, 100, len(y)))
    assert "attr_balance" in held(frame, y, fold)


def test_honest_columns_are_left_alone() -> None:
    frame, y, fold = world()
    found = leaks.look(frame, y, fold)
    assert 0.65 < found[0].auc < 0.85
    assert leaks.verdict(found, y) == leaks.Verdict()


def test_a_strong_column_among_strong_ones_is_no_trace() -> None:
    """Where the question is easy, several columns are good: none stands apart."""
    rng, y = np.random.default_rng(0), (np.arange(2000) % 3 == 0).astype(float)
    frame = pd.DataFrame({f"attr_{n}": y + rng.normal(0, spread, 2000) for n, spread in enumerate((0.4, 0.45, 0.5))})
    assert leaks.look(frame, y, np.arange(2000) % 5)[0].auc > leaks.SUSPECT
    assert held(frame, y, np.arange(2000) % 5) == []


def test_on_few_rows_luck_accuses_nobody() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        y = np.zeros(40)
        y[:5] = 1
        frame = pd.DataFrame({f"attr_{n}": rng.random(40) for n in range(60)})
        assert held(frame, y, np.arange(40) % 5) == []


def test_shuffled_labels_find_no_trace_where_the_true_ones_do() -> None:
    frame, y, fold = world()
    frame["attr_trace"] = y
    assert held(frame, y, fold) == ["attr_trace"]
    shuffled = np.random.default_rng(4).permutation(y)
    assert held(frame, shuffled, fold) == []
    assert leaks.look(frame, shuffled, fold)[0].auc < 0.6


@pytest.mark.parametrize("word", ["attr_cancel_reason", "cancel_reason", "Cancel reason", " CANCEL_REASON "])
def test_a_person_may_say_it_is_legitimate_under_any_of_its_names(word: str) -> None:
    frame, y, fold = world()
    frame["attr_cancel_reason"] = y
    found = leaks.verdict(leaks.look(frame, y, fold), y, allowed=[word])
    assert found.held == ()
    assert [lead.column for lead in found.let] == ["attr_cancel_reason"]
    assert "said it is legitimate" in found.told()["allowed"][0]["en"]


def test_what_was_held_back_once_stays_so_until_it_is_allowed() -> None:
    frame, y, fold = world()
    assert held(frame, y, fold, suspected=["attr_plan", "attr_gone_since"]) == ["attr_plan"]
    assert held(frame, y, fold, suspected=["attr_plan"], allowed=["plan"]) == []


def test_the_confession_names_the_column_the_number_and_how_it_tells() -> None:
    frame, y, fold = world()
    frame["attr_ended_on_days_ago"] = np.where(y > 0, 12.0, np.nan)
    told = leaks.verdict(leaks.look(frame, y, fold), y).told()["held_back"]
    assert [(one["column"], one["how"], one["auc"]) for one in told] == [("attr_ended_on_days_ago", "missing", 1.0)]
    assert told[0]["en"].startswith("whether Ended on days ago is filled in predicts the outcome (AUC 1.000)")
    assert "是否填写" in told[0]["zh-hans"]


def test_columns_of_the_facts_are_tried_too_and_called_by_their_title() -> None:
    frame, y, fold = world()
    frame["silence"] = 300 * y
    lead = leaks.look(frame, y, fold)[0]
    assert lead == Lead("silence", 1.0)
    assert leaks.title("silence")["en"] == "days since the last purchase"


def test_the_looser_rule_for_the_past_holds_back_only_what_is_nearly_perfect() -> None:
    leads, y = [Lead("silence", 0.97), Lead("gap", 0.6)], np.tile([0.0, 1.0], 500)
    assert [lead.column for lead in leaks.verdict(leads, y).held] == ["silence"]
    assert leaks.verdict(leads, y, strict=False).held == ()
    assert leaks.verdict([Lead("silence", 0.9999)], y, strict=False).names == {"silence"}
    assert leaks.verdict([Lead("silence", 0.996)], y).names == {"silence"}
    assert leaks.verdict([Lead("silence", 0.996)], y, strict=False).names == set()  # .993 at its low end


def test_one_kind_only_or_one_fold_only_accuses_nobody() -> None:
    frame, y, fold = world()
    assert leaks.look(frame, np.zeros(len(y)), fold) == []
    assert leaks.look(frame, y, np.zeros(len(y), dtype=int)) == []
