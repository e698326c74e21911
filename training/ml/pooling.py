"""Partial pooling: how one partner's customers differ from what the network's model says of them.

Each partner gets a shift and a slope of its own on the calibrated log-odds, drawn toward what partners have in common
by as much as partners differ (an empirical-Bayes hierarchical logistic regression; Gelman & Hill 2007, chapters 12
and 14; Efron & Morris 1975 on shrinkage). It is learned from rows that no model had seen. A partner with many such
customers speaks for itself, one with a handful borrows from its peers, and one the model does not know gets what
peers have in common, with the widest interval.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.calibrate import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.ml.interface import Floats, Ints

FILE = "pooling.json"
FLOOR = 30
"""Customers with known outcomes from which a partner is heard itself; below, its peers answer and the list says so."""
COVER = 0.8
"""How often an interval is to hold the truth."""
QUANTILE = 1.2816
"""Half-width of that interval in standard deviations, when many partners tell how far partners differ."""
USUAL = (0.3, 0.15)
"""How much partners differ in level and slope (standard deviations, log-odds) as far as nothing is known yet."""
DOUBT = 2.0
"""The weight of `USUAL`, in partners."""
FIXED = 1.0
"""Standard deviation allowed to what all partners have in common beyond the calibration."""
ROUNDS = 60
MOST_ROWS = 5_000
"""Rows of one partner beyond this teach nothing about its level any more."""
SLOPES = (-0.9, 2.0)


def mark(partner: str) -> str:
    """The name of a partner inside an artefact: a digest, so that the file is no list of partners."""
    return blake2b(partner.encode(), digest_size=8, person=b"fairway-partner").hexdigest()


@dataclass(frozen=True)
class Line:
    """One partner's shift and slope beyond the calibration, their covariance, and on how many customers they rest.

    borrowed: 0 … 1, the share of the level that comes from peers and not from the partner's own customers.
    """

    shift: float
    slope: float
    cov: tuple[float, float, float]
    customers: int
    borrowed: float


@dataclass(frozen=True)
class Answer:
    """Log-odds, probability and its 80 % interval, each of shape (n,)."""

    margin: Floats
    probability: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Pool:
    """What is common to partners, how far they differ, and each partner's own line by its mark."""

    centre: float = 0.0
    between: tuple[float, float] = USUAL
    common: Line = field(default_factory=lambda: Line(0.0, 0.0, (USUAL[0] ** 2, 0.0, USUAL[1] ** 2), 0, 1.0))
    partners: dict[str, Line] = field(default_factory=dict)
    quantile: float = QUANTILE
    rhythm: bool = False
    """Only the buying rhythm answers: there were too few customers for a model."""

    def line(self, partner: str) -> Line:
        """The partner's own line, or what peers have in common when the model does not know it."""
        return self.partners.get(mark(partner), self.common)

    def answer(self, margin: Floats, *, partner: str) -> Answer:
        """Adjust calibrated log-odds (n,) to one partner; the interval is about the level and slope of its customers.

        It says how sure the chance is for customers like this one. Whether this one leaves stays open.
        """
        line, away = self.line(partner), margin - self.centre
        said = margin + line.shift + line.slope * away
        spread = self.quantile * np.sqrt(np.maximum(line.cov[0] + 2 * away * line.cov[1] + away**2 * line.cov[2], 0.0))
        return Answer(said, sigmoid(said), sigmoid(said - spread), sigmoid(said + spread))

    def save(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")


def load(folder: Path) -> Pool:
    """The pool of an artefact; one that adjusts nothing for artefacts made before there was any."""
    if not (folder / FILE).exists():
        return Pool()
    held = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return Pool(
        held["centre"],
        (held["between"][0], held["between"][1]),
        _line(held["common"]),
        {name: _line(line) for name, line in held["partners"].items()},
        held["quantile"],
        held["rhythm"],
    )


def _line(held: dict[str, Any]) -> Line:
    a, b, c = held["cov"]
    return Line(held["shift"], held["slope"], (a, b, c), int(held["customers"]), held["borrowed"])


def fit(margin: Floats, y: Floats, *, partner: Sequence[str], group: Ints, seed: int = 0) -> Pool:
    """Learn every partner's line and how far partners differ.

    margin (n,): calibrated log-odds for rows that no model had seen. y (n,): outcomes, 0/1. partner (n,): whose row.
    group (n,): whose customer; several rows of one customer count as one, for their outcomes hang together.
    """
    names, whose = np.unique(np.asarray(partner, dtype=str), return_inverse=True)
    if not len(names):
        return Pool()
    keep = _thinned(whose, seed=seed)
    whose, margin, y, group = whose[keep], margin[keep], y[keep], group[keep]
    _, customer, times = np.unique(group, return_inverse=True, return_counts=True)
    centre = float(margin.mean())
    rows = _Rows(whose, margin, margin - centre, y, 1.0 / times[customer], len(names))
    mean, between, own, curve = _pooled(rows)
    heard = [len(np.unique(customer[whose == k])) for k in range(len(names))]
    common = _inverse(np.sum(curve - curve @ _inverse(curve + np.linalg.inv(between)) @ curve, axis=0) + _fixed())
    lines = {}
    for k, name in enumerate(names):
        posterior = np.linalg.inv(curve[k] + np.linalg.inv(between))
        leans = posterior @ np.linalg.inv(between)
        cov = posterior + leans @ common @ leans.T
        alone = len(names) == 1
        lines[mark(str(name))] = _made(own[k], cov, heard[k], 0.0 if alone else float(posterior[0, 0] / between[0, 0]))
    spread = (float(np.sqrt(between[0, 0])), float(np.sqrt(between[1, 1])))
    return Pool(centre, spread, _made(mean, between + common, 0, 1.0), lines, _quantile(len(names)))


def leaning(margin: Floats, y: Floats, *, partner: Sequence[str], group: Ints, spread: tuple[float, float]) -> Pool:
    """Lines of partners that are drawn toward no change at all: for rows too few to say how far partners differ.

    spread: standard deviations of level and slope around no change. Everything else as in `fit`.
    """
    names, whose = np.unique(np.asarray(partner, dtype=str), return_inverse=True)
    _, customer, times = np.unique(group, return_inverse=True, return_counts=True)
    centre = float(margin.mean()) if len(margin) else 0.0
    rows = _Rows(whose, margin, margin - centre, y, 1.0 / times[customer], len(names))
    prior = np.diag(np.square(spread))
    lines = np.zeros((rows.count, 2))
    for _ in range(ROUNDS if len(names) else 0):
        pull, curve = rows.slopes(lines)
        posterior = np.linalg.inv(curve + np.linalg.inv(prior))
        lines = lines + np.clip(np.einsum("kij,kj->ki", posterior, pull - lines @ np.linalg.inv(prior)), -1.0, 1.0)
    own = {
        mark(str(name)): _made(
            lines[k], posterior[k], len(np.unique(customer[whose == k])), float(posterior[k, 0, 0] / prior[0, 0])
        )
        for k, name in enumerate(names)
    }
    return Pool(centre, spread, _made(np.zeros(2), prior, 0, 1.0), own)


def _quantile(partners: int) -> float:
    """Student's t while few partners tell how far partners differ; an only partner is not compared with any."""
    from scipy.stats import t

    return QUANTILE if partners == 1 else float(t.ppf((1 + COVER) / 2, partners + DOUBT - 1))


def _made(line: Floats, cov: Floats, customers: int, borrowed: float) -> Line:
    slope = float(np.clip(line[1], *SLOPES))
    held = (float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1]))
    return Line(float(line[0]), slope, held, customers, round(float(np.clip(borrowed, 0, 1)), 4))


