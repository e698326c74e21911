"""The whole demo world: simulate every partner, cut at the anchor date, keep what comes after it as truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from portal.demo import behaviour, causes, interactions, subscriptions
from portal.demo.catalogue import Catalogue, catalogue
from portal.demo.partners import Partner, cast
from portal.demo.people import people
from portal.demo.tables import (
    customer_table,
    interaction_table,
    order_table,
    product_table,
    subscription_table,
    truth_table,
)

HISTORY = 913  # days of facts before the anchor, give or take a week
AHEAD = 120  # hidden days after it


@dataclass(frozen=True)
class PartnerWorld:
    """One partner's share. `tables` hold facts dated before the anchor; `truth` and `future` never enter an upload.

    truth: one row per customer: cause, since, left_on (null = stays), dose, price_factor, season, visible (did the
    cause leave a trace in the uploads?), next_order, orders_90, spent_90, subscription_ended.
    future: the order lines of the hidden days, each with why it was bought.
    """

    partner: Partner
    tables: dict[str, pa.Table]
    truth: pa.Table
    future: pa.Table


@dataclass(frozen=True)
class World:
    seed: int
    until: date
    goods: Catalogue
    partners: tuple[PartnerWorld, ...]

    def of(self, slug: str) -> PartnerWorld:
        return next(each for each in self.partners if each.partner.slug == slug)


def simulate(*, until: date, seed: int = 7, scale: str = "full", partners: Sequence[Partner] = ()) -> World:
    """Simulate `partners` (default: the cast of `scale`). Facts are dated before `until`; a pure function."""
    chosen = tuple(partners) or cast(scale)
    goods = catalogue(seed)
    return World(seed, until, goods, tuple(_partner(seed, each, goods, until) for each in chosen))


def first_day(until: date) -> date:
    """Day 0 of the simulation: the Monday at least HISTORY days before the anchor."""
    start = until - timedelta(days=HISTORY)
    return start - timedelta(days=start.weekday())


def _partner(seed: int, partner: Partner, goods: Catalogue, until: date) -> PartnerWorld:
    start = first_day(until)
    history = (until - start).days
    days = -(-(history + AHEAD) // 7) * 7
    crowd = people(seed, partner, days=history)
    fate = causes.fates(seed, partner, crowd, horizon=days)
    calendar = np.datetime64(start) + np.arange(days)
    month = calendar.astype("datetime64[M]").astype(int) % 12
    year = calendar.astype("datetime64[Y]").astype(int) - int(calendar[0].astype("datetime64[Y]").astype(int))
    at = behaviour.Setting(
        seed=seed,
        partner=partner,
        goods=goods,
        people=crowd,
        fate=fate,
        active=causes.activity(crowd, fate, weeks=days // 7),
        month=month,
        year=year,
    )
    bought = behaviour.lines(at)
    held = subscriptions.contracts(at, history=history)
    said = interactions.talks(at)
    tables = {
        "customers": customer_table(at, held, history=history, start=start),
        "products": product_table(at),
        "orders": order_table(at, bought.where(bought.day < history), start=start),
        "subscriptions": subscription_table(at, held, history=history, start=start),
        "interactions": interaction_table(at, said, history=history, start=start),
    }
    hidden = bought.where((bought.day >= history) & (bought.day < history + AHEAD))
    return PartnerWorld(
        partner=partner,
        tables={name: table for name, table in tables.items() if len(table)},
        truth=truth_table(at, bought, held, said, history=history, start=start),
        future=order_table(at, hidden, start=start, told=True),
    )
