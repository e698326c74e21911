"""Scoring for outcomes in time: probabilities, money, bands, ranks and reasons for one partner on one day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from training.ml import bands, drift, evidence, facts, history, inputs, labels, lending, pooling, reasons
from training.ml.committee import Committee
from training.ml.features import build
from training.ml.interface import PartnerData

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats

GONE = 0.9
"""Chance of leaving from which a customer that is silent for the whole horizon counts as already gone."""


def predict(artefact: Path, state: dict[str, Any], data: PartnerData, *, as_of: date) -> pa.Table:
    """One row per customer the question is about, and per customer already gone (`gone`), best known first."""
    outcome = labels.Outcome(state["mode"], state["days"], state["category"])
    with facts.opened(data) as con:
        everyone = outcome.mode == "purchase"
        frame = build.features(con, as_of=[as_of], everyone=everyone, category=outcome.category)
    frame["partner"] = data.key
    asked, left = history.population(frame, outcome), history.gone(frame, outcome)
    frame = frame[asked | left].reset_index(drop=True)
    asked, left = history.population(frame, outcome), history.gone(frame, outcome)
    gauge = drift.Gauge.load(artefact, partner=data.key)
    gauge.add(frame[asked])
    recipe = inputs.Inputs.from_dict(state["inputs"])
    model = Committee.load(artefact)
    x = recipe.matrix(frame, population=asked)
    told = reasons.told(
        frame, model.contributions(x), model.columns, bad_is_up=state["kind"] == "churn"
    ) if len(frame) else []  # fmt: skip
    pool = pooling.load(artefact)
    answer = pool.answer(model.margin(x) if len(frame) else np.empty(0), partner=data.key)
    probability = answer.probability
    left = left | as_good_as_gone(frame, outcome, probability)
    worth = yearly(frame) if state["kind"] == "churn" else usual_order(frame, outcome.category)
    basis = lending.basis(pool, partner=data.key, customers=int(asked.sum()))
    made = table(frame["customer_id"], answer, money=probability * worth, told=told, left=left, rule=state["bands"])
    return evidence.attach(made, basis=basis, drift=gauge.told())


def as_good_as_gone(frame: pd.DataFrame, outcome: labels.Outcome, probability: Floats) -> Bools:
    """Silent already for as long as leaving is defined, and near certain not to return: no call comes in time.

    Seasonal buyers, silent as long but likely to be back, stay in the list.
    """
    if outcome.mode != "inactivity":
        return np.zeros(len(frame), dtype=bool)
    return np.asarray((frame["silence"].fillna(0) >= outcome.days) & (probability >= GONE))


def yearly(frame: pd.DataFrame) -> Floats:
    """What a customer is worth in a year: spend of the past 365 days, else twelve monthly values, else 0."""
    spent = frame["spend_365"].to_numpy(np.float64)
    contract = 12 * frame["monthly_value"].fillna(frame.get("contract_amount", np.nan)).to_numpy(np.float64)
    return np.nan_to_num(np.where(spent > 0, spent, contract), nan=0.0).clip(min=0)


def usual_order(frame: pd.DataFrame, category: str | None) -> Floats:
    """What a purchase is worth: the customer's usual order (in the category), else a month's value, else 0."""
    known = frame["basket"] if category is None else frame["category_basket"].fillna(frame["basket"])
    filled = known.fillna(known.median()).fillna(frame["monthly_value"])
    return np.nan_to_num(filled.to_numpy(np.float64), nan=0.0).clip(min=0)


def table(
    customer_id: pd.Series, answer: pooling.Answer, *, money: Floats, told: list[str], left: Any, rule: dict[str, Any]
) -> pa.Table:
    """The published columns; ranks count customers still here by falling probability, those gone come after."""
    probability = answer.probability
    order = np.lexsort((customer_id.to_numpy(dtype=str), -money, -probability, left))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    return pa.table(
        {
            "customer_id": pa.array(customer_id.astype(str), pa.string()),
            "probability": pa.array(probability, pa.float64()),
            "band": pa.array(bands.named(probability, rule).tolist(), pa.string()),
            "rank": pa.array(rank, pa.int32()),
            "money": pa.array(money, pa.float64()),
            "low": pa.array(answer.low, pa.float64()),
            "high": pa.array(answer.high, pa.float64()),
            "reasons": pa.array(told, pa.string()),
            "gone": pa.array(np.asarray(left, dtype=bool), pa.bool_()),
        }
    ).sort_by("rank")
