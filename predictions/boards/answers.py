"""What became of an offer so far: made, accepted, bought; and what became of all offers of a product."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Product
from predictions.models import Action, Outcome, Recommendation

TAKEN = (Outcome.Verdict.ACCEPTED, Outcome.Verdict.BOUGHT)
REFUSED = Outcome.Verdict.WRONG_PRODUCT


@dataclass(frozen=True)
class Answer:
    """The latest thing recorded about one product for one customer."""

    word: str | Promise
    look: str
    on: date
    by: str


def answers(offers: Iterable[Recommendation]) -> dict[tuple[int, int], Answer]:
    """By (customer, product) of these offers; two queries however many there are."""
    pairs = {(one.customer_id, one.product_id) for one in offers}
    about = {"customer_id__in": {who for who, _what in pairs}, "product_id__in": {what for _who, what in pairs}}
    deeds: list[Action | Outcome] = [
        *made().filter(**about).select_related("by"),
        *Outcome.objects.standing().filter(verdict__in=TAKEN, **about).select_related("by"),
    ]
    found: dict[tuple[int, int], Answer] = {}
    for deed in sorted(deeds, key=lambda one: (one.on, one.at)):
        if deed.product_id and (deed.customer_id, deed.product_id) in pairs:
            found[deed.customer_id, deed.product_id] = _answer(deed)
    return found


def _answer(deed: Action | Outcome) -> Answer:
    by = str(deed.by) if deed.by else ""
    if isinstance(deed, Outcome):
        return Answer(deed.get_verdict_display(), "good", deed.on, by)
    return Answer(_("Offered"), "note", deed.on, by)


def made() -> QuerySet[Action]:
    """Offers that were made of some product and stand."""
    return Action.objects.standing().filter(kind=Action.Kind.OFFERED, product__isnull=False)


def refused() -> QuerySet[Outcome]:
    """Outcomes that called the outer row's product wrong for the outer row's customer."""
    return _of_outer(Outcome.objects.standing().filter(verdict=REFUSED))


def offered() -> QuerySet[Action]:
    """Offers made of the outer row's product to the outer row's customer."""
    return _of_outer(made())


def taken() -> QuerySet[Outcome]:
    """Outcomes that say the outer row's customer took the outer row's product."""
    return _of_outer(Outcome.objects.standing().filter(verdict__in=TAKEN))


def _of_outer(deeds: QuerySet[Any]) -> QuerySet[Any]:
    return deeds.filter(customer=OuterRef("customer"), product=OuterRef("product"))


@dataclass(frozen=True)
class Record:
    """Customers to whom a product was offered, by what came of it."""

    bought: int
    accepted: int
    refused: int
    open: int

    @property
    def pitched(self) -> int:
        return self.bought + self.accepted + self.refused + self.open

    @property
    def taken(self) -> int:
        return self.bought + self.accepted

    @property
    def rate(self) -> float | None:
        """Of those who answered, the share who took it."""
        answered = self.taken + self.refused
        return self.taken / answered if answered else None


def record(product: Product) -> Record:
    """Each customer counts once, by the furthest it came: bought, accepted, refused, or only offered."""
    said = Outcome.objects.standing().filter(product=product, verdict__in=[*TAKEN, REFUSED])
    bought = said.filter(verdict=Outcome.Verdict.BOUGHT)
    accepted = said.filter(verdict=Outcome.Verdict.ACCEPTED).exclude(customer__in=bought.values("customer"))
    no = said.filter(verdict=REFUSED).exclude(customer__in=said.filter(verdict__in=TAKEN).values("customer"))
    waiting = made().filter(product=product).exclude(Exists(said.filter(customer=OuterRef("customer"))))
    return Record(*(_people(rows) for rows in (bought, accepted, no, waiting)))


def _people(rows: QuerySet[Any]) -> int:
    return int(rows.order_by().aggregate(n=Count("customer", distinct=True))["n"])
