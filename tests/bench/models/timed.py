"""No order in 90 days on wholesale orders: ours beside BG/NBD and LightGBM, mean over three dates.

The peers: BG/NBD's P(no purchase) (Fader, Hardie, Lee 2005), fitted on the date itself; LightGBM on recency, frequency
and money; LightGBM on all raw features. Each LightGBM learns from the newest known date and from all past dates, and
the better of the two counts.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from tests.bench.models import Line, retail
from training.ml import engine, evaluate, rhythm
from training.ml.interface import Task

RFM = ["silence", "active_days", "spend_all"]
QUICK = ("rhythm", "logistic", "boosting")
"""Where it is only to be seen that it runs; quoted figures are of whatever the default budget tries."""


def measure(*, quick: bool) -> Iterator[Line]:
    told: list[dict[str, dict[str, float]]] = []
    rows = 0
    with retail.cases(quick=quick) as cases:
        for case in cases:
            y = case.now["y"].to_numpy(np.float64)
            said = {"ours": _ours(case, quick=quick), **_peers(case)}
            told.append({name: _figures(y, score) for name, score in said.items()})
            rows += len(y)
            yield _line(f"AUC, as of {case.day}", told[-1:], "auc", n=len(y), margin=None)
    yield _line("AUC, mean over the dates", told, "auc", n=rows, margin=0.005)
    yield _line("lift at 10 %, mean over the dates", told, "lift", n=rows, margin=0.0)
    error = float(np.mean([one["ours"]["error"] for one in told]))
    rival = float(np.mean([one["BG/NBD"]["error"] for one in told]))
    yield Line("calibration error, mean over the dates", error, rival, "BG/NBD", "≤ .04", error <= 0.04, rows)


def _line(what: str, told: list[dict[str, dict[str, float]]], figure: str, *, n: int, margin: float | None) -> Line:
    mean = {name: float(np.mean([one[name][figure] for one in told])) for name in told[0]}
    ours = mean.pop("ours")
    best = max(mean, key=lambda name: mean[name])
    if margin is None:
        return Line(what, ours, mean[best], best, n=n)
    bar = f"≥ best peer + {margin:g}" if margin else "≥ best peer"
    return Line(what, ours, mean[best], best, bar, ours >= mean[best] + margin, n)


def _figures(y: np.ndarray, score: np.ndarray) -> dict[str, float]:
    return {
        "auc": evaluate.auc(y, score),
        "lift": evaluate.lift(y, score, percent=10),
        "error": evaluate.calibration_error(y, score),
    }


def _ours(case: retail.Case, *, quick: bool) -> np.ndarray:
    task = Task("churn", "inactivity:90", retail.DAYS, QUICK if quick else (), budget=20.0 if quick else 600.0)
    with TemporaryDirectory() as out:
        engine.train([case.data], task=task, as_of=case.day, out=Path(out))
        scored = engine.predict(Path(out), case.data, as_of=case.day).to_pandas()
    return retail.lined(scored, case.now, "probability")


def _peers(case: retail.Case) -> dict[str, np.ndarray]:
    pace = rhythm.fit(case.now)
    assert pace is not None
    newest = case.past[case.past["as_of"] == case.past["as_of"].max()]
    found = {"BG/NBD": pace.silent(case.now, days=retail.DAYS)}
    for name, columns in (("LightGBM on RFM", RFM), ("LightGBM on raw features", retail.numbers(case.past))):
        for past, where in ((newest, "newest date"), (case.past, "all dates")):
            found[f"{name}, {where}"] = _boosted(past, case.now, columns)
    return found


def _boosted(past: pd.DataFrame, now: pd.DataFrame, columns: list[str]) -> np.ndarray:
    import lightgbm

    params = {
        "objective": "binary", "num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 40, "verbose": -1,
        "num_threads": 2, "seed": 1,
    }  # fmt: skip
    booster = lightgbm.train(params, lightgbm.Dataset(past[columns], past["y"]), num_boost_round=100)
    return np.asarray(booster.predict(now[columns]))
