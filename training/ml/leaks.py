"""Columns that alone tell the outcome too well: usually a trace of the outcome itself, written down after it happened.

Kaufman et al. 2012, "Leakage in data mining". A column is tried by itself in three ways: by its values out of fold
(numbers in twentieths, what is missing as a value of its own), by the rank of a number, and by whether it is filled
in. One that tells the outcome too well is named and held back until a person says that it is legitimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml import attributes, evaluate, reasons
from training.ml.features.catalogue import BY_NAME

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

TELLTALE = 0.995
"""No honest single column reaches this area under the curve."""
SUSPECT = 0.95
APART = 4.0
LEAST = 0.9
"""From SUSPECT on a column is held back when it also stands apart: its distance to a perfect 1 is a quarter of that of
every column below SUSPECT, and the low end of its 95 % interval is LEAST or more, so that few rows accuse nobody."""
FILLED = 0.9
ROWS = 40_000
RULE = {
    "en": f"A column is held back when it alone reaches an AUC above {TELLTALE:g}, or above {SUSPECT:g} while every "
    f"other column stays {APART:g} times as far from a perfect 1.",
    "zh-hans": f"单独一列的 AUC 超过 {TELLTALE:g} 时不予使用；超过 {SUSPECT:g}，且其余各列离满分 1 的距离"
    f"都至少为其 {APART:g} 倍时，亦不予使用。",
}


@dataclass(frozen=True)
class Lead:
    """How well one column alone tells the outcome. how: `value`, or `missing` when being filled in tells it."""

    column: str
    auc: float
    how: str = "value"


@dataclass(frozen=True)
class Verdict:
    """held: columns not used; let: columns that tell too well and are used because a person said so."""

    held: tuple[Lead, ...] = ()
    let: tuple[Lead, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(lead.column for lead in self.held)

    def told(self) -> dict[str, Any]:
        """For the card: `held_back` and `allowed`, each column with its AUC and a sentence in both languages."""
        return {
            "held_back": [_confessed(lead, HELD) for lead in self.held],
            "allowed": [_confessed(lead, LET) for lead in self.let],
            **({"held_back_rule": RULE} if self.held or self.let else {}),
        }


def columns(frame: pd.DataFrame) -> list[str]:
    """What may describe a customer: attributes, and numbers told by the facts."""
    return [
        *attributes.candidates(frame),
        *(name for name in BY_NAME if name in frame and name not in attributes.STANDARD),
    ]


def look(frame: pd.DataFrame, y: Floats, fold: Ints, *, names: Iterable[str] | None = None) -> list[Lead]:
    """Every column that varies, with the best of its three ways; the worst first.

    frame: (n rows); y: (n,) 0/1; fold: (n,) whole numbers: rates by value are learned on the other folds. Of more
    than 40,000 rows every so manieth is looked at.
    """
    step = -(-len(frame) // ROWS)
    frame, y, fold = frame.iloc[::step].reset_index(drop=True), y[::step], fold[::step]
    if not 0 < y.sum() < len(y) or len(np.unique(fold)) < 2:
        return []
    wanted = columns(frame) if names is None else [name for name in names if name in frame]
    found = [_lead(frame, name, y, fold) for name in wanted if frame[name].nunique(dropna=False) > 1]
    return sorted(found, key=lambda lead: (-lead.auc, lead.column))


def verdict(
    leads: Sequence[Lead], y: Floats, *, allowed: Sequence[str] = (), suspected: Sequence[str] = (), strict: bool = True
) -> Verdict:
    """Which columns are held back.

    allowed: columns a person has declared legitimate. suspected: columns an earlier training held back; they stay so
    until they are allowed, however they look now. strict: also columns above SUSPECT that stand apart; else only those
    whose whole interval lies above TELLTALE, as is right for features that are made from the past alone.
    """
    bound = {lead.column for lead in leads if lead.auc > TELLTALE and (strict or _low(lead.auc, y) > TELLTALE)}
    if strict:
        bound |= _apart(leads, y)
    bound |= {lead.column for lead in leads} & set(suspected)
    free = meant(allowed, [lead.column for lead in leads])
    marked = [lead for lead in leads if lead.column in bound]
    return Verdict(
        tuple(lead for lead in marked if lead.column not in free), tuple(lead for lead in marked if lead.column in free)
    )


def meant(allowed: Sequence[str], names: Sequence[str]) -> set[str]:
    """The columns people mean: under their name here, the name without `attr_`, or the title people read."""
    spoken = {word.strip().casefold() for word in allowed}
    return {
        name
        for name in names
        if spoken & {name.casefold(), name.removeprefix("attr_").casefold(), title(name)["en"].casefold()}
    }


def title(name: str) -> dict[str, str]:
    """A column as people call it."""
    if name in BY_NAME:
        return {language: BY_NAME[name].title(language) for language in ("en", "zh-hans")}
    return dict.fromkeys(("en", "zh-hans"), reasons.title(name))


def _lead(frame: pd.DataFrame, name: str, y: Floats, fold: Ints) -> Lead:
    missing: Floats = np.asarray(frame[name].isna(), dtype=np.float64)
    gaps = _either_way(y, missing)
    told = evaluate.auc(y, attributes.single_rates(frame, name, y, fold))
    if pd.api.types.is_numeric_dtype(frame[name]) and 1 - missing.mean() >= FILLED:
        values = frame[name].astype("float64")
        told = max(told, _either_way(y, np.asarray(values.fillna(values.median()), dtype=np.float64)))
    return Lead(name, max(told, gaps), "missing" if gaps >= told - 0.002 and missing.any() else "value")


def _either_way(y: Floats, score: Floats) -> float:
    area = evaluate.auc(y, score)
    return max(area, 1 - area)


def _apart(leads: Sequence[Lead], y: Floats) -> set[str]:
    usual = max((lead.auc for lead in leads if lead.auc <= SUSPECT), default=0.5)
    return {
        lead.column
        for lead in leads
        if lead.auc > SUSPECT and (1 - lead.auc) * APART <= 1 - usual and _low(lead.auc, y) >= LEAST
    }


def _low(area: float, y: Floats) -> float:
    """The low end of the 95 % interval of an area (Hanley and McNeil 1982)."""
    ones, zeros = float(y.sum()), float(len(y) - y.sum())
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (ones - 1) * (one - area**2) + (zeros - 1) * (two - area**2)
    return float(area - 1.96 * np.sqrt(max(spread, 0.0) / (ones * zeros)))


HOW = {
    "value": {"en": "{title} alone predicts the outcome", "zh-hans": "{title} 单独即可预测结果"},
    "missing": {"en": "whether {title} is filled in predicts the outcome", "zh-hans": "{title} 是否填写即可预测结果"},
}
HELD = {"en": "held back until an administrator says it is legitimate", "zh-hans": "在管理员确认前不予使用"}
LET = {"en": "used, because an administrator said it is legitimate", "zh-hans": "经管理员确认后使用"}


def _confessed(lead: Lead, what: dict[str, str]) -> dict[str, Any]:
    called = title(lead.column)
    said = {language: HOW[lead.how][language].format(title=called[language]) for language in called}
    return {
        "column": lead.column,
        "auc": round(lead.auc, 4),
        "how": lead.how,
        "en": f"{said['en']} (AUC {lead.auc:.3f}): {what['en']}",
        "zh-hans": f"{said['zh-hans']}（AUC {lead.auc:.3f}）：{what['zh-hans']}",
    }
