"""The level: how often the outcome will come in the days ahead, foreseen from how busy the same season was a year ago.

Ranks say who is likelier than whom; they do not say how many. The rate moves with the season: fewer customers come back
in January than in November. Over past dates the log-odds of the rate follow the trade per customer in the days after
(a line with two coefficients, its slope held near what a constant pace would give). The trade ahead is last year's in
the same days, times the growth since; without a year behind, that of the days just past. Only what was known on a day
is used for that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from training.ml import calibrate, facts, labels
from training.ml.interface import PartnerData

if TYPE_CHECKING:
    from training.ml.interface import Floats, Ints

YEAR = timedelta(days=365)
SLOPE, GIVE = 1.0, 0.4
"""What the rate's log-odds move when the logarithm of trade per customer moves by 1, and how far that may stray."""
NOISE = 0.15
"""How far a date lies off the line, in log-odds, whatever its number of customers."""
HALF_LIFE = 365.0
SKEW = 10.0
"""Variance of one customer's spend against its squared mean: a few spend most of it."""
BEYOND = 0.5
"""How far outside the rates seen so far, in log-odds, a forecast may go."""
COVERED = 0.6
"""Share of last year's days that must be on file for the season to be known."""
GROWTH = (0.5, 2.0)
"""Least and most growth within a year that is believed."""


@dataclass(frozen=True)
class Diary:
    """One partner's trade: `days[k]` customers bought (in the category) k days after `first`; nothing later is known.

    people: for each date asked about, how many had ordered in the year before it.
    """

    first: date
    days: Floats
    people: dict[date, int]

    def between(self, start: date, end: date) -> float:
        """Purchase days in [start, end), as far as known."""
        low, high = ((day - self.first).days for day in (start, end))
        return float(self.days[max(low, 0) : max(high, 0)].sum())

    def ahead(self, day: date, *, days: int, gap: int = 0) -> float:
        """Purchase days expected in [day + gap, day + gap + days), by what was known on that day."""
        then = day - YEAR
        start, end = max(self.first, then + timedelta(days=gap)), then + timedelta(days=gap + days)
        covered = (end - start).days / days if end <= day else 0.0
        if covered < COVERED:
            known = min(days, max(1, (day - self.first).days))
            return self.between(day - timedelta(days=known), day) * days / known
        before = min(days, (then - self.first).days)
        growth = 1.0
        if before >= days / 2:
            back = timedelta(days=before)
            growth = (self.between(day - back, day) + 20) / (self.between(then - back, then) + 20)
        return self.between(start, end) / covered * float(np.clip(growth, *GROWTH))


def diary(partner: PartnerData, outcome: labels.Outcome, *, moments: Sequence[date], before: date) -> Diary | None:
    """The partner's trade before a day; None without any order."""
    with facts.opened(partner) as con:
        facts.set_moments(con, moments)
        con.execute("CREATE TEMP TABLE visits AS SELECT DISTINCT customer_id, date FROM goods WHERE date < ?", [before])
        trade = "visits"
        if outcome.category is not None:
            con.execute(
                """CREATE TEMP TABLE chosen AS SELECT DISTINCT customer_id, date FROM goods WHERE date < ?
                   AND sku IN (SELECT sku FROM products WHERE category = ?)""",
                [before, outcome.category],
            )
            trade = "chosen"
        told = con.execute(f"SELECT date, count(*) FROM {trade} GROUP BY date").fetchall()  # noqa: S608 — our own word
        row = con.execute("SELECT min(date) FROM visits").fetchone()
        people = con.execute(
            """SELECT as_of, count(DISTINCT customer_id) FROM moments
               JOIN visits ON date < as_of AND date >= as_of - 365 GROUP BY as_of"""
        ).fetchall()
    if row is None or row[0] is None:
        return None
    days = np.zeros((before - row[0]).days)
    for day, count in told:
        days[(day - row[0]).days] = count
    return Diary(row[0], days, dict(people))


