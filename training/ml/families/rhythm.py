"""The buying rhythm alone: the log-odds of silence by BG/NBD, set to the right scale. Hard to beat, easy to explain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.ml import calibrate
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    from training.ml.interface import Floats

COLUMN = "expected:plain"


@dataclass
class RhythmModel:
    """place: the column of x with the log-odds of silence, −1 when there is none; usual: its median."""

    place: int
    slope: float
    intercept: float
    usual: float

    def margin(self, x: Floats) -> Floats:
        return self.slope * self._known(x) + self.intercept

    def contributions(self, x: Floats) -> Floats:
        """Exact: everything comes from the one column."""
        shares = np.zeros(x.shape)
        if self.place >= 0:
            shares[:, self.place] = self.slope * (self._known(x) - self.usual)
        return shares

    def save(self, folder: Path, stem: str) -> None:
        (folder / f"{stem}.json").write_text(json.dumps(vars(self)), encoding="utf-8")

    def _known(self, x: Floats) -> Floats:
        values = x[:, self.place] if self.place >= 0 else np.full(len(x), np.nan)
        return np.asarray(np.where(np.isnan(values), self.usual, values))


class Rhythm:
    """Two numbers: slope and intercept on the rhythm's log-odds. Without an order history, the base rate."""

    name = "rhythm"
    sees = "columns"

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> RhythmModel:
        names = examples.columns.names
        place = names.index(COLUMN) if COLUMN in names else -1
        known = examples.x[:, place] if place >= 0 else np.full(len(examples), np.nan)
        usual = float(np.median(known[~np.isnan(known)])) if not np.isnan(known).all() else 0.0
        scaled = np.where(np.isnan(known), usual, known)
        best = calibrate.fit(scaled, examples.y, examples.weight, downhill=True)
        return RhythmModel(place, best.slope if place >= 0 else 0.0, best.intercept, usual)

    def load(self, folder: Path, stem: str) -> RhythmModel:
        return RhythmModel(**json.loads((folder / f"{stem}.json").read_text(encoding="utf-8")))
