"""The sources a blend may listen to, by name: add a line here, and candidates, lessons and artefacts know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

from training.ml.recommenders.content import Content
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.factorisation import Factorisation
from training.ml.recommenders.frequency import Frequency
from training.ml.recommenders.graph_filter import GraphFilter
from training.ml.recommenders.interface import Recommender, Texts
from training.ml.recommenders.item_knn import ItemKnn
from training.ml.recommenders.next_basket import NextBasket
from training.ml.recommenders.popularity import Popularity
from training.ml.recommenders.sequence import BasketSequence
from training.ml.recommenders.user_knn import UserKnn


class Learned(Recommender, Protocol):
    """Knowledge about products that is carried from one partner's list of products to another's."""

    def onto(self, skus: Texts) -> Self:
        """The same knowledge over another list of products; what it has never seen, nothing speaks for."""
        ...


#: Fitted on the partner's own baskets whenever they are looked at.
LOCAL: Mapping[str, type[Recommender]] = {
    "popularity": Popularity,
    "frequency": Frequency,
    "next_basket": NextBasket,
    "user_knn": UserKnn,
    "content": Content,
}
#: Learned from all partners of one catalogue, and stored with the model.
SHARED: Mapping[str, type[Learned]] = {
    "ease": Ease,
    "item_knn": ItemKnn,
    "graph_filter": GraphFilter,
    "factorisation": Factorisation,
    "sequence": BasketSequence,
}
#: Only for who names them: a net is taught anew for every date looked back from, for about a hundredth of NDCG@10.
ON_REQUEST = frozenset({"sequence"})
#: What kind of evidence each source carries, for reasons; every name that may ever be registered has its columns.
KIND: Mapping[str, str] = {
    "popularity": "popular",
    "frequency": "own", "next_basket": "own",
    "user_knn": "alike",
    "ease": "together", "item_knn": "together", "graph_filter": "together", "factorisation": "together",
    "sequence": "together",
    "content": "content",
}  # fmt: skip