@dataclass(frozen=True)
class Level:
    """What is needed to foresee the rate on any day: every partner's trade, and the rates seen at past dates.

    rate, customers: by date, over all partners. days, gap: those of the outcome. up: whether more trade means more of
    it, as with purchases. sums: the rate is money per customer, and not a share.
    """

    diaries: tuple[Diary, ...]
    rate: dict[date, float]
    customers: dict[date, int]
    days: int
    up: bool
    sums: bool = False
    gap: int = 0

    @property
    def span(self) -> timedelta:
        """From a date until its outcome is known."""
        return timedelta(days=self.gap + self.days)

    def foreseen(self, day: date) -> float:
        """The rate expected in the days after `day`, from dates whose outcomes were known on it. ValueError if none."""
        known = [moment for moment in sorted(self.rate) if moment + self.span <= day]
        if not known:
            raise ValueError(f"no outcome was known on {day}")
        count = np.array([self.customers[moment] for moment in known], dtype=np.float64)
        rate = np.array([self.rate[moment] for moment in known])
        weight = 0.5 ** (np.array([(known[-1] - moment).days for moment in known]) / HALF_LIFE)
        if self.sums:
            logit = np.log(np.maximum(rate, 1e-6))
            weight /= NOISE**2 + SKEW / count
        else:
            rate = (rate * count + 0.5) / (count + 1)
            logit = np.log(rate / (1 - rate))
            weight /= NOISE**2 + 1 / (count * rate * (1 - rate))
        trade = np.array([self._trade(moment, known=True) for moment in known])
        ahead = self._trade(day, known=False)
        if np.isnan(trade).any() or np.isnan(ahead):
            said = float(np.average(logit, weights=weight * _lately(known)))
        else:
            said = _line(trade, logit, weight * _apart(known, self.days), slope=SLOPE if self.up else -SLOPE, at=ahead)
        near = np.clip(said, logit.min() - BEYOND, logit.max() + BEYOND)
        return float(np.exp(near) if self.sums else calibrate.sigmoid(near))

    def people(self, day: date) -> int:
        """Customers of all partners with an order in the year before the day; 0 where trade is not followed."""
        return sum(diary.people.get(day, 0) for diary in self.diaries)

    def sampled(self) -> list[dict[str, str]]:
        """A note when only a share of the customers was looked at, to keep the cost in bounds; none otherwise."""
        newest = max(self.rate)
        looked, known = int(self.customers[newest]), self.people(newest)
        if looked >= 0.95 * known:
            return []
        return [
            {
                "en": f"Learned from a random sample: {looked:,} of {known:,} customers on the newest date.",
                "zh-hans": f"从随机样本学习：最新日期的 {known:,} 位客户中抽取 {looked:,} 位。",
            }
        ]

    def _trade(self, day: date, *, known: bool) -> float:
        """Log of purchase days per customer in the days after: as they came, or as they were to be expected."""
        here = [diary for diary in self.diaries if diary.people.get(day, 0)]
        start, end = day + timedelta(days=self.gap), day + self.span
        bought = sum(one.between(start, end) if known else one.ahead(day, days=self.days, gap=self.gap) for one in here)
        people = sum(one.people[day] for one in here)
        return float(np.log((bought + 0.5) / people)) if people else float("nan")

    def told(self, as_of: date, *, newest: date) -> dict[str, Any]:
        """For the card: the rate foreseen, the one last seen, and how far forecasts of the past dates were off."""
        first, span = min(self.rate), self.span
        tried = [day for day in sorted(self.rate) if first + span <= day]
        missed = [abs(self.foreseen(day) - self.rate[day]) for day in tried]
        stayed = [abs(self.rate[max(d for d in self.rate if d + span <= day)] - self.rate[day]) for day in tried]
        rate, last = self.foreseen(as_of), self.rate[newest]
        off = float(np.mean(missed)) if missed else None
        back = {"en": "", "zh-hans": ""}
        if off is not None:
            back["en"] = f" On {len(tried)} past dates such a forecast was off by {100 * off:.0f} points on average."
            back["zh-hans"] = f"在 {len(tried)} 个历史日期上，此类预估平均偏差 {100 * off:.0f} 个百分点。"
        return {
            "foreseen": rate, "newest": last, "missed": off, "dates": len(tried),
            "missed_by_newest": float(np.mean(stayed)) if stayed else None,
            "en": f"{100 * rate:.0f} % are foreseen, after {100 * last:.0f} % on {newest}." + back["en"],
            "zh-hans": f"预计比例为 {100 * rate:.0f} %，{newest} 为 {100 * last:.0f} %。" + back["zh-hans"],
        }  # fmt: skip


