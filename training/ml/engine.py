"""The two deeds of this package: `train` and `predict`, dispatched by what the task asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from portal.kit.errors import Refusal
from training.ml import artefacts
from training.ml.interface import PartnerData, Report, Task, Trained, quiet

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("churn", "propensity", "value", "recommendation")


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report = quiet) -> Trained:
    """Train on the pooled data of the partners, seeing nothing dated as_of or later; write the artefact to `out`.

    Refusal, with what would be enough, when the data do not allow it.
    """
    if not data:
        raise Refusal("There is no partner with data to train on. Upload and commit a file first.")
    out.mkdir(parents=True, exist_ok=True)
    if task.kind == "recommendation":
        from training.ml.recommenders import engine as recommenders

        trained: Trained = recommenders.train(data, task=task, as_of=as_of, out=out, report=report)
        return trained
    if task.kind == "value":
        from training.ml import value

        return value.train(data, task=task, as_of=as_of, out=out, report=report)
    if task.kind not in KINDS:
        raise Refusal(f'There is no kind of model called "{task.kind}". Choose from {", ".join(KINDS)}.')
    if task.outcome.strip() == "labelled":
        from training.ml import labelled

        return labelled.train(data, task=task, as_of=as_of, out=out, report=report)
    from training.ml import timed

    return timed.train(data, task=task, as_of=as_of, out=out, report=report)


def predict(artefact: Path, data: PartnerData, *, as_of: date, top: int = 20) -> pa.Table:
    """Score one partner's customers on a day. The artefact's digests are checked before anything is parsed.

    Churn and propensity: customer_id, probability, band, rank, money, low, high (of the probability), reasons (JSON;
    an empty list where nobody reads, see `scoring.read`), gone. Value: customer_id, expected_spend, low, high, rank,
    reasons. Recommendation: see `training.ml.recommenders.serving`.
    """
    state = artefacts.opened(artefact)
    if state["kind"] == "recommendation":
        from training.ml.recommenders import serving

        return serving.predict(artefact, data, as_of=as_of, top=top)
    if state["kind"] == "value":
        from training.ml import value_scoring

        return value_scoring.predict(artefact, state, data, as_of=as_of)
    if state["mode"] == "labelled":
        from training.ml import labelled

        return labelled.predict(artefact, state, data, as_of=as_of)
    from training.ml import scoring

    return scoring.predict(artefact, state, data, as_of=as_of)
