"""Gradient boosting with LightGBM: small slow trees, their number found on customers held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from portal.kit.errors import Refusal
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    import lightgbm

    from training.ml.interface import Floats

ROUNDS = 600


@dataclass
class BoostingModel:
    booster: lightgbm.Booster

    def margin(self, x: Floats) -> Floats:
        return np.asarray(self.booster.predict(x, raw_score=True, num_threads=_threads(x)), dtype=np.float64)

    def contributions(self, x: Floats) -> Floats:
        """Tree SHAP (Lundberg et al. 2020): each column's share of the log-odds, exact for the trees."""
        shares = np.asarray(self.booster.predict(x, pred_contrib=True, num_threads=_threads(x)), dtype=np.float64)
        return shares[:, :-1]

    def save(self, folder: Path, stem: str) -> None:
        (folder / f"{stem}.txt").write_text(self.booster.model_to_string(), encoding="utf-8")


class Boosting:
    """15 leaves, rate 0.03, half of the columns per tree; stops when held-out rows no longer gain."""

    name = "boosting"
    sees = "columns"

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> BoostingModel:
        import lightgbm

        params = _params(len(examples), seed=seed, threads=limits.threads)
        inside, outside = examples.parted(share=0.2, seed=seed)
        rounds = 100
        if len(examples) >= 200 and len(np.unique(examples.y[outside])) == 2:
            trial = lightgbm.train(
                params,
                _rows(examples, inside),
                num_boost_round=ROUNDS,
                valid_sets=[_rows(examples, outside)],
                callbacks=[lightgbm.early_stopping(30, verbose=False)],
            )
            rounds = max(20, int(trial.best_iteration * 1.1))
        everything = np.arange(len(examples))
        return BoostingModel(lightgbm.train(params, _rows(examples, everything), num_boost_round=rounds))

    def load(self, folder: Path, stem: str) -> BoostingModel:
        import lightgbm

        text = (folder / f"{stem}.txt").read_text(encoding="utf-8")
        if not text.startswith("tree"):
            raise Refusal("The model file of the boosting family is damaged. Train the model again.")
        return BoostingModel(lightgbm.Booster(model_str=text))


def _threads(x: Floats) -> int:
    return 1 if len(x) < 50_000 else 0


def _rows(examples: Examples, rows: Any) -> lightgbm.Dataset:
    import lightgbm

    return lightgbm.Dataset(examples.x[rows], examples.y[rows], weight=examples.weight[rows], params={"verbose": -1})


def _params(rows: int, *, seed: int, threads: int) -> dict[str, Any]:
    return {
        "objective": "binary",
        "num_leaves": 15 if rows >= 500 else 5,
        "learning_rate": 0.03 if rows >= 500 else 0.05,
        "max_bin": 127,
        "min_data_in_leaf": int(np.clip(rows / 60, 5, 40)),
        "feature_fraction": 0.4,
        "bagging_fraction": 0.6,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "verbose": -1,
    }
