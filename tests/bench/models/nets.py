"""Nets: what sequences find that totals do not, what a fit of each net costs, and what a GPU makes of it.

The world is made: customers order and call with the same rates, and leave when calls follow orders (trouble with what
came) rather than precede them (questions before buying). Totals over any window are the same; only the order tells.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, process_time

import numpy as np

from tests.bench.models import Line
from tests.training.ml import makers
from training.ml import device, evaluate, families
from training.ml.interface import Columns, Examples, Limits

ROOT = Path(__file__).resolve().parents[3]
WEEKS, WINDOWS = 52, (4, 13, 26, 52)
LIMITS = Limits(seconds=120.0)
PEER = "logistic on totals of 4, 13, 26 and 52 weeks"


def measure(*, quick: bool) -> Iterator[Line]:
    rows = 600 if quick else 5_000
    taught, fresh = world(rows, seed=1), world(rows, seed=2)
    logistic = families.family("logistic").fit(totals(taught), seed=1, limits=LIMITS)
    peer = evaluate.auc(fresh.y, logistic.margin(totals(fresh).x))
    families.family("propensity_net").fit(makers.examples(64), seed=1, limits=Limits(net_epochs=1))  # Keras is loaded
    for name in families.SEQUENCES[:1] if quick else families.SEQUENCES:
        seconds, model = timed(name, taught, clock=process_time)
        found = evaluate.auc(fresh.y, model.margin(fresh.x))
        yield Line(f"order of calls and orders, AUC: {name}", found, peer, PEER, n=rows)
        yield Line(f"{name}: CPU seconds to fit, 52 weeks × 3 channels, {device.backend()}", seconds, n=rows)
        yield Line(f"{name}: CPU seconds to score and explain", answered(model, fresh), n=rows)
        if device.count():
            faster = on_processor(name, rows) / timed(name, taught, clock=monotonic)[0]
            yield Line(f"{name}: times faster on the GPU", faster, n=rows)
    wide = columns(rows)
    for name in ("tabm",) if quick else ("tabm", "propensity_net", "churn_net"):
        seconds, model = timed(name, wide, clock=process_time)
        yield Line(f"{name}: CPU seconds to fit, 60 columns, {device.backend()}", seconds, n=rows)
        yield Line(f"{name}: CPU seconds to score and explain", answered(model, wide), n=rows)


def world(rows: int, *, seed: int) -> Examples:
    """Weekly orders, spend and contacts of customers told apart by what came first."""
    rng = np.random.default_rng(seed)
    orders = (rng.random((rows, WEEKS)) < 0.25).astype(float)  # newest week first
    contacts = (rng.random((rows, WEEKS)) < 0.25).astype(float)
    trouble = (contacts[:, :-1] * orders[:, 1:]).sum(axis=1)
    questions = (orders[:, :-1] * contacts[:, 1:]).sum(axis=1)
    spend = orders * rng.lognormal(4.0, 0.5, (rows, WEEKS))
    y = (rng.random(rows) < 1 / (1 + np.exp(-0.8 * (trouble - questions)))).astype(float)
    channels = {"orders": "trend", "spend": "money", "contacts": "contact"}
    names = tuple(f"week:{channel}:{week}" for channel in channels for week in range(WEEKS))
    groups = tuple(group for group in channels.values() for _ in range(WEEKS))
    return examples(np.hstack([orders, spend, contacts]), y, Columns(names, groups))


def totals(weekly: Examples) -> Examples:
    """What a table of features holds of the same weeks: totals of each channel over nested windows, and recency."""
    series = weekly.x.reshape(len(weekly), 3, WEEKS)
    sums = [series[:, :, :window].sum(axis=2) for window in WINDOWS]
    since = np.where(series.any(axis=2), (series > 0).argmax(axis=2), WEEKS)
    x = np.hstack([*sums, since])
    names = tuple(f"c{place}" for place in range(x.shape[1]))
    return examples(x, weekly.y, Columns(names, names))


def columns(rows: int) -> Examples:
    """As many columns as the timed features have, a few of which count."""
    rng = np.random.default_rng(5)
    x = rng.random((rows, 60))
    pull = 3 * x[:, 0] - 3 * x[:, 1] + 4 * (x[:, 2] > 0.5) * (x[:, 3] > 0.5) - 1
    names = tuple(f"c{place}" for place in range(60))
    return examples(x, (rng.random(rows) < 1 / (1 + np.exp(-pull))).astype(float), Columns(names, names))


def examples(x: np.ndarray, y: np.ndarray, names: Columns) -> Examples:
    rows = len(y)
    return Examples(x, y, np.ones(rows), np.arange(rows), np.zeros(rows, dtype=np.int64), names)


def timed(name: str, taught: Examples, *, clock: Callable[[], float]) -> tuple[float, object]:
    begun = clock()
    model = families.family(name).fit(taught, seed=1, limits=LIMITS)
    return clock() - begun, model


def answered(model: object, fresh: Examples) -> float:
    begun = process_time()
    model.margin(fresh.x)
    model.contributions(fresh.x)
    return process_time() - begun


def on_processor(name: str, rows: int) -> float:
    """Seconds of the same fit in a process that is shown no GPU."""
    program = (
        "from tests.bench.models import nets; from training.ml.families.nets import keras;"
        "from time import monotonic;"
        f"print(nets.timed({name!r}, nets.world({rows}, seed=1), clock=monotonic)[0])"
    )
    blind = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=blind, capture_output=True, check=True)
    return float(done.stdout.split()[-1])
