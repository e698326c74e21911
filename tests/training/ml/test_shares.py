"""Tree SHAP for many rows at once: the same numbers as LightGBM's own, however the trees are grown."""

import lightgbm
import numpy as np
import pytest

from training.ml.families import boosting, shares


def rows(count: int = 1500, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Eight columns with gaps, zeros, whole numbers and a pair that only tells together."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 8))
    x[:, 1] = np.round(x[:, 1])
    x[:, 2] = np.where(rng.random(count) < 0.5, 0.0, x[:, 2])
    x[rng.random(count) < 0.2, 3] = np.nan
    x[rng.random(count) < 0.1, 0] = np.nan
    pull = np.nan_to_num(x[:, 0]) + x[:, 1] * x[:, 2] + np.isnan(x[:, 3])
    return x, (pull + rng.normal(size=count) > 0.3).astype(float)


def grown(**options: object) -> lightgbm.Booster:
    x, y = rows()
    params = {"objective": "binary", "verbose": -1, "seed": 3, "num_threads": 1, **options}
    return lightgbm.train(params, lightgbm.Dataset(x, y, params={"verbose": -1, **options}), num_boost_round=25)


@pytest.mark.parametrize(
    "options",
    [
        {"num_leaves": 15},
        {"num_leaves": 31, "min_data_in_leaf": 2},
        {"num_leaves": 4, "bagging_fraction": 0.6, "bagging_freq": 1},
        {"num_leaves": 15, "zero_as_missing": True},
        {"num_leaves": 15, "use_missing": False},
    ],
)
def test_every_share_is_lightgbms_own(options: dict[str, object]) -> None:
    booster = grown(**options)
    forest = shares.trees(booster)
    assert forest is not None
    fresh, _ = rows(400, seed=9)
    fresh[:3] = [[np.nan] * 8, [0.0] * 8, [1e9] * 8]
    theirs = booster.predict(fresh, pred_contrib=True)[:, :-1]
    assert np.abs(theirs).max() > 0.5
    np.testing.assert_allclose(shares.contributions(forest, fresh), theirs, atol=1e-10)


def test_rows_shared_among_threads_come_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    forest = shares.trees(grown(num_leaves=15))
    assert forest is not None
    fresh, _ = rows(503, seed=2)
    whole = shares.contributions(forest, fresh)
    monkeypatch.setattr(shares, "MANY", 100)
    np.testing.assert_allclose(shares.contributions(forest, fresh), whole, atol=1e-12)


def test_trees_told_otherwise_are_left_to_lightgbm() -> None:
    x, y = rows()
    x[:, 1] = np.arange(len(x)) % 12
    y = (x[:, 1] % 2 == y).astype(float)
    data = lightgbm.Dataset(x, y, categorical_feature=[1], params={"verbose": -1, "max_cat_to_onehot": 1})
    params = {"objective": "binary", "verbose": -1, "min_data_per_group": 5, "cat_smooth": 1, "num_threads": 1}
    assert shares.trees(lightgbm.train(params, data, num_boost_round=5)) is None
    assert shares.trees(grown(num_leaves=shares.MOST_TURNS + 20, min_data_in_leaf=1)) is None


def test_boosting_asks_for_many_rows_at_once_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = boosting.BoostingModel([grown(num_leaves=15), grown(num_leaves=7)])
    fresh, _ = rows(300, seed=5)
    few = model.contributions(fresh)
    monkeypatch.setattr(boosting, "MANY", 100)
    monkeypatch.setattr(lightgbm.Booster, "predict", None)
    np.testing.assert_allclose(model.contributions(fresh), few, atol=1e-10)
