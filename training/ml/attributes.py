"""Customer attributes as columns: numbers, one-hot text with a cap, missing values as information.

Columns that look like ids are dropped, columns that alone give the answer away are held back; both are named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml import evaluate
from training.ml.interface import Columns

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

STANDARD = ("segment", "industry", "region", "city", "country", "monthly_value", "tenure")
VALUES = 40
CODES = 20
"""Whole numbers with at most so many values may be codes: they get a column per value beside the number."""
SHARED = 5
"""Customers that must share a text value for it to get a column: fewer teach nothing and could be told by it."""
ALIKE = (20, 50)
"""Filled-in rows from which text that nearly never repeats, and from which text that mostly does not, is like an id."""
SMOOTHING = 5.0
MISSING = "\x00missing"
OTHER = "\x00other"


@dataclass
class Encoder:
    """numbers: name → whether the logarithm is taken; values: name → the values that get a column each."""

    numbers: dict[str, bool] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def columns(self) -> Columns:
        names = [*self.numbers]
        groups = [*self.numbers]
        for name, values in self.values.items():
            names += [f"{name}={_label(value)}" for value in values]
            groups += [name] * len(values)
        return Columns(tuple(names), tuple(groups))

    def matrix(self, frame: pd.DataFrame) -> Floats:
        """Shape (rows, columns). A column the frame lacks is missing; a value never seen counts as `other`."""
        parts = []
        for name, logged in self.numbers.items():
            values = _numeric(frame, name)
            parts.append(np.log1p(np.maximum(values, 0)) if logged else values)
        for name, known in self.values.items():
            text = _text(frame, name)
            text = np.where(np.isin(text, known), text, OTHER)
            parts += [(text == value).astype(np.float64) for value in known]
        return np.column_stack(parts) if parts else np.empty((len(frame), 0))

    def as_dict(self) -> dict[str, Any]:
        return {"numbers": self.numbers, "values": self.values, "dropped": self.dropped}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Encoder:
        return cls(dict(data["numbers"]), dict(data["values"]), list(data["dropped"]))


def candidates(frame: pd.DataFrame) -> list[str]:
    """The columns of a customers frame that may describe a customer."""
    return [name for name in frame.columns if name in STANDARD or name.startswith("attr_")]


def aged(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Attributes that are days become the number of days before `as_of`, under a name that says so."""
    days = [name for name in frame.columns if name.startswith("attr_") and _is_day(frame[name])]
    ages = {f"{name}_days_ago": (pd.Timestamp(as_of) - pd.to_datetime(frame[name])).dt.days for name in days}
    return frame.drop(columns=days).assign(**{name: age.astype("float64") for name, age in ages.items()})


def _is_day(column: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(column))


def fit(frame: pd.DataFrame, *, without: frozenset[str] = frozenset()) -> Encoder:
    """Decide per column what it is. Labels play no part."""
    encoder = Encoder()
    for name in candidates(frame):
        if name in without:
            continue
        kind = pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name])
        if frame[name].nunique() < (1 if frame[name].isna().any() else 2):
            continue
        if _like_id(frame[name], number=kind):
            encoder.dropped.append(name)
        elif kind:
            values = _numeric(frame, name)
            encoder.numbers[name] = _skewed(values)
            if _coded(values) and (usual := _usual(_text(frame, name))):
                encoder.values[name] = usual
        elif usual := _usual(_text(frame, name)):
            encoder.values[name] = usual
        else:
            encoder.dropped.append(name)
    return encoder


def single_scores(frame: pd.DataFrame, y: Floats, fold: Ints) -> dict[str, float]:
    """How well each column alone predicts the label: AUC of its out-of-fold rates."""
    return {
        name: evaluate.auc(y, single_rates(frame, name, y, fold))
        for name in candidates(frame)
        if frame[name].nunique(dropna=False) > 1
    }


def single_rates(frame: pd.DataFrame, name: str, y: Floats, fold: Ints) -> Floats:
    """The label's rate by value (by twentieth, for numbers) of one column, learned on the other folds."""
    code = _binned(frame, name)
    said = np.empty(len(y))
    for number in np.unique(fold):
        here = fold == number
        total = np.bincount(code[~here], weights=y[~here], minlength=code.max() + 1)
        count = np.bincount(code[~here], minlength=code.max() + 1)
        said[here] = ((total + SMOOTHING * y[~here].mean()) / (count + SMOOTHING))[code[here]]
    return said


def _numeric(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    values = np.asarray(pd.to_numeric(frame[name], errors="coerce").astype("float64"))
    return np.where(np.isfinite(values), values, np.nan)  # endless is no quantity: read as not filled in


def _text(frame: pd.DataFrame, name: str) -> Any:
    """The column as text, the same for 3 and 3.0, with a word of its own for what is missing."""
    if name not in frame:
        return np.full(len(frame), MISSING, dtype=object)
    column = frame[name]
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        numbers = _numeric(frame, name)
        return np.array([MISSING if np.isnan(value) else f"{value:g}" for value in numbers], dtype=object)
    return column.astype(object).where(column.notna(), MISSING).astype(str).str.strip().to_numpy(dtype=object)


def _usual(text: Any) -> list[str]:
    counts = pd.Series(text).value_counts()
    least = max(SHARED, len(text) // 500)
    kept = sorted(str(value) for value in counts.index[:VALUES] if counts[value] >= least)
    return [*kept, OTHER] if 0 < len(kept) < len(counts) else kept


def _like_id(column: pd.Series, *, number: bool) -> bool:
    known = column.dropna()
    few, many = ALIKE
    if number:
        known = known.astype("float64")
        known = known[np.isfinite(known)]
        return len(known) >= many and known.nunique() == len(known) and bool(np.all(np.mod(known, 1) == 0))
    distinct = known.astype(str).str.strip().nunique()
    return len(known) >= few and distinct > (0.5 if len(known) >= many else 0.9) * len(known)


def _skewed(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    if not len(known) or known.min() < 0 or len(np.unique(known)) < 8:
        return False
    low, high = np.quantile(known, [0.5, 0.98])
    return bool(high > 8 * max(low, 1e-9))


def _coded(values: Floats) -> bool:
    known = np.unique(values[~np.isnan(values)])
    return 2 < len(known) <= CODES and bool(np.all(np.mod(known, 1) == 0))


def _binned(frame: pd.DataFrame, name: str) -> Ints:
    if pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name]):
        values = _numeric(frame, name)
        known = values[~np.isnan(values)]
        edges = np.unique(np.quantile(known, np.linspace(0.05, 0.95, 19))) if len(known) else np.array([0.0])
        # searched to the left, so that a flag's 0 and 1 never share a bin
        return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    return np.asarray(pd.factorize(_text(frame, name))[0], dtype=np.int64)


def _label(value: str) -> str:
    return {MISSING: "(missing)", OTHER: "(other)"}.get(value, value)
