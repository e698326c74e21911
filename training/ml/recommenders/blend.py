"""The blend: one number per candidate from all the evidence, learned on earlier dates of the same data.

Nobody sets weights. Every head learns to tell candidates that were bought within the horizon from those that were
not; which head serves is decided by the NDCG it reaches for customers it was not fitted on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol, Self

import numpy as np

from training.ml.recommenders import logistic, storage
from training.ml.recommenders.candidates import COLUMN, NAMES, OF_CUSTOMERS, Candidates, narrowed
from training.ml.recommenders.interface import Flags, Floats

#: Fewer bought candidates than this teach nothing: the fixed prior serves. Below the second, no trees.
FEWEST_BOUGHT, FEWEST_FOR_TREES = 30, 300
#: More rows than this teach the trees nothing new but take time: candidates not bought are sampled.
MOST_ROWS = 300_000
#: What the fixed order listens to, and how much: habits, then company (of however many sources), then what sells.
PRIOR = (("frequency_rank", 1.5), ("own_share", 1.0), ("together_share", 1.0), ("popularity_rank", 0.75))


@dataclass(frozen=True)
class Lesson:
    """Candidates of one past date, whether each was bought within the horizon, and whether its customer bought
    anything at all then."""

    candidates: Candidates
    bought: Flags
    buying: Flags

    def of(self, rows: np.ndarray) -> Lesson:
        return Lesson(self.candidates.take(rows), self.bought[rows], self.buying[rows])

    def narrowed(self, sources: Collection[str]) -> Lesson:
        """As it would be with these of the sources only."""
        candidates, kept = narrowed(self.candidates, sources)
        return Lesson(candidates, self.bought[kept], self.buying[kept])


class Head(Protocol):
    """Evidence in, log-odds of a purchase out. Rows are (n × len(NAMES)), NaN where something is unknown."""

    name: ClassVar[str]

    def fit(self, x: Floats, bought: Flags, weight: Floats, *, seed: int) -> Self: ...

    def logit(self, x: Floats) -> Floats: ...

    def save(self, folder: Path) -> None: ...

    @classmethod
    def load(cls, folder: Path) -> Self: ...


class Prior:
    """For worlds too small to learn from: what the customer repeats, then what goes together, then what sells."""

    name: ClassVar[str] = "prior"

    def __init__(self) -> None:
        self.base = -3.0

    def fit(self, x: Floats, bought: Flags, weight: Floats, *, seed: int) -> Self:
        share = (float(weight[bought].sum()) + 1.0) / (float(weight.sum()) + 20.0)  # a prior of one in twenty
        self.base = float(np.log(share / (1 - share)))
        return self

    def logit(self, x: Floats) -> Floats:
        found = np.full(len(x), self.base, dtype=np.float32)
        for name, worth in PRIOR:
            found += np.float32(worth) * np.nan_to_num(x[:, COLUMN[name]])
        found -= np.float32(2.0) * np.isnan(x[:, COLUMN["own_times"]])
        return found

    def save(self, folder: Path) -> None:
        storage.write(folder / "head.npz", {"base": np.array(self.base)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        found = cls()
        found.base = float(storage.read(folder / "head.npz")["base"])
        return found


class Linear:
    """Logistic regression on the standardised evidence, with its own slopes for products bought before."""

    name: ClassVar[str] = "linear"

    def __init__(self) -> None:
        self.centre = np.zeros(len(NAMES), dtype=np.float32)
        self.spread = np.ones(len(NAMES), dtype=np.float32)
        self.slopes = np.zeros(2 * len(NAMES) + 1, dtype=np.float32)
        self.base = 0.0

    def fit(self, x: Floats, bought: Flags, weight: Floats, *, seed: int) -> Self:
        known = np.isfinite(x)
        counts = np.maximum(1, known.sum(axis=0))
        filled = np.where(known, x, 0)
        self.centre = (filled.sum(axis=0, dtype=np.float64) / counts).astype(np.float32)
        squares = np.where(known, (x - self.centre) ** 2, 0).sum(axis=0, dtype=np.float64)
        self.spread = np.maximum(1e-3, np.sqrt(squares / counts)).astype(np.float32)
        found = logistic.fit(self._design(x), bought, weight)
        self.slopes, self.base = found[:-1].astype(np.float32), float(found[-1])
        return self

    def _design(self, x: Floats) -> Floats:
        repeat = np.isfinite(x[:, [COLUMN["own_times"]]])
        z = np.nan_to_num((x - self.centre) / self.spread).clip(-5, 5).astype(np.float32)
        return np.hstack([z, z * repeat, repeat]).astype(np.float32)

    def logit(self, x: Floats) -> Floats:
        return (self._design(x) @ self.slopes + np.float32(self.base)).astype(np.float32)

    def told_by(self, x: Floats, columns: slice) -> Floats:
        """`logit` of the rows with nothing known but these columns, without writing out all the others."""
        z = (x[:, columns] - self.centre[columns]) / self.spread[columns]
        z = np.nan_to_num(z, copy=False).clip(-5, 5)
        slopes = self.slopes[: len(self.centre)][columns]
        return np.asarray((z * slopes).sum(axis=1) + np.float32(self.base), dtype=np.float32)  # the same in any block

    def save(self, folder: Path, file: str = "head.npz") -> None:
        state = {"centre": self.centre, "spread": self.spread, "slopes": self.slopes, "base": np.array(self.base)}
        storage.write(folder / file, state)

    @classmethod
    def load(cls, folder: Path, file: str = "head.npz") -> Self:
        found = cls()
        state = storage.read(folder / file)
        found.centre, found.spread, found.slopes = state["centre"], state["spread"], state["slopes"]
        found.base = float(state["base"])
        return found


class Boosted:
    """Gradient-boosted trees over the evidence (LightGBM, Ke et al., NeurIPS 2017), the same settings everywhere."""

    name: ClassVar[str] = "boosted"
    rounds: ClassVar[int] = 300
    leaves: ClassVar[int] = 31
    rate: ClassVar[float] = 0.03

    def __init__(self) -> None:
        self.text = ""
        self._model: object | None = None

    def fit(self, x: Floats, bought: Flags, weight: Floats, *, seed: int) -> Self:
        import lightgbm

        settings = {
            "objective": "binary", "num_leaves": self.leaves, "learning_rate": self.rate, "min_data_in_leaf": 50,
            "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.6, "seed": seed, "deterministic": True,
            "force_row_wise": True, "verbosity": -1,
            "num_threads": 1,  # more threads wait for each other where cores are shared
        }  # fmt: skip
        table = lightgbm.Dataset(x, label=bought.astype(np.float32), weight=weight, params={"verbosity": -1})
        self.text = lightgbm.train(settings, table, num_boost_round=self.rounds).model_to_string()
        self._model = None
        return self

    def logit(self, x: Floats) -> Floats:
        import lightgbm

        if not len(x):
            return np.zeros(0, dtype=np.float32)
        if self._model is None:
            self._model = lightgbm.Booster(model_str=self.text)
        assert isinstance(self._model, lightgbm.Booster)
        return np.asarray(self._model.predict(x, raw_score=True, num_threads=1), dtype=np.float32)

    def save(self, folder: Path) -> None:
        (folder / "head.txt").write_text(self.text)

    @classmethod
    def load(cls, folder: Path) -> Self:
        found = cls()
        found.text = (folder / "head.txt").read_text()
        return found


class Shallow(Boosted):
    """Fewer and smaller trees: five times as quick to score with."""

    name: ClassVar[str] = "shallow"
    rounds: ClassVar[int] = 60
    leaves: ClassVar[int] = 15
    rate: ClassVar[float] = 0.1


HEADS: dict[str, type[Head]] = {"prior": Prior, "linear": Linear, "shallow": Shallow, "boosted": Boosted}


class Blend:
    """Whether the customer buys anything within the horizon, and if so, what: the chance of a candidate is the product
    of both. What is bought is learned from those who bought; the others can only tell who does not."""

    def __init__(self, head: Head, calling: Linear | None = None) -> None:
        self.head, self.calling = head, calling

    @property
    def name(self) -> str:
        return self.head.name

    def logit(self, x: Floats) -> Floats:
        """Log-odds of a purchase of each candidate, (n × len(NAMES)) → (n,)."""
        what = self.head.logit(x)
        if self.calling is None or not len(x):
            return what
        who = self.calling.told_by(x, _customers_columns())
        chance = np.logaddexp(0, -what.astype(np.float64)) + np.logaddexp(0, -who.astype(np.float64))  # -log of it
        return (-chance - np.log(-np.expm1(-np.maximum(chance, 1e-12)))).astype(np.float32)

    def save(self, folder: Path) -> None:
        self.head.save(folder)
        if self.calling is not None:
            self.calling.save(folder, "calling.npz")

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        file = folder / "calling.npz"
        return cls(HEADS[name].load(folder), Linear.load(folder, file.name) if file.exists() else None)


def _customers_columns() -> slice:
    return slice(COLUMN[OF_CUSTOMERS[0]], COLUMN[OF_CUSTOMERS[0]] + len(OF_CUSTOMERS))


def _of_customers(x: Floats) -> Floats:
    """The rows with nothing but what is known of the customer."""
    found = np.full_like(x, np.nan)
    columns = _customers_columns()
    found[:, columns] = x[:, columns]
    return found


def learn(lessons: Sequence[Lesson], name: str, *, seed: int, most: int = MOST_ROWS) -> Blend:
    """Fit the named head on all lessons; candidates not bought are thinned out and weighted up."""
    parts = [_thinned(lesson, most // len(lessons), seed=seed) for lesson in lessons]
    x, bought, weight = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if bought.all() or not bought.any():
        return Blend(Prior().fit(x, bought, weight, seed=seed))
    return Blend(HEADS[name]().fit(x, bought, weight, seed=seed), _calling(lessons, seed=seed))


def _calling(lessons: Sequence[Lesson], *, seed: int) -> Linear | None:
    """Who buys, learned from one row per customer; None where everybody does or nobody."""
    firsts = [np.flatnonzero(np.diff(lesson.candidates.customer, prepend=-1)) for lesson in lessons]
    x = np.concatenate([lesson.candidates.x[rows] for lesson, rows in zip(lessons, firsts, strict=True)])
    buying = np.concatenate([lesson.buying[rows] for lesson, rows in zip(lessons, firsts, strict=True)])
    if min(buying.sum(), (~buying).sum()) < FEWEST_BOUGHT:
        return None
    return Linear().fit(_of_customers(x), buying, np.ones(len(x), dtype=np.float32), seed=seed)


def suited(lessons: Sequence[Lesson]) -> tuple[str, ...]:
    """The heads these lessons are large enough for."""
    bought = sum(int(lesson.bought.sum()) for lesson in lessons)
    if bought < FEWEST_BOUGHT:
        return ("prior",)
    return ("linear",) if bought < FEWEST_FOR_TREES else ("linear", "shallow", "boosted")


def _thinned(lesson: Lesson, most: int, *, seed: int) -> tuple[Floats, Flags, Floats]:
    """Of those who bought, all that was bought, and of the rest as much as fits, each counting for those left out."""
    rest = np.flatnonzero(~lesson.bought & lesson.buying)
    room = max(most - int(lesson.bought.sum()), most // 3)
    kept = rest
    if len(rest) > room:
        kept = np.sort(np.random.default_rng(seed).choice(rest, room, replace=False))
    rows = np.sort(np.concatenate([np.flatnonzero(lesson.bought), kept]))
    bought = lesson.bought[rows]
    weight = np.where(bought, 1.0, len(rest) / max(1, len(kept))).astype(np.float32)
    return lesson.candidates.x[rows], bought, weight
