"""The next basket: what the customer keeps buying, mixed with what the customers most alike keep buying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import ClassVar, Self, TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints, best
from training.ml.recommenders.judge import hits_of, ndcg
from training.ml.recommenders.neighbours import MOST, Crowd, Turns, referees, to_one

#: Customers whose newest order is held out to choose the settings, and the fewest that can decide anything.
TRIED, FEWEST_TRIED = 500, 50
#: Cells of the dense scores looked at while choosing.
TRIED_CELLS = 4_000_000

K = TypeVar("K")


@dataclass(frozen=True)
class Decay:
    """Orders stand in groups of `group`, newest first. Within a group each older order counts `within` times the one
    after it; each older group `between` times the one after it."""

    group: int = 1
    within: float = 1.0
    between: float = 0.9


#: What is tried: every order a little less than the one after it, groups as in the paper, sooner forgotten, and never.
DECAYS = (Decay(), Decay(7, 0.9, 0.7), Decay(1, 1.0, 0.7), Decay(1, 1.0, 1.0))
OWN_SHARES = (0.5, 0.3, 0.7, 0.85)


class NextBasket:
    """TIFU-KNN (Hu, He, Gao, Zhang, "Modeling personalized item frequency information for next-basket
    recommendation", SIGIR 2020), with neighbours by cosine, each weighing as much as it is alike.

    A customer is the mean of their groups of orders, forgotten as `Decay` says; the score is `own` × that plus
    (1 - own) × the mean of the `count` nearest customers. Distances as in the paper favour customers who bought little
    of anything; by cosine about half as many again of the new products are found.

    `decay` and `own` None: chosen in `fit` by the newest orders of some customers, held out; the first of what is tried
    unless another is better by more than chance.
    Only the order of orders matters, not their dates. Draws the customers looked at by `seed`.
    """

    name: ClassVar[str] = "next_basket"

    def __init__(
        self, *, decay: Decay | None = None, own: float | None = None, count: int = 100, most: int = MOST, seed: int = 0
    ) -> None:
        self.decay, self.own = decay, own
        self.count, self.most, self.seed = count, most, seed
        self.used = (decay or DECAYS[0], OWN_SHARES[0] if own is None else own)
        self.crowd = Crowd.nobody()
        self._seen: tuple[Baskets, sp.csr_matrix, Ints] | None = None

    def fit(self, baskets: Baskets) -> Self:
        """Choose the settings not given, and keep a crowd of reference customers."""
        if self.decay is None or self.own is None:
            self.used = self._chosen(baskets)
        self.crowd = self._crowd(baskets, vectors(baskets, self.used[0]))
        self._seen = None
        return self

    def _crowd(self, baskets: Baskets, table: sp.csr_matrix) -> Crowd:
        chosen = referees(baskets, most=self.most, seed=self.seed)
        says = table[chosen]
        length = np.sqrt(np.asarray(says.multiply(says).sum(axis=1)).ravel())
        looks = sp.csr_matrix((sp.diags_array((1 / np.maximum(length, 1e-12)).astype(np.float32)) @ says).T)
        return Crowd(baskets.customers[chosen], looks, says)

    def _mixed(self, crowd: Crowd, rows: sp.csr_matrix, own: Ints) -> sp.csr_matrix:
        """What the neighbours of these rows keep buying."""
        return to_one(crowd.nearest(rows, own, self.count)) @ crowd.says

    def nonzero(self, baskets: Baskets, customers: Ints) -> sp.csr_matrix:
        """`scores` as a sparse table."""
        if self._seen is None or self._seen[0] is not baskets:  # one table serves all blocks
            table = vectors(baskets, self.used[0])
            self._seen = (baskets, table, self.crowd.places(baskets.customers))
        _, table, places = self._seen
        share, rows = np.float32(self.used[1]), table[customers]
        if not len(self.crowd):
            return sp.csr_matrix(share * rows)
        return sp.csr_matrix(share * rows + (1 - share) * self._mixed(self.crowd, rows, places[customers]))

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return self.nonzero(baskets, customers).toarray()

    def _chosen(self, baskets: Baskets) -> tuple[Decay, float]:
        """The first of the settings, or the best one where its NDCG@10 on held-out newest orders is surely higher."""
        turns = Turns.of(baskets)
        held = turns.newest()
        tried = np.unique(baskets.customer[held])
        most = min(TRIED, TRIED_CELLS // max(1, len(baskets.items)))
        tried = np.sort(np.random.default_rng(self.seed).permutation(tried)[:most]).astype(np.int32)
        if len(tried) < FEWEST_TRIED:
            return self.used
        earlier, truth = baskets.only(~held), baskets.only(held).owned[tried]
        reached: dict[tuple[Decay, float], npt.NDArray[np.float64]] = {}
        for decay in DECAYS if self.decay is None else (self.decay,):
            table = vectors(earlier, decay)
            crowd = self._crowd(earlier, table)
            mine, rows = table[tried].toarray(), table[tried]
            theirs = self._mixed(crowd, rows, crowd.places(earlier.customers[tried])).toarray()
            for share in OWN_SHARES if self.own is None else (self.own,):
                found = best(np.float32(share) * mine + np.float32(1 - share) * theirs, 10)
                reached[decay, share] = ndcg(*hits_of(found, truth), 10)
        return surely_best(reached)

    def state(self) -> dict[str, npt.NDArray]:
        return self.crowd.state() | {
            "decay": np.array(astuple(self.used[0])), "own": np.array(self.used[1]), "count": np.array(self.count)
        }  # fmt: skip

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        group, within, between = state["decay"].tolist()
        found = cls(decay=Decay(int(group), within, between), own=float(state["own"]), count=int(state["count"]))
        found.crowd = Crowd.restore(state)
        return found


def surely_best(reached: Mapping[K, npt.NDArray[np.float64]]) -> K:
    """The first key, or the one with the highest mean if that is higher by more than one standard error."""
    first = next(iter(reached))
    leader = max(reached, key=lambda key: float(reached[key].mean()))
    gain = reached[leader] - reached[first]
    sure = gain.mean() > gain.std() / np.sqrt(max(1, len(gain)))
    return leader if sure else first


def vectors(baskets: Baskets, decay: Decay) -> sp.csr_matrix:
    """(customers × items) how regularly each product was bought: the mean over a customer's groups of orders, each
    group the mean of its orders, the weights falling with age. An order is 1 for each of its products."""
    turns = Turns.of(baskets)
    group, inside = np.divmod(turns.age, decay.group)
    count = turns.count[turns.customer]
    groups = -(-count // decay.group)
    size = np.where(group == groups - 1, count - group * decay.group, decay.group)  # the oldest group may be short
    weight = decay.within**inside * decay.between**group / (size * groups)
    return baskets.matrix(weight[turns.line].astype(np.float32))
