"""Heads: evidence in, log-odds out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.ml.recommenders import blend
from training.ml.recommenders.candidates import COLUMN, NAMES, Candidates


def lesson(count: int, *, seed: int = 0, chance: float = 0.2) -> blend.Lesson:
    """What the customer repeats is bought more often; half of the candidates are new, whose own numbers are unknown."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(count, len(NAMES))).astype(np.float32)
    repeat = draw.random(count) < 0.5
    own = [COLUMN[name] for name in NAMES if name.startswith("own_")]
    x[np.ix_(~repeat, own)] = np.nan
    strength = np.where(repeat, 2 * np.nan_to_num(x[:, COLUMN["frequency_rank"]]), -1) + x[:, COLUMN["popularity_rank"]]
    bought = draw.random(count) < 1 / (1 + np.exp(-(strength + np.log(chance / (1 - chance)))))
    customer = np.sort(draw.integers(0, max(1, count // 20), count)).astype(np.int32)
    return blend.Lesson(
        Candidates(customer, np.arange(count, dtype=np.int32), repeat, x), bought, np.ones(count, dtype=bool)
    )


def auc(scores: np.ndarray, bought: np.ndarray) -> float:
    ranks = np.argsort(np.argsort(scores))
    positives = bought.sum()
    return float((ranks[bought].sum() - positives * (positives - 1) / 2) / (positives * (~bought).sum()))


@pytest.mark.parametrize("name", list(blend.HEADS))
def test_every_head_ranks_what_is_bought_above_what_is_not(name: str) -> None:
    head = blend.learn([lesson(4000)], name, seed=7)
    later = lesson(2000, seed=1)
    assert (
        auc(head.logit(later.candidates.x), later.bought)
        > {"prior": 0.6, "linear": 0.8, "shallow": 0.8, "boosted": 0.8}[name]
    )


@pytest.mark.parametrize("name", list(blend.HEADS))
def test_every_head_survives_the_disk_and_repeats_itself(name: str, tmp_path: Path) -> None:
    x = lesson(300, seed=2).candidates.x
    head, again = (blend.learn([lesson(2000)], name, seed=7) for _ in range(2))
    folder = tmp_path / "model"
    folder.mkdir()
    head.save(folder)
    loaded = blend.Blend.load(folder, name)
    assert np.array_equal(head.logit(x), again.logit(x))
    assert np.array_equal(head.logit(x), loaded.logit(x))
    assert {file.suffix for file in folder.iterdir()} <= {".npz", ".txt"}


@pytest.mark.parametrize("name", list(blend.HEADS))
def test_no_rows_and_rows_of_unknowns_are_fine(name: str) -> None:
    head = blend.learn([lesson(2000)], name, seed=7)
    assert head.logit(np.zeros((0, len(NAMES)), dtype=np.float32)).shape == (0,)
    assert np.isfinite(head.logit(np.full((3, len(NAMES)), np.nan, dtype=np.float32))).all()


@pytest.mark.parametrize("name", ["linear", "shallow", "boosted"])
def test_thinning_keeps_the_level_of_the_chances(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blend, "MOST_ROWS", 12_000)
    head = blend.learn([lesson(20_000, chance=0.03)], name, seed=7)
    later = lesson(20_000, seed=1, chance=0.03)
    chances = 1 / (1 + np.exp(-head.logit(later.candidates.x)))
    assert chances.mean() == pytest.approx(later.bought.mean(), rel=0.25)


def test_heads_are_offered_by_how_much_was_bought() -> None:
    nothing = lesson(500)
    assert blend.suited([blend.Lesson(nothing.candidates, np.zeros(500, bool), np.ones(500, bool))]) == ("prior",)
    assert blend.suited([lesson(400)]) == ("linear",)
    assert blend.suited([lesson(4000)]) == ("linear", "shallow", "boosted")


def test_lessons_without_a_purchase_fall_back_to_the_prior() -> None:
    seen = lesson(200)
    head = blend.learn(
        [blend.Lesson(seen.candidates, np.zeros(200, dtype=bool), np.ones(200, dtype=bool))], "boosted", seed=7
    )
    assert head.name == "prior"


def test_the_prior_puts_habits_before_discoveries() -> None:
    x = np.full((2, len(NAMES)), np.nan, dtype=np.float32)
    x[0, [COLUMN["own_times"], COLUMN["frequency_rank"]]] = [1.0, 0.2]
    x[1, COLUMN["popularity_rank"]] = 1.0
    repeat, new = blend.Prior().logit(x)
    assert repeat > new
