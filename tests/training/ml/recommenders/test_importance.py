"""Which sources move the blend, with log-odds that can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.ml.recommenders.candidates import COLUMN, NAMES
from training.ml.recommenders.importance import importance
from training.ml.recommenders.interface import Floats


class Weighed:
    """Log-odds that are a weighted sum of the columns named."""

    name = "weighed"

    def __init__(self, **weights: float) -> None:
        self.weights = weights

    def fit(self, x: Floats, bought: np.ndarray, weight: Floats, *, seed: int) -> Weighed:
        return self

    def logit(self, x: Floats) -> Floats:
        return sum((weight * x[:, COLUMN[name]] for name, weight in self.weights.items()), np.zeros(len(x), np.float32))

    def save(self, folder: Path) -> None: ...

    @classmethod
    def load(cls, folder: Path) -> Weighed:
        return cls()


ROWS = np.tile(np.array([[1.0], [3.0]], dtype=np.float32), (5, len(NAMES)))
SILENT = np.zeros(len(NAMES), dtype=np.float32)


def test_a_source_weighs_what_its_silence_changes() -> None:
    head = Weighed(ease_score=3.0, item_knn_rank=-1.0)
    found = importance(head, ROWS, ["item_knn", "content", "ease"], SILENT)
    assert list(found) == ["ease", "item_knn", "content"]
    assert found == pytest.approx({"ease": 0.75, "item_knn": 0.25, "content": 0})


def test_own_purchases_fall_to_frequency_and_sales_to_popularity_but_not_the_figures_of_others() -> None:
    head = Weighed(own_times=1.0, popular_90=1.0, next_basket_score=2.0)
    found = importance(head, ROWS, ["frequency", "popularity", "next_basket"], SILENT)
    assert found == pytest.approx({"next_basket": 0.5, "frequency": 0.25, "popularity": 0.25})


def test_nothing_moves_where_nothing_is_heard() -> None:
    assert importance(Weighed(orders=1.0), ROWS, ["ease"], SILENT) == {"ease": 0}
    assert importance(Weighed(ease_score=1.0), ROWS[:0], ["ease"], SILENT) == {"ease": 0}
