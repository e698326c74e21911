"""The buying-rhythm model: how likely no purchase is within the horizon, from three numbers per customer.

BG/NBD (Fader, Hardie, Lee 2005, "Counting Your Customers the Easy Way"): purchases arrive at a customer's own
pace, and after each one the customer may be lost for good. Four parameters for everybody, fitted by maximum
likelihood without labels, and so both a rival that is hard to beat and a column worth having.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from training.ml.interface import Floats

USUAL = ((1.0, 60.0, 0.5, 8.0), (1.2, 0.7, 0.7, 1.2))
"""r, alpha (days), a and b as usual, and how far their logarithms stray: between CDNOW's buyers of records (0.24, 31,
0.79, 2.4; Fader, Hardie, Lee 2005) and business customers who order every month (5, 62, 0.5, 60)."""


@dataclass(frozen=True)
class Rhythm:
    """Fitted parameters: pace ~ Gamma(r, alpha) per day, loss after a purchase ~ Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def silent(self, frame: pd.DataFrame, *, days: int, gap: int = 0) -> Floats:
        """P(no purchase in `days` that begin after `gap` days), shape (n,); NaN for who never bought.

        frame: `active_days`, `span` and `age` in days, as `build.features` gives them. Exact without a gap. A customer
        alive today, of pace λ and loss p, outlives the gap with probability exp(−λ p gap) and then buys with
        1 − exp(−λ days): both are averaged over the gamma of λ given the past, with p at its mean given the past.
        """
        repeats, span, age = _three(frame)
        losses = np.where(repeats > 0, self.a / (self.b + np.maximum(repeats, 1) - 1), 0.0)
        stretch = (self.r + repeats) * np.log((self.alpha + age) / (self.alpha + span))
        alive = 1 / (1 + losses * np.exp(np.minimum(stretch, 700)))
        shape, rate = self.r + repeats, self.alpha + age
        worn = gap * self.a / (self.a + self.b + np.maximum(repeats, 0))
        stayed = np.exp(shape * np.log(rate / (rate + worn)))
        pause = np.exp(shape * np.log(rate / (rate + worn + days)))
        return np.asarray(1 - alive * (stayed - pause), dtype=np.float64)

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def fit(frame: pd.DataFrame) -> Rhythm | None:
    """Maximum likelihood over customers with at least one purchase; None when fewer than 20 of them."""
    three = _three(frame[frame["active_days"] > 0])
    if len(three[0]) < 20 or not (three[0] > 0).any():
        return None
    start = np.array([0.0, np.log(max(float(np.median(three[2])), 1.0)), 0.0, 1.0])
    return _best(lambda logs: -float(np.mean(_likelihood(logs, *three))) + 1e-3 * float(np.sum(logs**2)), start)


def lean(frame: pd.DataFrame) -> Rhythm:
    """The same for a handful of customers: the likelihood times what is `USUAL`, and nothing but that for nobody."""
    three, (usual, give) = _three(frame[frame["active_days"] > 0]), USUAL
    start = np.log(np.array(usual))

    def cost(logs: Floats) -> float:
        return float(np.sum((logs - start) ** 2 / (2 * np.square(give)))) - float(np.sum(_likelihood(logs, *three)))

    return _best(cost, start)


def _best(cost: Callable[[Floats], float], start: Floats) -> Rhythm:
    from scipy.optimize import minimize

    found = minimize(cost, start, method="L-BFGS-B").x
    r, alpha, a, b = (float(value) for value in np.exp(np.clip(found, -8, 12)))
    return Rhythm(r, alpha, a, b)


def _likelihood(logs: Floats, repeats: Floats, span: Floats, age: Floats) -> Floats:
    """Log-likelihood of every customer (n,) at the logarithms of r, alpha, a and b."""
    from scipy.special import gammaln

    r, alpha, a, b = np.exp(np.clip(logs, -8, 12))
    last = np.maximum(repeats, 1) - 1
    pace = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha)
    stay = gammaln(a + b) + gammaln(b + repeats) - gammaln(b) - gammaln(a + b + repeats)
    here = -(r + repeats) * np.log(alpha + age)
    gone = np.where(repeats > 0, np.log(a) - np.log(b + last) - (r + repeats) * np.log(alpha + span), -np.inf)
    return np.asarray(pace + stay + np.logaddexp(here, gone))


def _three(frame: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    repeats = frame["active_days"].to_numpy(np.float64) - 1
    return repeats, frame["span"].to_numpy(np.float64), frame["age"].to_numpy(np.float64)
