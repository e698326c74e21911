"""Each family is shown its own columns only, and what it says lands back in its place."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.training.ml import makers
from training.ml import committee, families, trial
from training.ml.committee import Committee
from training.ml.interface import Columns, Examples, Limits, Task

WEEKS = ("week:orders:0", "week:orders:1", "week:spend:0")


@dataclass
class Told:
    """A model that adds its columns up."""

    def margin(self, x: np.ndarray) -> np.ndarray:
        return x.sum(axis=1)

    def contributions(self, x: np.ndarray) -> np.ndarray:
        return x.copy()

    def save(self, folder: Path, stem: str) -> None:
        (folder / f"{stem}.txt").write_text("")


class Teller:
    """A family that notes what it was shown."""

    def __init__(self, name: str, sees: str) -> None:
        self.name, self.sees = name, sees
        self.shown: list[Examples] = []

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> Told:
        self.shown.append(examples)
        return Told()

    def load(self, folder: Path, stem: str) -> Told:
        return Told()


@pytest.fixture
def tellers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Teller]:
    known = {"flat": Teller("flat", "columns"), "long": Teller("long", "weeks")}
    monkeypatch.setattr(families, "family", known.__getitem__)
    monkeypatch.setattr(families, "chosen", lambda *_, **__: tuple(known))
    return known


def weekly() -> Examples:
    """The usual examples with three weekly columns behind them."""
    plain = makers.examples(60)
    plain.x = np.nan_to_num(np.hstack([plain.x, np.arange(180.0).reshape(60, 3)]))
    plain.columns = Columns((*plain.columns.names, *WEEKS), (*plain.columns.groups, "trend", "trend", "money"))
    return plain


def test_weekly_columns_are_told_from_the_others_by_their_names() -> None:
    columns = weekly().columns
    assert columns.plain() == [0, 1, 2, 3, 4, 5]
    assert columns.weekly() == [6, 7, 8]
    assert columns.seen("weeks") == slice(6, 9)


def test_weekly_columns_that_do_not_come_last_are_an_error() -> None:
    with pytest.raises(ValueError, match="last"):
        Columns(("week:orders:0", "a"), ("trend", "g")).seen("columns")
    with pytest.raises(ValueError, match="columns"):
        Columns(("a",), ("g",)).seen("everything")


def test_what_a_family_sees_is_not_copied() -> None:
    examples = weekly()
    assert np.shares_memory(examples.seen("weeks").x, examples.x)
    plain = makers.examples(20)
    assert plain.seen("columns") is plain


def test_in_a_trial_each_family_learns_from_its_columns_and_answers_for_them(tellers: dict[str, Teller]) -> None:
    examples = weekly()
    held = np.arange(60) < 20
    task = Task("churn", "labelled", 30)
    tried = trial.run(examples, [(~held, held)], task=task, started=np.inf, report=lambda **_: None)
    assert tellers["flat"].shown[0].columns.names == examples.columns.names[:6]
    assert tellers["long"].shown[0].columns.names == WEEKS
    assert np.allclose(tried.margins["long"][held], examples.x[held, 6:].sum(axis=1))


@pytest.mark.usefixtures("tellers")
@pytest.mark.parametrize("folds", [1, 2])
def test_a_committee_adds_members_up_and_puts_their_reasons_in_place(folds: int, tmp_path: Path) -> None:
    examples = weekly()
    weights = {"flat": 0.5, "long": 2.0}
    one = Committee(examples.columns, weights, {name: [Told()] * folds for name in weights})
    one.save(tmp_path)
    for asked in (one, Committee.load(tmp_path)):
        shares = asked.contributions(examples.x)
        assert np.allclose(shares, examples.x * np.array([0.5] * 6 + [2.0] * 3))
        assert np.allclose(asked.margin(examples.x), shares.sum(axis=1))


@pytest.mark.usefixtures("tellers")
def test_each_member_can_be_heard_alone() -> None:
    examples = weekly()
    one = Committee(examples.columns, {"flat": 0.5, "long": 2.0}, {"flat": [Told()], "long": [Told()]})
    alone = one.margins(examples.x)
    assert np.allclose(alone["flat"], examples.x[:, :6].sum(axis=1))
    assert np.allclose(alone["long"], examples.x[:, 6:].sum(axis=1))


def test_seats_are_taken_by_models_that_saw_their_columns(tellers: dict[str, Teller]) -> None:
    seated = committee.seated(weekly(), {"flat": 1.0, "long": 1.0}, seed=1, limits=Limits())
    assert tellers["long"].shown[0].x.shape == (60, 3)
    assert seated.contributions(weekly().x).shape == (60, 9)
