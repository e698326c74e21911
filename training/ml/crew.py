"""The champion of a labelled file as it is kept: models by seat, weights and calibration by fold, and how they answer.

A customer that trained is answered by the seats that held its fold, mixed and calibrated by what the other folds
taught; a customer never seen is answered by all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import families
from training.ml.calibrate import Calibration
from training.ml.describe import Described
from training.ml.interface import Columns, Model

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Floats, Ints

FILE = "crew.json"
EXPLAINED = 5_000
"""Up to so many rows are explained by all who answer for them; of more, each by one seat per family, in turn."""


@dataclass
class Seated:
    """The models of one seat. held: folds of the repeat they never saw; recipe: which of the crew's recipes."""

    repeat: int
    held: tuple[int, ...]
    recipe: int
    models: dict[str, Model]


@dataclass
class Bench:
    """Who answers for one fold of one repeat: weights by family, and the calibration of their mix."""

    repeat: int
    fold: int
    weights: dict[str, float]
    calibration: Calibration


@dataclass
class Crew:
    recipes: list[Described]
    seats: list[Seated]
    benches: list[Bench]

    def columns(self) -> Columns:
        """The columns of all recipes, in order of first appearance."""
        seen: dict[str, str] = {}
        for recipe in self.recipes:
            columns = recipe.columns()
            seen |= {n: g for n, g in zip(columns.names, columns.groups, strict=True) if n not in seen}
        return Columns(tuple(seen), tuple(seen.values()))

    def margin(self, frame: pd.DataFrame, *, fold: Ints | None = None) -> Floats:
        """Calibrated log-odds (n,). fold (n × repeats): the fold that holds each row, −1 = never seen."""
        share = self._answering(len(frame), fold)
        total = share @ np.array([bench.calibration.intercept for bench in self.benches])
        say = self._coefficients()
        matrices = _Matrices(self.recipes, frame)
        for (number, name), strength in say.items():
            weight = share @ strength
            rows = np.flatnonzero(weight)
            if len(rows):
                x = matrices.of(self.seats[number].recipe)
                total[rows] += weight[rows] * self.seats[number].models[name].margin(x[rows])
        return np.asarray(total)

    def contributions(self, frame: pd.DataFrame, *, fold: Ints | None = None) -> Floats:
        """Each column's share of the calibrated log-odds (n × columns): a mix is linear in its members' log-odds."""
        share = self._answering(len(frame), fold)
        place = {name: number for number, name in enumerate(self.columns().names)}
        total = np.zeros((len(frame), len(place)))
        matrices = _Matrices(self.recipes, frame)
        spots = [np.array([place[name] for name in recipe.columns().names]) for recipe in self.recipes]
        for (number, name), weight in self._explaining(share).items():
            rows = np.flatnonzero(weight)
            if len(rows):
                recipe = self.seats[number].recipe
                part = self.seats[number].models[name].contributions(matrices.of(recipe)[rows])
                total[np.ix_(rows, spots[recipe])] += weight[rows, None] * part
        return total

    def _answering(self, rows: int, fold: Ints | None) -> Floats:
        """(rows × benches) each bench's share in a row's answer; every row's shares add up to 1."""
        if fold is None:
            return np.full((rows, len(self.benches)), 1 / len(self.benches))
        mine = np.column_stack([fold[:, bench.repeat] == bench.fold for bench in self.benches]).astype(np.float64)
        mine[mine.sum(axis=1) == 0] = 1.0
        return np.asarray(mine / mine.sum(axis=1, keepdims=True))

    def _coefficients(self) -> dict[tuple[int, str], Floats]:
        """By seat and family, (benches,): what its log-odds count in each bench's calibrated answer."""
        found: dict[tuple[int, str], Floats] = {}
        for place, bench in enumerate(self.benches):
            for name, weight in bench.weights.items():
                mine = self.sitting(bench.repeat, bench.fold, name)
                for number in mine:
                    strength = found.setdefault((number, name), np.zeros(len(self.benches)))
                    strength[place] += bench.calibration.slope * weight / len(mine)
        return found

    def _explaining(self, share: Floats) -> dict[tuple[int, str], Floats]:
        """By seat and family, (rows,): what its shares count. Of many rows, one seat per family speaks for all."""
        say = {key: share @ strength for key, strength in self._coefficients().items()}
        if len(share) <= EXPLAINED:
            return say
        for name in {family for _, family in say}:
            keys = [key for key in say if key[1] == name]
            weights = np.column_stack([say[key] for key in keys])
            turn = np.random.default_rng(0).random(weights.shape) * (weights > 0)
            speaker = turn.argmax(axis=1)
            for column, key in enumerate(keys):
                say[key] = np.where(speaker == column, weights.sum(axis=1), 0.0)
        return say

    def sitting(self, repeat: int, fold: int, name: str) -> list[int]:
        """The seats of a family that held this fold."""
        return [
            number
            for number, seat in enumerate(self.seats)
            if seat.repeat == repeat and fold in seat.held and name in seat.models
        ]

    def save(self, folder: Path) -> None:
        for number, seat in enumerate(self.seats):
            for name, model in seat.models.items():
                model.save(folder, f"{name}_{number}")
        state = {
            "recipes": [recipe.as_dict() for recipe in self.recipes],
            "seats": [[seat.repeat, list(seat.held), seat.recipe, list(seat.models)] for seat in self.seats],
            "benches": [[one.repeat, one.fold, one.weights, one.calibration.as_dict()] for one in self.benches],
        }
        (folder / FILE).write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Crew:
        state: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        seats = [
            Seated(
                repeat, tuple(held), recipe,
                {name: families.family(name).load(folder, f"{name}_{number}") for name in named},
            )
            for number, (repeat, held, recipe, named) in enumerate(state["seats"])
        ]  # fmt: skip
        benches = [Bench(repeat, fold, weights, Calibration(**c)) for repeat, fold, weights, c in state["benches"]]
        return cls([Described.from_dict(one) for one in state["recipes"]], seats, benches)


class _Matrices:
    """The frame under each recipe, made when first asked for; the last two are kept."""

    def __init__(self, recipes: list[Described], frame: pd.DataFrame) -> None:
        self.recipes, self.frame, self.made = recipes, frame, dict[int, "Floats"]()

    def of(self, number: int) -> Floats:
        if number not in self.made:
            if len(self.made) > 1:
                self.made.pop(next(iter(self.made)))
            self.made[number] = self.recipes[number].matrix(self.frame)
        return self.made[number]
