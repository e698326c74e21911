"""Customer value: the expected spend within the horizon, in two parts: whether they buy, and how much if so.

The first part is an even blend of buying rhythm, logistic and boosting on ranks; the second a ridge regression of the
logarithm of the spend, set right for the skew by smearing (Duan 1983). Shares of buyers and money per customer are
foreseen by the season (`level`). What is said is an expectation: over customers it adds up to the spend to come, and
it is not the most likely spend of one customer, which is often nothing. Intervals are the spread seen on the newest
past date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml import (
    artefacts,
    committee,
    drift,
    evaluate,
    grades,
    history,
    inputs,
    labels,
    level,
    splits,
)
from training.ml.calibrate import sigmoid
from training.ml.committee import Committee
from training.ml.families import scaling
from training.ml.interface import Examples, Limits, PartnerData, Report, Task, Trained

if TYPE_CHECKING:
    from training.ml.features.ranks import Ladder
    from training.ml.interface import Bools, Floats, Ints

MONEY = ("basket", "spend_last", "spend_90", "spend_before_90", "spend_365", "spend_all")
STRENGTH = 20.0
BINS = 5
NAIVE = "spend of the past year, in proportion"
AMOUNT = "amount.json"
FAMILIES = ("rhythm", "logistic", "boosting")


@dataclass
class Amount:
    """Log spend of who buys: scaled columns × weights + intercept, times `smear`; ratios are the interval's edges."""

    scale: scaling.Scaling
    weights: Floats
    intercept: float
    smear: float
    most: float

    def expected(self, columns: Floats) -> Floats:
        logged = np.clip(self.scale.transform(columns) @ self.weights + self.intercept, 0.0, self.most)
        return np.asarray(np.expm1(logged) * self.smear)

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "scale": self.scale.as_dict(), "weights": self.weights.tolist()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Amount:
        kept = {name: data[name] for name in ("intercept", "smear", "most")}
        return cls(scaling.Scaling.from_dict(data["scale"]), np.array(data["weights"]), **kept)


@dataclass
class TwoParts:
    """The fitted model: recipe of the ranks, who buys, and how much."""

    recipe: inputs.Inputs
    buys: Committee
    amount: Amount

    def expected(self, frame: pd.DataFrame, *, ladders: Mapping[str, Ladder] | None = None) -> tuple[Floats, Floats]:
        """(probability of buying, expected spend), both (n,). ladders: see `Inputs.matrix`."""
        x = self.recipe.matrix(frame, ladders=ladders)
        probability = sigmoid(self.buys.margin(x))
        return probability, probability * self.amount.expected(_amount_columns(frame, x))

    def set_level(self, frame: pd.DataFrame, *, bought: float, spend: float) -> None:
        """Let these customers buy at this rate and spend so much each on average, as foreseen for the days ahead."""
        self.buys.calibration = level.at(bought, self.buys.margin(self.recipe.matrix(frame)), slope=1.0)
        said = float(self.expected(frame)[1].mean())
        self.amount.smear *= float(np.clip(spend / max(said, 1e-9), 0.25, 4.0))

    @classmethod
    def load(cls, artefact: Path, state: dict[str, Any]) -> TwoParts:
        amount = Amount.from_dict(json.loads((artefact / AMOUNT).read_text(encoding="utf-8")))
        return cls(inputs.Inputs.from_dict(state["inputs"]), Committee.load(artefact), amount)


