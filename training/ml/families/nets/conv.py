"""A small convolution over weekly activity: the shapes of a few weeks anywhere in the year, then when they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.families import nets
from training.ml.families.nets.weeks import WeeklyModel, WeeklyNet, relu, slid

if TYPE_CHECKING:
    from training.ml.families.nets import Singles

FILTERS, SPAN, UNITS, DROPOUT = 16, 5, 32, 0.2


class ConvModel(WeeklyModel):
    def answer(self, series: Singles) -> Singles:
        first, first_offset, second, second_offset, dense, dense_offset, last, level = self.arrays
        shapes = _halved(relu(slid(series, first) + first_offset))
        shapes = _halved(relu(slid(shapes, second) + second_offset))
        hidden = relu(shapes.reshape(len(series), -1) @ dense + dense_offset)
        return np.asarray((hidden @ last + level)[:, 0])


class Conv(WeeklyNet):
    """Two convolutions of five weeks, each followed by the larger of two neighbours; one dense layer."""

    name = "conv"
    pace = nets.Pace(start=2.5, row=20.0, cell=0.15, usual=12)
    model = ConvModel

    def network(self, net: Any, weeks: int, channels: int) -> Any:
        layers = net.keras.layers
        return net.keras.Sequential(
            [
                net.keras.Input((weeks, channels)),
                layers.Conv1D(FILTERS, SPAN, padding="same", activation="relu"),
                layers.MaxPooling1D(2),
                layers.Conv1D(FILTERS, SPAN, padding="same", activation="relu"),
                layers.MaxPooling1D(2),
                layers.Flatten(),
                layers.Dropout(DROPOUT),
                layers.Dense(UNITS, activation="relu"),
                layers.Dense(1),
            ]
        )


def _halved(series: Singles) -> Singles:
    """The larger of every two neighbours; a last one without a neighbour is left out."""
    even = series[:, : series.shape[1] // 2 * 2]
    return np.maximum(even[:, ::2], even[:, 1::2])
