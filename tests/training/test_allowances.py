"""Columns declared legitimate: remembered by the recipe, told to the training, declared on the command line."""

from typing import Any

import pytest
from django.core.management import call_command

from portal.kit.errors import Refusal
from tests.cast import Cast
from training import allowances, runs, work
from training.management.commands.train import Command
from training.ml import engine
from training.ml.interface import Task
from training.models import Recipe


@pytest.fixture
def recipe(cast: Cast) -> Recipe:
    cast.dataset(cast.alder)
    return Recipe.objects.create(name="Churn", kind="churn", outcome="labelled")


class Enough(Exception):
    """Thrown where a training would begin."""


def test_a_training_is_told_what_is_allowed_and_what_the_newest_version_held_back(
    cast: Cast, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Task] = []

    def train(data: Any, *, task: Task, **_: Any) -> None:
        asked.append(task)
        raise Enough

    monkeypatch.setattr(engine, "train", train)
    cast.version(recipe=recipe, card={"held_back": [{"column": "attr_old"}]})
    cast.version(recipe=recipe, card={"held_back": [{"column": "attr_reason"}, "nonsense"]})
    allowances.allow(recipe, "attr_fine")
    run = runs.prepare(recipe, by=None, today=cast.champion.as_of)
    with pytest.raises(Enough):
        work.train(run, lambda **_: None)
    assert asked[0].allowed == ("attr_fine",)
    assert asked[0].suspected == ("attr_reason",)


def test_the_command_line_declares_columns_and_the_recipe_remembers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(self: Command, recipe: Recipe, options: dict[str, Any]) -> None:
        raise Refusal("far enough")

    cast.dataset(cast.alder)
    kept = runs.recipe_for("churn", partner=None, outcome="labelled", horizon=None, families=[], budget=600)
    monkeypatch.setattr(Command, "_train", stop)
    with pytest.raises(Exception, match="far enough"):
        call_command("train", "churn", "--outcome", "labelled", "--allow", "cancel_reason", "--allow", "score")
    kept.refresh_from_db()
    assert kept.allowed == ["cancel_reason", "score"]


def test_a_column_without_a_name_is_refused(recipe: Recipe) -> None:
    with pytest.raises(Refusal, match="Name the column"):
        allowances.allow(recipe, " ")


def test_what_was_never_declared_cannot_be_taken_back(recipe: Recipe) -> None:
    with pytest.raises(Refusal, match="attr_x is not among"):
        allowances.withdraw(recipe, "attr_x")


def test_a_recipe_without_a_version_suspects_nothing(recipe: Recipe) -> None:
    assert allowances.suspected(recipe) == ()
