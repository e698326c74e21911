"""A small self-attention encoder over weekly activity: every week may look at every other (Vaswani et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.families import nets
from training.ml.families.nets.weeks import WeeklyModel, WeeklyNet, relu, slid

if TYPE_CHECKING:
    from training.ml.families.nets import Singles

SPAN = 3
"""Each week is read with its neighbours: what followed what is lost to attention over weeks read alone."""
WIDTH, HEADS, INNER, SAID, DROPOUT = 16, 2, 32, 4, 0.1
EPSILON = 1e-3


class AttentionModel(WeeklyModel):
    def answer(self, series: Singles) -> Singles:
        a = iter(self.arrays)
        seen = slid(series, next(a)) + next(a) + next(a)
        looked = _normal(seen, next(a), next(a))
        asks, keys, values = (
            np.einsum("nwd,dhk->nhwk", looked, next(a)) + next(a)[None, :, None, :] for _ in range(3)
        )  # fmt: skip
        heed = asks @ keys.transpose(0, 1, 3, 2) / np.float32(np.sqrt(asks.shape[3]))
        heed = np.exp(heed - heed.max(axis=3, keepdims=True))
        heard = (heed / heed.sum(axis=3, keepdims=True)) @ values
        seen = seen + np.einsum("nhwk,hkd->nwd", heard, next(a)) + next(a)
        thought = relu(_normal(seen, next(a), next(a)) @ next(a) + next(a))
        seen = _normal(seen + thought @ next(a) + next(a), next(a), next(a))
        told = (seen @ next(a) + next(a)).reshape(len(series), -1)
        return np.asarray((told @ next(a) + next(a))[:, 0])


class Attention(WeeklyNet):
    """One encoder block of two heads; then every week says four numbers, and all together give the log-odds."""

    name = "attention"
    pace = nets.Pace(start=4.5, row=40.0, cell=0.75, usual=15)
    model = AttentionModel

    def network(self, net: Any, weeks: int, channels: int) -> Any:
        layers = net.keras.layers
        series = net.keras.Input((weeks, channels))
        seen = net.Places()(layers.Conv1D(WIDTH, SPAN, padding="same")(series))
        looked = layers.LayerNormalization(epsilon=EPSILON)(seen)
        heard = layers.MultiHeadAttention(HEADS, WIDTH // HEADS, flash_attention=False)(looked, looked)
        seen = layers.Add()([seen, layers.Dropout(DROPOUT)(heard)])
        thought = layers.Dense(INNER, activation="relu")(layers.LayerNormalization(epsilon=EPSILON)(seen))
        seen = layers.Add()([seen, layers.Dropout(DROPOUT)(layers.Dense(WIDTH)(thought))])
        seen = layers.LayerNormalization(epsilon=EPSILON)(seen)
        told = layers.Flatten()(layers.Dense(SAID)(seen))
        return net.keras.Model(series, layers.Dense(1)(told))


def _normal(values: Singles, stretch: Singles, shift: Singles) -> Singles:
    """Each week's numbers at mean 0 and deviation 1, then stretched and shifted (Ba, Kiros and Hinton 2016)."""
    away = values - values.mean(axis=2, keepdims=True)
    return np.asarray(away / np.sqrt((away**2).mean(axis=2, keepdims=True) + EPSILON) * stretch + shift)
