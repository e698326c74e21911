"""Expected spend in 90 days on wholesale orders: ours beside two peers, mean over three dates.

The peers: the average daily spend of the past year (since the first order, if later) × the window × the retention of
the newest known date; and BG/NBD's expected purchases × Gamma–Gamma's mean value (Fader, Hardie, Lee 2005, equation 10;
Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value"), both fitted on the date itself by maximum likelihood.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from tests.bench.models import Line, retail
from training.ml import engine, rhythm, value
from training.ml.interface import Task


def measure(*, quick: bool) -> Iterator[Line]:
    told: list[dict[str, tuple[float, float]]] = []
    rows = 0
    with retail.cases(quick=quick) as cases:
        for case in cases:
            actual = case.now["spend"].to_numpy(np.float64)
            said = {"ours": _ours(case, quick=quick), "average × retention": _average(case), "BG/NBD + GG": _btyd(case)}
            told.append({name: _figures(actual, spend) for name, spend in said.items()})
            rows += len(actual)
            yield _line(f"MAE, as of {case.day}", told[-1:], 0, n=len(actual))
            yield _line(f"decile rank correlation, as of {case.day}", told[-1:], 1, n=len(actual))
    yield _line("MAE, mean over the dates", told, 0, n=rows, bar="< both")
    yield _line("decile rank correlation, mean over the dates", told, 1, n=rows, bar="> both")


def _figures(actual: np.ndarray, said: np.ndarray) -> tuple[float, float]:
    return float(np.mean(np.abs(actual - said))), value.decile_correlation(actual, said)


def _line(what: str, told: list[dict[str, tuple[float, float]]], figure: int, *, n: int, bar: str = "") -> Line:
    mean = {name: float(np.mean([one[name][figure] for one in told])) for name in told[0]}
    ours = mean.pop("ours")
    best = (max if figure else min)(mean, key=lambda name: mean[name])
    met = ours > mean[best] if figure else ours < mean[best]
    return Line(what, ours, mean[best], best, bar, met if bar else None, n)


def _ours(case: retail.Case, *, quick: bool) -> np.ndarray:
    task = Task("value", "", retail.DAYS, budget=20.0 if quick else 240.0)
    with TemporaryDirectory() as out:
        engine.train([case.data], task=task, as_of=case.day, out=Path(out))
        scored = engine.predict(Path(out), case.data, as_of=case.day).to_pandas()
    return retail.lined(scored, case.now, "expected_spend")


def _average(case: retail.Case) -> np.ndarray:
    newest = case.past[case.past["as_of"] == case.past["as_of"].max()]
    known = case.now["age"].clip(retail.DAYS, 365).to_numpy(np.float64)
    daily = case.now["spend_365"].fillna(0).to_numpy(np.float64) / known
    return np.asarray(daily * retail.DAYS * (1 - newest["y"].mean()))


def _btyd(case: retail.Case) -> np.ndarray:
    pace = rhythm.fit(case.now)
    assert pace is not None
    repeats = case.now["active_days"].to_numpy(np.float64) - 1
    recency, age = (case.now[name].to_numpy(np.float64) for name in ("span", "age"))
    usual = (case.now["spend_all"] / case.now["active_days"]).to_numpy(np.float64)
    return _purchases(pace, repeats, recency, age) * _gamma_gamma(repeats, usual)


def _purchases(pace: rhythm.Rhythm, x: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Expected purchases in the window, given the past (equation 10)."""
    r, alpha, a, b = pace.r, pace.alpha, pace.a, pace.b
    later = alpha + age + retail.DAYS
    series = hyp2f1(r + x, b + x, a + b + x - 1, retail.DAYS / later)
    gained = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / later) ** (r + x) * series)
    lost = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + recency)) ** (r + x), 0.0)
    return np.asarray(gained / (1 + lost))


def _gamma_gamma(x: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Expected value of a purchase: the customer's own average, drawn toward everybody's by how few there were."""
    fitted = (x > 0) & (usual > 0)
    n, mean = x[fitted], usual[fitted]

    def cost(logs: np.ndarray) -> float:
        p, q, v = np.exp(logs)
        told = gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * np.log(v)
        told += (p * n - 1) * np.log(mean) + p * n * np.log(n) - (p * n + q) * np.log(n * mean + v)
        return float(-np.mean(told))

    found = minimize(cost, np.log([1.0, 3.0, float(np.median(mean))]), method="Nelder-Mead", options={"maxiter": 2000})
    p, q, v = np.exp(found.x)
    return np.asarray(p * (v + x * usual) / (p * x + q - 1))
