"""One row per customer, the label in the file: ours by the whole way against single libraries, on the same folds.

AUC, average precision, lift and Brier are means over the folds; the calibration error is that of all held-out
probabilities together, where ten bins of one fold would mostly measure noise.
"""

from collections.abc import Callable, Iterator

import numpy as np

from tests.bench.models import Line, onerow
from tests.bench.models.onerow import File
from training.ml import evaluate

SLACK = 0.001
Measure = Callable[[np.ndarray, np.ndarray], float]
MEASURES: dict[str, Measure] = {
    "AUC": evaluate.auc,
    "average precision": evaluate.average_precision,
    "lift at 10 %": lambda y, said: evaluate.lift(y, said, percent=10),
    "Brier": evaluate.brier,
}
LOWER = ("Brier", "calibration error")
BARS = {
    "Telco": {
        "AUC": 0.8505, "average precision": 0.672, "lift at 10 %": 2.91, "Brier": 0.133, "calibration error": 0.025,
    },
    "online shoppers": {"AUC": 0.934, "average precision": 0.752, "calibration error": 0.025},
}  # fmt: skip
REAL = (onerow.telco, onerow.shoppers)
GENERATED = (onerow.made, onerow.blobs, onerow.cancer, onerow.diabetes)


def measure(*, quick: bool) -> Iterator[Line]:
    """Every file in turn, then what holds over all of them."""
    gains = []
    for make in GENERATED[2:] if quick else REAL + GENERATED:
        lines = list(of(make(), folds=1 if quick else onerow.FOLDS, budget=30.0 if quick else 600.0))
        yield from lines
        gains.append(lines[0].ours - (lines[0].peer or 0.0))
    count = len(gains)
    yield Line("least gain in AUC over the best peer, over files", min(gains), 0.0, "the best peer of each file",
               f"≥ −{SLACK}", min(gains) >= -SLACK, count)  # fmt: skip
    yield Line("mean gain in AUC over the best peer, over files", float(np.mean(gains)), 0.0,
               "the best peer of each file", "> 0", float(np.mean(gains)) > 0, count)  # fmt: skip


def of(file: File, *, folds: int = onerow.FOLDS, budget: float = 600.0) -> Iterator[Line]:
    """The lines of one file; the first is AUC against the best peer by AUC."""
    parts = list(file.folds(folds))
    said: dict[str, list[np.ndarray]] = {"ours": [onerow.ours(file, *part, budget=budget) for part in parts]}
    for name, peer in onerow.PEERS.items():
        said[name] = [peer(file.frame.iloc[fit], file.y[fit], file.frame.iloc[held]) for fit, held in parts]
    net = "churn_net" if file.kind == "churn" else "propensity_net"
    said["reference net"] = [
        onerow.reference_net(file.frame.iloc[fit], file.y[fit], file.frame.iloc[held], name=net) for fit, held in parts
    ]
    truth = [file.y[held] for _, held in parts]
    rows = sum(len(one) for one in truth)
    bars = BARS.get(file.name, {})
    for what, figure in MEASURES.items():
        if what == "Brier":  # margins of the net are no probabilities
            said.pop("reference net", None)
        found = {
            name: float(np.mean([figure(y, p) for y, p in zip(truth, ps, strict=True)])) for name, ps in said.items()
        }
        yield _line(f"{file.name}: {what}", what, found, bars.get(what), rows)
        if what == "AUC":
            yield from (
                Line(f"{file.name}: AUC of {name}", auc, n=rows) for name, auc in found.items() if name != "ours"
            )
    together = np.concatenate(truth)
    found = {name: evaluate.calibration_error(together, np.concatenate(ps)) for name, ps in said.items()}
    yield _line(f"{file.name}: calibration error", "calibration error", found, bars.get("calibration error"), rows)


def _line(title: str, what: str, found: dict[str, float], bar: float | None, rows: int) -> Line:
    ours = found["ours"]
    others = {name: value for name, value in found.items() if name != "ours"}
    lower = what in LOWER
    best = (min if lower else max)(others, key=lambda name: others[name])
    met = None if bar is None else (ours <= bar if lower else ours >= bar)
    if bar is None and what == "AUC":
        met = ours >= others[best] - SLACK
    asked = "" if bar is None else f"{'≤' if lower else '≥'} {bar:g}"
    return Line(title, ours, others[best], best, asked or ("≥ best peer − 0.001" if what == "AUC" else ""), met, rows)
