"""Judging and guarding: what the intervals of a long list cost, and whether planted traces of the outcome are found."""

import os
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from tests.bench.models import Line
from training.ml import evaluate, leaks

DATA = Path(os.environ.get("FAIRWAY_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
FILES = (
    ("telco/Telco-Customer-Churn.csv", "Churn", "Yes"),
    ("online-shoppers/online_shoppers_intention.csv", "Revenue", True),
)


def measure(*, quick: bool) -> Iterator[Line]:
    yield from _intervals(rows=20_000 if quick else 100_000)
    for name, label, positive in FILES if DATA.is_dir() else ():
        frame = pd.read_csv(DATA / name)
        y = (frame.pop(label) == positive).to_numpy(float)
        columns = frame.drop(columns="customerID", errors="ignore").add_prefix("attr_")
        yield from _traces(name.split("/")[0], columns, y)


def _intervals(*, rows: int) -> Iterator[Line]:
    """Every figure with its interval and the paired difference to a rival, 200 resamples of customers."""
    rng = np.random.default_rng(0)
    p = rng.beta(1, 3, rows)
    y, rival = (rng.random(rows) < p).astype(float), p + rng.normal(0, 0.2, rows)
    begun = process_time()
    evaluate.judged(y, p, seed=1, naive=("noisy", rival))
    ours = process_time() - begun
    begun = process_time()
    for seed in range(4):  # a plain bootstrap of two areas alone draws the rows, and sorts them again
        drawn = np.random.default_rng(seed).integers(0, rows, rows)
        evaluate.auc(y[drawn], p[drawn])
        evaluate.auc(y[drawn], rival[drawn])
    plain = (process_time() - begun) * 50
    yield Line("seconds to judge a list, all figures", ours, plain, "two AUCs by plain bootstrap", "", None, rows)


def _traces(name: str, frame: pd.DataFrame, y: np.ndarray) -> Iterator[Line]:
    """Honest columns that are accused, and planted traces that are found."""
    fold = np.random.default_rng(0).integers(0, 5, len(y))
    accused = len(leaks.verdict(leaks.look(frame, y, fold), y).names)
    yield Line(f"{name}: honest columns held back", accused, None, "", "0", accused == 0, len(y))
    rng, found = np.random.default_rng(1), 0
    traces = [
        y,
        np.where(rng.random(len(y)) < 0.97, y, 1 - y),
        np.where((y > 0) & (rng.random(len(y)) < 0.95), 1.0, np.nan),
        np.where(y > 0, rng.integers(1, 400, len(y)), 0) + rng.random(len(y)),
    ]
    for trace in traces:
        held = leaks.verdict(leaks.look(frame.assign(attr_trace=trace), y, fold), y).names
        found += held == {"attr_trace"}
    yield Line(f"{name}: planted traces found, of {len(traces)}", found, None, "", "all", found == len(traces), len(y))
