"""A linear support vector machine on scaled columns with hinges, its distance turned into log-odds.

Cortes and Vapnik 1995; calibrated as Platt 1999 proposes, on rows the machine has not seen.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.ml import calibrate
from training.ml.families import scaling
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

SOFTNESS = (1.0, 10.0, 100.0)
"""Total cost of margin violations to choose from: the price per row falls as rows grow, as the penalty stays."""
STRETCH = 3.0
"""About what a distance of 1 means in log-odds: calibration starts from there."""
ROWS = 30_000
REACH = 6.0
"""Scaled columns are cut at ± so many deviations: a hinge loss lets one outlier turn the whole plane."""


@dataclass
class SvmModel:
    scale: scaling.Scaling
    weights: Floats
    intercept: float

    def margin(self, x: Floats) -> Floats:
        return np.asarray(self._inputs(x) @ self.weights + self.intercept)

    def contributions(self, x: Floats) -> Floats:
        """Exact: weight × distance from the average training row, bends and flags added to their column."""
        return self.scale.gathered(self._inputs(x) * self.weights, width=x.shape[1])

    def save(self, folder: Path, stem: str) -> None:
        state = {"scale": self.scale.as_dict(), "weights": self.weights.tolist(), "intercept": self.intercept}
        (folder / f"{stem}.json").write_text(json.dumps(state), encoding="utf-8")

    def _inputs(self, x: Floats) -> Floats:
        return np.clip(self.scale.transform(x), -REACH, REACH)


class Svm:
    """Squared hinge loss with an L2 penalty; the price of violations is chosen on a fifth of the rows."""

    name = "svm"
    sees = "columns"

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> SvmModel:
        if len(examples) > ROWS:
            examples = examples.take(np.sort(np.random.default_rng(seed).choice(len(examples), ROWS, replace=False)))
        scale = scaling.fit(examples.x, bends=True)
        z = np.clip(scale.transform(examples.x), -REACH, REACH)
        inside, outside = examples.parted(share=0.2, seed=seed)
        softness, platt = SOFTNESS[0], calibrate.Calibration()
        if min(len(np.unique(examples.y[inside])), len(np.unique(examples.y[outside]))) == 2:
            softness, platt = _chosen(z, examples, inside, outside)
        weights, intercept = _solve(z, examples.y, examples.weight, softness=softness)
        return SvmModel(scale, platt.slope * weights, platt.slope * intercept + platt.intercept)

    def load(self, folder: Path, stem: str) -> SvmModel:
        state = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
        return SvmModel(scaling.Scaling.from_dict(state["scale"]), np.array(state["weights"]), state["intercept"])


def _chosen(z: Floats, examples: Examples, inside: Ints, outside: Ints) -> tuple[float, calibrate.Calibration]:
    """The price under which unseen rows are told best once calibrated, and that calibration."""
    y, weight, best = examples.y, examples.weight, np.inf
    found = SOFTNESS[0], calibrate.Calibration()
    for softness in SOFTNESS:
        weights, intercept = _solve(z[inside], y[inside], weight[inside], softness=softness)
        distance = z[outside] @ weights + intercept
        platt = calibrate.fit(distance, y[outside], weight[outside])
        margin = platt.margin(distance)
        loss = float(np.average(np.logaddexp(0.0, margin) - y[outside] * margin, weights=weight[outside]))
        if loss < best:
            best, found = loss, (softness, platt)
    return found


def _solve(z: Floats, y: Floats, weight: Floats, *, softness: float) -> tuple[Floats, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=softness / len(z), dual=False, tol=1e-3, max_iter=200)
    machine.fit(z, y > 0.5, sample_weight=weight)
    return STRETCH * np.asarray(machine.coef_[0], dtype=np.float64), STRETCH * float(machine.intercept_[0])
