"""The champion as it is kept: members, weights, folds and calibration, and how it answers for new customers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.ml import families
from training.ml.calibrate import Calibration, sigmoid
from training.ml.interface import Columns, Examples, Limits, Model

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

FILE = "committee.json"


@dataclass
class Committee:
    """weights by family; models by family, one per fold (a single one when the file is judged by time)."""

    columns: Columns
    weights: dict[str, float]
    models: dict[str, list[Model]]
    calibration: Calibration = field(default_factory=Calibration)

    @property
    def folds(self) -> int:
        return len(next(iter(self.models.values())))

    def margin(self, x: Floats, *, fold: Ints | None = None) -> Floats:
        """Calibrated log-odds, shape (n,). fold: the fold that held a row out; −1 = never seen, all folds answer."""
        return self.calibration.margin(self._mixed(x, fold, "margin"))

    def probability(self, x: Floats, *, fold: Ints | None = None) -> Floats:
        return sigmoid(self.margin(x, fold=fold))

    def margins(self, x: Floats) -> dict[str, Floats]:
        """What each family says by itself, neither weighted nor calibrated: log-odds (n,), the mean of its folds."""
        seen = {name: x[:, self.columns.seen(families.family(name).sees)] for name in self.models}
        return {
            name: np.mean([model.margin(seen[name]) for model in models], axis=0)
            for name, models in self.models.items()
        }

    def contributions(self, x: Floats, *, fold: Ints | None = None) -> Floats:
        """Each column's share of the calibrated log-odds (n × m): the blend is linear in its members' log-odds.

        Rows never seen are explained by one fold each, in turn: the folds agree on reasons far more than they
        cost to ask.
        """
        own = (
            np.arange(len(x)) % self.folds if fold is None else np.where(fold < 0, np.arange(len(x)) % self.folds, fold)
        )
        return self.calibration.slope * self._mixed(x, own, "contributions")

    def _mixed(self, x: Floats, fold: Ints | None, what: str) -> Floats:
        own = np.full(len(x), -1) if fold is None else fold
        total = np.zeros((len(x), len(self.columns.names)) if what == "contributions" else len(x))
        for number in range(self.folds):
            rows = np.flatnonzero((own == number) | (own < 0))
            if not len(rows):
                continue
            share = np.where(own[rows] < 0, 1.0 / self.folds, 1.0)
            asked = x if len(rows) == len(x) else x[rows]
            for name, weight in self.weights.items():
                seen = self.columns.seen(families.family(name).sees)
                part = weight * getattr(self.models[name][number], what)(asked[:, seen])
                if part.ndim == 1:
                    total[rows] += part * share
                else:
                    total[rows, seen] += part * share[:, None]
        return total

    def save(self, folder: Path) -> None:
        for name, models in self.models.items():
            for number, model in enumerate(models):
                model.save(folder, f"{name}_{number}")
        state = {
            "columns": [list(self.columns.names), list(self.columns.groups)],
            "weights": self.weights,
            "folds": self.folds,
            "calibration": self.calibration.as_dict(),
        }
        (folder / FILE).write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Committee:
        state = json.loads((folder / FILE).read_text(encoding="utf-8"))
        models = {
            name: [families.family(name).load(folder, f"{name}_{number}") for number in range(state["folds"])]
            for name in state["weights"]
        }
        names, groups = state["columns"]
        return cls(Columns(tuple(names), tuple(groups)), state["weights"], models, Calibration(**state["calibration"]))


def seated(examples: Examples, names: dict[str, float], *, seed: int, limits: Limits) -> Committee:
    """One model per family on all examples, not calibrated yet."""
    models: dict[str, list[Model]] = {}
    for name in names:
        family = families.family(name)
        models[name] = [family.fit(examples.seen(family.sees), seed=seed, limits=limits)]
    return Committee(examples.columns, dict(names), models)
