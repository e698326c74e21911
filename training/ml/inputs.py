"""From feature frames to the design matrix of the timed tasks.

Each feature becomes its rank among the customers of the same partner and date; features whose level matters by
itself (a competitor's offer, a price rise, silence) add that too; text on the customer's card is one-hot with a
cap; the buying-rhythm model adds one column. Weekly activity comes last and as it is, where
a sequence net looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import rhythm
from training.ml.features import weekly
from training.ml.features.build import STANDING
from training.ml.features.catalogue import BY_NAME, FEATURES, Feature
from training.ml.features.ranks import Ladder, mid_ranks
from training.ml.interface import Columns

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Bools, Floats

WEEKLY_GROUPS = {"orders": "trend", "spend": "money", "contacts": "contact"}
CATEGORIES = 12
"""At most so many values of a text column get a column of their own."""


@dataclass
class Inputs:
    """The fitted recipe: which features, which text values, which rhythm. JSON-able through `as_dict`."""

    features: list[str]
    categories: dict[str, list[str]] = field(default_factory=dict)
    pace: rhythm.Rhythm | None = None
    days: int = 90
    weeks: int = 0
    gap: int = 0

    def columns(self) -> Columns:
        names, groups = [], []
        for feature in self._features():
            names.append(feature.name)
            groups.append(feature.group)
            if feature.level:
                names.append(f"{feature.name}:{feature.level}")
                groups.append(feature.group)
        for column, values in self.categories.items():
            names += [f"{column}={value}" for value in values]
            groups += [column] * len(values)
        for channel in weekly.CHANNELS if self.weeks else ():
            names += [weekly.column(channel, week) for week in range(self.weeks)]
            groups += [WEEKLY_GROUPS[channel]] * self.weeks
        return Columns(tuple(names), tuple(groups))

    def plain_names(self) -> list[str]:
        """The names of all columns but the weekly ones."""
        columns = self.columns()
        return [columns.names[place] for place in columns.plain()]

    def matrix(
        self,
        frame: pd.DataFrame,
        *,
        population: Bools | None = None,
        ladders: Mapping[str, Ladder] | None = None,
    ) -> Floats:
        """The design matrix, shape (rows, columns), NaN = not known.

        frame: `build.features` with a `partner` column. population: rows the ranks are taken among (all, if
        None); the other rows are placed among them. ladders: by feature, where the rows are only some of one
        partner's on one day: those to rank them among.
        """
        frame = self.enriched(frame)
        among = np.ones(len(frame), dtype=bool) if population is None else population
        pools = list(frame.groupby(["partner", "as_of"], sort=False).indices.values())
        parts: list[Floats] = []
        for feature in self._features():
            values = plain(frame, feature)
            ranked = np.empty(len(frame)) if ladders is None else ladders[feature.name].ranks(values)
            for rows in pools if ladders is None else ():
                ranked[rows] = mid_ranks(values[rows], among=values[rows][among[rows]])
            parts.append(ranked)
            if feature.level:
                parts.append(_level(values, feature))
        for column, known in self.categories.items():
            text = frame[column].fillna("").astype(str).to_numpy()
            parts += [(text == value).astype(np.float64) for value in known]
        if self.weeks:
            names = [weekly.column(channel, week) for channel in weekly.CHANNELS for week in range(self.weeks)]
            parts.append(frame[names].to_numpy(np.float64))
        return np.column_stack(parts) if parts else np.empty((len(frame), 0))

    def enriched(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with `expected`: the log-odds of silence over the horizon by the buying rhythm."""
        if self.pace is None:
            return frame.assign(expected=np.nan)
        silent = np.clip(self.pace.silent(frame, days=self.days, gap=self.gap), 1e-4, 1 - 1e-4)
        return frame.assign(expected=np.log(silent / (1 - silent)))

    def _features(self) -> list[Feature]:
        return [BY_NAME[name] for name in self.features]

    def raw(self) -> list[str]:
        """The columns of the feature frame that are read as they come."""
        return [*(name for name in self.features if name != "expected"), *self.categories]

    def as_dict(self) -> dict[str, Any]:
        return {
            "features": self.features,
            "categories": self.categories,
            "pace": self.pace.as_dict() if self.pace else None,
            "days": self.days,
            "weeks": self.weeks,
            "gap": self.gap,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Inputs:
        pace = rhythm.Rhythm(**data["pace"]) if data["pace"] else None
        weeks, gap = int(data.get("weeks", 0)), int(data.get("gap", 0))
        return cls(list(data["features"]), dict(data["categories"]), pace, int(data["days"]), weeks, gap)


def fit(frame: pd.DataFrame, *, days: int, gap: int = 0, without: frozenset[str] = frozenset()) -> Inputs:
    """Choose what varies in the training rows, and fit the rhythm on the newest of its dates."""
    newest = frame[frame["as_of"] == frame["as_of"].max()]
    pace = rhythm.fit(newest) if "active_days" in frame else None
    chosen = [
        feature.name
        for feature in FEATURES
        if feature.name not in without and (pace is not None if feature.name == "expected" else _varies(frame, feature))
    ]
    categories = {}
    for column in (name for name in STANDING if name not in without):
        counts = frame[column].dropna().astype(str).value_counts()
        usual = [str(value) for value in counts.index[:CATEGORIES] if counts[value] >= max(10, len(frame) // 200)]
        if len(usual) > 1:
            categories[column] = sorted(usual)
    weeks = sum(str(name).startswith(weekly.column(weekly.CHANNELS[0], 0)[:-1]) for name in frame)
    return Inputs(chosen, categories, pace, days, weeks, gap)


def _varies(frame: pd.DataFrame, feature: Feature) -> bool:
    if feature.name not in frame:
        return False
    values = plain(frame, feature)
    known = values[~np.isnan(values)]
    if feature.reach and len(known) < len(values) / 2:
        return False
    return len(known) >= 10 and bool(known.min() < known.max())


def plain(frame: pd.DataFrame, feature: Feature) -> Floats:
    """The feature as it is ranked, shape (rows,): no record read as none, NaN where the history is too short."""
    # a partner without a products file has no columns of categories: read like an empty one
    known = feature.name in frame
    values = frame[feature.name].to_numpy(np.float64) if known else np.full(len(frame), np.nan)
    values = np.where(np.isfinite(values), values, np.nan)  # endless is no quantity: not known
    if feature.zero:
        values = np.nan_to_num(values, nan=0.0)
    if feature.reach:
        values = np.where(frame["history"].to_numpy(np.float64) >= feature.reach, values, np.nan)
    return values


def _level(values: Floats, feature: Feature) -> Floats:
    if feature.level == "log":
        return np.asarray(np.log1p(np.maximum(values, 0.0)))
    return np.clip(values, -feature.limit, feature.limit)
