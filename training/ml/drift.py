"""How far the inputs have moved between training and scoring: the population stability index, feature by feature.

PSI = Σ (now − then) × ln(now / then) over bins of a feature; below 0.1 little has changed, from 0.25 on much has
(Siddiqi 2006, "Credit Risk Scorecards"). Without any change it is about (bins − 1) × (1 / n + 1 / m) by the luck of the
draw (Yurdakul and Naranjo 2020); a feature has moved only where it exceeds what luck alone does once in a hundred.

The reference keeps, per feature, ten bins and the share of customers in each, for the pool and for every partner with
rows enough: a partner is compared with itself where that is possible. Cost: one pass over at most 50,000 rows.
Partners are kept by their digest, and text values only where enough customers share them: no person can be read there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml.leaks import title
from training.ml.pooling import mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from training.ml.interface import Floats, Ints

MOVED, FAR = 0.1, 0.25
BINS = 10
VALUES = 9
SHARED = 10
"""Customers that must share a text value for it to be kept; rarer ones, such as names of persons, count as one."""
ROWS = 50_000
OWN = 50
"""Rows from which a partner is compared with its own past; a smaller one is held against all partners, which tells how
unlike them it is rather than whether anything moved."""
LEAST = 30
"""Customers from which drift is told at all."""
NAMED = 5
CLOCKS = ("age", "span")
"""Features that grow with the calendar whatever happens; models see their rank among the customers of the day."""
TINY = 1e-4
FILE, SHARES = "drift.json", "drift.npz"
POOL = ""


@dataclass
class Reference:
    """Bins by feature (edges of numbers, values of text) and the counts in each, by partner and for the pool.

    Bin 0 is what is missing. counts: digest of the partner → (features × bins); a feature with fewer bins
    leaves the rest at 0.
    """

    features: list[dict[str, Any]]
    counts: dict[str, Ints]
    rows: dict[str, int]

    @classmethod
    def fit(cls, frame: pd.DataFrame, names: Iterable[str]) -> Reference:
        """frame: raw features, one row per customer, with a `partner` column. names: those the model reads."""
        frame = _sampled(frame)
        features = [_bins(frame[name], name) for name in dict.fromkeys(names) if name in frame and name not in CLOCKS]
        made, alone = cls(features, {}, {}), frame["partner"].nunique() == 1
        codes = made.codes(frame)
        for partner, place in [(POOL, np.arange(len(frame))), *frame.groupby("partner", sort=True).indices.items()]:
            if partner == POOL or len(place) >= OWN or alone:
                key = partner if partner == POOL else mark(str(partner))
                made.counts[key] = _counted(codes[:, place])
                made.rows[key] = len(place)
        return made

    def codes(self, frame: pd.DataFrame) -> Ints:
        """The bin of every feature and row, shape (features, rows). A column the frame lacks is missing."""
        made = np.zeros((len(self.features), len(frame)), dtype=np.int64)
        for place, feature in enumerate(self.features):
            if feature["name"] in frame:
                made[place] = _coded(frame[feature["name"]], feature)
        return made

    def save(self, folder: Path) -> None:
        """`drift.json` and `drift.npz`: counts only, nobody's row."""
        names = list(self.counts)
        told = {"features": self.features, "partners": names, "rows": [self.rows[name] for name in names]}
        (folder / FILE).write_text(json.dumps(told, allow_nan=False), encoding="utf-8")
        shape = (0, len(self.features), BINS + 1)
        kept = np.stack([self.counts[name] for name in names]) if names else np.empty(shape)
        np.savez_compressed(folder / SHARES, counts=kept.astype(np.int32))

    @classmethod
    def load(cls, folder: Path) -> Reference | None:
        """None for artefacts that keep none."""
        if not (folder / FILE).exists():
            return None
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        with np.load(folder / SHARES, allow_pickle=False) as kept:
            counts = kept["counts"].astype(np.int64)
        return cls(
            told["features"],
            dict(zip(told["partners"], counts, strict=True)),
            dict(zip(told["partners"], told["rows"], strict=True)),
        )


@dataclass
class Gauge:
    """Counts one partner's customers against a reference, in any number of shards.

    reference None: the artefact keeps none, and nothing is told.
    """

    reference: Reference | None
    partner: str = POOL
    seen: int = 0
    looked: int = 0
    counts: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    @classmethod
    def load(cls, artefact: Path, *, partner: str) -> Gauge:
        return cls(Reference.load(artefact), partner)

    def add(self, frame: pd.DataFrame) -> None:
        """Count these customers too (raw features); of many, evenly spread ones up to the limit."""
        self.seen += len(frame)
        if self.reference is None or not len(frame) or self.looked >= ROWS:
            return
        frame = _sampled(frame)
        found = _counted(self.reference.codes(frame))
        self.counts = self.counts + found if self.looked else found
        self.looked += len(frame)

    def told(self) -> dict[str, Any]:
        """For `evidence.attach(table, drift=…)`; empty where there is nothing to compare.

        n: customers looked at, of: customers there; against: `partner` or `network`; features, moved, far: how many;
        psi: the largest; named: at most five that moved, worst first, each with name, psi and a sentence (en, zh-hans).
        """
        if self.reference is None or self.looked < LEAST or not self.reference.features:
            return {}
        own = mark(self.partner)
        own = own if own in self.reference.counts else POOL
        then, base = self.reference.counts[own], self.reference.rows[own]
        index, luck = indices(then, self.counts)
        moved = (index >= MOVED) & (index > luck)
        order = [int(place) for place in np.argsort(-index, kind="stable") if moved[place]]
        return {
            "n": self.looked,
            "of": self.seen,
            "base": base,
            "against": "partner" if own else "network",
            "features": len(self.reference.features),
            "moved": int(moved.sum()),
            "far": int((moved & (index >= FAR)).sum()),
            "psi": round(float(index[moved].max()), 3) if moved.any() else 0.0,
            "named": [
                _named(self.reference.features[place], float(index[place]), then[place], self.counts[place])
                for place in order[:NAMED]
            ],
        }


