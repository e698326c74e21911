"""Weekly activity: what each customer did in each of the last weeks before each date, for nets that read sequences.

Nothing dated on or after a row's as_of date is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from training.ml import facts
from training.ml.features import build

CHANNELS = ("orders", "spend", "contacts")


def column(channel: str, week: int) -> str:
    """The column's name; week 0 is the newest, the seven days that end the day before as_of."""
    return f"week:{channel}:{week}"


def weekly(
    con: duckdb.DuckDBPyConnection, *, as_of: Sequence[date], weeks: int = 52, everyone: bool = False
) -> pd.DataFrame:
    """Orders, spend and conversations of every customer in each of the `weeks` whole weeks before each date.

    con: a connection from `facts.opened`. everyone: also customers without any fact before the date.
    Returns customer_id, as_of and `week:CHANNEL:K` (float32: orders, money, interactions; 0 where nothing happened),
    channels in the order of `CHANNELS`, weeks from the newest (0) to the oldest: the same rows in the same order as
    `build.features` for the same dates and customers.
    """
    moments = sorted(set(as_of))
    facts.set_moments(con, moments)
    for name in ("lines", "weekly"):
        con.execute(build.statement(name, LAST=moments[-1], EVERYONE=everyone, WEEKS=weeks))
    place, c, week, *figures = con.fetchnumpy().values()
    people = con.execute("SELECT customer_id, day FROM shown ORDER BY c").df()
    day = people["day"].to_numpy("datetime64[D]")  # not a date: never smaller than one
    known = np.array([np.full(len(day), everyone) | (day < np.datetime64(moment)) for moment in moments])
    rows = np.cumsum(known).reshape(known.shape) - 1
    dense = np.zeros((known.sum(), len(CHANNELS), weeks), dtype=np.float32)
    for number, figure in enumerate(figures):
        dense[rows[place, c], number, week] = figure
    names = [column(channel, number) for channel in CHANNELS for number in range(weeks)]
    when, who = np.nonzero(known)
    keys = people[["customer_id"]].take(who).reset_index(drop=True)
    keys["as_of"] = np.array(moments, dtype="datetime64[us]")[when]
    return pd.concat([keys, pd.DataFrame(dense.reshape(len(dense), len(names)), columns=names)], axis=1)


def beside(
    frame: pd.DataFrame,
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: Sequence[date],
    weeks: int,
    everyone: bool = False,
) -> pd.DataFrame:
    """What `build.features` found for these dates, with the weekly activity of the same rows as its last columns."""
    activity = weekly(con, as_of=as_of, weeks=weeks, everyone=everyone)
    return pd.concat([frame, activity.drop(columns=build.KEYS)], axis=1)
