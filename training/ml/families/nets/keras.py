"""Keras, set up once: the only module that imports it, and itself imported by nothing but a fit.

It runs on the backend that KERAS_BACKEND names, TensorFlow where it names none.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import device

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = device.backend()  # a file in somebody's home folder has no say
device.count()  # before Keras takes hold of the device, so that its memory may grow

import keras  # noqa: E402
from keras import ops  # noqa: E402

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

__all__ = [
    "JIT", "Course", "Heads", "NextBasket", "Places", "Readers", "foretold", "keras", "ops", "seeded", "taught",
]  # fmt: skip


SMALLEST, LARGEST = 32, 256
"""Rows of a mini-batch: few where rows are few, so that an epoch still has steps."""
JIT = device.backend() == "jax"
"""Without it JAX works step by step; TensorFlow's own graphs start sooner than XLA compiles nets this small."""


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Keras draws by this seed inside; the generators it shares with everyone are given back as they were."""
    ours, theirs = random.getstate(), np.random.get_state()
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(theirs)
        keras.backend.clear_session()


@dataclass(frozen=True)
class Course:
    """How a net is taught. patience: epochs without gain on held-out rows; brake: seconds after which it ends."""

    epochs: int
    brake: float
    patience: int = 8
    rate: float = 2e-3
    decay: float = 3e-4


class _Brake(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends the training of a net on a machine too busy for it. What it knows by then is what is kept."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.begun = seconds, monotonic()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if monotonic() - self.begun > self.seconds:
            self.model.stop_training = True


def taught(model: Any, x: Any, y: Floats, weight: Floats, *, kept: Ints, held: Ints, course: Course) -> Any:
    """Teach the net on rows `kept` until rows `held` gain no more, and give it its best weights back.

    x: float32, rows first. The net gives log-odds, (n, 1) or one column per member of an ensemble. AdamW
    (Loshchilov and Hutter 2019) on mini-batches. Nothing held out: all epochs of the course.
    """
    target, share = y.astype(np.float32)[:, None], weight.astype(np.float32)
    batch = int(np.clip(2 ** int(np.log2(max(len(kept), 1) / 16 + 1)), SMALLEST, LARGEST))
    steps = max(1, min(16, len(kept) // batch))
    model.compile(
        keras.optimizers.AdamW(course.rate, weight_decay=course.decay, clipnorm=1.0),
        loss=_log_loss, steps_per_execution=steps, jit_compile=JIT,
    )  # fmt: skip
    callbacks = [_Brake(course.brake)]
    if len(held):
        callbacks.append(keras.callbacks.EarlyStopping(patience=course.patience, restore_best_weights=True))
    model.fit(
        x[kept], target[kept], sample_weight=share[kept], batch_size=batch, epochs=course.epochs, verbose=0,
        validation_data=(x[held], target[held], share[held]) if len(held) else None, callbacks=callbacks,
    )  # fmt: skip
    return model


def _log_loss(y: Any, margin: Any) -> Any:
    """Each member of an ensemble is taught by itself: the mean of their losses."""
    return ops.mean(ops.softplus(margin) - y * margin, axis=-1)


class Heads(keras.layers.Layer):  # type: ignore[misc]
    """k dense layers that share one matrix, (n, 1 or k, d) → (n, k, units): each scales what goes in and comes out.

    Wen et al. 2020, "BatchEnsemble". signs: the members begin apart, by random signs; else as one.
    """

    def __init__(self, k: int, units: int, *, signs: bool) -> None:
        super().__init__()
        self.k, self.units, self.signs = k, units, signs

    def build(self, shape: Any) -> None:
        self.into = self.add_weight(shape=(self.k, shape[-1]), initializer=_signs if self.signs else "ones")
        self.matrix = self.add_weight(shape=(shape[-1], self.units), initializer="he_normal")
        self.out = self.add_weight(shape=(self.k, self.units), initializer="ones")
        self.offset = self.add_weight(shape=(self.k, self.units), initializer="zeros")

    def call(self, x: Any) -> Any:
        return ops.matmul(x * self.into, self.matrix) * self.out + self.offset


def _signs(shape: Any, dtype: Any = None) -> Any:
    return ops.sign(keras.random.uniform(shape, -1.0, 1.0))


class Readers(keras.layers.Layer):  # type: ignore[misc]
    """The members' own last layers, (n, k, d) → (n, k): one log-odds each."""

    def build(self, shape: Any) -> None:
        self.matrix = self.add_weight(shape=tuple(shape[1:]), initializer="glorot_uniform")
        self.offset = self.add_weight(shape=(shape[1],), initializer="zeros")

    def call(self, x: Any) -> Any:
        return ops.sum(x * self.matrix, axis=-1) + self.offset


class Places(keras.layers.Layer):  # type: ignore[misc]
    """Adds what is learned about each place in the sequence, (n, weeks, d) → the same shape."""

    def build(self, shape: Any) -> None:
        self.places = self.add_weight(shape=tuple(shape[1:]), initializer="random_normal")

    def call(self, x: Any) -> Any:
        return x + self.places


