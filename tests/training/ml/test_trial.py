"""Which families are tried: by what they are planned to take, and by the clock only where the machine is far behind."""

from time import monotonic

import numpy as np
import pytest

from tests.training.ml import makers
from training.ml import families, trial
from training.ml.families.nets import Pace
from training.ml.interface import Examples, Limits, Task
from training.ml.trial import Trial


class Constant:
    """A model of anything that knows nothing."""

    def margin(self, x: np.ndarray) -> np.ndarray:
        return np.zeros(len(x))


class Stub:
    """A family that costs what it says."""

    def __init__(self, name: str) -> None:
        self.name, self.sees = name, "weeks" if name in families.SEQUENCES else "columns"
        if name in families.NETS:
            self.pace = Pace(start=1.0, row=100.0, cell=0.0, usual=10)

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> Constant:
        return Constant()


@pytest.fixture(autouse=True)
def stubs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families, "family", Stub)


def tried(examples: Examples, *, asked: tuple[str, ...] = (), budget: float = 600.0, spent: float = 0.0) -> Trial:
    held = np.arange(len(examples)) % 4 == 0
    task = Task("churn", "inactivity:90", 90, asked, budget=budget)
    started = monotonic() - spent
    return trial.run(examples, [(~held, held)], task=task, started=started, report=lambda **_: None)


def both(rows: int = 200) -> Examples:
    plain, weekly = makers.examples(rows), makers.weeks(rows)
    plain.x = np.hstack([plain.x, weekly.x])
    plain.columns = type(plain.columns)(
        plain.columns.names + weekly.columns.names, plain.columns.groups + weekly.columns.groups
    )
    return plain


def test_all_that_suit_are_tried_where_time_allows() -> None:
    assert list(tried(both()).margins) == ["logistic", "boosting", "tabm", "conv", "gru", "attention"]
    assert list(tried(makers.examples(200)).margins) == ["logistic", "boosting", "tabm"]


def test_nets_are_planned_by_rows_and_budget_until_it_is_full() -> None:
    found = tried(both(2000), budget=50.0)  # 6 s to load, then 3 fits of 1 + 10 × 750 × 100 µs: one net fits into 15 s
    assert list(found.margins) == ["logistic", "boosting", "tabm"]
    assert [note["en"].split()[0] for note in found.notes if "was not tried" in note["en"]] == list(families.SEQUENCES)


def test_what_is_asked_for_is_tried_whatever_the_plan_says() -> None:
    assert list(tried(both(), asked=("logistic", "gru"), budget=1.0).margins) == ["logistic", "gru"]


def test_the_clock_is_only_a_brake() -> None:
    found = tried(both(), asked=("logistic", "gru"), budget=10.0, spent=9.0)
    assert list(found.margins) == ["logistic"]
    assert "gru was not tried" in found.notes[0]["en"]


def test_a_net_that_finds_nothing_to_look_at_is_left_out_with_a_word() -> None:
    found = tried(makers.examples(200), asked=("logistic", "conv"))
    assert list(found.margins) == ["logistic"]
    assert "nothing here that it looks at" in found.notes[0]["en"]


@pytest.mark.parametrize(
    ("days", "asked", "budget", "weeks"),
    [
        (500.0, (), 600.0, 52),
        (200.0, (), 600.0, 0),
        (500.0, (), 20.0, 0),
        (200.0, ("gru",), 20.0, 52),
        (500.0, ("boosting",), 600.0, 0),
    ],
)
def test_a_year_of_weeks_is_laid_out_where_a_sequence_net_will_be_tried(
    days: float, asked: tuple[str, ...], budget: float, weeks: int
) -> None:
    task = Task("churn", "inactivity:90", 90, asked, budget=budget)
    assert trial.weeks(task, history=np.full(100, days), parts=3) == weeks
