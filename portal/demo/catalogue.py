"""The vendor's product catalogue as arrays, the same for every partner, a pure function of the seed."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from portal.demo.goods import AFFINITIES, CATEGORIES, SERIES_ZH
from portal.demo.randomness import stream

VENDOR = "Northline Systems"
VENDOR_ZH = "北线系统"


@dataclass(frozen=True)
class Catalogue:
    """One entry per product, ordered by category, cheapest series first. Prices in euro before discounts."""

    sku: np.ndarray
    name: np.ndarray
    name_zh: np.ndarray
    category: np.ndarray  # index into goods.CATEGORIES
    price: np.ndarray
    cost: np.ndarray
    popularity: np.ndarray  # share within its category; sums to 1 per category
    available: np.ndarray
    companion: dict[tuple[int, int], np.ndarray]  # (category A, category B) -> for each product of A its usual B

    def __len__(self) -> int:
        return len(self.sku)

    def of(self, category: int) -> np.ndarray:
        """Indices of the products of one category."""
        return np.flatnonzero(self.category == category)


@lru_cache(maxsize=4)
def catalogue(seed: int) -> Catalogue:
    """Build the catalogue: 336 products in 24 categories, four of them sold by the month."""
    rng = stream(seed, "catalogue")
    sku, name, name_zh, category, price, cost, weight = [], [], [], [], [], [], []
    for index, shelf in enumerate(CATEGORIES):
        models = [(series, variant) for series in shelf.series for variant in shelf.variants]
        steps = np.linspace(0, 1, len(models)) ** 1.5
        for number, (series, variant) in enumerate(models):
            amount = shelf.price * (1 + shelf.span * steps[number]) * rng.uniform(0.92, 1.08)
            sku.append(f"NL-{shelf.code}-{100 + number * 5}")
            name.append(f"{series} {variant} {shelf.noun}")
            name_zh.append(f"{SERIES_ZH[series]} {variant} {shelf.noun_zh}")
            category.append(index)
            price.append(_shelf_price(amount))
            cost.append(round(amount * (1 - shelf.margin * rng.uniform(0.8, 1.2)), 2))
            weight.append(rng.gamma(0.9) + 0.05)
    shelf_of = np.array(category)
    popularity = np.array(weight) / np.bincount(shelf_of, weights=weight)[shelf_of]
    return Catalogue(
        sku=np.array(sku, dtype=object),
        name=np.array(name, dtype=object),
        name_zh=np.array(name_zh, dtype=object),
        category=shelf_of,
        price=np.array(price),
        cost=np.array(cost),
        popularity=popularity,
        available=rng.random(len(sku)) > 0.03,
        companion=_companions(rng, shelf_of),
    )


def _shelf_price(amount: float) -> float:
    return float(round(amount) - 0.1) if amount > 50 else round(amount, 2)


def _companions(rng: np.random.Generator, category: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
    """Every product of A has one particular B that goes with it; neighbours on the shelf share it."""
    place = {shelf.code: index for index, shelf in enumerate(CATEGORIES)}
    found = {}
    for first, then, _, _ in AFFINITIES:
        ours = np.flatnonzero(category == place[first])
        theirs = np.flatnonzero(category == place[then])
        if (first, then) == ("PRN", "TON"):  # every printer takes its own toner
            match = theirs[: len(ours)]
        else:
            match = rng.permutation(theirs)[np.arange(len(ours)) // 3 % len(theirs)]
        found[place[first], place[then]] = match
    return found
