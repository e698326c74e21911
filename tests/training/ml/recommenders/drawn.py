"""A sequence net whose numbers are drawn instead of learned: what scoring does with them needs no training."""

from __future__ import annotations

import numpy as np

from training.ml.recommenders.interface import Floats
from training.ml.recommenders.packing import Orders
from training.ml.recommenders.sequence import BasketSequence

WIDTH, HEADS, LENGTH, STEPS = 8, 2, 4, 3


class Drawn(BasketSequence):
    def __init__(self, **settings: int) -> None:
        super().__init__(seed=settings.get("seed", 7), fewest=0)

    def _learned(self, orders: Orders, *, as_of: int) -> dict[str, Floats]:
        draw, square = np.random.default_rng(self.seed), (WIDTH, WIDTH)
        shapes = {
            "table": (len(self.skus) + 1, WIDTH), "level": (len(self.skus) + 1,), "asks": square, "keys": square,
            "values": square, "out": square, "near": (LENGTH, HEADS), "since": (STEPS, HEADS),
            "inner": (WIDTH, 2 * WIDTH), "bend": (2 * WIDTH,), "outer": (2 * WIDTH, WIDTH), "norms": (3, WIDTH),
        }  # fmt: skip
        return {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