def indices(then: Ints, now: Ints) -> tuple[Floats, Floats]:
    """PSI per feature and what luck exceeds once in a hundred, both (features,), from counts (features × bins)."""
    one, other = then.sum(axis=1, keepdims=True), now.sum(axis=1, keepdims=True)
    used = (then + now) > 0
    bins = used.sum(axis=1, keepdims=True)
    # half a customer more in every bin, so that an empty one is rare rather than impossible
    a, b = ((count + 0.5) / (total + 0.5 * bins) for count, total in ((now, other), (then, one)))
    index = np.where(used, (a - b) * np.log(a / b), 0.0).sum(axis=1)
    free = np.maximum(bins[:, 0] - 1, 1).astype(np.float64)
    # Wilson and Hilferty 1931: the 99 % quantile of chi-squared
    quantile = free * (1 - 2 / (9 * free) + 2.326 * np.sqrt(2 / (9 * free))) ** 3
    return index, quantile * (1 / np.maximum(one[:, 0], 1) + 1 / np.maximum(other[:, 0], 1))


def _sampled(frame: pd.DataFrame) -> pd.DataFrame:
    """Evenly spread rows, at most ROWS of them."""
    step = -(-len(frame) // ROWS)
    return frame.iloc[::step] if step > 1 else frame


def _bins(column: pd.Series, name: str) -> dict[str, Any]:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        values = _numbers(column)
        known = values[np.isfinite(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.empty(0)
        return {"name": name, "edges": [float(edge) for edge in edges]}
    counts = _words(column).value_counts().drop("", errors="ignore")[:VALUES]
    return {"name": name, "values": [str(value) for value in counts.index[counts >= SHARED]]}


def _coded(column: pd.Series, feature: dict[str, Any]) -> Ints:
    """0 = missing, 1 … = the bins; a value never seen counts with the rare ones, in the last bin of a text."""
    if "edges" in feature:
        values = _numbers(column)
        # searched to the left, so that a flag's 0 and 1 never share a bin
        return np.where(np.isfinite(values), 1 + np.searchsorted(feature["edges"], values, side="left"), 0)
    known = {value: place for place, value in enumerate(feature["values"], 1)}
    return _words(column).map({"": 0, **known}).fillna(len(known) + 1).to_numpy(dtype=np.int64)


def _counted(codes: Ints) -> Ints:
    wide = BINS + 1
    shifted = codes + wide * np.arange(len(codes))[:, None]
    return np.bincount(shifted.ravel(), minlength=wide * len(codes)).reshape(len(codes), wide)


def _numbers(column: pd.Series) -> Floats:
    return np.asarray(pd.to_numeric(column, errors="coerce").astype("float64"))


def _words(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def _named(feature: dict[str, Any], index: float, then: Ints, now: Ints) -> dict[str, Any]:
    """The feature in words: what is missing more or less, or which way it went."""
    a, b = now / max(1, now.sum()), then / max(1, then.sum())
    gaps = abs(a[0] - b[0])
    if gaps >= 0.1 and gaps >= 0.5 * np.abs(a[1:] - b[1:]).sum():
        words = GAPS
    elif "edges" in feature:
        steps = np.arange(len(a) - 1)
        level = [float(share[1:] @ steps / max(share[1:].sum(), TINY)) for share in (a, b)]
        words = SPREAD if abs(level[0] - level[1]) < 0.3 else HIGHER if level[0] > level[1] else LOWER
    else:
        words = MIX
    called = title(feature["name"])
    return {
        "name": feature["name"],
        "psi": round(index, 3),
        **{
            language: text.format(
                title=called[language][:1].upper() + called[language][1:], now=f"{a[0]:.0%}", then=f"{b[0]:.0%}"
            )
            for language, text in words.items()
        },
    }


GAPS = {
    "en": "{title}: {now} not known now, {then} at training",
    "zh-hans": "{title}：现有 {now} 未知，训练时为 {then}",
}
HIGHER = {"en": "{title}: higher than at training", "zh-hans": "{title}：高于训练时"}
LOWER = {"en": "{title}: lower than at training", "zh-hans": "{title}：低于训练时"}
SPREAD = {"en": "{title}: spread differently than at training", "zh-hans": "{title}：分布与训练时不同"}
MIX = {"en": "{title}: another mix of values than at training", "zh-hans": "{title}：取值构成与训练时不同"}
