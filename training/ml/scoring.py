"""Scoring for outcomes in time: probabilities, money, bands, ranks and reasons for one partner on one day."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from training.ml import bands, crowd, drift, evidence, inputs, labels, lending, pooling, reasons
from training.ml.committee import Committee
from training.ml.interface import PartnerData

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats, Ints

GONE = 0.9
"""Chance of leaving from which a customer that is silent for the whole horizon counts as already gone."""


WORTH = ("spend_365", "monthly_value", "contract_amount", "basket", "category_basket")
"""The features that tell what a customer is worth."""
NOTHING = "[]"
READ_SHARE = 0.2
"""Reasons are worked out for this share of a list, from its head: the rest is not read row by row."""
READ_LEAST = 1000
"""And for so many in any case, from the head of the list and again by the money at stake: in a list no longer than
this, everybody's."""


def predict(artefact: Path, state: dict[str, Any], data: PartnerData, *, as_of: date) -> pa.Table:
    """One row per customer the question is about, and per customer already gone (`gone`), best known first.

    Customers are looked at in shards (`crowd`), reasons told for those whose rows are read (`read`).
    """
    outcome = labels.Outcome(state["mode"], state["days"], state["category"])
    gauge = drift.Gauge.load(artefact, partner=data.key)
    recipe = inputs.Inputs.from_dict(state["inputs"])
    everybody = crowd.gathered(data, outcome, as_of=as_of, weeks=recipe.weeks, look=gauge.add)
    model = Committee.load(artefact)
    ladders = crowd.ladders(everybody, recipe)
    pool = pooling.load(artefact)
    margin = crowd.answers(everybody, lambda some: model.margin(recipe.matrix(some, ladders=ladders)))
    answer = pool.answer(margin, partner=data.key)
    facts = everybody.columns(("silence", *WORTH))
    asked = np.concatenate(everybody.asked)
    left = ~asked | as_good_as_gone(facts, outcome, answer.probability)
    churn = state["kind"] == "churn"
    money = answer.probability * (yearly(facts) if churn else usual_order(facts, outcome.category))
    who = everybody.column("customer_id")
    rank = ranked(who, answer.probability, money=money, left=left)

    def explain(few: pd.DataFrame, places: Ints) -> Floats:
        return model.contributions(recipe.matrix(few, ladders=ladders), fold=(rank[places] - 1) % model.folds)

    told = np.full(len(everybody), NOTHING, dtype=object)
    if len(reading := read(rank, money)):
        seen, shares = crowd.some(everybody, reading, explain)
        told[reading] = reasons.told(seen, shares, model.columns, bad_is_up=churn)
    made = table(who, answer, money=money, told=told, left=left, rule=state["bands"], rank=rank)
    basis = lending.basis(pool, partner=data.key, customers=int(asked.sum()))
    return evidence.attach(made, basis=basis, drift=gauge.told(), read={"rows": len(reading), "head": head(len(rank))})


def read(rank: Ints, money: Floats) -> Ints:
    """Whose reasons are worked out: the head of the list, and those with the most money at stake. Row numbers."""
    dear = np.argsort(-money, kind="stable")[:READ_LEAST]
    return np.union1d(np.flatnonzero(rank <= head(len(rank))), dear)


def head(rows: int) -> int:
    """The last rank of a list's head."""
    return max(READ_LEAST, math.ceil(READ_SHARE * rows))


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
    return _money(np.where(spent > 0, spent, contract))


def usual_order(frame: pd.DataFrame, category: str | None) -> Floats:
    """What a purchase is worth: the customer's usual order (in the category), else a month's value, else 0."""
    known = frame["basket"] if category is None else frame["category_basket"].fillna(frame["basket"])
    filled = known.fillna(known.median()).fillna(frame["monthly_value"])
    return _money(filled.to_numpy(np.float64))


def _money(known: Floats) -> Floats:
    """What is not known or endless counts as nothing."""
    return np.where(np.isfinite(known), known, 0.0).clip(min=0)


def ranked(customer_id: pd.Series, probability: Floats, *, money: Floats, left: Bools) -> Ints:
    """Ranks from 1, shape (n,): those still here by falling probability, then those gone; equals by money, then id."""
    names = pc.rank(pa.array(customer_id.astype(str), pa.string()), tiebreaker="dense").to_numpy()
    order = np.lexsort((names, -money, -probability, left))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def table(
    customer_id: pd.Series,
    answer: pooling.Answer,
    *,
    money: Floats,
    told: Any,
    left: Any,
    rule: dict[str, Any],
    rank: Ints | None = None,
) -> pa.Table:
    """The published columns, sorted by `rank` (made here when it is not given)."""
    probability = answer.probability
    if rank is None:
        rank = ranked(customer_id, probability, money=money, left=left)
    return pa.table(
        {
            "customer_id": pa.array(customer_id.astype(str), pa.string()),
            "probability": pa.array(probability, pa.float64()),
            "band": bands.column(probability, rule),
            "rank": pa.array(rank.astype(np.int32), pa.int32()),
            "money": pa.array(money, pa.float64()),
            "low": pa.array(answer.low, pa.float64()),
            "high": pa.array(answer.high, pa.float64()),
            "reasons": pa.array(told, pa.string()),
            "gone": pa.array(np.asarray(left, dtype=bool), pa.bool_()),
        }
    ).sort_by("rank")
