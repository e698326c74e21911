"""Do reasons survive retraining? The overlap of the groups named by two trainings on different parts of the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import reasons
from training.ml.committee import Committee

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Columns, Examples, Floats, Ints, Model

SAMPLE = 300
"""Customers asked: the mean overlap is then known to about ± 0.02."""


def of_parts(
    models: dict[str, list[Model]], weights: dict[str, float], examples: Examples, frame: pd.DataFrame, *,
    bad_is_up: bool, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """The overlap between the models of a trial's first two parts, blended by the champion's weights.

    models: by family, one for each part, with a seed and customers of its own. examples, frame: the rows they were
    made from, in the same order; a sample of the newest is asked. Empty where there was only one training.
    """
    if min(len(models[name]) for name in weights) < 2 or not len(examples):
        return {}
    rows = sampled(np.flatnonzero(examples.moment == examples.moment.max()), seed=seed)

    def asked(part: int) -> Floats:
        crew = Committee(examples.columns, weights, {name: [models[name][part]] for name in weights})
        return crew.contributions(examples.x[rows])

    return overlap(asked, frame.iloc[rows].reset_index(drop=True), examples.columns, bad_is_up=bad_is_up)


def sampled(rows: Ints, *, seed: int) -> Ints:
    """At most `SAMPLE` of these row numbers, in order."""
    return np.sort(np.random.default_rng(seed).permutation(rows)[:SAMPLE])


def overlap(
    asked: Callable[[int], Floats], frame: pd.DataFrame, columns: Columns, *, bad_is_up: bool
) -> dict[str, Any]:
    """Mean Jaccard index of the (at most three) groups that two trainings give as reasons for the outcome.

    asked: the contributions (n × m) by the first training (0) and the second (1). frame: the n customers' facts.
    """
    one, other = (reasons.top(frame, asked(part), columns, bad_is_up=bad_is_up) for part in (0, 1))
    shared = [len(a & b) / len(a | b) for a, b in zip(one, other, strict=True) if a | b]
    if not shared:
        return {}
    value, rows = round(float(np.mean(shared)), 3), len(shared)
    return {
        "value": value,
        "n": rows,
        "en": f"Trained twice, on different parts of the customers, it gives the same reasons to {value:.0%} "
        f"(mean overlap of the groups named, {rows} customers).",
        "zh-hans": f"用客户的不同部分训练两次，所给理由有 {value:.0%} 相同（所列类别的平均重合度，{rows} 位客户）。",
    }
