"""Training where the customers file carries the outcome: cross-fitted, so that nobody is judged by what saw them.

Every seat's models are kept (see `seating`). A customer that trained is scored by those that never saw it, all others
by the average of all. Which fold held whom is kept as a digest per customer, not as a list of names.
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
    cards,
    device,
    drift,
    evaluate,
    evidence,
    facts,
    families,
    judgement,
    leaks,
    lending,
    nested,
    pooling,
    reasons,
    scoring,
    seating,
    splits,
    stability,
    timed,
    versus,
)
from training.ml.crew import Crew
from training.ml.describe import Described
from training.ml.features import build
from training.ml.interface import PartnerData, Report, Task, Trained

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

FLOOR = 30
LEAST_OF_EACH = 5
LABEL = {"churn": "churned", "propensity": "purchased"}
SEATS = "folds.npz"


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report) -> Trained:
    """Learn from customers whose label is filled in; write the artefact into `out`. Refusal below the floor."""
    started = monotonic()
    label = LABEL[task.kind]
    _suited(task)
    report(progress=0.05, stage="features")
    frame = pd.concat([rows(partner, as_of=as_of) for partner in data], ignore_index=True)
    frame = _learnable(frame, label)
    y: Floats = np.asarray(frame[label].astype("float64"), dtype=np.float64)
    group = _alike(frame)
    rarer = int(min(y.sum(), len(y) - y.sum()))
    quick = splits.stratified_folds(y, group, folds=5, seed=task.seed)
    checked = leaks.verdict(leaks.look(frame, y, quick), y, allowed=task.allowed, suspected=task.suspected)
    recipe = Described.fit(frame, without=checked.names)
    names = list(recipe.columns().names)
    plan = seating.plan(task, rows=len(y), columns=len(names), rarer=rarer)
    report(progress=0.2, stage="train", log=f"{len(y)} labelled customers, {len(names)} columns")
    done = nested.fit(
        frame, y, group, plan=plan, task=task, started=started, suspects=_suspects(task, checked), report=report
    )
    report(progress=0.8, stage="judge")
    shared = lending.learned(done.said, y, partner=frame["partner"].tolist(), group=group, fold=done.fold[:, 0])
    worth = scoring.yearly(frame) if task.kind == "churn" else scoring.usual_order(frame, None)
    metrics, told = judgement.of(
        y, shared.said, score=shared.said, naive=_rival(frame, y, quick, checked.names), partner=frame["partner"],
        worth=worth, seed=task.seed, group=group,
    )  # fmt: skip
    about = {"kind": task.kind, "mode": "labelled"}
    metrics |= versus.compared(task.network, frame, y, shared.said, about=about)
    rule = bands.thresholds(metrics["base_rate"])
    done.crew.save(out)
    shared.pool.save(out)
    drift.Reference.fit(frame, recipe.raw()).save(out)
    _seat(out, frame, done.fold)
    artefacts.seal(out, {"kind": task.kind, "outcome": task.outcome, "mode": "labelled", "bands": rule})
    margins = done.trial.margins
    figures = {name: evaluate.without_nan({"auc": evaluate.auc(y, margin)}) for name, margin in margins.items()}
    card = cards.card(
        task=task, choice=done.choice, trial=done.trial, figures=figures,
        facts={
            "summary": cards.summary(metrics, champion=done.choice.name), "judged": _judged(plan),
            "partners": len(data), "customers": len(y), "rows": len(y), "columns": names,
            "dropped": recipe.encoder.dropped, **checked.told(), "bands": rule,
            "money": timed.MONEY[task.kind], "pooling": shared.card, "reasons_overlap": _told_twice(frame, done, task),
            "device": device.sentence(margins),
            **told, "as_of": str(as_of), "seconds": round(monotonic() - started, 1),
        },
    )  # fmt: skip
    report(progress=1.0, stage="done", log=card["summary"]["en"])
    return Trained(done.choice.name, metrics, card, len(y))


def _suited(task: Task) -> None:
    """Refusal when all families asked for look at weekly activity, which a file with labels has none of."""
    if task.families and set(task.families) <= set(families.SEQUENCES):
        fitting = ", ".join(name for name in (*seating.CORE, "tabm"))
        raise Refusal(
            f"{', '.join(task.families)}: needs weekly activity, and customers files with the outcome filled in have "
            f"none. Choose others: {fitting}."
        )


def _told_twice(frame: pd.DataFrame, done: nested.Fitted, task: Task) -> dict[str, Any]:
    """Whether those who answer for the first fold and those for the second give the same reasons."""
    rows = stability.sampled(np.arange(len(frame)), seed=task.seed)
    asked = frame.iloc[rows].reset_index(drop=True)

    def shares(part: int) -> Floats:
        fold = np.full((len(rows), done.fold.shape[1]), -1)
        fold[:, 0] = part
        return done.crew.contributions(asked, fold=fold)

    return stability.overlap(shares, asked, done.crew.columns(), bad_is_up=task.kind == "churn")


def _suspects(task: Task, checked: leaks.Verdict) -> nested.Suspects:
    """What a seat holds back: what its own rows accuse, and what the whole file does, which can only make it worse."""

    def held(taught: pd.DataFrame, y: Floats, fold: Ints) -> frozenset[str]:
        mine = leaks.verdict(leaks.look(taught, y, fold), y, allowed=task.allowed, suspected=task.suspected)
        return mine.names | checked.names

    return held


def _judged(plan: seating.Plan) -> dict[str, str]:
    times = {"folds": plan.folds, "times": plan.repeats}
    return {language: text.format(**times) for language, text in JUDGED.items()}


JUDGED = {
    "en": "judged out of fold: {folds} stratified folds, {times} time(s); each customer by encoders, models, weights "
    "and calibration that had not seen it",
    "zh-hans": "折外评估：{folds} 折分层交叉验证，共 {times} 次；每位客户所用的编码、模型、权重与校准均未见过该客户",
}


def rows(partner: PartnerData, *, as_of: date) -> pd.DataFrame:
    """One row per customer on file: the card with its attributes, and what the facts tell on the day."""
    with facts.opened(partner) as con:
        card = build.cards(con)
        told = build.features(con, as_of=[as_of], everyone=True)
    shared = [name for name in told.columns if name in card.columns and name != "customer_id"]
    frame = card.merge(told.drop(columns=shared), on="customer_id", how="left").copy()  # in one piece
    frame["as_of"] = pd.Timestamp(as_of)
    frame["partner"] = partner.key
    return attributes.aged(frame, as_of)


def predict(artefact: Path, state: dict[str, Any], data: PartnerData, *, as_of: date) -> pa.Table:
    """Every customer whose label is empty or negative; for churn also those marked as gone (`gone`)."""
    frame = rows(data, as_of=as_of)
    already = frame[LABEL[state["kind"]]].astype("boolean").fillna(False).to_numpy(dtype=bool)
    if state["kind"] == "propensity":
        frame, already = frame[~already].reset_index(drop=True), already[~already]
    crew, fold = Crew.load(artefact), _seats(artefact, frame)
    gauge = drift.Gauge.load(artefact, partner=data.key)
    gauge.add(frame)
    churn = state["kind"] == "churn"
    told = reasons.told(frame, crew.contributions(frame, fold=fold), crew.columns(), bad_is_up=churn)
    pool = pooling.load(artefact)
    answer = pool.answer(crew.margin(frame, fold=fold), partner=data.key)
    probability = answer.probability
    worth = scoring.yearly(frame) if churn else scoring.usual_order(frame, None)
    made = scoring.table(
        frame["customer_id"], answer, money=probability * worth, told=told, left=already, rule=state["bands"]
    )
    basis = lending.basis(pool, partner=data.key, customers=len(frame))
    return evidence.attach(made, basis=basis, drift=gauge.told(), read={"rows": len(frame), "head": len(frame)})


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
    """The folds that held each customer out, (n × repeats); −1 for customers that did not train."""
    with np.load(artefact / SEATS, allow_pickle=False) as kept:
        marks, fold = kept["marks"], kept["fold"]
    mine = _marks(frame)
    place = np.minimum(np.searchsorted(marks, mine), len(marks) - 1)
    return np.where((marks[place] == mine)[:, None], fold[place], -1)
