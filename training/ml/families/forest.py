"""A random forest grown by LightGBM: deep trees on drawn rows and columns, which err unlike boosted ones.

Breiman 2001, "Random forests". The trees average the outcome itself, so their mean is a probability; it is turned
into log-odds at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml.families import boosting
from training.ml.interface import Examples, Limits

if TYPE_CHECKING:
    import lightgbm

    from training.ml.interface import Floats

TREES = 100
LEAVES = 128
EDGE = 1e-3
"""Log-odds are told of probabilities at least so far from 0 and 1."""


@dataclass
class ForestModel:
    booster: lightgbm.Booster
    _paths: list[Floats] = field(default_factory=list)

    def margin(self, x: Floats) -> Floats:
        return _logit(self._share(x))

    def contributions(self, x: Floats) -> Floats:
        """Path attribution (Saabas 2014): what each split on the way to a row's leaf adds to the mean outcome.

        The shares of the probability are put on the log-odds' scale, row by row, so that they add up exactly.
        """
        paths = self._paths or _paths(self.booster, x.shape[1])
        self._paths = paths
        leaves = np.asarray(self.booster.predict(x, pred_leaf=True), dtype=np.int64)
        shares = np.zeros(x.shape)
        for tree, path in enumerate(paths):
            shares += path[leaves[:, tree]] / len(paths)
        moved = shares.sum(axis=1)
        said = self._share(x)
        usual = np.clip(said - moved, EDGE, 1 - EDGE)
        steep = 1 / (usual * (1 - usual))
        stretch = np.divide(_logit(said) - _logit(usual), said - usual, out=steep, where=np.abs(said - usual) > 1e-6)
        return shares * stretch[:, None]

    def save(self, folder: Path, stem: str) -> None:
        (folder / f"{stem}.txt").write_text(self.booster.model_to_string(), encoding="utf-8")

    def _share(self, x: Floats) -> Floats:
        return np.asarray(self.booster.predict(x, num_threads=1 if len(x) < 50_000 else 0), dtype=np.float64)


class Forest:
    """100 trees of up to 128 leaves, 60 % of the rows each, three tenths of the columns at each split."""

    name = "forest"
    sees = "columns"

    def fit(self, examples: Examples, *, seed: int, limits: Limits) -> ForestModel:
        import lightgbm

        params = {
            "objective": "regression",
            "boosting": "rf",
            "num_leaves": LEAVES,
            "min_data_in_leaf": int(np.clip(len(examples) / 100, 2, 8)),
            "feature_fraction_bynode": 0.3,
            "bagging_fraction": 0.6,
            "bagging_freq": 1,
            **boosting.common(seed=seed, threads=limits.threads),
        }
        rows = np.arange(len(examples))
        return ForestModel(lightgbm.train(params, boosting.dataset(examples, rows), num_boost_round=TREES))

    def load(self, folder: Path, stem: str) -> ForestModel:
        return ForestModel(boosting.read(folder / f"{stem}.txt")[0])


def _logit(share: Floats) -> Floats:
    kept = np.clip(share, EDGE, 1 - EDGE)
    return np.asarray(np.log(kept / (1 - kept)))


def _paths(booster: lightgbm.Booster, width: int) -> list[Floats]:
    """Per tree a table (leaves × columns): what each column's splits add on the way to the leaf."""
    made = []
    for tree in booster.dump_model()["tree_info"]:
        table = np.zeros((tree["num_leaves"], width))
        _walk(tree["tree_structure"], np.zeros(width), table)
        made.append(table)
    return made


def _walk(node: dict[str, Any], so_far: Floats, table: Floats) -> None:
    if "split_feature" not in node:
        table[node.get("leaf_index", 0)] = so_far
        return
    for side in ("left_child", "right_child"):
        child = node[side]
        step = so_far.copy()
        step[node["split_feature"]] += child.get("internal_value", child.get("leaf_value")) - node["internal_value"]
        _walk(child, step, table)
