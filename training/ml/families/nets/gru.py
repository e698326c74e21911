"""A recurrent net over weekly activity: what it remembers is carried from week to week (Cho et al. 2014)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.families import nets
from training.ml.families.nets.weeks import WeeklyModel, WeeklyNet, sigmoid

if TYPE_CHECKING:
    from training.ml.families.nets import Singles

UNITS, DROPOUT = 24, 0.1


class GruModel(WeeklyModel):
    def answer(self, series: Singles) -> Singles:
        kernel, carried, offsets, last, level = self.arrays
        units = len(carried)
        state = np.zeros((len(series), units), dtype=np.float32)
        told = series.transpose(1, 0, 2) @ kernel + offsets[0]
        for new in told:
            old = state @ carried + offsets[1]
            gates = sigmoid(new[:, : 2 * units] + old[:, : 2 * units])
            keep, reset = gates[:, :units], gates[:, units:]
            thought = np.tanh(new[:, 2 * units :] + reset * old[:, 2 * units :])
            state = keep * state + (1 - keep) * thought
        return np.asarray((state @ last + level)[:, 0])


class Gru(WeeklyNet):
    """One layer of 24 gated units; what they hold after the newest week gives the log-odds."""

    name = "gru"
    pace = nets.Pace(start=2.5, row=50.0, cell=0.85, usual=20)
    model = GruModel

    def network(self, net: Any, weeks: int, channels: int) -> Any:
        layers = net.keras.layers
        return net.keras.Sequential(
            [
                net.keras.Input((weeks, channels)),
                layers.GRU(UNITS, reset_after=True),
                layers.Dropout(DROPOUT),
                layers.Dense(1),
            ]
        )
