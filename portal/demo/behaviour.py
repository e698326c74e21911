"""How customers buy: when (renewal processes with seasons), what (tastes, favourites), and what follows from it."""

from dataclasses import dataclass, fields

import numpy as np

from portal.demo.catalogue import Catalogue
from portal.demo.causes import NEVER, RIVAL, Fates
from portal.demo.goods import AFFINITIES, CATEGORIES
from portal.demo.partners import Partner
from portal.demo.people import SEGMENTS, People
from portal.demo.randomness import arrivals, pick, stream

WHY = ("taste", "affinity", "replenishment", "return")
TASTE, AFFINITY, REPLENISHMENT, RETURN = range(len(WHY))
SHOP = tuple(index for index, shelf in enumerate(CATEGORIES) if not shelf.monthly)
CALENDAR = {  # how busy the months are, January first
    "en": (1.0, 1.0, 1.12, 0.98, 1.0, 1.05, 0.9, 0.85, 1.1, 1.05, 1.12, 0.82),
    "zh-hans": (0.95, 0.6, 1.1, 1.02, 1.0, 1.12, 0.98, 1.0, 1.05, 0.9, 1.2, 1.05),
}
Columns = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Lines:
    """Order lines as arrays, sorted by day; `who` and `product` are indices, `order` counts orders from 0."""

    who: np.ndarray
    day: np.ndarray
    order: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    why: np.ndarray  # index into WHY

    def where(self, chosen: np.ndarray) -> "Lines":
        return Lines(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


@dataclass(frozen=True)
class Setting:
    """All that the steps below share."""

    seed: int
    partner: Partner
    goods: Catalogue
    people: People
    fate: Fates
    active: np.ndarray  # causes.activity
    month: np.ndarray  # calendar month (0 … 11) of every simulated day
    year: np.ndarray  # years since the first day's year, per simulated day


def lines(at: Setting) -> Lines:
    """Everything the customers of one partner order, over history and the hidden days after it."""
    rng = stream(at.seed, at.partner.slug, "behaviour")
    wish = tastes(rng, at.people)
    who, day = _visits(rng, at)
    basket = 1 + np.minimum(rng.poisson(at.partner.lines, len(who)), 9)
    who, day = np.repeat(who, basket), np.repeat(day, basket)
    place = pick(rng, wish, who)
    product = _products(rng, at, who, np.array(SHOP)[place])
    plain: Columns = (who, day, product, np.full(len(who), TASTE))
    bought = [plain, _refills(rng, at), _companions(rng, at, who, day, product)]
    columns = [np.concatenate(parts) for parts in zip(*bought, strict=True)]
    found = _orders(rng, at, _defections(rng, at, wish, *columns))
    return _with_returns(rng, found, days=len(at.month))


def tastes(rng: np.random.Generator, people: People) -> np.ndarray:
    """Customers × shop categories: how often a line is of that category. Segments differ, and so do their members."""
    base = np.array([CATEGORIES[index].price ** -0.22 * (0.4 if CATEGORIES[index].rhythm else 1.0) for index in SHOP])
    liked = np.array([[3.2 if CATEGORIES[index].code in s.likes.split() else 1.0 for index in SHOP] for s in SEGMENTS])
    return base * liked[people.segment] * rng.gamma(0.8, 1.0, (len(people), len(SHOP))) + 1e-6


def _visits(rng: np.random.Generator, at: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Days of ordinary orders; who joins within the history places a first order that day."""
    weeks = at.active.shape[1]
    rate = 7 / at.people.interval[:, None] * at.active * tempo(rng, at)
    who, day = arrivals(rng, rate, at.people.rhythm)
    new = np.flatnonzero(at.people.joined >= 0)
    who, day = np.concatenate([who, new]), np.concatenate([day, at.people.joined[new]])
    day = day + (day % 7 == 6)  # day 0 is a Monday: nobody orders on Sundays
    keep = (day < np.minimum(at.fate.left[who], weeks * 7)) & (day < len(at.month))
    return who[keep], day[keep]


def tempo(rng: np.random.Generator, at: Setting) -> np.ndarray:
    """Customers × weeks: the year's busy months, personal ups and downs, the seasonal customers' on and off."""
    count, weeks = at.active.shape
    month = at.month[np.minimum(np.arange(weeks) * 7 + 3, len(at.month) - 1)]
    drift = rng.lognormal(0, 0.25, (count, weeks // 13 + 2))
    level = np.array(CALENDAR[at.partner.language])[month] * drift[:, np.arange(weeks) // 13]
    seasonal = at.fate.season >= 0
    into = (month[None, :] - at.fate.season[seasonal, None]) % 12
    level[seasonal] = np.where(into < 2, 4.5, 0.015)
    return level


def _products(rng: np.random.Generator, at: Setting, who: np.ndarray, category: np.ndarray) -> np.ndarray:
    """The product of each line: often the customer's favourite of that shelf, dear or cheap as its segment likes."""
    product = np.zeros(len(who), dtype=np.int64)
    for index in SHOP:
        shelf = at.goods.of(index)
        tilt = np.exp(np.outer(at.people.taste * 1.8, np.linspace(-1, 1, len(shelf))))
        weight = at.goods.popularity[shelf] * tilt
        favourite = pick(rng, weight, np.arange(len(at.people)))
        rows = np.flatnonzero(category == index)
        loyal = rng.random(len(rows)) < (0.8 if CATEGORIES[index].rhythm else 0.5)
        product[rows] = shelf[np.where(loyal, favourite[who[rows]], pick(rng, weight, who[rows]))]
    return product


def _refills(rng: np.random.Generator, at: Setting) -> Columns:
    """Consumables used up at a steady pace: each refilling customer keeps one product per shelf and re-orders it."""
    found = []
    calm = at.active * (at.fate.season < 0)[:, None]
    for index in SHOP:
        rhythm = CATEGORIES[index].rhythm
        if not rhythm:
            continue
        keen = np.array([0.30 if CATEGORIES[index].code in s.likes.split() else 0.10 for s in SEGMENTS])[
            at.people.segment
        ]
        keen = keen * (at.people.interval < 80)
        who = np.flatnonzero(rng.random(len(at.people)) < keen)
        if not len(who):
            continue
        pace = rhythm * rng.uniform(0.6, 1.6, len(who))
        turn, day = arrivals(rng, 7 / pace[:, None] * calm[who], np.full(len(who), 14.0))
        shelf = at.goods.of(index)
        own = shelf[pick(rng, np.tile(at.goods.popularity[shelf], (len(who), 1)), np.arange(len(who)))]
        keep = day < np.minimum(at.fate.left[who[turn]], len(at.month))
        found.append((who[turn][keep], day[keep], own[turn][keep], np.full(int(keep.sum()), REPLENISHMENT)))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def _companions(
    rng: np.random.Generator, at: Setting, who: np.ndarray, day: np.ndarray, product: np.ndarray
) -> Columns:
    """A then B within weeks: what usually follows a purchase, if the customer is still there to buy it."""
    place = {shelf.code: index for index, shelf in enumerate(CATEGORIES)}
    found = []
    for first, then, chance, lag in AFFINITIES:
        rows = np.flatnonzero((at.goods.category[product] == place[first]) & (rng.random(len(who)) < chance))
        later = day[rows] + 2 + rng.gamma(4, lag / 4, len(rows)).astype(np.int64)
        week = np.minimum(later // 7, at.active.shape[1] - 1)
        stays = (later < np.minimum(at.fate.left[who[rows]], len(at.month))) & (
            rng.random(len(rows)) < at.active[who[rows], week]
        )
        match = at.goods.companion[place[first], place[then]]
        usual = match[product[rows] - at.goods.of(place[first])[0]]
        other = rng.choice(at.goods.of(place[then]), len(rows))
        chosen = np.where(rng.random(len(rows)) < 0.75, usual, other)
        found.append((who[rows][stays], later[stays], chosen[stays], np.full(int(stays.sum()), AFFINITY)))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def _defections(
    rng: np.random.Generator,
    at: Setting,
    wish: np.ndarray,
    who: np.ndarray,
    day: np.ndarray,
    product: np.ndarray,
    why: np.ndarray,
) -> Columns:
    """Who leaves for a rival first moves the categories it likes best: those lines vanish from `since` on."""
    best = np.array(SHOP)[np.argsort(-wish, axis=1)[:, :2]]
    category = at.goods.category[product]
    moved = (category == best[who, 0]) | (category == best[who, 1])
    gone = moved & (at.fate.cause[who] == RIVAL) & (at.fate.left[who] < NEVER) & (day >= at.fate.since[who])
    keep = ~(gone & (rng.random(len(who)) < 0.8))
    return who[keep], day[keep], product[keep], why[keep]


def _orders(rng: np.random.Generator, at: Setting, columns: tuple[np.ndarray, ...]) -> Lines:
    """Join what falls on one day into one order, drop a product named twice in it, and price the lines."""
    who, day, product, why = columns
    key = (day * len(at.people) + who) * len(at.goods) + product
    _, first = np.unique(key, return_index=True)
    who, day, product, why = who[first], day[first], product[first], why[first]
    _, order = np.unique(day * len(at.people) + who, return_inverse=True)
    usual = np.array([shelf.quantity for shelf in CATEGORIES])[at.goods.category[product]]
    quantity = np.maximum(1, np.round(usual * at.people.pieces[who] * rng.lognormal(0, 0.5, len(who))))
    rise = np.where(day >= at.fate.since[who], at.fate.raised[who], 1.0)
    price = at.goods.price[product] * at.partner.rate * (1 - at.people.discount[who]) * 1.03 ** at.year[day] * rise
    price = np.round(price * rng.normal(1, 0.008, len(who)), 2)
    return Lines(
        who=who, day=day, order=order, product=product, quantity=quantity, price=np.maximum(price, 0.01), why=why
    )


def _with_returns(rng: np.random.Generator, found: Lines, *, days: int) -> Lines:
    """A few lines come back: own orders with a negative quantity, a week or three later."""
    back = np.flatnonzero(rng.random(len(found.who)) < 0.012)
    later = found.day[back] + rng.integers(5, 22, len(back))
    back, later = back[later < days], later[later < days]
    returned = found.where(back)
    number = found.order.max(initial=-1) + 1 + np.arange(len(back))
    joined = Lines(
        who=np.concatenate([found.who, returned.who]),
        day=np.concatenate([found.day, later]),
        order=np.concatenate([found.order, number]),
        product=np.concatenate([found.product, returned.product]),
        quantity=np.concatenate([found.quantity, -np.ceil(returned.quantity / 2)]),
        price=np.concatenate([found.price, returned.price]),
        why=np.concatenate([found.why, np.full(len(back), RETURN)]),
    )
    return joined.where(np.argsort(joined.day, kind="stable"))
