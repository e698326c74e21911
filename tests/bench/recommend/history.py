"""What the peers see: purchases in integer codes, and what was bought after them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp

KEYS = ["customer_id", "order_id", "date", "sku"]


@dataclass(frozen=True)
class History:
    """One entry per (customer, order, product). `order` numbers orders by day; `day` is a proleptic day number."""

    customers: np.ndarray
    skus: np.ndarray
    customer: np.ndarray
    item: np.ndarray
    order: np.ndarray
    day: np.ndarray
    as_of: int

    @classmethod
    def of(cls, frame: pd.DataFrame, *, as_of: int) -> History:
        """From purchases with the columns KEYS; `date` holds day numbers."""
        frame = frame[KEYS].drop_duplicates().sort_values(["date", "order_id", "customer_id", "sku"])
        customer, customers = pd.factorize(frame["customer_id"], sort=True)
        item, skus = pd.factorize(frame["sku"], sort=True)
        order = pd.factorize(frame["order_id"].astype(str) + "\n" + frame["customer_id"])[0]
        day = frame["date"].to_numpy(np.int64)
        return cls(np.asarray(customers), np.asarray(skus), customer, item, order, day, as_of)

    def only(self, keep: np.ndarray) -> History:
        columns = ("customer", "item", "order", "day")
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})

    def before(self, day: int) -> History:
        return replace(self.only(self.day < day), as_of=day)

    def table(self, weights: np.ndarray) -> sp.csr_matrix:
        """(customers × items) sums of the entries' weights."""
        shape = (len(self.customers), len(self.skus))
        found = sp.csr_matrix((weights.astype(np.float32), (self.customer, self.item)), shape=shape)
        found.sum_duplicates()
        return found

    def counts(self) -> sp.csr_matrix:
        """(customers × items) orders that contained the product."""
        return self.table(np.ones(len(self.item)))

    def bought(self) -> sp.csr_matrix:
        """(customers × items) 1 where ever bought."""
        found = self.counts()
        found.data[:] = 1
        return found

    def baskets(self) -> np.ndarray:
        """Orders of each customer."""
        pairs = np.unique(np.stack([self.customer, self.order]), axis=1)
        return np.bincount(pairs[0], minlength=len(self.customers))

    def turn(self) -> tuple[np.ndarray, np.ndarray]:
        """Per entry: the number of its order among the customer's own (1 = oldest), and how many there are."""
        pairs = np.unique(np.stack([self.customer, self.order]), axis=1)
        total = np.bincount(pairs[0], minlength=len(self.customers))
        starts = np.cumsum(total) - total
        key = pairs[0].astype(np.int64) * (int(self.order.max(initial=0)) + 1) + pairs[1]
        mine = self.customer.astype(np.int64) * (int(self.order.max(initial=0)) + 1) + self.order
        return np.searchsorted(key, mine) - starts[self.customer] + 1, total[self.customer]


@dataclass(frozen=True)
class Question:
    """Customers (codes of `known`) to rank for, and the products they bought then, as a (rows × items) 0/1 table.

    The codes of products are those of `known`, which knows all that will ever be sold; products nobody has bought yet
    cannot be ranked, but count as missed.
    """

    known: History
    rows: np.ndarray
    truth: sp.csr_matrix
    unseen: bool = False  # only products never bought before may be listed

    def newly(self) -> Question:
        """The same, asking for products never bought before; customers without any are left out."""
        owned = self.known.bought()[self.rows]
        fresh = sp.csr_matrix(self.truth - self.truth.multiply(owned))
        fresh.eliminate_zeros()
        some = np.diff(fresh.indptr) > 0
        return Question(self.known, self.rows[some], fresh[some], unseen=True)


def next_basket(whole: History, *, day: int, horizon: int, active: int = 365) -> Question:
    """Customers with two orders or more before `day`, the last within `active` days, and their first order in the
    `horizon` days that follow."""
    known = whole.before(day)
    last = np.full(len(whole.customers), -1)
    np.maximum.at(last, known.customer, known.day)
    later = whole.only((whole.day >= day) & (whole.day < day + horizon))
    first = np.full(len(whole.customers), np.iinfo(np.int64).max)
    np.minimum.at(first, later.customer, later.order)
    basket = later.only(later.order == first[later.customer]).bought()
    regular = (known.baskets() >= 2) & (day - last <= active) & (np.diff(basket.indptr) > 0)
    rows = np.flatnonzero(regular)
    return Question(known, rows, basket[rows])


def last_out(whole: History) -> Question:
    """Every customer's last order held out; customers with one order only are not asked about, but known."""
    turn, total = whole.turn()
    held = (turn == total) & (total >= 2)
    rows = np.unique(whole.customer[held])
    return Question(whole.only(~held), rows, whole.only(held).bought()[rows])
