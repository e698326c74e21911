"""The blend: a non-negative mix of the families' log-odds, pulled toward equal shares.

Breiman 1996, "Stacked regressions": weights are learned on predictions for rows the members have not seen. A
single family stays champion unless the blend is better beyond the interval of the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.ml import evaluate

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

PULL = 30.0
"""Strength of the pull toward equal weights, in rows."""


@dataclass(frozen=True)
class Choice:
    """The champion's weights by family, its name, and why it was chosen, in both languages."""

    weights: dict[str, float]
    name: str
    why: dict[str, str]


def weights(margins: Floats, y: Floats, weight: Floats) -> Floats:
    """Non-negative weights (k,) for margins (n × k) that minimise the log loss, sum between 0 and 3."""
    from scipy.optimize import minimize

    k = margins.shape[1]
    equal = np.full(k, 1.0 / k)

    def cost(packed: Floats) -> tuple[float, Floats]:
        z = margins @ packed[:k] + packed[k]
        miss = weight * (1 / (1 + np.exp(-np.clip(z, -500, 500))) - y)
        away = packed[:k] - equal
        loss = weight @ (np.logaddexp(0.0, z) - y * z) + PULL * away @ away
        return float(loss), np.append(margins.T @ miss + 2 * PULL * away, miss.sum())

    found = minimize(
        cost, np.append(equal, 0.0), jac=True, method="L-BFGS-B", bounds=[(0.0, 3.0)] * k + [(-10.0, 10.0)]
    ).x
    return np.asarray(found[:k])


def choose(
    margins: dict[str, Floats], y: Floats, *, weight: Floats, group: Ints, seed: int
) -> Choice:
    """The champion among the families and their blend, from margins (n,) for rows the families have not seen."""
    names = list(margins)
    losses = {name: _loss(margins[name], y) for name in names}
    best = min(names, key=lambda name: losses[name].mean())
    if len(names) == 1:
        return Choice({best: 1.0}, best, _said(f"{best} was the only family", f"仅有 {best} 一种模型"))
    found = weights(np.column_stack([margins[name] for name in names]), y, weight)
    parts = {name: float(share) for name, share in zip(names, found, strict=True) if share > 0.02}
    if len(parts) < 2:
        return Choice({best: 1.0}, best, _said(f"the blend gave all its weight to {best}", f"混合权重全部落在 {best}"))
    blended = np.sum([share * margins[name] for name, share in parts.items()], axis=0)
    gain = losses[best] - _loss(blended, y)
    low, _ = evaluate.interval(gain, gain, lambda a, _: float(a.mean()), seed=seed, group=group)
    if low > 0:
        listed = ", ".join(parts)
        return Choice(
            parts, "blend", _said(f"the blend of {listed} beat every single family", f"{listed} 的混合优于任何单一模型")
        )
    return Choice(
        {best: 1.0}, best, _said(f"no blend was better than {best} beyond doubt", f"混合模型并未明显优于 {best}")
    )


def _loss(margin: Floats, y: Floats) -> Floats:
    """Log loss per row after the margin's own best slope, so that order counts more than scale."""
    from training.ml import calibrate

    z = calibrate.fit(margin, y).margin(margin)
    return np.asarray(np.logaddexp(0.0, z) - y * z)


def _said(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-hans": zh}
