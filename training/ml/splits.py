"""Which dates to learn from, which to be judged on, and how to fold customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats, Ints

STEP = 30
MOST_DATES = 26
FEW_DATES = 12
"""With fewer dates than that, twice as many are looked at, half as far apart."""
WARM_UP = 60
"""Days of history a training date needs behind it."""
HALF_LIFE = 365.0
SEASON = 0.4
"""How much more than usual dates of the season of use weigh, and how much less those half a year off."""


@dataclass(frozen=True)
class Dates:
    """judged: the newest date whose outcome is known; strict: dates whose outcomes were known on it."""

    judged: date
    training: tuple[date, ...]
    strict: tuple[date, ...]


def back_from(as_of: date, *, days: int, first: date, most: int = MOST_DATES) -> Dates | None:
    """Past dates every 15 to 30 days, each with its outcome known at as_of; None when history is too short for one.

    days: from a date until its outcome is known, a gap included. The newest 26 at most: two years and the same season
    of each. Dates stay 30 days apart where all customers at twice as many would be more than `most` dates' worth.
    """
    newest = as_of - timedelta(days=days)
    reach = (newest - first).days - WARM_UP
    if reach < 0:
        return None
    few = reach < STEP * (FEW_DATES - 1) and 2 * reach // STEP < most
    step = STEP // 2 if few else STEP
    dates = [newest - timedelta(days=step * number) for number in range(min(MOST_DATES, reach // step + 1))]
    strict = tuple(moment for moment in dates if moment + timedelta(days=days) <= newest)
    return Dates(newest, tuple(dates), strict)


def recency_weights(moments: Sequence[date], *, as_of: date, ahead: date | None = None) -> Floats:
    """Weight of each row by the age of its date: half after a year, mean 1.

    ahead: the date of use. Where the dates span a year, those of its season weigh more, those half a year off less.
    """
    ages = np.array([(as_of - moment).days for moment in moments], dtype=np.float64)
    weight = 0.5 ** (ages / HALF_LIFE)
    if ahead is not None and len(ages) and np.ptp(ages) >= 365:
        away = np.array([(ahead - moment).days for moment in moments], dtype=np.float64)
        weight *= 1 + SEASON * np.cos(2 * np.pi * away / 365.25)
    return np.asarray(weight / weight.mean()) if len(weight) else weight


def numbered(names: Sequence[str]) -> Ints:
    """A stable whole number per name: the group of a customer, the same in every run."""
    return np.array([crc32(name.encode("utf-8")) for name in names], dtype=np.int64)


def group_folds(group: Ints, *, folds: int, seed: int) -> Ints:
    """A fold number per row; rows of one group share a fold."""
    names, place = np.unique(group, return_inverse=True)
    return np.asarray(np.random.default_rng(seed).permutation(len(names))[place] % folds, dtype=np.int64)


def stratified_folds(y: Floats, group: Ints, *, folds: int, seed: int) -> Ints:
    """As `group_folds`, with positives spread evenly: groups are dealt out class by class."""
    names, first, place = np.unique(group, return_index=True, return_inverse=True)
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(len(names)), y[first]))
    dealt = np.empty(len(names), dtype=np.int64)
    dealt[order] = np.arange(len(names)) % folds
    return np.asarray(dealt[place], dtype=np.int64)


def fold_parts(fold: Ints) -> list[tuple[Bools, Bools]]:
    """Ordinary cross-fitting: each fold is held once, all the others teach."""
    return [(fold != number, fold == number) for number in range(int(fold.max()) + 1)]


def forward_parts(moments: Sequence[date], group: Ints, *, folds: int, seed: int) -> list[tuple[Bools, Bools]]:
    """Parts that teach with the older dates and hold other customers on the newer ones, as use will ask of a model.

    About two fifths of the dates are held; each part holds its share of the customers there. What fits the season or
    the customers that were taught, and not those to come, gains nothing. With fewer than 3 dates, only customers are
    held out.
    """
    fold = group_folds(group, folds=folds, seed=seed)
    days, place = np.unique(np.array(moments, dtype="datetime64[D]"), return_inverse=True)
    if len(days) < 3:
        return fold_parts(fold)
    late = place >= max(1, round(len(days) * 0.6))
    return [((fold != k) & ~late, (fold == k) & late) for k in range(folds)]
