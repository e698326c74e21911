"""The whole labelled training on the clock, and what is left of it on a tenth of the time."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd

from tests.bench.models import Line, onerow
from tests.bench.models.onerow import File
from training.ml import engine, evaluate
from training.ml.interface import PartnerData, Task

ROWS = 10_000
SHORT = 60.0
DEFAULTS = ("logistic", "LightGBM default", "CatBoost default")


def measure(*, quick: bool) -> Iterator[Line]:
    """Search, folds, blend, calibration, card and judgement on one file; then the short budget against defaults."""
    rows, budget = (2_000, SHORT) if quick else (ROWS, 600.0)
    seconds, said = whole(onerow.made(rows, idle=15), budget=budget)
    yield Line(f"whole labelled training, seconds ({said})", seconds, None, "", "≤ 600", seconds <= 600, rows)
    for make in (onerow.cancer,) if quick else (onerow.telco, onerow.shoppers, onerow.made):
        yield short(make(), folds=1 if quick else onerow.FOLDS)


def whole(file: File, *, budget: float) -> tuple[float, str]:
    """Seconds of one training from the dataset folder to the sealed artefact, and its champion."""
    frame = onerow.canonical(file)
    frame["churned"] = pd.array(file.y > 0.5, dtype="boolean")
    with tempfile.TemporaryDirectory() as folder:
        data = PartnerData("file", Path(folder) / "data")
        data.path.mkdir()
        frame.to_parquet(data.path / "customers.parquet", index=False)
        begun = monotonic()
        task = Task("churn", "labelled", 90, budget=budget)
        made = engine.train([data], task=task, as_of=onerow.DAY, out=Path(folder) / "artefact")
        return monotonic() - begun, f"{made.family}, AUC {made.metrics['auc']['value']:.4f}"


def short(file: File, *, folds: int) -> Line:
    """AUC with 60 seconds against the best single library as it comes out of the box."""
    parts = list(file.folds(folds))
    truth = [file.y[held] for _, held in parts]
    mine = _mean(truth, [onerow.ours(file, *part, budget=SHORT) for part in parts])
    others = {
        name: _mean(truth, [onerow.PEERS[name](file.frame.iloc[a], file.y[a], file.frame.iloc[b]) for a, b in parts])
        for name in DEFAULTS
    }
    best = max(others, key=lambda name: others[name])
    what = f"{file.name}: AUC with a budget of 60 seconds"
    return Line(what, mine, others[best], best, "> best default", mine > others[best], sum(map(len, truth)))


def _mean(truth: list[np.ndarray], said: list[np.ndarray]) -> float:
    return float(np.mean([evaluate.auc(y, p) for y, p in zip(truth, said, strict=True)]))
