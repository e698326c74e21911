"""The overlap of reasons between two trainings: one where they agree, less where chance decides, never invented."""

import numpy as np
import pandas as pd
import pytest

from tests.training.ml import makers
from training.ml import cards, families, stability
from training.ml.families import family
from training.ml.interface import Columns, Examples, Limits, Model

NAMES = ("attr_plan", "attr_calls", "attr_age", "attr_visits", "attr_branch")


def rows(count: int, *, seed: int, noise: bool = False) -> Examples:
    made = makers.examples(count, seed=seed, noise=noise)
    x = np.nan_to_num(made.x[:, [0, 1, 3, 4, 5]])
    return Examples(x, made.y, made.weight, made.group, made.moment, Columns(NAMES, NAMES))


def trained(examples: Examples, seed: int) -> Model:
    half = np.random.default_rng(seed).random(len(examples)) < 0.5
    return family("logistic").fit(examples.take(half), seed=seed, limits=Limits())


def told(examples: Examples, models: list[Model]) -> dict:
    frame = pd.DataFrame({name: ["some"] * len(examples) for name in NAMES})
    return stability.of_parts(
        {"logistic": models}, {"logistic": 1.0}, examples, frame, bad_is_up=True, seed=1
    )  # fmt: skip


def test_the_same_training_twice_gives_the_same_reasons() -> None:
    examples = rows(600, seed=1)
    one = trained(examples, 1)
    found = told(examples, [one, one])
    assert found["value"] == 1.0
    assert 200 < found["n"] <= stability.SAMPLE
    assert "100%" in found["en"]
    assert "100%" in found["zh-hans"]


def test_reasons_from_strong_signals_survive_and_those_from_noise_do_not() -> None:
    strong, noise = rows(3000, seed=2), rows(300, seed=3, noise=True)
    sure = told(strong, [trained(strong, 1), trained(strong, 2)])["value"]
    chance = told(noise, [trained(noise, 1), trained(noise, 2)]).get("value", 0.0)
    assert sure > 0.6
    assert chance < sure - 0.1


def test_a_single_training_has_nothing_to_compare() -> None:
    examples = rows(200, seed=1)
    assert told(examples, [trained(examples, 1)]) == {}


def test_half_of_the_reasons_shared_is_told_as_such() -> None:
    columns = Columns(("attr_a", "attr_b", "attr_c"), ("attr_a", "attr_b", "attr_c"))
    frame = pd.DataFrame({"attr_a": ["x"] * 4, "attr_b": ["x"] * 4, "attr_c": ["x"] * 4})
    answers = [np.tile([0.9, 0.8, 0.0], (4, 1)), np.tile([0.9, 0.0, 0.8], (4, 1))]
    found = stability.overlap(lambda part: answers[part], frame, columns, bad_is_up=True)
    assert found["value"] == pytest.approx(1 / 3, abs=0.001)
    nothing = stability.overlap(lambda part: answers[part] * 0, frame, columns, bad_is_up=True)
    assert nothing == {}


def test_every_family_says_how_its_reasons_are_worked_out() -> None:
    assert set(cards.METHODS) == set(families.WHERE)
    for said in (*cards.METHODS.values(), cards.RETOLD):
        assert said["en"]
        assert said["zh-hans"] != said["en"]
