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
    facts.set_moments(con, as_of)
    con.execute(build.statement("shown"))
    read = con.execute(build.statement("weekly", everyone=everyone, weeks=weeks)).fetchnumpy()
    place = np.asarray(read["place"], dtype=np.int64)
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]][: len(place)])
    week = np.ma.filled(np.ma.asarray(read["week"]), -1).astype(np.int64)
    happened = week >= 0
    dense = np.zeros((len(first), len(CHANNELS), weeks), dtype=np.float32)
    for number, channel in enumerate(CHANNELS):
        dense[place[happened], number, week[happened]] = np.asarray(read[channel], dtype=np.float64)[happened]
    names = [column(channel, number) for channel in CHANNELS for number in range(weeks)]
    keys = pd.DataFrame(
        {
            "customer_id": np.asarray(read["customer_id"])[first],
            "as_of": pd.to_datetime(np.asarray(read["as_of"])[first]),
        }
    )
    return pd.concat([keys, pd.DataFrame(dense.reshape(len(first), len(names)), columns=names)], axis=1)
