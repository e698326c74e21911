"""Frequency: what the customer buys again and again, the recent orders counting most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from training.ml.recommenders.interface import Baskets, Floats, Ints


class Frequency:
    """Orders of the customer that contain the product, each halved in weight every `half_life` days.

    With an infinite half-life this is the customer's own most frequent products, the naive rival of next-basket
    recommendation (Hu et al., "Modeling personalized item frequency", SIGIR 2020); equals go to the recent one.
    """

    name: ClassVar[str] = "frequency"

    def __init__(self, *, half_life: float = 180.0) -> None:
        self.half_life = half_life
        self._seen: tuple[Baskets, sp.csr_matrix] | None = None

    def fit(self, baskets: Baskets) -> Self:
        return self  # everything it needs is the customer's own history

    def weights(self, baskets: Baskets) -> Floats:
        """One weight per line: 0.5 ** (age / half-life), with a trace of recency to settle equals."""
        age = baskets.age.astype(np.float32)
        settled = np.float32(1e-4) / (1.0 + age)
        if np.isinf(self.half_life):
            return 1.0 + settled
        return np.exp2(-age / np.float32(self.half_life)) + settled

    def scores(self, baskets: Baskets, customers: Ints) -> Floats:
        return self.nonzero(baskets, customers).toarray()

    def nonzero(self, baskets: Baskets, customers: Ints) -> sp.csr_matrix:
        """(len(customers) × items): only what the customer has bought."""
        if self._seen is None or self._seen[0] is not baskets:  # one table serves all blocks
            self._seen = (baskets, baskets.matrix(self.weights(baskets)))
        return self._seen[1][customers]

    def state(self) -> dict[str, npt.NDArray]:
        return {"half_life": np.array(self.half_life)}

    @classmethod
    def restore(cls, state: Mapping[str, npt.NDArray]) -> Self:
        return cls(half_life=float(state["half_life"]))
