"""From a score to a chance: what share of candidates with such a score was bought within the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import optimize

from training.ml.recommenders import logistic

Doubles = npt.NDArray[np.float64]

#: Fewer bought candidates than this bend an isotonic curve after noise: two numbers must do.
FEWEST_FOR_CURVE = 500
#: How many candidates of the overall share every step of the curve is mixed with.
FAITH = 5.0
#: Levels that change nothing, and the fewest bought candidates of a kind that may move its level.
PLAIN = (1.0, 0.0, 1.0, 0.0)
FEWEST_FOR_LEVEL = 100


@dataclass(frozen=True)
class Calibration:
    """A rising line through (logit, probability) points; outside them the ends hold. No points: the plain logit.

    levels: slope and shift of the log-odds of new products, and of repeats, that put both on one scale before.
    """

    kind: str
    points: Doubles
    chances: Doubles
    levels: tuple[float, float, float, float] = PLAIN

    @classmethod
    def fit(cls, logits: npt.NDArray, bought: npt.NDArray[np.bool_], repeat: npt.NDArray[np.bool_]) -> Self:
        """First new products and repeats are levelled, each by two numbers (Platt, 1999), where enough of either kind
        were bought; then one curve for both: see `_curve`."""
        levels = tuple(number for flags in (~repeat, repeat) for number in _level(logits[flags], bought[flags]))
        found = cls("none", np.zeros(0), np.zeros(0), levels)  # type: ignore[arg-type] # two numbers for either kind
        curve = cls._curve(found.levelled(logits, repeat), bought)
        return cls(curve.kind, curve.points, curve.chances, found.levels)

    def levelled(self, logits: npt.NDArray, repeat: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
        """The log-odds on one scale: what lists are sorted by, and what `chance` takes."""
        slope, shift = (np.where(repeat, self.levels[2 + n], self.levels[n]) for n in (0, 1))
        return (slope * logits + shift).astype(np.float32)

    @classmethod
    def _curve(cls, logits: npt.NDArray, bought: npt.NDArray[np.bool_]) -> Self:
        """Isotonic regression with many purchases (Zadrozny & Elkan, KDD 2002), logistic with few."""
        positives = int(bought.sum())
        if positives < 20 or positives == len(bought):
            return cls("none", np.zeros(0), np.zeros(0))
        if positives < FEWEST_FOR_CURVE:
            return cls._logistic(logits, bought)
        return cls._isotonic(logits, bought)

    @classmethod
    def _logistic(cls, logits: npt.NDArray, bought: npt.NDArray[np.bool_]) -> Self:
        found = logistic.fit(logits[:, None], bought, np.ones(len(logits)), ridge=1e-3)
        grid = np.linspace(float(logits.min()) - 1, float(logits.max()) + 1, 200)
        slope = max(1e-3, float(found[0]))  # a falling line would turn the list upside down
        return cls("logistic", grid, _chance(slope * grid + float(found[1])))

    @classmethod
    def _isotonic(cls, logits: npt.NDArray, bought: npt.NDArray[np.bool_]) -> Self:
        order = np.argsort(logits, kind="stable")
        steps = optimize.isotonic_regression(bought[order].astype(np.float64))
        sizes = np.diff(steps.blocks)
        # A step of three candidates, all bought, is no certainty: every step leans on the overall share.
        overall = bought.mean()
        chances = (steps.x[steps.blocks[:-1]] * sizes + FAITH * overall) / (sizes + FAITH)
        # Steps become slopes through their middles, so that unlike scores keep unlike chances.
        middles = np.add.reduceat(logits[order].astype(np.float64), steps.blocks[:-1]) / sizes
        chances = optimize.isotonic_regression(chances, weights=sizes.astype(np.float64)).x
        return cls("isotonic", middles, chances)

    def chance(self, logits: npt.NDArray) -> Doubles:
        """Probabilities in 0 … 1 for raw log-odds."""
        plain = np.asarray(logits, dtype=np.float64)
        if not len(self.points):
            return _chance(plain)
        return np.interp(plain, self.points, self.chances)

    def as_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "points": self.points.tolist(), "chances": self.chances.tolist(),
            "levels": list(self.levels),
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        new, shift, repeat, lift = (float(number) for number in data["levels"])
        points, chances = (np.array(data[name], float) for name in ("points", "chances"))
        return cls(str(data["kind"]), points, chances, (new, shift, repeat, lift))


def _level(logits: npt.NDArray, bought: npt.NDArray[np.bool_]) -> tuple[float, float]:
    positives = int(bought.sum())
    if positives < FEWEST_FOR_LEVEL or positives == len(bought):
        return 1.0, 0.0
    found = logistic.fit(logits[:, None], bought, np.ones(len(logits)), ridge=1e-3)
    return (float(found[0]), float(found[1])) if found[0] > 0.2 else (1.0, 0.0)


def _chance(logits: Doubles) -> Doubles:
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))


def quality(chances: npt.NDArray, bought: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Brier score, expected calibration error over ten equally filled bins, the base rate, and the bins."""
    if not len(chances):
        return {}
    order = np.argsort(chances, kind="stable")
    bins = np.array_split(order, min(10, len(order)))
    rows = [{"predicted": float(chances[b].mean()), "observed": float(bought[b].mean()), "n": len(b)} for b in bins]
    error = sum(row["n"] * abs(row["predicted"] - row["observed"]) for row in rows) / len(order)
    return {
        "brier": float(np.mean((chances - bought) ** 2)), "calibration_error": float(error),
        "base_rate": float(bought.mean()), "calibration": rows,
    }  # fmt: skip