def seen(data: Sequence[PartnerData], frame: pd.DataFrame, outcome: labels.Outcome, *, as_of: date) -> Level:
    """The level's past, from the training rows (`as_of`, `y`) and the partners' orders before `as_of`.

    Contracts have no trade to follow: their level is that of the latest dates.
    """
    rate = _means(frame, "y")
    customers = {day: int(count) for day, count in zip(*_counted(frame), strict=True)}
    found: list[Diary] = []
    if outcome.mode in ("inactivity", "purchase"):
        asked = [*rate, as_of]
        diaries = [diary(partner, outcome, moments=asked, before=as_of) for partner in data]
        found = [one for one in diaries if one is not None]
    return Level(tuple(found), rate, customers, outcome.days, outcome.mode == "purchase", gap=outcome.gap)


def spending(level: Level, frame: pd.DataFrame) -> Level:
    """The same past, told of the money spent per customer (`spend` of the frame) instead of how many came back."""
    return replace(level, rate=_means(frame, "spend"), up=True, sums=True)


def _means(frame: pd.DataFrame, column: str) -> dict[date, float]:
    days, count = _counted(frame)
    place = np.searchsorted(np.array(days), frame["as_of"].dt.date.to_numpy())
    total = np.bincount(place, weights=frame[column].to_numpy(np.float64), minlength=len(days))
    return dict(zip(days, (total / count).tolist(), strict=True))


def _counted(frame: pd.DataFrame) -> tuple[list[date], Floats]:
    """The dates of the rows, and how many rows each has."""
    moments, count = np.unique(frame["as_of"].dt.date.to_numpy(), return_counts=True)
    return moments.tolist(), count.astype(np.float64)


def evened(margin: Floats, y: Floats, *, moment: Ints) -> tuple[float, Floats]:
    """The slope that calibrates margins (n,) when every date keeps a level of its own, and the margins so calibrated.

    moment (n,): the date of each row.
    """
    levels = np.zeros(len(y))
    found = calibrate.Calibration()
    days = [np.flatnonzero(moment == day) for day in np.unique(moment)]
    for _ in range(3):
        found = calibrate.fit(margin + levels, y)
        for here in days:
            rate = (y[here].sum() + 0.5) / (len(here) + 1)
            levels[here] = at(float(rate), margin[here], slope=found.slope).intercept / found.slope
    return found.slope, found.slope * (margin + levels)


def at(rate: float, margin: Floats, *, slope: float) -> calibrate.Calibration:
    """The calibration of this slope under which these margins (n,) have this mean probability."""
    return calibrate.recentred(calibrate.Calibration(slope), margin, np.full(len(margin), rate))


def _line(x: Floats, y: Floats, weight: Floats, *, slope: float, at: float) -> float:
    """A weighted line through (x, y), its slope pulled toward the one expected; its height at a place."""
    x0, y0 = float(np.average(x, weights=weight)), float(np.average(y, weights=weight))
    pull = 1 / GIVE**2
    spread = float(weight @ (x - x0) ** 2)
    found = (float(weight @ ((x - x0) * (y - y0))) + pull * slope) / (spread + pull)
    return y0 + found * (at - x0)


def _apart(known: Sequence[date], days: int) -> float:
    """Outcomes of dates close together overlap: so much less does each of them tell."""
    if len(known) < 2:
        return 1.0
    return min(1.0, (known[-1] - known[0]).days / (len(known) - 1) / days)


def _lately(known: Sequence[date]) -> Floats:
    return np.asarray(0.5 ** (np.array([(known[-1] - moment).days for moment in known]) / 90.0))
