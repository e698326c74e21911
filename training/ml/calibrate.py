"""Calibration: a slope and an intercept on the log-odds (Platt 1999), held near "no change" when rows are few."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

PULL = 10.0
"""Strength of the pull toward slope 1, in rows."""


def sigmoid(margin: Floats) -> Floats:
    """Log-odds to probability, strictly inside 0 … 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(margin, -30, 30))))


@dataclass(frozen=True)
class Calibration:
    slope: float = 1.0
    intercept: float = 0.0

    def margin(self, margin: Floats) -> Floats:
        return self.slope * margin + self.intercept

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def fit(margin: Floats, y: Floats, weight: Floats | None = None, *, downhill: bool = False) -> Calibration:
    """Maximum likelihood of y given slope × margin + intercept.

    The slope stays within 0.05 … 3, so that calibration never turns a list around; `downhill` allows −3 … 3.
    """
    from scipy.optimize import minimize

    if len(np.unique(y)) < 2:
        return Calibration()
    w = np.ones(len(y)) if weight is None else weight

    def cost(pair: Floats) -> tuple[float, Floats]:
        z = pair[0] * margin + pair[1]
        miss = w * (sigmoid(z) - y)
        loss = w @ (np.logaddexp(0.0, z) - y * z) + PULL * (pair[0] - 1) ** 2 / 2
        return float(loss), np.array([miss @ margin + PULL * (pair[0] - 1), miss.sum()])

    found = minimize(
        cost,
        np.array([1.0, 0.0]),
        jac=True,
        bounds=[(-3.0 if downhill else 0.05, 3.0), (-20.0, 20.0)],
        method="L-BFGS-B",
    ).x
    return Calibration(float(found[0]), float(found[1]))


def recentred(calibration: Calibration, margin: Floats, y: Floats) -> Calibration:
    """The same slope, with the intercept at which the mean probability for these margins is the mean of y."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        if sigmoid(calibration.slope * margin + middle).mean() < y.mean():
            low = middle
        else:
            high = middle
    return Calibration(calibration.slope, (low + high) / 2)


def cross_fitted(margin: Floats, y: Floats, *, fold: Ints) -> Floats:
    """Probabilities where each fold is calibrated by the others: the honest figures of the card."""
    said = np.empty(len(y))
    for number in np.unique(fold):
        here = fold == number
        said[here] = sigmoid(fit(margin[~here], y[~here]).margin(margin[here]))
    return said
