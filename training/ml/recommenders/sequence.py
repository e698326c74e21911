"""Sequence: what comes next after the baskets a customer has had, in the order they had them.

Taught with Keras, answered with NumPy. It alone of the sources knows that one product follows another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.families import nets
from training.ml.interface import Limits
from training.ml.recommenders.interface import Baskets, Floats, Ints, Texts
from training.ml.recommenders.packing import Orders, Rows, packed

#: Fewer customers with so many orders teach nothing about what follows what.
FEWEST_CUSTOMERS, FEWEST_ORDERS = 100, 3
#: Products that can be told apart: the most bought. The softmax over them is whole, in 32-bit floats.
MOST_PRODUCTS = 10_000
#: Orders of one history looked at, and what the net is made of.
LENGTH, WIDTH, HEADS, STEPS, DROPOUT = 32, 64, 2, 11, 0.3
#: Passes over all histories at most, after which early stopping has ended most fits; fewer than the least are a waste.
EPOCHS, LEAST_EPOCHS, HELD, PATIENCE, RATE = 40, 5, 0.1, 3, 3e-3
#: Per basket and, of each product told apart, per basket: the softmax is what costs.
PACE = nets.Pace(start=6.0, row=40.0, cell=0.02, usual=12)
FIELDS = ("products", "days", "histories", "weight")
#: Why it takes no part, for the card: by what `why` says.
REASONS = {
    "few": {
        "en": f"The sequence net needs {FEWEST_CUSTOMERS} customers with {FEWEST_ORDERS} orders or more.",
        "zh-hans": f"序列网络至少需要 {FEWEST_CUSTOMERS} 位各有 {FEWEST_ORDERS} 笔以上订单的客户。",
    },
    "slow": {
        "en": "The time allowed was too short to teach the sequence net.",
        "zh-hans": "允许的时间太短，无法训练序列网络。",
    },
}


class BasketSequence:
    """Self-attention over baskets: SASRec (Kang and McAuley, ICDM 2018) with sets of products for single ones.

    The score is how many of the customer's next basket's products this one is likely to be: the softmax over all
    products the net knows, times the products in a usual basket of theirs. Products it does not know have 0, and so
    have all where it was taught nothing (`taught` is False): too few histories, or too few seconds.
    """

    name: ClassVar[str] = "sequence"

    def __init__(self, *, seed: int = 7, limits: Limits | None = None, fewest: int = FEWEST_CUSTOMERS) -> None:
        self.seed, self.fewest = seed, fewest
        self.limits = limits or Limits()
        self.skus: Texts = np.empty(0, dtype=object)  # of the products known, in the order of the table's rows 1 …
        self.number: Ints = np.zeros(0, dtype=np.int32)  # per item of the list served: row of the table, 0 = unknown
        self.parts: dict[str, Floats] = {}
        self.why = "few"  # it takes no part: "few" histories, "slow" = too few seconds, "" = it does
        self._seen: tuple[Baskets, Orders] | None = None

    @property
    def taught(self) -> bool:
        """Whether it has learned anything."""
        return bool(self.parts)

    def fit(self, baskets: Baskets) -> Self:
        """Learn from all customers with two orders or more, a sample of them beyond `limits.net_rows`."""
        self.parts, self._seen = {}, None
        buyers = np.asarray(baskets.owned.sum(axis=0)).ravel()
        known = np.sort(np.argsort(-buyers, kind="stable")[:MOST_PRODUCTS])
        known = known[buyers[known] > 0]
        self.skus, self.number = baskets.items.sku[known], np.zeros(len(baskets.items), dtype=np.int32)
        self.number[known] = np.arange(1, len(known) + 1, dtype=np.int32)
        orders = Orders.of(baskets, self.number)
        enough = (orders.counts() >= FEWEST_ORDERS).sum() >= self.fewest
        if enough:
            self.parts = self._learned(orders, as_of=baskets.as_of)
        self.why = "" if self.parts else "slow" if enough else "few"
        return self

    def _learned(self, orders: Orders, *, as_of: int) -> dict[str, Floats]:
        """What the net learned by the names of its parts; nothing where the seconds do not suffice."""
        counts, one = orders.counts(), (PACE.row + PACE.cell * len(self.skus)) * 1e-6
        customers = np.random.default_rng(self.seed).permutation(np.flatnonzero(counts >= 2))[: self.limits.net_rows]
        room = (self.limits.seconds - PACE.start) / (LEAST_EPOCHS * one)
        customers = customers[np.cumsum(counts[customers]) <= room]
        if len(customers) < self.fewest:
            return {}
        held = max(1, round(HELD * len(customers)))
        taught, watched = (
            packed(orders, some.astype(np.int32), length=LENGTH, as_of=as_of, seed=self.seed)
            for some in (customers[held:], customers[:held])
        )
        baskets = int(counts[customers].sum())
        epochs = PACE.epochs(EPOCHS, rows=baskets, columns=len(self.skus), limits=self.limits)
        return _taught(taught, watched, products=len(self.skus), epochs=epochs, limits=self.limits, seed=self.seed)

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        found = np.zeros((len(customers), len(baskets.items)), dtype=np.float32)
        known = np.flatnonzero(self.number)
        if not self.taught or not len(known):
            return found
        if self._seen is None or self._seen[0] is not baskets:  # sorted once for all blocks
            self._seen = (baskets, Orders.of(baskets, self.number))
        orders = self._seen[1]
        some = np.flatnonzero(orders.counts()[customers])
        if not len(some):
            return found
        rows = self.number[known]
        state, size = _state(self.parts, orders, customers[some])
        logits = state @ self.parts["table"][rows].T + self.parts["level"][rows]
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        logits *= (size / logits.sum(axis=1))[:, None]
        found[np.ix_(some, known)] = logits
        return found

    def onto(self, skus: Texts) -> Self:
        """The same knowledge over another list of products; those it has never seen have no score."""
        place = {sku: row for row, sku in enumerate(self.skus, start=1)}
        found = type(self)(seed=self.seed, limits=self.limits, fewest=self.fewest)
        found.skus, found.parts, found.why = self.skus, self.parts, self.why
        found.number = np.array([place.get(sku, 0) for sku in skus], dtype=np.int32)
        return found

    def state(self) -> dict[str, npt.NDArray]:
        return {
            "skus": self.skus.astype(str), "number": self.number, "seed": np.array(self.seed),
            "why": np.array(self.why), **{f"part_{name}": part for name, part in self.parts.items()},
        }  # fmt: skip

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        found = cls(seed=int(state["seed"]))
        found.skus, found.number = state["skus"].astype(object), np.asarray(state["number"], dtype=np.int32)
        found.parts = {key.removeprefix("part_"): np.asarray(part, dtype=np.float32)
                       for key, part in state.items() if key.startswith("part_")}  # fmt: skip
        found.why = str(state["why"])
        return found


def _taught(taught: Rows, watched: Rows, *, products: int, epochs: int, limits: Limits, seed: int) -> dict[str, Floats]:
    from training.ml.families.nets import keras as net

    both = [np.concatenate([getattr(rows, name) for rows in _as_wide(taught, watched)]) for name in FIELDS]
    rows = np.arange(len(both[0]))
    course = net.Course(epochs, limits.seconds * nets.BRAKE, patience=PATIENCE, rate=RATE)
    with net.seeded(seed):
        model = net.NextBasket(products, WIDTH, HEADS, STEPS, DROPOUT)
        kept, held = rows[: len(taught)], rows[len(taught) :]
        found = net.foretold(model, both[:3], both[3], kept=kept, held=held, course=course)
    return {name: np.asarray(part, dtype=np.float32) for name, part in found.items()}


def _as_wide(*many: Rows) -> list[Rows]:
    """The same rows, with as many places for products in each as in the widest."""
    widest = max(rows.products.shape[2] for rows in many)
    room = [((0, 0), (0, 0), (0, widest - rows.products.shape[2])) for rows in many]
    return [replace(rows, products=np.pad(rows.products, more)) for rows, more in zip(many, room, strict=True)]


def _state(parts: Mapping[str, Floats], orders: Orders, customers: Ints) -> tuple[Floats, Floats]:
    """(n × width) what the net holds after the newest order of each, (n,) products in their usual order.

    What `NextBasket` of the nets computes, for the last place only. Every customer has ordered.
    """
    heads, width = parts["near"].shape[1], parts["table"].shape[1]
    counts = np.minimum(orders.counts()[customers], len(parts["near"]))
    which = _ranges(orders.begin[customers + 1] - counts, counts)
    basket, sizes = _baskets(parts["table"], orders, which)
    last = np.cumsum(counts) - 1
    owner = np.repeat(np.arange(len(customers)), counts)
    seen = _even(basket) * parts["norms"][0]
    asks = (seen[last] @ parts["asks"]).reshape(-1, heads, width // heads)
    keys, values = ((seen @ parts[name]).reshape(-1, heads, width // heads) for name in ("keys", "values"))
    gap = np.maximum(orders.day[which[last]][owner] - orders.day[which], 0)
    step = np.minimum(np.log2(1.0 + gap) + 1e-3, len(parts["since"]) - 1).astype(np.int32)
    heed = np.einsum("bhd,bhd->bh", asks[owner], keys) / np.float32(np.sqrt(width // heads))
    heed += parts["near"][last[owner] - np.arange(len(which))] + parts["since"][step]
    starts = last + 1 - counts
    heed = np.exp(heed - np.maximum.reduceat(heed, starts)[owner])
    heed /= np.add.reduceat(heed, starts)[owner]
    heard = np.add.reduceat((heed[:, :, None] * values).reshape(len(which), width), starts)
    told = basket[last] + heard @ parts["out"]
    thought = np.maximum((_even(told) * parts["norms"][1]) @ parts["inner"] + parts["bend"], 0)
    usual = np.add.reduceat(sizes, starts) / counts
    return (_even(told + thought @ parts["outer"]) * parts["norms"][2]).astype(np.float32), usual.astype(np.float32)


def _baskets(table: Floats, orders: Orders, which: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The mean embedding of each order's products, and how many there are."""
    sizes = orders.first[which + 1] - orders.first[which]
    product = orders.product[_ranges(orders.first[which], sizes)]
    share = np.repeat(1.0 / sizes, sizes).astype(np.float32)
    mean = sp.csr_matrix((share, product, np.append(0, np.cumsum(sizes))), shape=(len(which), len(table)))
    return np.asarray(mean @ table), sizes.astype(np.float32)


def _ranges(starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """start, start + 1 … of every range, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)


def _even(x: Floats) -> Floats:
    return x / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + np.float32(1e-6))
