"""Gradient boosting with LightGBM: small slow trees, their number found on customers held out.

Three temperaments that err differently, so that a blend gains from all of them: `boosting` (small slow trees, half of
the columns each), `additive` (trees of four leaves, close to one curve per column) and `eager` (larger trees that see
every column). Ke et al. 2017, "LightGBM".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml.families import shares
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    import lightgbm

    from training.ml.interface import Floats, Ints

ROUNDS = 800
PATIENCE = 40
SPLITS = 2
"""Without dates, so many trials with different customers held out are averaged: where to stop is mostly luck."""
MANY = 1000
"""Rows from which shares are worked out for all rows at once."""
NEXT = "\n--- next booster ---\n"


@dataclass
class BoostingModel:
    """Boosters whose log-odds are averaged."""

    boosters: list[lightgbm.Booster]

    def margin(self, x: Floats) -> Floats:
        return np.asarray(np.mean([_asked(one, x, raw_score=True) for one in self.boosters], axis=0))

    def contributions(self, x: Floats) -> Floats:
        """Tree SHAP (Lundberg et al. 2020): each column's share of the log-odds, exact for the trees."""
        return np.asarray(np.mean([_shares(one, x) for one in self.boosters], axis=0))

    def save(self, folder: Path, stem: str) -> None:
        text = NEXT.join(one.model_to_string() for one in self.boosters)
        (folder / f"{stem}.txt").write_text(text, encoding="utf-8")


class Boosting:
    """15 leaves, rate 0.03, some of the columns per tree; stops when held-out rows no longer gain.

    Where rows come from several dates, one trial on the newest tells the number of rounds and all rows then teach.
    Where there are no dates, the trials themselves are averaged.
    """

    name = "boosting"
    sees = "columns"
    rounds = ROUNDS
    shape: dict[str, Any] = {"num_leaves": 15, "learning_rate": 0.03, "feature_fraction": 0.4}
    undated: dict[str, Any] = {"feature_fraction": 0.7}
    """What differs without dates: few columns there say the same, and one may carry most of the truth."""

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> BoostingModel:
        everything = np.arange(len(examples))
        dated = _dated(examples)
        trials = [self._trial(examples, seed=seed + 1000 * k, limits=limits) for k in range(1 if dated else SPLITS)]
        found = [one for one in trials if one is not None]
        if found and not dated:
            return BoostingModel(found)
        rounds = max(20, int(found[0].current_iteration() * 1.1)) if found else 100
        return BoostingModel([self._grown(examples, everything, rounds=rounds, seed=seed, limits=limits)])

    def load(self, folder: Path, stem: str) -> BoostingModel:
        return BoostingModel(read(folder / f"{stem}.txt"))

    def params(self, rows: int, *, seed: int, threads: int, dated: bool) -> dict[str, Any]:
        few: dict[str, Any] = {} if rows >= 500 else {"num_leaves": min(5, self.shape["num_leaves"])}
        return {
            "objective": "binary",
            "max_bin": 127,
            "min_data_in_leaf": int(np.clip(rows / 60, 5, 40)),
            "bagging_fraction": 0.6,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            **common(seed=seed, threads=threads),
            **self.shape,
            **({} if dated else self.undated),
            **few,
        }

    def _trial(self, examples: Examples, *, seed: int, limits: Limits) -> lightgbm.Booster | None:
        """Grown on four fifths until the rest no longer gains; None where the rows cannot tell."""
        inside, outside = examples.parted(share=0.2, seed=seed)
        if len(examples) < 200 or len(np.unique(examples.y[outside])) < 2:
            return None
        return self._grown(examples, inside, rounds=self.rounds, seed=seed, limits=limits, watched=outside)

    def _grown(
        self, examples: Examples, rows: Ints, *, rounds: int, seed: int, limits: Limits, watched: Ints | None = None
    ) -> lightgbm.Booster:
        import lightgbm

        stop: list[Any] = [] if watched is None else [lightgbm.early_stopping(PATIENCE, verbose=False)]
        booster = lightgbm.train(
            self.params(len(examples), seed=seed, threads=limits.threads, dated=_dated(examples)),
            dataset(examples, rows),
            num_boost_round=rounds,
            valid_sets=[] if watched is None else [dataset(examples, watched)],
            callbacks=stop,
        )
        if watched is None or booster.best_iteration < 1:
            return booster
        return lightgbm.Booster(model_str=booster.model_to_string(num_iteration=booster.best_iteration))


class Additive(Boosting):
    """Four leaves a tree: nearly a sum of one curve per column, which small files support best."""

    name = "additive"
    undated: dict[str, Any] = {}
    shape = {"num_leaves": 4, "learning_rate": 0.05, "feature_fraction": 0.5}


class Eager(Boosting):
    """31 leaves, every column and every row at each step: finds what hangs on one strong column."""

    name = "eager"
    undated: dict[str, Any] = {}
    shape = {
        "num_leaves": 31, "learning_rate": 0.05, "feature_fraction": 1.0, "bagging_fraction": 1.0, "bagging_freq": 0,
        "min_data_in_leaf": 20,
    }  # fmt: skip


def read(path: Path) -> list[lightgbm.Booster]:
    """The boosters of a file; Refusal when it is not one that was written here."""
    import lightgbm

    texts = path.read_text(encoding="utf-8").split(NEXT)
    if not all(text.startswith("tree") for text in texts):
        raise Refusal("The model file of the boosting family is damaged. Train the model again.")
    return [lightgbm.Booster(model_str=text) for text in texts]


def dataset(examples: Examples, rows: Any) -> lightgbm.Dataset:
    """The rows as LightGBM wants them."""
    import lightgbm

    return lightgbm.Dataset(examples.x[rows], examples.y[rows], weight=examples.weight[rows], params={"verbose": -1})


def common(*, seed: int, threads: int) -> dict[str, Any]:
    """What makes a fit quiet, and the same however many threads work on it."""
    return {"seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": threads, "verbose": -1}


def _shares(booster: lightgbm.Booster, x: Floats) -> Floats:
    forest = shares.trees(booster) if len(x) >= MANY else None
    return _asked(booster, x, pred_contrib=True)[:, :-1] if forest is None else shares.contributions(forest, x)


def _dated(examples: Examples) -> bool:
    return len(np.unique(examples.moment)) >= 3


def _asked(booster: lightgbm.Booster, x: Floats, **how: bool) -> Floats:
    return np.asarray(booster.predict(x, num_threads=1 if len(x) < 50_000 else 0, **how), dtype=np.float64)
