"""Training where the customers file carries the outcome: cross-fitted, so that nobody is judged by what saw them.

Every fold's models are kept. A customer that trained is scored by the fold that held it out, all others by the
average over the folds. Which fold held whom is kept as a digest per customer, not as a list of names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from portal.kit.errors import Refusal
from training.ml import (
    artefacts,
    attributes,
    bands,
    calibrate,
    cards,
    device,
    drift,
    evaluate,
    evidence,
    facts,
    judgement,
    leaks,
    lending,
    pooling,
    reasons,
    scoring,
    splits,
    timed,
    trial,
    versus,
)
from training.ml.committee import Committee
from training.ml.describe import Described
from training.ml.features import build
from training.ml.interface import Examples, PartnerData, Report, Task, Trained

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

FLOOR = 30
LEAST_OF_EACH = 5
FOLDS = 5
LABEL = {"churn": "churned", "propensity": "purchased"}
SEATS = "folds.npz"


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report) -> Trained:
    """Learn from customers whose label is filled in; write the artefact into `out`. Refusal below the floor."""
    started = monotonic()
    label = LABEL[task.kind]
    report(progress=0.05, stage="features")
    frame = pd.concat([rows(partner, as_of=as_of) for partner in data], ignore_index=True)
    frame = _learnable(frame, label)
    y: Floats = np.asarray(frame[label].astype("float64"), dtype=np.float64)
    group = _alike(frame)
    fold = splits.stratified_folds(y, group, folds=FOLDS, seed=task.seed)
    checked = leaks.verdict(leaks.look(frame, y, fold), y, allowed=task.allowed, suspected=task.suspected)
    recipe = Described.fit(frame, without=checked.names)
    examples = Examples(
        recipe.matrix(frame), y, np.ones(len(y)), group, np.zeros(len(y), dtype=np.int64), recipe.columns()
    )
    if not examples.x.shape[1]:
        raise Refusal(f"No column of the customers file tells labelled customers apart by {label}. Add attributes.")
    report(progress=0.2, stage="train", log=f"{len(y)} labelled customers, {examples.x.shape[1]} columns")
    tried = trial.run(examples, splits.fold_parts(fold), task=task, started=started, report=report)
    choice = tried.choice(examples, seed=task.seed)
    report(progress=0.8, stage="judge")
    blended = np.sum([share * tried.margins[name] for name, share in choice.weights.items()], axis=0)
    said = calibrate.cross_fitted(blended, y, fold=fold)
    shared = lending.learned(said, y, partner=frame["partner"], group=group, fold=fold)
    worth = scoring.yearly(frame) if task.kind == "churn" else scoring.usual_order(frame, None)
    metrics, told = judgement.of(
        y, shared.said, score=blended if np.array_equal(shared.said, said) else shared.said,
        naive=_rival(frame, y, fold, checked.names), partner=frame["partner"], worth=worth, seed=task.seed,
        group=group,
    )  # fmt: skip
    about = {"kind": task.kind, "mode": "labelled"}
    metrics |= versus.compared(task.network, frame, y, shared.said, about=about)
    rule = bands.thresholds(metrics["base_rate"])
    models = {name: tried.models[name] for name in choice.weights}
    Committee(examples.columns, choice.weights, models, calibrate.fit(blended, y)).save(out)
    shared.pool.save(out)
    drift.Reference.fit(frame, recipe.raw()).save(out)
    _seat(out, frame, fold)
    artefacts.seal(
        out, {"kind": task.kind, "outcome": task.outcome, "mode": "labelled", "recipe": recipe.as_dict(), "bands": rule}
    )
    figures = {name: evaluate.without_nan({"auc": evaluate.auc(y, margin)}) for name, margin in tried.margins.items()}
    card = cards.card(
        task=task, choice=choice, trial=tried, figures=figures,
        facts={
            "summary": cards.summary(metrics, champion=choice.name), "judged": JUDGED,
            "partners": len(data), "customers": len(y), "rows": len(y), "columns": list(examples.columns.names),
            "dropped": recipe.encoder.dropped, **checked.told(), "bands": rule,
            "money": timed.MONEY[task.kind], "pooling": shared.card, "device": device.sentence(tried.models),
            **told, "as_of": str(as_of), "seconds": round(monotonic() - started, 1),
        },
    )  # fmt: skip
    report(progress=1.0, stage="done", log=card["summary"]["en"])
    return Trained(choice.name, metrics, card, len(y))


JUDGED = {
    "en": f"judged out of fold: {FOLDS} stratified folds, each customer by models that had not seen it",
    "zh-hans": f"折外评估：{FOLDS} 折分层交叉验证，每位客户由未见过它的模型评估",
}


def rows(partner: PartnerData, *, as_of: date) -> pd.DataFrame:
    """One row per customer on file: the card with its attributes, and what the facts tell on the day."""
    with facts.opened(partner) as con:
        card = build.cards(con)
        told = build.features(con, as_of=[as_of], everyone=True)
    shared = [name for name in told.columns if name in card.columns and name != "customer_id"]
    frame = card.merge(told.drop(columns=shared), on="customer_id", how="left")
    frame["as_of"] = pd.Timestamp(as_of)
    frame["partner"] = partner.key
    return attributes.aged(frame, as_of)


def predict(artefact: Path, state: dict[str, Any], data: PartnerData, *, as_of: date) -> pa.Table:
    """Every customer whose label is empty or negative; for churn also those marked as gone (`gone`)."""
    frame = rows(data, as_of=as_of)
    already = frame[LABEL[state["kind"]]].astype("boolean").fillna(False).to_numpy(dtype=bool)
    if state["kind"] == "propensity":
        frame, already = frame[~already].reset_index(drop=True), already[~already]
    recipe = Described.from_dict(state["recipe"])
    model = Committee.load(artefact)
    x, fold = recipe.matrix(frame), _seats(artefact, frame)
    gauge = drift.Gauge.load(artefact, partner=data.key)
    gauge.add(frame)
    churn = state["kind"] == "churn"
    told = reasons.told(frame, model.contributions(x, fold=fold), model.columns, bad_is_up=churn)
    pool = pooling.load(artefact)
    answer = pool.answer(model.margin(x, fold=fold), partner=data.key)
    probability = answer.probability
    worth = scoring.yearly(frame) if churn else scoring.usual_order(frame, None)
    made = scoring.table(
        frame["customer_id"], answer, money=probability * worth, told=told, left=already, rule=state["bands"]
    )
    return evidence.attach(made, basis=lending.basis(pool, partner=data.key, customers=len(frame)), drift=gauge.told())


def _learnable(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """The labelled rows, when there are enough of both kinds."""
    known = frame[frame[label].notna()].reset_index(drop=True)
    positives = int(known[label].astype(bool).sum())
    if len(known) < FLOOR or min(positives, len(known) - positives) < LEAST_OF_EACH:
        raise Refusal(
            f"The customers files hold {len(known)} customers whose {label} is filled in, {positives} of them yes. "
            f"At least {FLOOR} are needed, {LEAST_OF_EACH} of each kind: map the column with the outcome to {label}, "
            "or upload more customers."
        )
    return known


def _alike(frame: pd.DataFrame) -> Ints:
    """Rows that say the same share a group, so that a copy never sits on the other side of a fold."""
    content = frame[[*attributes.candidates(frame)]]
    marks = pd.util.hash_pandas_object(content.astype(str), index=False)
    group = np.asarray(pd.factorize(marks)[0], dtype=np.int64)
    return group if len(np.unique(group)) > len(frame) / 2 else np.arange(len(frame), dtype=np.int64)


def _rival(frame: pd.DataFrame, y: Floats, fold: Ints, held: frozenset[str]) -> tuple[str, Floats]:
    """The best single column, out of fold: what a careful person with one pivot table would get."""
    alone = attributes.single_scores(frame, y, fold)
    fair = {name: score for name, score in alone.items() if name not in held}
    if not fair:
        return "base rate", np.zeros(len(y))
    best = max(fair, key=lambda name: fair[name])
    return f"best single column ({reasons.title(best)})", attributes.single_rates(frame, best, y, fold)


def _marks(frame: pd.DataFrame) -> Any:
    """64 bits per customer of a partner: enough to find the fold again, not enough to be a list of names."""
    names = frame["partner"].astype(str) + "\x1f" + frame["customer_id"].astype(str)
    return np.array(
        [int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") for name in names], dtype=np.uint64
    )


def _seat(out: Path, frame: pd.DataFrame, fold: Ints) -> None:
    marks = _marks(frame)
    order = np.argsort(marks)
    np.savez(out / SEATS, marks=marks[order], fold=fold[order].astype(np.int64))


def _seats(artefact: Path, frame: pd.DataFrame) -> Ints:
    """The fold that held each customer out; −1 for customers that did not train."""
    with np.load(artefact / SEATS, allow_pickle=False) as kept:
        marks, fold = kept["marks"], kept["fold"]
    mine = _marks(frame)
    place = np.minimum(np.searchsorted(marks, mine), len(marks) - 1)
    return np.where(marks[place] == mine, fold[place], -1)
