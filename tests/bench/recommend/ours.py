"""Ours, the public way: train on a dataset folder, predict, and read the lists from the rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from tests.bench.recommend.history import Question
from training.ml import engine
from training.ml.interface import PartnerData, Task

HORIZON = 90


def rows(folder: Path, *, as_of: date, top: int) -> pd.DataFrame:
    """What is offered to whom, best first, by a model trained on the same folder at its default budget."""
    data = PartnerData("partner", folder)
    with TemporaryDirectory() as out:
        engine.train([data], task=Task("recommendation", "", HORIZON), as_of=as_of, out=Path(out))
        table = engine.predict(Path(out), data, as_of=as_of, top=top)
    columns = ["customer_id", "sku", "rank", "is_repeat", "probability"]
    return table.select(columns).to_pandas().sort_values(["customer_id", "rank"], ignore_index=True)


def lists(offers: pd.DataFrame, question: Question, top: int) -> np.ndarray:
    """(rows × top) item codes in the order offered; -1 where a list ends early."""
    known = question.known
    if question.unseen:
        offers = offers[~offers["is_repeat"]]
    offers = offers[offers["customer_id"].isin(known.customers[question.rows])]
    place = offers.groupby("customer_id").cumcount().to_numpy()
    kept = offers[place < top]
    row = np.full(len(known.customers), -1)
    row[question.rows] = np.arange(len(question.rows))
    found = np.full((len(question.rows), top), -1)
    codes = np.searchsorted(known.customers, kept["customer_id"].to_numpy(object))
    found[row[codes], place[place < top]] = np.searchsorted(known.skus, kept["sku"].to_numpy(object))
    return found
