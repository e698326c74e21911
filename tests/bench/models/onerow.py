"""Files with one row per customer and the label in it, and the libraries a careful person would try on them first."""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, make_classification
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from training.ml import attributes, engine, families
from training.ml.interface import Examples, Limits, PartnerData, Task

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
DAY = date(2024, 1, 1)
FOLDS = 5


@dataclass(frozen=True)
class File:
    """name; kind of the task; frame: attributes alone, numbers as numbers; y (n,): the label."""

    name: str
    kind: str
    frame: pd.DataFrame
    y: np.ndarray

    def folds(self, count: int = FOLDS) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The first `count` of five stratified folds, the same for everybody: (taught, held)."""
        parts = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(self.frame, self.y)
        for _, part in zip(range(count), parts, strict=False):
            yield part


def telco() -> File:
    frame = pd.read_csv(DATA / "telco" / "Telco-Customer-Churn.csv").drop(columns="customerID")
    return File("Telco", "churn", frame, (frame.pop("Churn") == "Yes").to_numpy(float))


def shoppers() -> File:
    frame = pd.read_csv(DATA / "online-shoppers" / "online_shoppers_intention.csv")
    return File("online shoppers", "propensity", frame, frame.pop("Revenue").to_numpy(float))


def cancer() -> File:
    found = load_breast_cancer(as_frame=True)
    return File("breast cancer", "churn", found.data, 1.0 - found.target.to_numpy(float))


def diabetes() -> File:
    found = load_diabetes(as_frame=True)
    return File("diabetes above 140", "churn", found.data, (found.target > 140).to_numpy(float))


def blobs() -> File:
    x, y = make_classification(
        3000, 20, n_informative=8, n_redundant=4, n_clusters_per_class=4, flip_y=0.15, class_sep=0.8, weights=[0.8],
        random_state=5,
    )  # fmt: skip
    return File("made of clusters", "churn", pd.DataFrame(x), y.astype(float))


def made(rows: int = 4000, *, idle: int = 5) -> File:
    """Customers with plans, segments, gaps and bends; a third of what decides is not on file."""
    dice = np.random.default_rng(3)
    names = list("abcdefghijkl")
    segment = dice.choice(names, rows, p=np.r_[np.full(4, 0.16), np.full(8, 0.045)])
    plan, pay = dice.choice(["month", "year", "two"], rows, p=[0.5, 0.3, 0.2]), dice.choice(["card", "cash"], rows)
    tenure, spend = dice.gamma(1.2, 20, rows), np.exp(dice.normal(3, 1, rows))
    tickets, age = dice.poisson(1.2, rows).astype(float), dice.normal(45, 14, rows)
    pull = dict(zip(names, dice.normal(0, 0.7, 12), strict=True))
    z = -1.6 + 1.1 * (plan == "month") + np.array([pull[name] for name in segment]) - 0.02 * tenure
    z += 0.5 * np.log1p(tickets) * (pay == "cash") + 0.6 * np.sin(age / 9) * (plan != "two")
    z += 0.25 * (np.log(spend) - 3) ** 2 + 0.4 * (tickets > 2)
    y = (dice.random(rows) < 1 / (1 + np.exp(-z))).astype(float)
    frame = pd.DataFrame(
        {"segment": segment, "plan": plan, "pay": pay, "tenure": tenure, "spend": spend, "tickets": tickets, "age": age}
        | {f"idle {k}": dice.normal(size=rows) for k in range(idle)}
    )
    frame.loc[dice.random(rows) < 0.15, "age"] = np.nan
    frame.loc[dice.random(rows) < 0.05, "pay"] = None
    return File("made of customers", "churn", frame, y)


def canonical(file: File) -> pd.DataFrame:
    """The customers table as intake writes it: numbers where nearly all are numbers, the row number as id."""
    columns = {}
    for name in file.frame:
        column = file.frame[name]
        numbers = pd.to_numeric(column, errors="coerce")
        known = column.notna().sum()
        if column.dtype != bool and numbers.notna().sum() > 0.95 * known:
            column = numbers.astype("float64")
        columns["attr_" + re.sub(r"[^a-z0-9]+", "_", str(name).lower())] = column
    ids = [f"{number:06d}" for number in range(len(file.y))]
    return pd.DataFrame({"customer_id": ids} | columns)


def ours(file: File, taught: np.ndarray, held: np.ndarray, *, budget: float = 600.0) -> np.ndarray:
    """Probabilities for the held rows by the whole way: a dataset folder with the held labels blank, train, predict."""
    frame = canonical(file)
    label = np.where(file.y > 0.5, True, False).astype(object)
    label[held] = None
    frame[{"churn": "churned", "propensity": "purchased"}[file.kind]] = pd.array(label, dtype="boolean")
    with tempfile.TemporaryDirectory() as folder:
        data = PartnerData("file", Path(folder) / "data")
        data.path.mkdir()
        frame.to_parquet(data.path / "customers.parquet", index=False)
        out = Path(folder) / "artefact"
        engine.train([data], task=Task(file.kind, "labelled", 90, budget=budget), as_of=DAY, out=out)
        scored = engine.predict(out, data, as_of=DAY).to_pandas().set_index("customer_id")
    return scored.probability[frame.customer_id.iloc[held]].to_numpy()


Peer = Callable[[pd.DataFrame, np.ndarray, pd.DataFrame], np.ndarray]
"""Attributes and labels that teach, attributes that are asked → probabilities."""


def logistic(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame) -> np.ndarray:
    words = _words(x)
    numbers = [name for name in x if name not in words]
    ready = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), words),
    )
    model = make_pipeline(ready, LogisticRegression(max_iter=2000))
    return model.fit(_spelt(x), y).predict_proba(_spelt(asked))[:, 1]


def lightgbm_default(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame) -> np.ndarray:
    x, asked = _typed(x, asked)
    return lightgbm.LGBMClassifier(verbose=-1, n_jobs=1).fit(x, y).predict_proba(asked)[:, 1]


def lightgbm_small(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame) -> np.ndarray:
    """15 leaves, rate 0.02, early stopping on a fifth, three splits averaged."""
    x, asked = _typed(x, asked)
    said = np.zeros(len(asked))
    for seed in range(3):
        fit, stop, y_fit, y_stop = train_test_split(x, y, test_size=0.2, stratify=y, random_state=seed)
        model = lightgbm.LGBMClassifier(
            n_estimators=2000, num_leaves=15, learning_rate=0.02, subsample=0.7, subsample_freq=1, colsample_bytree=0.5,
            min_child_samples=30, reg_lambda=5.0, random_state=seed, verbose=-1, n_jobs=1,
        )  # fmt: skip
        model.fit(fit, y_fit, eval_set=[(stop, y_stop)], callbacks=[lightgbm.early_stopping(50, verbose=False)])
        said += model.predict_proba(asked)[:, 1] / 3
    return said


def catboost_default(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame) -> np.ndarray:
    return _catboost(x, y, asked)


def catboost_tuned(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame) -> np.ndarray:
    return _catboost(x, y, asked, depth=4, learning_rate=0.03, iterations=600, l2_leaf_reg=8)


def reference_net(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame, *, name: str = "churn_net") -> np.ndarray:
    """The reference churn net on scaled numbers and one column per value."""
    together = canonical(File("", "churn", pd.concat([x, asked], ignore_index=True), np.zeros(len(x) + len(asked))))
    encoder = attributes.fit(together.iloc[: len(x)])
    z = encoder.matrix(together)
    rows = len(x)
    taught = Examples(z[:rows], y, np.ones(rows), np.arange(rows), np.zeros(rows, dtype=np.int64), encoder.columns())
    return families.family(name).fit(taught, seed=1, limits=Limits(seconds=300)).margin(z[rows:])


PEERS: dict[str, Peer] = {
    "logistic": logistic,
    "LightGBM default": lightgbm_default,
    "CatBoost default": catboost_default,
    "small slow LightGBM": lightgbm_small,
    "tuned CatBoost": catboost_tuned,
}


def _catboost(x: pd.DataFrame, y: np.ndarray, asked: pd.DataFrame, **settings: float) -> np.ndarray:
    import catboost

    model = catboost.CatBoostClassifier(
        verbose=0, thread_count=1, random_seed=1, cat_features=_words(x), allow_writing_files=False, **settings
    )
    return model.fit(_spelt(x), y).predict_proba(_spelt(asked))[:, 1]


def _words(x: pd.DataFrame) -> list[str]:
    return [name for name in x if not pd.api.types.is_numeric_dtype(x[name]) or x[name].dtype == bool]


def _spelt(x: pd.DataFrame) -> pd.DataFrame:
    """Words as text, with a word for what is missing."""
    return x.assign(**{str(name): x[name].astype(object).where(x[name].notna(), "-").astype(str) for name in _words(x)})


def _typed(x: pd.DataFrame, asked: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Words as LightGBM's categories, the same codes on both sides."""
    kinds = {name: pd.CategoricalDtype(sorted(_spelt(x)[name].unique())) for name in _words(x)}
    return _spelt(x).astype(kinds), _spelt(asked).astype(kinds)
