"""Training rows out of the past: for every partner and every past date, what was known then and what came after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from portal.kit.errors import Refusal
from training.ml import facts, labels, splits
from training.ml.features import build, weekly
from training.ml.interface import PartnerData

if TYPE_CHECKING:
    from training.ml.interface import Bools, Floats, Ints

FLOOR = 30
"""Customers with history below which no model is trained."""


class TooFew(Refusal):
    """Fewer customers than a model needs; `frame` holds the rows of those there are (see `small`)."""

    def __init__(self, sentence: str, frame: pd.DataFrame) -> None:
        super().__init__(sentence)
        self.frame = frame


def population(frame: pd.DataFrame, outcome: labels.Outcome) -> Bools:
    """Who the question is about: buyers of the past year, holders of a contract, or everybody known."""
    if outcome.mode == "inactivity":
        return np.asarray(frame["orders_365"].fillna(0) > 0)
    if outcome.mode == "subscription":
        return np.asarray(frame["contracts"].fillna(0) > 0)
    return np.ones(len(frame), dtype=bool)


def gone(frame: pd.DataFrame, outcome: labels.Outcome) -> Bools:
    """Who had left before the question could be asked: bought or held a contract once, but not of late."""
    if outcome.mode == "inactivity":
        return np.asarray((frame["orders_all"].fillna(0) > 0) & ~(frame["orders_365"].fillna(0) > 0))
    if outcome.mode == "subscription":
        return np.asarray(frame["contract_first"].notna() & ~(frame["contracts"].fillna(0) > 0))
    return np.zeros(len(frame), dtype=bool)


def gathered(
    data: Sequence[PartnerData],
    outcome: labels.Outcome,
    *,
    as_of: date,
    rows: int,
    seed: int,
    weeks: Callable[[Floats], int] = lambda behind: 0,
) -> tuple[pd.DataFrame, splits.Dates]:
    """Rows of all partners at all usable past dates, with `partner`, `y` and `spend` (in the days after).

    Only whole outcomes are used: the days after each date, and after the gap, end on or before as_of. At most about
    `rows` rows: of partners with many customers a share is looked at, small ones are heard in full. Refusal when there
    is too little history or there are too few customers. weeks: is told how many days of facts lie behind each row, and
    answers how many weeks of activity to lay beside the features.
    """
    sizes = [_size(partner, outcome, before=as_of) for partner in data]
    known = [start for start, _ in sizes if start is not None]
    what = "contract" if outcome.mode == "subscription" else "order"
    if not known:
        raise Refusal(f"There is no {what} before {as_of}. Upload {what}s, or choose a later date.")
    dates = splits.back_from(
        as_of, days=outcome.span, first=min(known), most=rows // max(1, sum(count for _, count in sizes))
    )
    if dates is None:
        needed = outcome.span + splits.WARM_UP
        raise Refusal(
            f"The {what}s before {as_of} go back only to {min(known)}. {task_name(outcome)} needs {needed} days of "
            f"history: upload older {what}s, or choose fewer days."
        )
    shares = _shares([count for _, count in sizes], rows=rows / len(dates.training))
    usable = [[day for day in dates.training if start and (day - start).days >= splits.WARM_UP] for start, _ in sizes]
    behind = [
        np.repeat([float((day - start).days) for day in days], int(count * share))
        for days, (start, count), share in zip(usable, sizes, shares, strict=True)
        if start is not None
    ]
    long = weeks(np.concatenate(behind))
    frames = [
        dated_rows(partner, outcome, days, share=share, weeks=long)
        for partner, days, share in zip(data, usable, shares, strict=True)
    ]
    frame = pd.concat([one for one in frames if len(one)], ignore_index=True) if any(map(len, frames)) else None
    return capped(_enough(frame, outcome, as_of=as_of), rows=2 * rows, seed=seed), dates


def task_name(outcome: labels.Outcome) -> str:
    name = f"{outcome.mode}:{outcome.days}" + (f":{outcome.category}" if outcome.category else "")
    return f"{name} after a gap of {outcome.gap} days" if outcome.gap else name


def customer_groups(frame: pd.DataFrame) -> Ints:
    """One whole number per customer; customers of two partners never share one by having the same id."""
    names = frame["partner"].astype(str) + "\x1f" + frame["customer_id"].astype(str)
    return np.asarray(pd.factorize(names)[0], dtype=np.int64)


def capped(frame: pd.DataFrame, *, rows: int, seed: int) -> pd.DataFrame:
    """At most about `rows` rows, whole customers at random."""
    if len(frame) <= rows:
        return frame
    groups = customer_groups(frame)
    keep = np.random.default_rng(seed).random(groups.max() + 1) < rows / len(frame)
    return frame[keep[groups]].reset_index(drop=True)


def _shares(counts: Sequence[int], *, rows: float) -> list[float]:
    """The share of each partner's customers to look at, for about `rows` customers in all."""
    total, fair = max(1, sum(counts)), rows / max(1, len(counts))
    return [min(1.0, max(rows / total, fair / max(1, count))) for count in counts]


def _size(partner: PartnerData, outcome: labels.Outcome, *, before: date) -> tuple[date | None, int]:
    """The first day of the facts in question, and how many customers have any."""
    with facts.opened(partner) as con:
        table, column = ("subscriptions", "started") if outcome.mode == "subscription" else ("goods", "date")
        query = f"SELECT min({column}), count(DISTINCT customer_id) FROM {table} WHERE {column} < ?"  # noqa: S608
        row = con.execute(query, [before]).fetchone()
    assert row is not None
    return row[0], row[1]


def dated_rows(
    partner: PartnerData, outcome: labels.Outcome, moments: Sequence[date], *, share: float = 1.0, weeks: int = 0
) -> pd.DataFrame:
    """One partner's rows at these dates: features, `y`, `spend` in the days after, `partner`. Empty without dates."""
    if not moments:
        return pd.DataFrame()
    with facts.opened(partner, share=share) as con:
        frame = build.features(con, as_of=moments, category=outcome.category)
        if weeks:
            frame = weekly.beside(frame, con, as_of=moments, weeks=weeks)
        frame = frame[population(frame, outcome)].reset_index(drop=True)
        bought = labels.bought(con, as_of=moments, days=outcome.days, category=outcome.category, gap=outcome.gap)
        if outcome.mode == "subscription":
            kept = labels.kept_contract(con, as_of=moments, days=outcome.days, gap=outcome.gap)
            stayed = labels.marked(frame, kept)
        else:
            stayed = labels.marked(frame, bought)
    frame["y"] = (stayed if outcome.mode == "purchase" else ~stayed).astype("float64")
    frame = frame.merge(bought, on=build.KEYS, how="left")
    frame["spend"] = frame["spend"].fillna(0.0)
    frame["partner"] = partner.key
    return frame


def _enough(frame: pd.DataFrame | None, outcome: labels.Outcome, *, as_of: date) -> pd.DataFrame:
    customers = 0 if frame is None else len(np.unique(customer_groups(frame)))
    if frame is None or customers < FLOOR:
        raise TooFew(
            f"Only {customers} customers have history that {task_name(outcome)} can learn from before {as_of}; at "
            f"least {FLOOR} are needed. Upload more customers' history, or train over the whole network.",
            pd.DataFrame() if frame is None else frame,
        )
    if frame["y"].min() == frame["y"].max():
        seen = "every customer" if frame["y"].max() > 0 else "no customer"
        raise Refusal(
            f"In the past dates before {as_of}, the outcome {task_name(outcome)} happened to {seen}: there is nothing "
            "to tell apart. Choose other days, or upload more history."
        )
    return frame
