"""Training for outcomes that lie in time: no purchase, no contract, a purchase within so many days.

Many past dates teach, the newest one judges. Families and blend weights are compared on customers held out of the
earlier dates; calibration is learned on the newest date; the champion is then fitted once more on all dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml import (
    artefacts,
    bands,
    calibrate,
    cards,
    committee,
    device,
    drift,
    ensemble,
    evaluate,
    families,
    history,
    inputs,
    judgement,
    labels,
    leaks,
    lending,
    level,
    scoring,
    small,
    splits,
    stability,
    trial,
    versus,
)
from training.ml.committee import Committee
from training.ml.ensemble import Choice
from training.ml.features import build
from training.ml.features.catalogue import BY_NAME
from training.ml.held import Held
from training.ml.interface import Examples, PartnerData, Report, Task, Trained
from training.ml.pooling import Pool

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats

FOLDS = 3
JUDGED_BY_TIME = {"en": "judged on {day}, a date no family had seen", "zh-hans": "在各模型均未见过的 {day} 上评估"}
JUDGED_BY_CUSTOMERS = {
    "en": "judged on customers held out, at {day} and before: the history is too short to hold out a date",
    "zh-hans": "历史太短，无法留出日期；在 {day} 及之前留出的客户上评估",
}


@dataclass
class _Past:
    """The rows, which of them judge, and which may teach the judged model."""

    frame: pd.DataFrame
    dates: splits.Dates
    task: Task
    outcome: labels.Outcome
    level: level.Level

    def __post_init__(self) -> None:
        moments = self.frame["as_of"].dt.date
        strict = moments.isin(self.dates.strict).to_numpy()
        newest = (moments == moments.max()).to_numpy()
        teaches = len(np.unique(history.customer_groups(self.frame)[strict])) >= history.FLOOR
        self.by_time = bool(
            teaches and _both(self.frame["y"][strict]) and _both(self.frame["y"][newest]) and newest.sum() >= 20
        )
        self.teaching: Bools = strict if self.by_time else np.ones(len(self.frame), dtype=bool)
        self.judging: Bools = newest if self.by_time else np.ones(len(self.frame), dtype=bool)
        self.checked = self._checked()

    def _checked(self) -> leaks.Verdict:
        """Columns that alone tell the outcome of the rows that teach nearly perfectly: none honest can."""
        taught = self.frame[self.teaching].reset_index(drop=True)
        fold = splits.group_folds(history.customer_groups(taught), folds=FOLDS, seed=self.task.seed)
        y = taught["y"].to_numpy(np.float64)
        found = leaks.look(taught, y, fold, names=[*BY_NAME, *build.STANDING])
        return leaks.verdict(found, y, allowed=self.task.allowed, suspected=self.task.suspected, strict=False)

    def examples(self, rows: Bools, *, weeks: bool = True) -> tuple[inputs.Inputs, Examples]:
        """A recipe fitted on these rows, and the rows cooked by it. weeks: with the weekly activity they hold."""
        frame = self.frame[rows].reset_index(drop=True)
        recipe = inputs.fit(
            frame, days=self.outcome.days, gap=self.outcome.gap, without=self.checked.names | {"monthly_value"}
        )
        recipe.weeks *= weeks
        moments = list(frame["as_of"].dt.date)
        return recipe, Examples(
            recipe.matrix(frame),
            frame["y"].to_numpy(np.float64),
            splits.recency_weights(moments, as_of=max(moments), ahead=max(moments) + timedelta(days=self.outcome.span)),
            history.customer_groups(frame),
            frame["as_of"].to_numpy().astype("datetime64[D]").astype(np.int64),
            recipe.columns(),
        )

    def parts(self, taught: Examples) -> list[tuple[Bools, Bools]]:
        """How families are compared: across customers and dates, or across customers when those also judge."""
        moments = list(self.frame["as_of"][self.teaching].dt.date)
        if self.by_time:
            return splits.forward_parts(moments, taught.group, folds=FOLDS, seed=self.task.seed)
        return splits.fold_parts(splits.group_folds(taught.group, folds=FOLDS, seed=self.task.seed))


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report) -> Trained:
    """Learn, choose, judge, and write the artefact into `out`. See the module for the order of things."""
    started = monotonic()
    outcome = labels.parse(task.kind, task.outcome, horizon=task.horizon, gap=task.gap)
    report(progress=0.05, stage="features")
    rows = int(np.clip(task.budget * 500, 10_000, 120_000))
    try:
        frame, dates = history.gathered(
            data, outcome, as_of=as_of, rows=rows, seed=task.seed,
            weeks=lambda behind: trial.weeks(task, history=behind, parts=FOLDS),
        )  # fmt: skip
    except history.TooFew as few:
        return small.train(few, data, task=task, outcome=outcome, as_of=as_of, out=out)
    past = _Past(frame, dates, task, outcome, level.seen(data, frame, outcome, as_of=as_of))
    report(progress=0.3, stage="train", log=f"{len(frame)} rows from {frame['as_of'].nunique()} past dates")
    recipe, taught = past.examples(past.teaching)
    tried = trial.run(taught, past.parts(taught), task=task, started=started, report=report)
    tried.notes += past.level.sampled()
    choice = _choice(tried, taught, seed=task.seed)
    report(progress=0.75, stage="judge")
    judged = _judged(past, recipe, taught, tried, choice)
    final = _final(past, choice, judged, as_of=as_of)
    final[1].save(out)
    final[2].save(out)
    drift.Reference.fit(frame[frame["as_of"] == frame["as_of"].max()], final[0].raw()).save(out)
    rule = bands.thresholds(judged.metrics["base_rate"])
    artefacts.seal(out, _state(task, outcome, final[0], rule))
    told_twice = stability.of_parts(
        tried.models, choice.weights, taught, past.frame[past.teaching].reset_index(drop=True),
        bad_is_up=task.kind == "churn", seed=task.seed,
    )  # fmt: skip
    said = JUDGED_BY_TIME if past.by_time else JUDGED_BY_CUSTOMERS
    day = str(frame["as_of"].max().date())
    card = cards.card(
        task=task, choice=choice, trial=tried, figures=judged.figures,
        facts={
            "summary": cards.summary(judged.metrics, champion=choice.name),
            "judged": {language: text.format(day=day) for language, text in said.items()},
            "dates": sorted({str(moment) for moment in frame["as_of"].dt.date}),
            "partners": len(data), "customers": len(np.unique(history.customer_groups(frame))),
            "rows": len(frame), "columns": final[0].plain_names(), "weeks": final[0].weeks, "bands": rule,
            "level": past.level.told(as_of, newest=frame["as_of"].max().date()),
            "money": MONEY[task.kind], "pooling": judged.shared.card, "reasons_overlap": told_twice,
            "device": device.sentence(tried.models),
            **judged.told, **past.checked.told(), "as_of": str(as_of), "seconds": round(monotonic() - started, 1),
        },
    )  # fmt: skip
    report(progress=1.0, stage="done", log=card["summary"]["en"])
    return Trained(choice.name, judged.metrics, card, len(frame))


MONEY = {
    "churn": {
        "en": "value at risk: probability × spend of the past 365 days (12 × the monthly value when there is none)",
        "zh-hans": "风险价值：概率 × 近 365 天消费（没有时取 12 × 月合约金额）",
    },
    "propensity": {
        "en": "expected value: probability × the customer's usual order (the monthly value when there is none)",
        "zh-hans": "预期价值：概率 × 客户平均每单金额（没有时取月合约金额）",
    },
}


def _choice(tried: trial.Trial, taught: Examples, *, seed: int) -> Choice:
    """The champion by how well it tells customers of the same date apart: the level of a date is foreseen by itself.

    Every family is compared with a level of its own for each date, and at its own best slope.
    """
    held = ~np.isnan(next(iter(tried.margins.values())))
    rows = taught.take(held)
    slopes, level_with = {}, {}
    for name, margin in tried.margins.items():
        slopes[name], level_with[name] = level.evened(margin[held], rows.y, moment=rows.moment)
    choice = ensemble.choose(level_with, rows.y, weight=rows.weight, group=rows.group, seed=seed, ahead=True)
    return replace(choice, weights={name: share * slopes[name] for name, share in choice.weights.items()})


@dataclass
class _Judged:
    metrics: dict[str, Any]
    figures: dict[str, dict[str, Any]]
    slope: float
    shared: lending.Learned
    told: dict[str, Any]


def _judged(past: _Past, recipe: inputs.Inputs, taught: Examples, tried: trial.Trial, choice: Choice) -> _Judged:
    """Every family and the champion on the judged rows; the calibration that use will have."""
    seed = past.task.seed
    frame = past.frame[past.judging].reset_index(drop=True)
    y, group = frame["y"].to_numpy(np.float64), history.customer_groups(frame)
    if past.by_time:
        x = recipe.matrix(frame)
        jury = committee.seated(taught, dict.fromkeys(tried.margins, 1.0), seed=seed, limits=trial.limits(past.task))
        margins = jury.margins(x)
    else:
        margins = tried.margins
    blended = _blended(choice, margins)
    if past.by_time:
        said, order, slope, shared = _foretold(past, _blended(choice, tried.margins), blended)
    else:
        fold = splits.group_folds(group, folds=5, seed=seed)
        known = calibrate.cross_fitted(blended, y, fold=fold)
        shared = lending.learned(known, y, partner=frame["partner"], group=group, fold=fold)
        said, slope = shared.said, calibrate.fit(blended, y).slope
        order = said if shared.card["kept"] else blended
    metrics, told = judgement.of(
        y, said, score=order, naive=_rival(recipe, frame, y, past),
        partner=frame["partner"], worth=_worth(frame, past), seed=seed, group=group,
    )  # fmt: skip
    about = {"kind": past.task.kind, **vars(past.outcome)}
    metrics |= versus.compared(past.task.network, frame, y, said, about=about)
    figures = {name: evaluate.without_nan({"auc": evaluate.auc(y, margin)}) for name, margin in margins.items()}
    return _Judged(metrics, figures, slope, shared, told)


def _foretold(past: _Past, held: Floats, blended: Floats) -> tuple[Floats, Floats, float, lending.Learned]:
    """Probabilities and order of the judged date's rows, by what was known on it; the slope and the pool for use.

    held (n,): margins of the rows that teach, NaN where unanswered; blended (m,): of those that judge. Level, slope
    and partners' differences come from the dates before, as in use; use draws on the judged date as well.
    """
    asked = {"span": past.outcome.span, "seed": past.task.seed}
    earlier = Held.of(past.frame, past.teaching, held)
    newest = Held.of(past.frame, past.judging, blended)
    slope, lent = earlier.teach(**asked)
    rate = past.level.foreseen(past.frame["as_of"].max().date())
    margin = level.at(rate, blended, slope=slope).margin(blended)
    _, _, found = lending.moved(lent.pool, margin, partner=newest.partner.tolist(), rate=rate)
    return calibrate.sigmoid(found), found if lent.card["kept"] else blended, *(earlier + newest).teach(**asked)


def _worth(frame: pd.DataFrame, past: _Past) -> Floats:
    """Money at stake per customer on the day, as the lists have it."""
    return scoring.yearly(frame) if past.task.kind == "churn" else scoring.usual_order(frame, past.outcome.category)


def _rival(recipe: inputs.Inputs, frame: pd.DataFrame, y: Floats, past: _Past) -> tuple[str, Floats]:
    """The rule that does without learning and orders the judged rows best: recency, or the buying rhythm alone."""
    outcome = past.outcome
    if outcome.mode == "subscription":
        return "newest contracts", -frame["contract_age"].fillna(0).to_numpy(np.float64)
    column = "category_silence" if outcome.category else "silence"
    rules = {"recency": frame[column].fillna(10_000).to_numpy(np.float64)}
    rhythm = recipe.enriched(frame)["expected"].to_numpy(np.float64)
    if not np.isnan(rhythm).all() and outcome.category is None:
        rules["buying rhythm (BG/NBD)"] = np.where(np.isnan(rhythm), np.nanmax(rhythm), rhythm)
    way = 1 if outcome.mode == "inactivity" else -1
    best = max(rules, key=lambda name: evaluate.auc(y, way * rules[name]))
    return best, way * rules[best]


def _final(past: _Past, choice: Choice, judged: _Judged, *, as_of: date) -> tuple[inputs.Inputs, Committee, Pool]:
    """The champion once more on all dates, its slope as the judged rows have it, its level as foreseen for as_of.

    That level is the mean of what partners' customers are told: the pool is moved along.
    """
    recipe, examples = past.examples(
        np.ones(len(past.frame), dtype=bool), weeks=bool(set(choice.weights) & set(families.SEQUENCES))
    )
    final = committee.seated(examples, choice.weights, seed=past.task.seed, limits=trial.limits(past.task))
    newest = (past.frame["as_of"] == past.frame["as_of"].max()).to_numpy()
    margin, rate = final.margin(examples.x[newest]), past.level.foreseen(as_of)
    found = level.at(rate, margin, slope=judged.slope)
    whose = past.frame["partner"][newest]
    pool, more, _ = lending.moved(judged.shared.pool, found.margin(margin), partner=whose, rate=rate)
    final.calibration = replace(found, intercept=found.intercept + more)
    return recipe, final, pool


def _state(task: Task, outcome: labels.Outcome, recipe: inputs.Inputs, rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": task.kind, "outcome": task.outcome, "mode": outcome.mode, "days": outcome.days,
        "gap": outcome.gap, "category": outcome.category, "inputs": recipe.as_dict(), "bands": rule,
    }  # fmt: skip


def _blended(choice: Choice, margins: dict[str, Floats]) -> Floats:
    return np.asarray(np.sum([share * margins[name] for name, share in choice.weights.items()], axis=0))


def _both(y: pd.Series) -> bool:
    return bool(len(y) and y.min() < y.max())
