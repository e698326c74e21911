"""Scoring customer value: expected spend, interval, rank and reasons for one partner on one day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from training.ml import crowd, drift, evidence, labels, reasons, scoring, value
from training.ml.interface import PartnerData

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints


def predict(artefact: Path, state: dict[str, Any], data: PartnerData, *, as_of: date) -> pa.Table:
    """customer_id, expected_spend, low, high (an 80 % interval), rank, reasons: buyers of the past year.

    Customers are looked at in shards (`crowd`), reasons told for those whose rows are read (`scoring.read`).
    """
    gauge = drift.Gauge.load(artefact, partner=data.key)
    outcome = labels.Outcome("inactivity", state["days"])
    everybody = crowd.gathered(data, outcome, as_of=as_of, look=gauge.add, gone=False)
    model = value.TwoParts.load(artefact, state)
    ladders = crowd.ladders(everybody, model.recipe)
    said = crowd.answers(everybody, lambda some: np.column_stack(model.expected(some, ladders=ladders)))
    probability, expected = said.reshape(-1, 2).T
    low, high = value.edges(probability, expected, state["spread"])
    who = everybody.column("customer_id")
    rank = scoring.ranked(who, expected, money=expected, left=np.zeros(len(expected), dtype=bool))

    def explain(few: pd.DataFrame, places: Ints) -> Floats:
        return model.buys.contributions(model.recipe.matrix(few, ladders=ladders))

    told = np.full(len(everybody), scoring.NOTHING, dtype=object)
    if len(reading := scoring.read(rank, expected)):
        seen, shares = crowd.some(everybody, reading, explain)
        told[reading] = reasons.told(seen, shares, model.recipe.columns(), bad_is_up=False)
    made = pa.table(
        {
            "customer_id": pa.array(who.astype(str), pa.string()),
            "expected_spend": pa.array(expected, pa.float64()),
            "low": pa.array(low, pa.float64()),
            "high": pa.array(high, pa.float64()),
            "rank": pa.array(rank.astype(np.int32), pa.int32()),
            "reasons": pa.array(told, pa.string()),
        }
    )
    looked = {"rows": len(reading), "head": scoring.head(len(rank))}
    return evidence.attach(made.sort_by("rank"), drift=gauge.told(), read=looked)
