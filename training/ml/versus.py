"""A partner's own model against the network's, on that partner's held-out rows: which of the two should answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml import artefacts, evaluate, history, inputs, lending, level, pooling
from training.ml.calibrate import sigmoid
from training.ml.committee import Committee
from training.ml.crew import Crew

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Floats

SAME = ("kind", "mode", "days", "category")
"""What two models must agree on to answer the same question, beside the gap."""
WEEKS = {
    "en": "Not compared with the network's model: it also reads weekly activity, which this model's rows do not hold.",
    "zh-hans": "未与网络模型比较：该模型还读取每周活动，而本模型的数据行不含这些列。",
}


def compared(
    network: Path | None, frame: pd.DataFrame, y: Floats, said: Floats, *, about: dict[str, Any]
) -> dict[str, Any]:
    """`{"network": …}` to add to the own model's metrics; empty when no network model can be read for this question.

    network: the artefact of the network's model, which never saw this partner. frame: the partner's held-out rows. y
    (n,): their outcomes. said (n,): what the own model says of them, having not seen them. about: kind, mode, days and
    category of the question, and its gap.
    The network's model answers as it would for a partner it does not know. Where outcomes lie in time its level is the
    one foreseen for another day: it takes that of `said`, foreseen for the judged one, so that only order and spread
    are compared. Lower log loss answers; a tie is the own model's. `difference`: own less network, with its interval.
    Of a network model that reads what the frame lacks there is a sentence and nothing else.
    """
    if network is None:
        return {}
    try:
        theirs = artefacts.opened(network)
    except Refusal:  # written by another version, say: nothing to compare with
        return {}
    if any(theirs.get(name) != about.get(name) for name in SAME) or theirs.get("gap", 0) != about.get("gap", 0):
        return {}
    if theirs["mode"] == "labelled":
        other = sigmoid(_adjusted(network, Crew.load(network).margin(frame), frame))
    else:
        model, recipe = Committee.load(network), inputs.Inputs.from_dict(theirs["inputs"])
        names = recipe.columns().names
        if not {names[place] for place in recipe.columns().weekly()} <= set(frame):
            return {"network": dict(WEEKS)}
        margin = _adjusted(network, model.margin(recipe.matrix(frame)), frame)
        other = sigmoid(level.at(float(said.mean()), margin, slope=1.0).margin(margin))
    own, lent = _figures(y, said), _figures(y, other)
    better = "network" if lent["log_loss"] < own["log_loss"] else "own"
    apart = evaluate.paired(y, said, other, lending.log_loss, seed=0, group=history.customer_groups(frame))
    told = {"n": len(y), "own": own, "network": lent, "difference": apart, "better": better}
    return {"network": told | _sentence(better, own, lent, apart, len(y))}


def _adjusted(network: Path, margin: Floats, frame: pd.DataFrame) -> Floats:
    """The network's log-odds (n,) as its pool adjusts them to the partners of the rows."""
    pool, partner = pooling.load(network), frame["partner"].to_numpy(dtype=str)
    found = np.empty(len(margin))
    for name in np.unique(partner):
        rows = partner == name
        found[rows] = pool.answer(margin[rows], partner=str(name)).margin
    return found


def _figures(y: Floats, said: Floats) -> dict[str, float]:
    found: dict[str, float] = evaluate.without_nan(
        {
            "log_loss": round(lending.log_loss(y, said), 5),
            "brier": round(evaluate.brier(y, said), 5),
            "auc": round(evaluate.auc(y, said), 5),
        }
    )
    return found


def _sentence(
    better: str, own: dict[str, float], lent: dict[str, float], apart: dict[str, Any], rows: int
) -> dict[str, str]:
    en = {"own": "this model answers", "network": "the network's model answers instead"}[better]
    zh = {"own": "由本模型作答", "network": "改由网络模型作答"}[better]
    ours, theirs = own["log_loss"], lent["log_loss"]
    sure = {"en": "", "zh-hans": ""}
    if apart["low"] is not None:
        low, high = f"{apart['low']:.4f}", f"{apart['high']:.4f}"
        sure = {
            "en": f" (difference: 95 % interval {low} to {high})",
            "zh-hans": f"（差值的 95 % 区间为 {low} 至 {high}）",
        }
    return {
        "en": f"On {rows} held-out rows of this partner the log loss is {ours:.4f}, the network's {theirs:.4f}"
        f"{sure['en']}: {en}.",
        "zh-hans": f"在该伙伴留出的 {rows} 行上，对数损失为 {ours:.4f}，网络模型为 {theirs:.4f}"
        f"{sure['zh-hans']}：{zh}。",
    }