def train(data: Sequence[PartnerData], *, task: Task, as_of: date, out: Path, report: Report) -> Trained:
    """Learn from past dates, be judged on the newest against last year's spend in proportion; write the artefact."""
    started = monotonic()
    days = task.horizon
    report(progress=0.05, stage="features")
    rows = int(np.clip(task.budget * 500, 10_000, 120_000))
    asked = labels.Outcome("inactivity", days, gap=task.gap)
    frame, dates = history.gathered(data, asked, as_of=as_of, rows=rows, seed=task.seed)
    report(progress=0.3, stage="train", log=f"{len(frame)} rows from {frame['as_of'].nunique()} past dates")
    moments = frame["as_of"].dt.date
    newest, strict = (moments == moments.max()).to_numpy(), moments.isin(dates.strict).to_numpy()
    by_time = bool(strict.sum() >= 2 * history.FLOOR and (frame["spend"][strict] > 0).sum() >= history.FLOOR)
    if not by_time:  # too short a history to hold out a date: hold out customers instead
        held = splits.group_folds(history.customer_groups(frame), folds=3, seed=task.seed) == 0
        newest, strict = held, ~held
    judge = frame[newest].reset_index(drop=True)
    seen = level.seen(data, frame, asked, as_of=as_of)
    model = _fit(frame, strict, asked=asked, seed=task.seed)
    if by_time:
        _levelled(model, judge, seen, frame, day=moments.max())
    probability, expected = model.expected(judge)
    report(progress=0.7, stage="judge")
    actual, naive = judge["spend"].to_numpy(np.float64), _trailing(judge, days)
    group = history.customer_groups(judge)
    spread = _spread(probability, expected, actual)
    cover = _cover(probability, expected, actual, group, seed=task.seed)
    model = _fit(frame, np.ones(len(frame), dtype=bool), asked=asked, seed=task.seed)
    _levelled(model, frame[(moments == moments.max()).to_numpy()].reset_index(drop=True), seen, frame, day=as_of)
    model.buys.save(out)
    (out / AMOUNT).write_text(json.dumps(model.amount.as_dict()), encoding="utf-8")
    drift.Reference.fit(frame[(moments == moments.max()).to_numpy()], model.recipe.raw()).save(out)
    artefacts.seal(
        out,
        {
            "kind": "value", "mode": "value", "days": days, "gap": asked.gap, "inputs": model.recipe.as_dict(),
            "spread": spread,
        },
    )  # fmt: skip
    metrics = _metrics(actual, expected, naive, group, seed=task.seed) | {"interval": {"asked": 0.8, "held": cover}}
    card: dict[str, Any] = {
        "kind": "value", "outcome": "", "horizon": days, "gap": asked.gap, "seed": task.seed, "budget": task.budget,
        "champion": "two_parts", "families": [{"family": "two_parts", "mae": metrics["mae"]["value"]}],
        "summary": _summary(metrics), "level": seen.told(as_of, newest=moments.max()), "notes": [],
        "judged": _judged(by_time, moments.max()),
        "dates": sorted({str(moment) for moment in moments}), "partners": len(data), "rows": len(frame),
        "customers": len(np.unique(history.customer_groups(frame))), "columns": list(model.recipe.columns().names),
        "grade": grades.told(metrics, measure="mae"), "as_of": str(as_of),
        "seconds": round(monotonic() - started, 1),
    }  # fmt: skip
    report(progress=1.0, stage="done", log=card["summary"]["en"])
    return Trained("two_parts", metrics, card, len(frame))


def _fit(frame: pd.DataFrame, rows: Bools, *, asked: labels.Outcome, seed: int) -> TwoParts:
    taught = frame[rows].reset_index(drop=True)
    recipe = inputs.fit(taught, days=asked.days, gap=asked.gap, without=frozenset({"monthly_value"}))
    x, spend = recipe.matrix(taught), taught["spend"].to_numpy(np.float64)
    moments = list(taught["as_of"].dt.date)
    weight = splits.recency_weights(moments, as_of=max(moments))
    stamp = taught["as_of"].to_numpy().astype("datetime64[D]").astype(np.int64)
    examples = Examples(
        x, (spend > 0).astype(np.float64), weight, history.customer_groups(taught), stamp, recipe.columns()
    )
    buys = committee.seated(examples, dict.fromkeys(FAMILIES, 1 / len(FAMILIES)), seed=seed, limits=Limits())
    bought = spend > 0
    return TwoParts(recipe, buys, _amount(_amount_columns(taught, x)[bought], spend[bought], weight[bought]))


def _amount(columns: Floats, spend: Floats, weight: Floats) -> Amount:
    scale = scaling.fit(columns, bends=True)
    z, logged = scale.transform(columns), np.log1p(spend)
    middle = float(np.average(logged, weights=weight))
    gram = (z * weight[:, None]).T @ z + STRENGTH * np.eye(z.shape[1])
    weights: Floats = np.asarray(np.linalg.solve(gram, (z * weight[:, None]).T @ (logged - middle)), dtype=np.float64)
    intercept = middle - float(np.average(z @ weights, weights=weight))
    most = float(logged.max())
    said = np.expm1(np.clip(z @ weights + intercept, 0.0, most))
    return Amount(
        scale, weights, intercept, float(np.average(spend, weights=weight) / np.average(said, weights=weight)), most
    )


