"""A partner's own model against the network's, on that partner's held-out rows: which of the two should answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import artefacts, evaluate, inputs, lending, pooling
from training.ml.committee import Committee
from training.ml.crew import Crew

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Floats

SAME = ("kind", "mode", "days", "category")
"""What two models must agree on to answer the same question, beside the gap."""


def compared(
    network: Path | None, frame: pd.DataFrame, y: Floats, said: Floats, *, about: dict[str, Any]
) -> dict[str, Any]:
    """`{"network": …}` to add to the own model's metrics; empty when there is no network model for this question.

    network: the artefact of the network's model, which never saw this partner. frame: the partner's held-out rows. y
    (n,): their outcomes. said (n,): what the own model says of them, having not seen them. about: kind, mode, days and
    category of the question, and its gap.
    The network's model answers as it would for a partner it does not know. Lower log loss answers; a tie is the own
    model's.
    """
    if network is None:
        return {}
    theirs = artefacts.opened(network)
    if any(theirs.get(name) != about.get(name) for name in SAME) or theirs.get("gap", 0) != about.get("gap", 0):
        return {}
    pool = pooling.load(network)
    if theirs["mode"] == "labelled":
        margin = Crew.load(network).margin(frame)
    else:
        margin = Committee.load(network).margin(inputs.Inputs.from_dict(theirs["inputs"]).matrix(frame))
    partner = frame["partner"].to_numpy(dtype=str)
    other = np.empty(len(y))
    for name in np.unique(partner):
        rows = partner == name
        other[rows] = pool.answer(margin[rows], partner=str(name)).probability
    own, lent = _figures(y, said), _figures(y, other)
    better = "network" if lent["log_loss"] < own["log_loss"] else "own"
    return {
        "network": {"n": len(y), "own": own, "network": lent, "better": better, **_sentence(better, own, lent, len(y))}
    }


def _figures(y: Floats, said: Floats) -> dict[str, float]:
    found: dict[str, float] = evaluate.without_nan(
        {
            "log_loss": round(lending.log_loss(y, said), 5),
            "brier": round(evaluate.brier(y, said), 5),
            "auc": round(evaluate.auc(y, said), 5),
        }
    )
    return found


def _sentence(better: str, own: dict[str, float], lent: dict[str, float], rows: int) -> dict[str, str]:
    en = {"own": "this model answers", "network": "the network's model answers instead"}[better]
    zh = {"own": "由本模型作答", "network": "改由网络模型作答"}[better]
    ours, theirs = own["log_loss"], lent["log_loss"]
    return {
        "en": f"On {rows} held-out rows of this partner the log loss is {ours:.4f}, the network's {theirs:.4f}: {en}.",
        "zh-hans": f"在该伙伴留出的 {rows} 行上，对数损失为 {ours:.4f}，网络模型为 {theirs:.4f}：{zh}。",
    }
