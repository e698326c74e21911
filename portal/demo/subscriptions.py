"""Monthly contracts: licences by the seat, backup and managed services, ended when their customer leaves."""

from dataclasses import dataclass

import numpy as np

from portal.demo.behaviour import Setting
from portal.demo.causes import NEVER
from portal.demo.goods import CATEGORIES
from portal.demo.randomness import stream

MONTHLY = tuple(index for index, shelf in enumerate(CATEGORIES) if shelf.monthly)
BY_SEAT = np.array([shelf.monthly and shelf.quantity > 1 for shelf in CATEGORIES])
DROPPED = 0.07  # chance at each anniversary that a contented customer drops one contract


@dataclass(frozen=True)
class Contracts:
    """One entry per subscription, days as everywhere; `ended` is NEVER for those that run on past the horizon."""

    who: np.ndarray
    product: np.ndarray
    started: np.ndarray
    ended: np.ndarray
    seats: np.ndarray
    amount: np.ndarray


def contracts(at: Setting, *, history: int) -> Contracts:
    """The subscriptions of one partner's customers. Amounts are those on file on day `history`."""
    rng = stream(at.seed, at.partner.slug, "subscriptions")
    who, product = _holdings(rng, at)
    count = len(who)
    joined = at.people.joined[who]
    late = np.where(rng.random(count) < 0.6, rng.integers(0, 90, count), rng.integers(0, 900, count))
    started = joined + late
    ended = _ends(rng, at, who, started)
    staff = at.people.staff[who] * rng.uniform(0.3, 1.0, count)
    seats = np.where(BY_SEAT[at.goods.category[product]], np.maximum(1, np.round(staff)), 1 + rng.poisson(0.4, count))
    rise = np.where(at.fate.since[who] < history, at.fate.raised[who], 1.0)
    year = at.year[np.clip(started, 0, len(at.year) - 1)]
    price = at.goods.price[product] * at.partner.rate * (1 - at.people.discount[who]) * 1.03**year * rise
    found = (started < len(at.month)) & (ended > started + 20) & (started < at.fate.left[who])
    order = np.argsort(started[found], kind="stable")
    parts = (who, product, started, ended, seats, np.round(price * seats, 2))
    return Contracts(*(part[found][order] for part in parts))


def _holdings(rng: np.random.Generator, at: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Which subscribers hold what: each monthly category with its own chance, at least one."""
    holders = np.flatnonzero(at.people.subscriber)
    held = rng.random((len(holders), len(MONTHLY))) < np.array([0.75, 0.5, 0.4, 0.35])
    held[~held.any(axis=1), 0] = True
    row, column = np.nonzero(held)
    product = np.zeros(len(row), dtype=np.int64)
    for place, category in enumerate(MONTHLY):
        shelf = at.goods.of(category)
        rows = np.flatnonzero(column == place)
        product[rows] = rng.choice(shelf, size=len(rows), p=at.goods.popularity[shelf])
    return holders[row], product


def _ends(rng: np.random.Generator, at: Setting, who: np.ndarray, started: np.ndarray) -> np.ndarray:
    """The customer's leaving (with up to 30 days' notice) or a single contract dropped at an anniversary."""
    left = at.fate.left[who]
    leaving = np.where(left < NEVER, left + rng.integers(0, 30, len(who)), NEVER)
    years = rng.geometric(DROPPED, len(who))
    dropped = started + years * 365
    dropped = np.where((dropped < len(at.month)) & (dropped > 0), dropped, NEVER)
    return np.minimum(leaving, dropped)


def renewals(held: Contracts, *, history: int) -> np.ndarray:
    """The anniversary after day `history`, or after the end of a contract that ended before it."""
    seen = np.minimum(held.ended, history)
    return held.started + 365 * np.maximum(1, np.ceil((seen - held.started) / 365)).astype(np.int64)