def _levelled(model: TwoParts, frame: pd.DataFrame, seen: level.Level, past: pd.DataFrame, *, day: date) -> None:
    """Set the model to the level foreseen on a day, for customers like those of the frame."""
    model.set_level(frame, bought=1 - seen.foreseen(day), spend=level.spending(seen, past).foreseen(day))


def _amount_columns(frame: pd.DataFrame, x: Floats) -> Floats:
    money = np.nan_to_num(frame[list(MONEY)].to_numpy(np.float64), nan=0.0)
    return np.hstack([np.log1p(np.maximum(money, 0)), x])


def _trailing(frame: pd.DataFrame, days: int) -> Floats:
    """The naive rival: last year's spend (since the first order, if later), in proportion to the horizon."""
    known = np.clip(frame["age"].to_numpy(np.float64), min(days, 365), 365)
    return np.asarray(np.nan_to_num(frame["spend_365"].to_numpy(np.float64)) * days / known)


def _spread(probability: Floats, expected: Floats, actual: Floats) -> dict[str, list[float]]:
    """By bins of the probability to buy: the 10 % and 90 % quantiles of actual over expected spend."""
    edges = np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1])
    place = np.searchsorted(edges, probability)
    ratio = actual / np.maximum(expected, 1e-9)
    low, high = [], []
    for number in range(BINS):
        here = ratio[place == number] if (place == number).any() else ratio
        low.append(float(min(1.0, np.quantile(here, 0.1))))
        high.append(float(max(1.0, np.quantile(here, 0.9))))
    return {"edges": edges.tolist(), "low": low, "high": high}


def _cover(probability: Floats, expected: Floats, actual: Floats, group: Ints, *, seed: int) -> float:
    """How often intervals made from other customers held the spend of the judged ones."""
    fold, held = splits.group_folds(group, folds=5, seed=seed), np.zeros(len(actual), dtype=bool)
    for number in range(5):
        here = fold == number
        spread = _spread(probability[~here], expected[~here], actual[~here])
        low, high = edges(probability[here], expected[here], spread)
        held[here] = (actual[here] >= low - 1e-9) & (actual[here] <= high + 1e-9)
    return float(held.mean())


def edges(probability: Floats, expected: Floats, spread: dict[str, list[float]]) -> tuple[Floats, Floats]:
    """low and high of the expected spend, both (n,), by the spread of those about as likely to buy."""
    place = np.searchsorted(np.array(spread["edges"]), probability)
    return expected * np.array(spread["low"])[place], expected * np.array(spread["high"])[place]


def _metrics(actual: Floats, expected: Floats, naive: Floats, group: Ints, *, seed: int) -> dict[str, Any]:
    def error(wanted: Floats, said: Floats) -> float:
        return float(np.mean(np.abs(wanted - said)))

    low, high = evaluate.interval(actual, expected, error, seed=seed, group=group)
    return {
        "n": len(actual),
        "base_rate": float((actual > 0).mean()),
        "mae": {"value": error(actual, expected), "low": low, "high": high},
        "decile_rank_correlation": decile_correlation(actual, expected),
        "better": {"mae": evaluate.paired(actual, expected, naive, error, seed=seed, group=group)},
        "naive": {
            "name": NAIVE,
            "mae": error(actual, naive),
            "decile_rank_correlation": decile_correlation(actual, naive),
        },
    }


def decile_correlation(actual: Floats, said: Floats) -> float:
    """Rank correlation between what was said and what was spent, both cut into tenths."""
    said_tenth, actual_tenth = (
        pd.Series(values).rank(method="average", pct=True).mul(10).apply(np.ceil) for values in (said, actual)
    )
    found = said_tenth.corr(actual_tenth)
    return 0.0 if np.isnan(found) else float(found)


def _judged(by_time: bool, day: date) -> dict[str, str]:
    if by_time:
        return {"en": f"judged on {day}, a date the model had not seen", "zh-hans": f"在模型未见过的 {day} 上评估"}
    return {"en": "judged on customers held out", "zh-hans": "在留出的客户上评估"}


def _summary(metrics: dict[str, Any]) -> dict[str, str]:
    ours, naive, n = metrics["mae"]["value"], metrics["naive"]["mae"], metrics["n"]
    return {
        "en": f"Mean error {ours:,.0f} per customer on {n} customers, against {naive:,.0f} for {NAIVE}.",
        "zh-hans": f"在 {n} 位客户上平均误差 {ours:,.0f}，按上年消费折算为 {naive:,.0f}。",
    }
