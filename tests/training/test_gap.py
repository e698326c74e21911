"""The gap of a recipe: on the command line, in the recipe it names, and in the task a training is given."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import Cast
from training import alone, runs, work
from training.management.commands.train import Command
from training.ml import engine
from training.ml.interface import Task
from training.models import Recipe


class Enough(Exception):
    """Thrown where a training would begin."""


@pytest.fixture
def asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """The tasks that trainings were given; none is carried out."""
    found: list[Task] = []

    def train(data: Any, *, task: Task, **_: Any) -> None:
        found.append(task)
        raise Enough

    def work_here(self: Command, recipe: Recipe, options: dict[str, Any]) -> None:
        work.train(runs.prepare(recipe, by=None, today=cast.champion.as_of), lambda **_: None)

    cast.dataset(cast.alder)
    monkeypatch.setattr(engine, "train", train)
    monkeypatch.setattr(Command, "_train", work_here)
    return found


def test_the_command_line_names_a_gap_that_the_recipe_keeps_and_the_training_is_told(asked: list[Task]) -> None:
    with pytest.raises(Enough):
        call_command("train", "churn", "--outcome", "inactivity:90", "--gap", "14")
    recipe = Recipe.objects.get(gap=14)
    assert recipe.name == "churn inactivity:90 gap 14 · network"
    assert (asked[0].gap, asked[0].outcome) == (14, "inactivity:90")


def test_without_a_gap_none_is_told(asked: list[Task]) -> None:
    with pytest.raises(Enough):
        call_command("train", "churn")
    assert asked[0].gap == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("churn", "--gap", "-3"), "A gap of -3 days is out of range"),
        (("value", "--gap", "366"), "A gap of 366 days is out of range"),
        (("churn", "--outcome", "labelled", "--gap", "7"), "A label has no gap"),
        (("recommendation", "--gap", "7"), "Recommendations have no gap"),
    ],
)
def test_a_gap_that_makes_no_sense_is_refused_before_anything_is_kept(
    asked: list[Task], words: tuple[str, ...], sentence: str
) -> None:
    before = Recipe.objects.count()
    with pytest.raises(CommandError, match=sentence):
        call_command("train", *words)
    assert Recipe.objects.count() == before
    assert asked == []


def test_another_gap_is_another_recipe(cast: Cast) -> None:
    wish: dict[str, Any] = {"partner": None, "outcome": "", "horizon": None, "families": []}
    now, later = runs.recipe_for("churn", **wish), runs.recipe_for("churn", gap=7, **wish)
    assert now != later
    assert runs.recipe_for("churn", gap=7, **wish) == later


def test_a_partner_that_keeps_its_data_is_asked_the_networks_question_with_its_gap(
    cast: Cast, no_broker: list[tuple[str, int]]
) -> None:
    cast.dataset(cast.alder)
    cast.dataset(cast.birch)
    type(cast.birch).objects.filter(pk=cast.birch.pk).update(shares_data=False)
    network = runs.recipe_for("churn", partner=None, outcome="", horizon=None, gap=21)
    run = runs.prepare(network, by=None, today=cast.champion.as_of)
    assert [own.recipe.gap for own in alone.follow(run)] == [21]
