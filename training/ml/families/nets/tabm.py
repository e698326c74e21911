"""An ensemble of small nets in one: members share their matrices and differ in how they scale what passes through.

Gorishniy, Kotelnikov and Babenko 2024, "TabM", in its lean form: one shared first layer over piecewise-linear
encodings of the numbers, one layer of BatchEnsemble members, one reader each. Every member is taught by itself; the
model says their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.families import nets
from training.ml.families.nets import encoding
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    from training.ml.families.nets import Singles
    from training.ml.interface import Floats

MEMBERS, UNITS, DROPOUT = 16, 64, 0.2
EPOCHS = 80
HELD = 0.15
CHUNK = 2_000
NODES, SHARES = np.polynomial.legendre.leggauss(4)
"""Where on the way from the average customer to this one slopes are taken, and what each counts."""


@dataclass
class TabmModel:
    """arrays: matrix, offset (shared layer); into, middle, out, bias (members); reader, level (last layers)."""

    code: encoding.Encoding
    arrays: dict[str, Singles]

    def margin(self, x: Floats) -> Floats:
        return nets.in_chunks(lambda part: self._answer(self.code.transform(part)), x, rows=CHUNK)

    def contributions(self, x: Floats) -> Floats:
        """Integrated gradients (Sundararajan, Taly and Yan 2017) from the average customer, over the encodings.

        Slopes at four Gauss–Legendre nodes: the shares add up to the margin's distance from an average
        customer's, but for what the nodes miss between the net's bends.
        """
        return nets.in_chunks(self._shares, x, rows=CHUNK)

    def save(self, folder: Path, stem: str) -> None:
        nets.keep(folder, stem, self.code.as_dict(), self.arrays)

    def _answer(self, z: Singles) -> Singles:
        _, _, last = self._layers(z)
        return np.asarray((last * self.arrays["reader"]).sum(axis=2).mean(axis=1) + self.arrays["level"].mean())

    def _layers(self, z: Singles) -> tuple[Singles, Singles, Singles]:
        """The shared layer before relu (n × u), the members' (n × k × u), and theirs after it."""
        a = self.arrays
        first = z @ a["matrix"] + a["offset"]
        inner = np.maximum(first, 0)[:, None, :] * a["into"]
        second = (inner.reshape(-1, inner.shape[2]) @ a["middle"]).reshape(len(z), *a["out"].shape)
        second = second * a["out"] + a["bias"]
        return first, second, np.maximum(second, 0)

    def _slope(self, z: Singles) -> Singles:
        """The slope of the margin at z, (n × d): the layers walked back."""
        a = self.arrays
        first, second, _ = self._layers(z)
        back = (second > 0) * (a["reader"] * a["out"] / len(a["reader"]))
        inner = (back.reshape(-1, back.shape[2]) @ a["middle"].T).reshape(len(z), *a["into"].shape)
        return np.asarray(((inner * a["into"]).sum(axis=1) * (first > 0)) @ a["matrix"].T)

    def _shares(self, x: Floats) -> Floats:
        z = self.code.transform(x)
        slope = sum(
            np.float32(share / 2) * self._slope(z * np.float32((node + 1) / 2))
            for node, share in zip(NODES, SHARES, strict=True)
        )
        return self.code.gathered(slope * z, width=x.shape[1])


class Tabm:
    """The net: AdamW on mini-batches, until customers held out gain no more."""

    name = "tabm"
    sees = "columns"
    pace = nets.Pace(start=2.5, row=18.0, cell=0.15, usual=30)

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> TabmModel:
        from training.ml.families.nets import keras as net

        rows = np.sort(np.random.default_rng(seed).permutation(len(examples))[: limits.net_rows])
        known = examples.take(rows)
        code = encoding.fit(known.x)
        z = code.transform(known.x)
        kept, held = known.parted(share=HELD, seed=seed)
        epochs = self.pace.epochs(EPOCHS, rows=len(kept), columns=known.x.shape[1], limits=limits)
        course = net.Course(epochs, limits.seconds * nets.BRAKE)
        with net.seeded(seed):
            model = net.taught(
                self.network(net, z.shape[1]), z, known.y, known.weight, kept=kept, held=held, course=course
            )
            arrays = dict(zip(ARRAYS, (np.asarray(one) for one in model.get_weights()), strict=True))
        return TabmModel(code, arrays)

    def load(self, folder: Path, stem: str) -> TabmModel:
        facts, arrays = nets.kept(folder, stem)
        return TabmModel(encoding.Encoding.from_dict(facts), arrays)

    def network(self, net: Any, width: int) -> Any:
        """The Keras model, (width,) → one log-odds per member."""
        layers = net.keras.layers
        return net.keras.Sequential(
            [
                net.keras.Input((width,)),
                layers.Dense(UNITS, activation="relu"),
                layers.Dropout(DROPOUT),
                layers.Reshape((1, UNITS)),
                net.Heads(MEMBERS, UNITS, signs=True),
                layers.Activation("relu"),
                layers.Dropout(DROPOUT),
                net.Readers(),
            ]
        )


ARRAYS = ("matrix", "offset", "into", "middle", "out", "bias", "reader", "level")
