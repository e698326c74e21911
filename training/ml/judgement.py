"""The judgement of one list on the judged rows, in one call: figures, money, partners and the grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import evaluate, grades, money, slices

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Floats, Ints


def of(
    y: Floats,
    probability: Floats,
    *,
    score: Floats,
    naive: tuple[str, Floats],
    partner: pd.Series,
    worth: Floats,
    seed: int,
    group: Ints | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(metrics, what the card tells beside them).

    y, probability, score, worth: (n,), the judged rows; score orders the list, where folds are calibrated one by one.
    naive: the rival's name and score. partner: (n,) keys. worth: money at stake per customer, 0 where unknown.
    The second part holds `money_curve`, `slices` and `grade`.
    """
    metrics = evaluate.judged(y, probability, score=score, naive=naive, seed=seed, group=group)
    told = {
        "money_curve": money.curve(y, probability, np.nan_to_num(worth), seed=seed, group=group),
        "slices": slices.by_partner(y, probability, score=score, partner=partner, seed=seed, group=group),
        "grade": grades.told(metrics),
    }
    return metrics, told
