"""Where customers stand: how alike they are to the best ones, and how much speaks for a purchase soon."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders import logistic
from training.ml.recommenders.history import Habits
from training.ml.recommenders.interface import Baskets, Flags, Floats
from training.ml.recommenders.shelves import Shelves

Doubles = npt.NDArray[np.float64]

#: What has been spent within so many days makes a customer one of the best, if no more than BEST of the others spent
#: as much. A purchase older than that no longer makes an owner.
YEAR, BEST = 365, 0.1
#: Parts that are judged by what was learned from the other parts.
FOLDS = 5
#: Fewer than this among the best teach nothing about them.
FEWEST_BEST = 5
#: What the signals weigh is learned from who ordered within so many days, if so many did and as many did not.
SOON, FEWEST_ORDERED = 30, 30
#: Customers learned from, and rows described at once.
TAUGHT, AT_ONCE = 20_000, 50_000
#: Segments and shelves that get a number of their own.
KINDS = 60
#: Weight of the squared slopes: as if this many customers spoke against every slope.
RIDGE = 5.0


def share_below(values: npt.NDArray) -> Doubles:
    """For each value the share of all values below it, those equal (itself among them) counting half: inside 0 … 1,
    the same for equals, 0.5 for all when nothing tells them apart."""
    if not len(values):
        return np.zeros(0)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    return np.asarray((below + counts / 2)[place] / len(values), dtype=np.float64)


def spent(baskets: Baskets) -> Doubles:
    """What each customer paid; pieces without any known price count the list price, and pieces bought when no price is
    known of anything."""
    price = baskets.price.astype(np.float64)
    price = np.where(np.isfinite(price), price, baskets.items.price[baskets.item])
    known = np.isfinite(price)
    paid = baskets.quantity * (np.where(known, price, 0.0) if known.any() else 1.0)
    return np.bincount(baskets.customer, paid, minlength=len(baskets.customers)).astype(np.float64)


def best_customers(baskets: Baskets) -> tuple[Flags, Flags]:
    """(who bought within YEAR days, who of them are the best tenth by what they spent then).

    Where the border falls among equals all of them are in, unless that would make a third of all the best; then none
    of the equals is. Without any purchase in YEAR days, all there ever were count.
    """
    lately = baskets.between(baskets.as_of - YEAR, baskets.as_of)
    lately = lately if len(lately.day) else baskets
    active = np.bincount(lately.customer, minlength=len(baskets.customers)) > 0
    paid = spent(lately)
    among = paid[active]
    if not len(among):
        return active, np.zeros_like(active)
    border = np.sort(among)[-max(1, int(np.ceil(BEST * len(among))))]
    inside = among >= border
    top = active & (paid >= border if inside.mean() <= 1 / 3 else paid > border)
    return active, top


def fit(baskets: Baskets, habits: Habits, shelves: Shelves, *, seed: int = 0) -> Doubles:
    """Share of the customers less alike the best ones than this one; 0.5 for all where too few are known to tell.

    A logistic regression on segment, shelves bought from, breadth, and the rhythm and size of orders tells the best
    tenth (see `best_customers`) from the others who bought within a year. What was spent is not among its columns, and
    nobody is judged by what was learned from themselves: of FOLDS parts, drawn by `seed`, each is judged by the others.
    """
    active, top = best_customers(baskets)
    n = len(active)
    if top.sum() < FEWEST_BEST or top.sum() == active.sum():
        return np.full(n, 0.5)
    looks = Looks(baskets, habits, shelves)
    draw = np.random.default_rng(seed)
    part, found = draw.integers(0, FOLDS, n), np.zeros(n)
    taught = np.sort(draw.permutation(np.flatnonzero(active))[:TAUGHT])
    x, truth = looks.rows(taught), top[taught]
    centre, spread = x.mean(axis=0), np.maximum(1e-3, x.std(axis=0))
    slopes = []
    for fold in range(FOLDS):
        others = part[taught] != fold
        standard = (x[others] - centre) / spread
        slopes.append(logistic.fit(standard, truth[others], np.ones(int(others.sum())), ridge=RIDGE))
    table = np.stack(slopes)
    for start in range(0, n, AT_ONCE):
        rows = np.arange(start, min(n, start + AT_ONCE))
        standard = ((looks.rows(rows) - centre) / spread).clip(-5, 5)
        found[rows] = np.einsum("ij,ij->i", standard, table[part[rows], :-1]) + table[part[rows], -1]
    return share_below(np.round(found, 9))  # sums in another order must not tell equals apart


class Looks:
    """What a customer looks like, without what they spent; a row of numbers each, made when asked for."""

    def __init__(self, baskets: Baskets, habits: Habits, shelves: Shelves) -> None:
        bought = shelves.bought(baskets)
        self.breadth = np.log1p(np.diff(bought.indptr))
        self.products = np.log1p(np.diff(baskets.owned.indptr))
        common = np.argsort(-np.asarray(bought.sum(axis=0)).ravel(), kind="stable")[:KINDS]
        self.bought = sp.csr_matrix(bought[:, common])
        sizes = np.bincount(baskets.segment[baskets.segment >= 0], minlength=len(baskets.segments))
        self.segments = np.argsort(-sizes, kind="stable")[:KINDS]
        self.segment = baskets.segment
        self.rhythm = np.log1p(np.stack([habits.gap, habits.size, habits.since_first, habits.since_last], axis=1))

    def rows(self, customers: npt.NDArray) -> Floats:
        """(len(customers) × columns); an unknown rhythm is that of somebody slow, and said to be unknown."""
        rhythm = self.rhythm[customers]
        unknown = ~np.isfinite(rhythm)
        kinds = self.segment[customers][:, None] == self.segments[None, :]
        return np.hstack([
            self.breadth[customers, None], self.products[customers, None], np.where(unknown, np.log1p(YEAR), rhythm),
            unknown, kinds, self.bought[customers].toarray(),
        ]).astype(np.float32)  # fmt: skip


def intent(baskets: Baskets, habits: Habits, shelves: Shelves, chance: Doubles, *, seed: int = 0) -> Doubles:
    """Share of the customers with weaker recent signals than this one: half by `signals`, half by `chance`, the best
    chance of any offer.

    What the signals weigh is learned from who ordered within the last SOON days, by the signals before (a logistic
    regression on shares below, for TAUGHT customers drawn by `seed`); they weigh the same where that is too few.
    Customers without purchases have no signals: they stand at the low end, by chance.
    """
    known = habits.orders > 0
    ranks = _ranks(signals(baskets, habits, shelves), known)
    told = np.zeros(len(known))
    told[known] = share_below(np.round(ranks @ _weights(baskets, shelves, seed=seed), 9)) + share_below(chance[known])
    told[~known] = share_below(chance[~known]) - 2
    return share_below(np.round(told, 9))


def _weights(baskets: Baskets, shelves: Shelves, *, seed: int) -> Doubles:
    """One per signal."""
    draw = np.random.default_rng(seed)
    some = np.zeros(len(baskets.customers), dtype=bool)
    some[draw.permutation(len(some))[:TAUGHT]] = True
    sample = baskets.only(some[baskets.customer])
    earlier, later = sample.before(baskets.as_of - SOON), sample.between(baskets.as_of - SOON, baskets.as_of)
    habits = Habits.of(earlier)
    known = habits.orders > 0
    ordered = (np.bincount(later.customer, minlength=len(known)) > 0)[known]
    x = _ranks(signals(earlier, habits, shelves), known)
    if min(ordered.sum(), (~ordered).sum()) < FEWEST_ORDERED:
        return np.ones(x.shape[1])
    return np.asarray(logistic.fit(x, ordered, np.ones(len(x)), ridge=1.0)[:-1], dtype=np.float64)


def _ranks(told: dict[str, Doubles], known: Flags) -> Doubles:
    """(known customers × signals) each signal as a share below."""
    return np.stack([share_below(values[known]) for values in told.values()], axis=1)


def signals(baskets: Baskets, habits: Habits, shelves: Shelves) -> dict[str, Doubles]:
    """One number per customer and signal, more for more: orders within 30 and within 90 days, and the same against the
    usual of the year; how lately the last order was; what was spent in 90 days against the 90 days before; shelves
    (products where there are no shelves) first bought from within 90 days; and whether the next order is due by the
    customer's own rhythm."""
    day, n = baskets.as_of, len(baskets.customers)
    size = int(baskets.order.max(initial=-1)) + 1
    who, when = np.zeros(size, dtype=np.int32), np.full(size, np.iinfo(np.int32).min)
    who[baskets.order], when[baskets.order] = baskets.customer, baskets.day

    def orders(days: int) -> Doubles:
        return np.bincount(who[when >= day - days], minlength=n).astype(np.float64)

    known = np.minimum(np.nan_to_num(habits.since_first, nan=1.0), YEAR).astype(np.float64)
    month, quarter, usual = orders(30), orders(90), orders(YEAR) / np.maximum(known, 30.0)  # usual: orders a day
    before, lately = spent(baskets.between(day - 180, day - 90)), spent(baskets.between(day - 90, day))
    return {
        "orders_30": month, "orders_90": quarter,
        "more_30": np.log((month + 0.5) / (30 * usual + 0.5)), "more_90": np.log((quarter + 0.5) / (90 * usual + 0.5)),
        "lately": -np.nan_to_num(habits.since_last, nan=1e6).astype(np.float64), "trend": _change(before, lately),
        "new": _new(baskets, shelves, habits), "due": due(habits),
    }  # fmt: skip


