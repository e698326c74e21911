"""One partner's customers on one day, looked at in shards: what is known of each, kept small enough for a million.

The facts are read a shard of customers at a time, and what is kept of them takes half the room wherever no digit is
lost by it. Whatever compares customers with one another, above all ranks, is taken among all of them, so that the
number of shards changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd

from training.ml import facts, history, inputs, labels
from training.ml.features import build, weekly
from training.ml.features.catalogue import BY_NAME
from training.ml.features.ranks import Ladder
from training.ml.interface import PartnerData

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats, Ints

SHARD = 100_000
"""Customers, about, whose facts are looked at in one go."""
LINES = 2_000_000
"""Order lines, about, that go with them at most."""
PIECE = 20_000
"""Customers whose columns are made for the model in one go."""
THREADS = 2


@dataclass
class Crowd:
    """Those a question is about, and those already gone, shard by shard.

    frames: raw features, numbers as float32 where that is exact. asked: per frame, whom the question is about; the
    rest are gone.
    """

    frames: list[pd.DataFrame] = field(default_factory=list)
    asked: list[Bools] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(map(len, self.frames))

    def column(self, name: str) -> pd.Series:
        """One column of everybody, numbers as float64."""
        whole = pd.concat([frame[name] for frame in self.frames], ignore_index=True)
        return whole.astype(np.float64) if pd.api.types.is_numeric_dtype(whole) else whole

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Some columns of everybody, those that are known."""
        return pd.DataFrame({name: self.column(name) for name in names if name in self.frames[0]})

    def pieces(self) -> Iterator[pd.DataFrame]:
        """Everybody, in the crowd's order, a few at a time."""
        for frame in self.frames:
            for start in range(0, len(frame), PIECE):
                yield frame.iloc[start : start + PIECE].reset_index(drop=True)

    def picked(self, rows: Ints) -> Iterator[tuple[Ints, pd.DataFrame]]:
        """Some of them (row numbers, rising), a few at a time: their numbers, and what is known of them."""
        start = 0
        for frame in self.frames:
            mine = rows[(rows >= start) & (rows < start + len(frame))]
            for at in range(0, len(mine), PIECE):
                few = mine[at : at + PIECE]
                yield few, frame.take(few - start).reset_index(drop=True)
            start += len(frame)


def gathered(
    data: PartnerData,
    outcome: labels.Outcome,
    *,
    as_of: date,
    weeks: int = 0,
    look: Callable[[pd.DataFrame], object] = lambda frame: None,
    gone: bool = True,
) -> Crowd:
    """Read everybody. weeks: of activity to lay beside the features.

    look: is shown the raw features of those the question is about, shard by shard. gone: keep those already gone too.
    """
    crowd = Crowd()
    with facts.opened(data) as con:
        shards = wanted(con)
        for number in range(shards):
            if shards > 1:
                facts.narrow(con, data, shard=(number, shards))
            everyone = outcome.mode == "purchase"
            frame = build.features(con, as_of=[as_of], everyone=everyone, category=outcome.category)
            if weeks:
                frame = weekly.beside(frame, con, as_of=[as_of], weeks=weeks, everyone=everyone)
            frame["partner"] = data.key
            asked = history.population(frame, outcome)
            kept = asked | history.gone(frame, outcome) if gone else asked
            look(frame[asked])
            crowd.frames.append(compact(frame[kept].reset_index(drop=True)))
            crowd.asked.append(asked[kept])
            del frame
    return crowd


def wanted(con: duckdb.DuckDBPyConnection) -> int:
    """In how many shards these customers are looked at."""
    tables = ("customers", "orders", "subscriptions", "interactions")
    counts = ", ".join(f"(SELECT approx_count_distinct(customer_id) FROM {name})" for name in tables)  # noqa: S608
    query = f"SELECT greatest({counts}), (SELECT count(*) FROM orders)"  # noqa: S608 — our own names
    row = con.execute(query).fetchone()
    assert row is not None
    return max(1, math.ceil(row[0] / SHARD), math.ceil(row[1] / LINES))


def compact(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows; a column of numbers takes half the room where no digit is lost by it."""
    kinds: dict[type, dict[str, Any]] = {np.float32: {}, np.float64: {}}
    numbers = [name for name in frame if frame[name].dtype == np.float64]
    for name in numbers:
        values = frame[name].to_numpy()
        with np.errstate(over="ignore"):
            small = values.astype(np.float32)
        exact = np.array_equal(small, values, equal_nan=True)
        kinds[np.float32 if exact else np.float64][str(name)] = small if exact else values
    blocks = [
        pd.DataFrame(np.vstack(list(columns.values())).T, columns=list(columns), copy=False)
        for columns in kinds.values()
        if columns
    ]
    return pd.concat([frame.drop(columns=numbers), *blocks], axis=1)


def ladders(crowd: Crowd, recipe: inputs.Inputs) -> dict[str, Ladder]:
    """For every feature the ladder on which ranks are read: the values of all whom the question is about."""
    frames = [recipe.enriched(frame[asked]) for frame, asked in zip(crowd.frames, crowd.asked, strict=True)]

    def ladder(name: str) -> Ladder:
        return Ladder.of(np.concatenate([inputs.plain(frame, BY_NAME[name]) for frame in frames]))

    with ThreadPoolExecutor(THREADS) as pool:
        return dict(zip(recipe.features, pool.map(ladder, recipe.features), strict=True))


def answers(crowd: Crowd, ask: Callable[[pd.DataFrame], Floats]) -> Floats:
    """What `ask` says of every customer, in the crowd's order, shape (n,) or (n, …)."""
    with ThreadPoolExecutor(THREADS) as pool:
        said = list(pool.map(ask, crowd.pieces()))
    return np.concatenate(said) if said else np.empty(0)


def some(crowd: Crowd, rows: Ints, ask: Callable[[pd.DataFrame, Ints], Floats]) -> tuple[pd.DataFrame, Floats]:
    """What is known of these customers (row numbers, rising), and what `ask` says of them, rows in the same order.

    ask: is given a few of them and their row numbers, and answers with one row for each.
    """
    pieces = list(crowd.picked(rows))
    with ThreadPoolExecutor(THREADS) as pool:
        said = list(pool.map(lambda piece: ask(piece[1], piece[0]), pieces))
    return pd.concat([frame for _, frame in pieces], ignore_index=True), np.concatenate(said)