@dataclass(frozen=True)
class _Rows:
    """whose (n,): partner number; away (n,): margin − centre; weight (n,)."""

    whose: Ints
    margin: Floats
    away: Floats
    y: Floats
    weight: Floats
    count: int

    def summed(self, values: Floats) -> Floats:
        return np.bincount(self.whose, weights=values, minlength=self.count).astype(np.float64)

    def slopes(self, lines: Floats) -> tuple[Floats, Floats]:
        """Gradient (K × 2) and curvature (K × 2 × 2) of each partner's log-likelihood at these lines (K × 2)."""
        said = sigmoid(self.margin + lines[self.whose, 0] + lines[self.whose, 1] * self.away)
        miss, bend = self.weight * (self.y - said), self.weight * said * (1 - said)
        pull = np.column_stack([self.summed(miss), self.summed(miss * self.away)])
        level, cross, steep = (self.summed(bend * self.away**power) for power in (0, 1, 2))
        return pull, np.stack([np.stack([level, cross], -1), np.stack([cross, steep], -1)], -2)


def _pooled(rows: _Rows) -> tuple[Floats, Floats, Floats, Floats]:
    """(mean (2,), between (2 × 2, diagonal), lines (K × 2), curvature (K × 2 × 2)) by expectation maximisation.

    Each round takes one Newton step to the partners' posterior modes and then sets the mean and the variances between
    partners to what those posteriors say, held near `USUAL` as if two more partners had been seen (an inverse-χ²
    prior, so that a few like-minded partners do not make the variance vanish).
    """
    mean, lines = np.zeros(2), np.zeros((rows.count, 2))
    between = np.diag(np.square(USUAL))
    for _ in range(ROUNDS):
        pull, curve = rows.slopes(lines)
        tight = np.linalg.inv(between)
        posterior = np.linalg.inv(curve + tight)
        step = np.einsum("kij,kj->ki", posterior, pull - (lines - mean) @ tight)
        lines = lines + np.clip(step, -1.0, 1.0)
        weight = rows.count / (rows.count + np.diag(between) / FIXED**2)
        mean = weight * lines.mean(axis=0)
        spread = np.square(lines - mean).sum(axis=0) + np.einsum("kii->i", posterior)
        between = np.diag((spread + DOUBT * np.square(USUAL)) / (rows.count + DOUBT))
    return mean, between, lines, rows.slopes(lines)[1]


def _fixed() -> Floats:
    return np.eye(2) / FIXED**2


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _thinned(whose: Ints, *, seed: int) -> Ints:
    """Row numbers, at most `MOST_ROWS` of each partner."""
    order = np.random.default_rng(seed).permutation(len(whose))
    ranked = order[np.argsort(whose[order], kind="stable")]
    starts = np.searchsorted(whose[ranked], whose[ranked])
    return np.sort(ranked[np.arange(len(ranked)) - starts < MOST_ROWS])
