"""The reference nets, small and plain, that every other family is measured against.

propensity net: Dense 32 relu, Dense 16 relu, sigmoid; binary cross-entropy, Adam, batch 32, 10 epochs.
churn net: Dense 64 relu, dropout 0.5, sigmoid; SGD 0.01, up to 100 epochs, early stopping (patience 5) on 20 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.families import nets, scaling
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    from training.ml.interface import Floats

REACH = 5.0
"""Scaled inputs are cut at ± so many deviations, so that one outlier cannot saturate a net."""


@dataclass
class NetModel:
    """Layers of (matrix, offset), relu between them, the last one giving the log-odds."""

    scale: scaling.Scaling
    layers: list[tuple[Floats, Floats]]

    def margin(self, x: Floats) -> Floats:
        return self._onward(self._first(self._inputs(x)))

    def contributions(self, x: Floats) -> Floats:
        """Occlusion (Zeiler and Fergus 2014): what the log-odds lose when a column is set to its average.

        Interactions are counted with every column that takes part, so the shares need not add up exactly.
        """
        z = self._inputs(x)
        hidden = self._first(z)
        whole = self._onward(hidden)
        shares = np.zeros(x.shape)
        for column in range(x.shape[1]):
            derived = np.flatnonzero(self.scale.origin == column)
            shares[:, column] = whole - self._onward(hidden - z[:, derived] @ self.layers[0][0][derived])
        return shares

    def save(self, folder: Path, stem: str) -> None:
        pairs = enumerate(self.layers)
        arrays = {f"{kind}{k}": part for k, pair in pairs for kind, part in zip("wb", pair, strict=True)}
        nets.keep(folder, stem, self.scale.as_dict(), arrays)

    def _inputs(self, x: Floats) -> Floats:
        return np.clip(self.scale.transform(x), -REACH, REACH)

    def _first(self, z: Floats) -> Floats:
        return np.asarray(z @ self.layers[0][0] + self.layers[0][1])

    def _onward(self, hidden: Floats) -> Floats:
        for matrix, offset in self.layers[1:]:
            hidden = np.maximum(hidden, 0.0) @ matrix + offset
        return np.asarray(hidden[:, 0])


class _Net:
    """What the two nets share: scaling, a sample when rows are many, seeds, and taking the weights out."""

    name = ""
    sees = "columns"
    batch = 32
    epochs = 10
    early = False

    def layers(self, keras: Any) -> list[Any]:
        raise NotImplementedError

    def optimizer(self, keras: Any) -> Any:
        raise NotImplementedError

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> NetModel:
        from training.ml.families.nets.keras import JIT, keras, seeded

        rows = np.random.default_rng(seed).permutation(len(examples))[: limits.net_rows]
        taught = examples.take(rows)
        scale = scaling.fit(taught.x, bends=False)
        z = np.clip(scale.transform(taught.x), -REACH, REACH).astype(np.float32)
        with seeded(seed):
            model = keras.Sequential([keras.Input((z.shape[1],)), *self.layers(keras), keras.layers.Dense(1)])
            # the sigmoid sits in the loss: the same net, and log-odds that do not saturate
            model.compile(
                self.optimizer(keras), loss=keras.losses.BinaryCrossentropy(from_logits=True),
                steps_per_execution=max(1, min(64, len(z) // self.batch)), jit_compile=JIT,
            )  # fmt: skip
            stop = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
            model.fit(
                z, taught.y.astype(np.float32), sample_weight=taught.weight.astype(np.float32), batch_size=self.batch,
                epochs=min(self.epochs, limits.net_epochs), verbose=0, shuffle=True,
                validation_split=0.2 if self.early else 0.0, callbacks=[stop] if self.early else [],
            )  # fmt: skip
            weights = [np.asarray(one, dtype=np.float64) for one in model.get_weights()]
        return NetModel(scale, list(zip(weights[::2], weights[1::2], strict=True)))

    def load(self, folder: Path, stem: str) -> NetModel:
        facts, arrays = nets.kept(folder, stem)
        layers = [(arrays[f"w{k}"], arrays[f"b{k}"]) for k in range(len(arrays) // 2)]
        return NetModel(scaling.Scaling.from_dict(facts), layers)


class PropensityNet(_Net):
    name = "propensity_net"

    def layers(self, keras: Any) -> list[Any]:
        return [keras.layers.Dense(32, activation="relu"), keras.layers.Dense(16, activation="relu")]

    def optimizer(self, keras: Any) -> Any:
        return keras.optimizers.Adam()


class ChurnNet(_Net):
    name = "churn_net"
    epochs = 100
    early = True

    def layers(self, keras: Any) -> list[Any]:
        return [keras.layers.Dense(64, activation="relu"), keras.layers.Dropout(0.5)]

    def optimizer(self, keras: Any) -> Any:
        return keras.optimizers.SGD(0.01)