def _change(before: Doubles, lately: Doubles) -> Doubles:
    """-1 … 1: how much more was spent lately than before; 0 for those who spent nothing."""
    both = np.abs(before) + np.abs(lately)
    return np.divide(lately - before, both, out=np.zeros(len(both)), where=both > 0)


def _new(baskets: Baskets, shelves: Shelves, habits: Habits) -> Doubles:
    """How many shelves were first bought from within 90 days; nothing is new to a customer who is new themselves."""
    late, early = baskets.between(baskets.as_of - 90, baskets.as_of), baskets.before(baskets.as_of - 90)
    now, then = (shelves.bought(late), shelves.bought(early)) if len(shelves) else (late.owned, early.owned)
    found = np.diff(now.indptr) - np.asarray(now.multiply(then).sum(axis=1)).ravel()
    return np.where(np.nan_to_num(habits.since_first) > 90, found, 0.0)


def due(habits: Habits) -> Doubles:
    """0 … 1: how near the next order is by the customer's own rhythm. 1 when as much time has passed as usual between
    two orders, 0.5 at half or twice as much, 0 beyond a quarter or four times, and without a rhythm."""
    with np.errstate(invalid="ignore"):
        turns = np.abs(np.log2((habits.since_last + 1.0) / (habits.gap + 1.0)))
    return np.nan_to_num(np.clip(1 - turns / 2, 0, 1), nan=0.0).astype(np.float64)
