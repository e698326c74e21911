"""Logistic regression by Newton's method: small enough to need no library, and quick for few columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

#: Rows turned into 64-bit numbers at a time.
CHUNK = 50_000


def fit(
    x: npt.NDArray, y: npt.NDArray[np.bool_], weight: npt.NDArray, *, ridge: float = 1.0, steps: int = 25
) -> Doubles:
    """The slopes and, last, the intercept (columns + 1,) that maximise the weighted likelihood.

    `ridge` / 2 × the squared slopes is subtracted (the intercept goes free). Iteratively reweighted least squares
    (Hastie et al., "The Elements of Statistical Learning", 4.4.1), halving steps that lead uphill.
    """
    columns = x.shape[1]
    penalty = np.append(np.full(columns, ridge), 1e-6)
    found = np.zeros(columns + 1)
    share = np.clip(np.average(y, weights=weight), 1e-6, 1 - 1e-6)
    found[-1] = np.log(share / (1 - share))
    loss, slope, bend = _derivatives(x, y, weight, found, penalty)
    for _ in range(steps):
        step = np.linalg.solve(bend, slope)
        for _ in range(12):
            tried = _derivatives(x, y, weight, found - step, penalty)
            if tried[0] <= loss:
                break
            step = step / 2
        else:
            break
        gain, found = loss - tried[0], found - step
        loss, slope, bend = tried
        if gain < 1e-7 * max(1.0, abs(loss)):
            break
    return found


def _derivatives(
    x: npt.NDArray, y: npt.NDArray[np.bool_], weight: npt.NDArray, at: Doubles, penalty: Doubles
) -> tuple[float, Doubles, Doubles]:
    """The penalised loss, its gradient and its Hessian."""
    loss, slope, bend = 0.5 * float(penalty @ at**2), penalty * at, np.diag(penalty)
    for start in range(0, len(x), CHUNK):
        rows = slice(start, start + CHUNK)
        design = np.hstack([x[rows], np.ones((len(x[rows]), 1))]).astype(np.float64)
        logits, truth, share = design @ at, y[rows].astype(np.float64), weight[rows].astype(np.float64)
        chance = 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
        loss += float(share @ (np.logaddexp(0, logits) - truth * logits))
        slope = slope + design.T @ (share * (chance - truth))
        bend = bend + (design * (share * chance * (1 - chance))[:, None]).T @ design
    return loss, slope, bend
