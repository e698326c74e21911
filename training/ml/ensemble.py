"""The blend: a non-negative mix of the families' log-odds, pulled toward equal shares.

Breiman 1996, "Stacked regressions": weights are learned on predictions for rows the members have not seen. A
single family is champion unless the blend is better beyond the 80 % interval of the paired difference (1.28 standard
errors, by bootstrap over customers). The card tells the difference with that interval.

For outcomes in time the blend serves whatever the past says: which family was best before tells little about the date
to come, and a mix loses least by not knowing (Timmermann 2006, "Forecast combinations"; measured in the decision of
2026-11-22, "a mix foretells").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.ml import evaluate, splits

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

PULL = 0.005
"""Strength of the pull toward equal weights, per row: members are so alike that their weights are mostly noise.
Four times as much let one weak member cost as much as the blend gains; nearly none was no better."""
SURE = 1.2816
"""Standard errors by which a blend must be better than its best member: its 80 % interval excludes zero."""
FOLDS = 3


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
    equal, pull = np.full(k, 1.0 / k), PULL * len(y)

    def cost(packed: Floats) -> tuple[float, Floats]:
        z = margins @ packed[:k] + packed[k]
        miss = weight * (1 / (1 + np.exp(-np.clip(z, -500, 500))) - y)
        away = packed[:k] - equal
        loss = weight @ (np.logaddexp(0.0, z) - y * z) + pull * away @ away
        return float(loss), np.append(margins.T @ miss + 2 * pull * away, miss.sum())

    found = minimize(
        cost, np.append(equal, 0.0), jac=True, method="L-BFGS-B", bounds=[(0.0, 3.0)] * k + [(-10.0, 10.0)]
    ).x
    return np.asarray(found[:k])


def choose(
    margins: dict[str, Floats], y: Floats, *, weight: Floats, group: Ints, seed: int, ahead: bool = False
) -> Choice:
    """The champion among the families and their blend, from margins (n,) for rows the families have not seen.

    ahead: the outcome lies in time, so that the rows to come are of another day than all of these.
    """
    names = list(margins)
    losses = {name: _loss(margins[name], y) for name in names}
    best = min(names, key=lambda name: losses[name].mean())
    if len(names) == 1:
        return Choice({best: 1.0}, best, _said(f"{best} was the only family", f"仅有 {best} 一种模型"))
    stacked = np.column_stack([margins[name] for name in names])
    fold = splits.group_folds(group, folds=FOLDS, seed=seed)
    blended = np.empty(len(y))
    for number in range(FOLDS):  # the blend is compared on rows its weights have not seen either
        here = fold == number
        blended[here] = stacked[here] @ weights(stacked[~here], y[~here], weight[~here])
    gain = losses[best] - _loss(blended, y)
    found = weights(stacked, y, weight)
    parts = {name: float(share) for name, share in zip(names, found, strict=True) if share > 0.02}
    low, high = _span(gain, group, seed=seed)
    if len(parts) < 2 or (low <= 0 and not ahead):
        return Choice({best: 1.0}, best, _said(
            f"{best} alone: no blend of families was better beyond the 80 % interval of the difference",
            f"仅用 {best}：任何混合的优势均未超出差值的 80 % 区间",
        ))  # fmt: skip
    span = f"{gain.mean():.4f} (80 %: {low:.4f} … {high:.4f})"
    listed = ", ".join(parts)
    said = _said(
        f"blend of {listed}: its log loss gains {span} on {best} alone",
        f"{listed} 的混合比最佳单一模型 {best} 的对数损失低 {span}",
    )
    if low <= 0:
        said = _said(
            f"blend of {listed}: on past dates it gains {span} on {best} alone, which decides nothing; for a date to "
            "come a mix is the steadier choice",
            f"{listed} 的混合：在过去日期上比 {best} 的对数损失低 {span}，不足以定论；对未来日期，混合更稳健",
        )
    return Choice(parts, "blend", said)


def _span(gain: Floats, group: Ints, *, seed: int) -> tuple[float, float]:
    """The 80 % interval of the mean gain, from the bootstrap's 95 %, which is 3.92 standard errors wide."""
    low, high = evaluate.interval(gain, gain, lambda a, _: float(a.mean()), seed=seed, group=group)
    half = SURE * (high - low) / 3.92
    return float(gain.mean()) - half, float(gain.mean()) + half


def _loss(margin: Floats, y: Floats) -> Floats:
    """Log loss per row after the margin's own best slope, so that order counts more than scale."""
    from training.ml import calibrate

    z = calibrate.fit(margin, y).margin(margin)
    return np.asarray(np.logaddexp(0.0, z) - y * z)


def _said(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-hans": zh}
