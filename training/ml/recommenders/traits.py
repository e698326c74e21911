"""What is known of products and of customers whoever meets whom: one row of numbers each, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from training.ml.recommenders.history import Demand, Habits, Pairs
from training.ml.recommenders.interface import Baskets, Floats, Ints

#: How a product sells (shares of active customers, as logarithms), and to whom.
OF_ITEMS = (
    "popular_14", "popular_30", "popular_90", "popular_365", "trend", "momentum", "season", "discovered_30",
    "discovered_90", "repeated_30", "repeated_90", "repeat_rate", "item_age", "item_price", "item_quantity",
)  # fmt: skip
#: How a customer buys.
OF_CUSTOMERS = (
    "orders", "orders_90", "since_first", "since_last", "basket_size", "order_gap", "order_due", "products", "novelty",
    "usual_price", "usual_quantity",
)  # fmt: skip
#: How a product's usual price and quantity stand beside the customer's.
OF_BOTH = ("price_gap", "price_distance", "quantity_gap")


@dataclass(frozen=True)
class Traits:
    """items: (items × OF_ITEMS), customers: (customers × OF_CUSTOMERS); NaN = unknown."""

    items: Floats
    customers: Floats

    @classmethod
    def of(cls, baskets: Baskets, pairs: Pairs, habits: Habits, demand: Demand) -> Self:
        return cls(_of_items(baskets, pairs, demand), _of_customers(baskets, pairs, habits))

    def both(self, customer: Ints, item: Ints) -> Floats:
        """(rows × OF_BOTH) for pairs of codes."""
        price, quantity = (self.items[item, OF_ITEMS.index(name)] for name in ("item_price", "item_quantity"))
        paid, taken = (self.customers[customer, OF_CUSTOMERS.index(name)] for name in ("usual_price", "usual_quantity"))
        return np.column_stack([price - paid, np.abs(price - paid), quantity - taken]).astype(np.float32)


def log(share: Floats) -> Floats:
    """Logarithm of a share or price that may be 0."""
    return np.asarray(np.log(share + np.float32(1e-4)), dtype=np.float32)


def _of_items(baskets: Baskets, pairs: Pairs, demand: Demand) -> Floats:
    """Within so many days, products are discovered by customers who never had them, repeated by those who had."""
    n, as_of = len(baskets.items), baskets.as_of
    earlier = _shares(baskets, as_of - 90, as_of - 30)
    columns = {
        "popular_14": log(_shares(baskets, as_of - 14, as_of)), "popular_30": log(demand.fresh),
        "popular_90": log(demand.buyers), "popular_365": log(demand.year), "season": log(demand.season),
        "trend": log(demand.fresh) - log(demand.year), "momentum": log(demand.fresh) - log(earlier),
        "repeat_rate": demand.repeat, "item_age": np.log1p(demand.age), "item_price": log(np.maximum(demand.price, 0)),
        "item_quantity": np.log1p(np.maximum(demand.quantity, 0)),
    }  # fmt: skip
    for days in (30, 90):
        since = as_of - days
        active = max(1, len(np.unique(baskets.customer[baskets.day >= since])))
        late = pairs.last >= since
        for name, found in (("discovered", late & (pairs.first >= since)), ("repeated", late & (pairs.first < since))):
            columns[f"{name}_{days}"] = log((np.bincount(pairs.item[found], minlength=n) / active).astype(np.float32))
    return np.column_stack([columns[name] for name in OF_ITEMS]).astype(np.float32)


def _shares(baskets: Baskets, start: int, end: int) -> Floats:
    """Share of the customers active between the days who bought each item then."""
    some = baskets.between(start, end)
    pairs = np.unique(some.customer.astype(np.int64) * max(1, len(baskets.items)) + some.item)
    active = max(1, len(np.unique(some.customer)))
    return (np.bincount(pairs % max(1, len(baskets.items)), minlength=len(baskets.items)) / active).astype(np.float32)


def _of_customers(baskets: Baskets, pairs: Pairs, habits: Habits) -> Floats:
    n = len(baskets.customers)
    lines = np.maximum(1, np.bincount(baskets.customer, minlength=n))
    products = np.bincount(pairs.customer, minlength=n)
    known = np.isfinite(baskets.price) & (baskets.price > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        paid = np.bincount(baskets.customer[known], log(baskets.price[known]), minlength=n) / np.bincount(
            baskets.customer[known], minlength=n
        )
        taken = np.bincount(baskets.customer, np.log1p(np.maximum(baskets.quantity, 0)), minlength=n) / lines
        columns = {
            "orders": np.log1p(habits.orders), "orders_90": np.log1p(habits.recent),
            "since_first": np.log1p(habits.since_first), "since_last": np.log1p(habits.since_last),
            "basket_size": np.log1p(habits.size), "order_gap": np.log1p(habits.gap),
            "order_due": np.log((habits.since_last + 1) / (habits.gap + 1)), "products": np.log1p(products),
            "novelty": np.where(products > 0, products / lines, np.nan), "usual_price": paid,
            "usual_quantity": np.where(products > 0, taken, np.nan),
        }  # fmt: skip
    return np.column_stack([columns[name] for name in OF_CUSTOMERS]).astype(np.float32)
