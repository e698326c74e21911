"""What the nets over weekly activity share: how weeks are laid out and scaled, how they are taught and explained."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml.families import nets
from training.ml.interface import WEEK, Examples, Limits

if TYPE_CHECKING:
    from training.ml.families.nets import Singles
    from training.ml.interface import Columns, Floats

REACH = 8.0
"""Scaled activity is cut at ±: one enormous order cannot saturate a net."""
BLOCKS = 4
"""Each channel's weeks are explained in so many stretches: quarters, where there is a year of them."""
HELD, EPOCHS, CHUNK = 0.2, 40, 2_000


@dataclass
class Layout:
    """places (weeks × channels): the column of each, oldest week first; scale (channels,); usual: the mean, scaled."""

    places: list[list[int]]
    scale: list[float]
    usual: list[list[float]]

    @classmethod
    def fit(cls, columns: Columns, x: Floats) -> Layout:
        """From `week:CHANNEL:K` names and training rows. Refusal where there is no weekly activity."""
        found: dict[str, dict[int, int]] = {}
        for place in columns.weekly():
            channel, _, week = columns.names[place].removeprefix(WEEK).rpartition(":")
            found.setdefault(channel, {})[int(week)] = place
        if not found:
            raise Refusal("This family looks at weekly activity, and these data hold none. Leave it out.")
        weeks = min(len(one) for one in found.values())
        layout = cls([[one[week] for one in found.values()] for week in reversed(range(weeks))], [], [])
        logs = layout._logs(x)
        layout.scale = [float(max(one, 1e-3)) for one in np.sqrt((logs**2).mean(axis=(0, 1)))]
        layout.usual = layout.series(x).mean(axis=0).astype(float).tolist()
        return layout

    def series(self, x: Floats) -> Singles:
        """x (n × m) → (n × weeks × channels), oldest first: log1p of the size, sign kept, missing weeks empty."""
        return np.clip(self._logs(x) / np.asarray(self.scale, dtype=np.float32), -REACH, REACH)

    def _logs(self, x: Floats) -> Singles:
        values = np.nan_to_num(x[:, np.asarray(self.places)], nan=0.0)
        return np.asarray(np.sign(values) * np.log1p(np.abs(values)), dtype=np.float32)


@dataclass
class WeeklyModel:
    """arrays: what the net learned, in the order of its layers."""

    layout: Layout
    arrays: list[Singles]

    def answer(self, series: Singles) -> Singles:
        """Log-odds (n,) for series (n × weeks × channels)."""
        raise NotImplementedError

    def margin(self, x: Floats) -> Floats:
        return nets.in_chunks(lambda part: self.answer(self.layout.series(part)), x, rows=CHUNK)

    def contributions(self, x: Floats) -> Floats:
        """Occlusion (Zeiler and Fergus 2014): what the log-odds lose when a quarter of a channel is average.

        Within a stretch the loss is shared by how far each week lies from the average.
        """
        return nets.in_chunks(self._shares, x, rows=CHUNK)

    def save(self, folder: Path, stem: str) -> None:
        nets.keep(folder, stem, asdict(self.layout), {f"a{k}": one for k, one in enumerate(self.arrays)})

    def _shares(self, x: Floats) -> Floats:
        series, usual = self.layout.series(x), np.asarray(self.layout.usual, dtype=np.float32)
        away = np.abs(series - usual) + 1e-6
        whole, places = self.answer(series), np.asarray(self.layout.places)
        shares = np.zeros(x.shape)
        for weeks in np.array_split(np.arange(len(usual)), BLOCKS):
            for channel in range(usual.shape[1]):
                without = series.copy()
                without[:, weeks, channel] = usual[weeks, channel]
                part = away[:, weeks, channel]
                lost = (whole - self.answer(without))[:, None]
                shares[:, places[weeks, channel]] = lost * part / part.sum(axis=1, keepdims=True)
        return shares


class WeeklyNet:
    """Taught with AdamW on mini-batches, until customers held out gain no more."""

    name = ""
    sees = "weeks"
    pace = nets.Pace(start=3.0, row=30.0, cell=1.0, usual=15)
    model: type[WeeklyModel] = WeeklyModel

    def network(self, net: Any, weeks: int, channels: int) -> Any:
        """The Keras model, (weeks, channels) → one log-odds."""
        raise NotImplementedError

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> WeeklyModel:
        from training.ml.families.nets import keras as net

        rows = np.sort(np.random.default_rng(seed).permutation(len(examples))[: limits.net_rows])
        known = examples.take(rows)
        layout = Layout.fit(known.columns, known.x)
        series = layout.series(known.x)
        kept, held = known.parted(share=HELD, seed=seed)
        epochs = self.pace.epochs(EPOCHS, rows=len(kept), columns=known.x.shape[1], limits=limits)
        course = net.Course(epochs, limits.seconds * nets.BRAKE, patience=5)
        with net.seeded(seed):
            model = self.network(net, *series.shape[1:])
            model = net.taught(model, series, known.y, known.weight, kept=kept, held=held, course=course)
            arrays = [np.asarray(one) for one in model.get_weights()]
        return self.model(layout, arrays)

    def load(self, folder: Path, stem: str) -> WeeklyModel:
        facts, arrays = nets.kept(folder, stem)
        return self.model(Layout(**facts), [arrays[f"a{k}"] for k in range(len(arrays))])


def relu(values: Singles) -> Singles:
    return np.maximum(values, 0)


def sigmoid(values: Singles) -> Singles:
    return np.asarray(np.float32(0.5) * (np.tanh(np.float32(0.5) * values) + 1))


def slid(series: Singles, kernel: Singles) -> Singles:
    """(n × weeks × c) by a kernel (span × c × f) of odd span, zeros beyond both ends → (n × weeks × f)."""
    span, weeks = len(kernel), series.shape[1]
    padded = np.pad(series, ((0, 0), (span // 2, span // 2), (0, 0)))
    return np.asarray(sum(padded[:, step : step + weeks] @ kernel[step] for step in range(span)))