class NextBasket(keras.layers.Layer):  # type: ignore[misc]
    """How surprising every next basket is to one block of causal self-attention over the baskets before it.

    After SASRec (Kang and McAuley, ICDM 2018): a basket is the mean of its products' embeddings, the same embeddings
    tell products apart at the end, and places and days enter as what the heads add to their heed.
    Takes [products (n, l, k) from 1, 0 = none; days (n, l); histories (n, l): baskets of one number belong together].
    Gives (n, l): the mean of -log softmax over the products of the basket that follows in the row.
    """

    parts = ("table", "level", "asks", "keys", "values", "out", "near", "since", "inner", "bend", "outer", "norms")

    def __init__(self, products: int, width: int, heads: int, steps: int, dropout: float) -> None:
        super().__init__()
        self.products, self.width, self.heads, self.steps = products, width, heads, steps
        self.drop = keras.layers.Dropout(dropout)

    def build(self, shapes: Any) -> None:
        width, square, small = self.width, (self.width, self.width), keras.initializers.RandomNormal(stddev=0.1)
        for name, shape, start in (
            ("table", (self.products + 1, width), small), ("level", (self.products + 1,), "zeros"),
            ("asks", square, "glorot_uniform"), ("keys", square, "glorot_uniform"),
            ("values", square, "glorot_uniform"), ("out", square, "glorot_uniform"),
            ("near", (shapes[0][1], self.heads), "zeros"), ("since", (self.steps, self.heads), "zeros"),
            ("inner", (width, 2 * width), "glorot_uniform"), ("bend", (2 * width,), "zeros"),
            ("outer", (2 * width, width), "glorot_uniform"), ("norms", (3, width), "ones"),
        ):  # fmt: skip
            setattr(self, name, self.add_weight(name=name, shape=shape, initializer=start))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        products, days, histories = inputs
        real = ops.cast(products > 0, "float32")
        share = real / ops.maximum(ops.sum(real, axis=2, keepdims=True), 1.0)
        basket = ops.sum(ops.take(self.table, products, axis=0) * share[..., None], axis=2)
        level = ops.sum(ops.take(self.level, products, axis=0) * share, axis=2)
        seen = self.drop(basket, training=training)
        heard = ops.matmul(self._heard(_even(seen) * self.norms[0], days, histories), self.out)
        seen = seen + self.drop(heard, training=training)
        thought = ops.relu(ops.matmul(_even(seen) * self.norms[1], self.inner) + self.bend)
        seen = seen + self.drop(ops.matmul(thought, self.outer), training=training)
        state = _even(seen) * self.norms[2]
        every = ops.logsumexp(ops.matmul(state, ops.transpose(self.table[1:])) + self.level[1:], axis=2)
        coming = ops.sum(state[:, :-1] * basket[:, 1:], axis=2) + level[:, 1:]
        return every - ops.pad(coming, ((0, 0), (0, 1)))

    def _heard(self, seen: Any, days: Any, histories: Any) -> Any:
        """What the baskets up to each one, of the same history, say: (n, l, width)."""
        length, head = seen.shape[1], self.width // self.heads
        asks, keys, values = (
            ops.reshape(ops.matmul(seen, one), (-1, length, self.heads, head))
            for one in (self.asks, self.keys, self.values)
        )
        back = np.arange(length)[:, None] - np.arange(length)[None, :]
        days = ops.maximum(days[:, :, None] - days[:, None, :], 0)
        step = ops.cast(ops.log2(1.0 + ops.cast(days, "float32")) + 1e-3, "int32")
        heed = ops.einsum("nihd,njhd->nijh", asks, keys) / float(np.sqrt(head))
        heed = heed + ops.take(self.near, np.maximum(back, 0), axis=0)
        heed = heed + ops.take(self.since, ops.minimum(step, self.steps - 1), axis=0)
        together = ops.logical_and(histories[:, :, None] == histories[:, None, :], back >= 0)
        heed = ops.softmax(ops.where(together[..., None], heed, -1e9), axis=2)
        return ops.reshape(ops.einsum("nijh,njhd->nihd", heed, values), (-1, length, self.width))


def _even(x: Any) -> Any:
    """Numbers of root mean square 1 along the last axis (Zhang and Sennrich, NeurIPS 2019)."""
    return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-6)


def foretold(model: NextBasket, x: Any, weight: Any, *, kept: Ints, held: Ints, course: Course) -> dict[str, Any]:
    """Teach a NextBasket on rows `kept` until rows `held` gain no more; what it learned, by the names of its parts.

    x: its three inputs, rows first; weight (n, l): how much the basket that follows counts, 0 where none does.
    """
    inputs = [keras.Input(one.shape[1:], dtype=one.dtype) for one in x]
    whole = keras.Model(inputs, model(inputs))
    batch = int(np.clip(len(kept) // 16, 1, 16))
    whole.compile(
        keras.optimizers.AdamW(course.rate, weight_decay=course.decay, clipnorm=1.0), loss=_surprise,
        steps_per_execution=max(1, min(8, len(kept) // batch)), jit_compile=JIT,
    )  # fmt: skip
    callbacks = [_Brake(course.brake)]
    if len(held):
        callbacks.append(keras.callbacks.EarlyStopping(patience=course.patience, restore_best_weights=True))
    whole.fit(
        [one[kept] for one in x], weight[kept], batch_size=batch, epochs=course.epochs, verbose=0, callbacks=callbacks,
        validation_data=([one[held] for one in x], weight[held]) if len(held) else None,
    )  # fmt: skip
    return dict(zip(model.parts, model.get_weights(), strict=True))


def _surprise(weight: Any, surprise: Any) -> Any:
    """The weighted mean over the baskets of a batch."""
    return ops.sum(weight * surprise) / ops.maximum(ops.sum(weight), 1e-6)
