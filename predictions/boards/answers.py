"""What became of an offer so far: made, accepted, bought; and what became of all offers of a product."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Product
from predictions.models import Action, Outcome, Recommendation

TAKEN = (Outcome.Verdict.ACCEPTED, Outcome.Verdict.BOUGHT)
REFUSED = Outcome.Verdict.WRONG_PRODUCT
ANSWERS = {str(Action.Kind.OFFERED), *map(str, TAKEN), str(REFUSED)}


@dataclass(frozen=True)
class Answer:
    """The latest thing recorded about one product for one customer."""

    word: str | Promise
    look: str
    on: date
    by: str


Told = dict[tuple[int, int], Answer]
"""By customer and product."""


def answers(offers: Iterable[Recommendation]) -> Told:
    """What was recorded about each of these offers; two queries however many there are."""
    pairs = {(one.customer_id, one.product_id) for one in offers}
    about = {"customer_id__in": {who for who, _what in pairs}, "product_id__in": {what for _who, what in pairs}}
    return latest([*made().filter(**about).select_related("by"), *answered().filter(**about).select_related("by")])


def latest(deeds: Iterable[Action | Outcome]) -> Told:
    """The last word on each offer among these deeds; what is about no product says nothing of an offer."""
    found: Told = {}
    for deed in sorted(deeds, key=lambda one: (one.on, one.at)):
        if deed.product_id and _word(deed) in ANSWERS:
            found[deed.customer_id, deed.product_id] = _answer(deed)
    return found


def _word(deed: Action | Outcome) -> str:
    return deed.kind if isinstance(deed, Action) else deed.verdict


def _answer(deed: Action | Outcome) -> Answer:
    by = str(deed.by) if deed.by else ""
    if isinstance(deed, Action):
        return Answer(_("Offered"), "note", deed.on, by)
    return Answer(deed.get_verdict_display(), "" if deed.verdict == REFUSED else "good", deed.on, by)


def answered() -> QuerySet[Outcome]:
    """Offers that were taken."""
    return Outcome.objects.standing().filter(verdict__in=TAKEN)


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
    return _of_outer(answered())


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


def of_product(product: Product) -> tuple[Record, Told]:
    """What offers of one product came to, and the last word on each; two queries.

    Each customer counts once, by the furthest it came: bought, accepted, refused, or only offered.
    """
    offers = list(made().filter(product=product).select_related("by"))
    said = Outcome.objects.standing().filter(product=product, verdict__in=[*TAKEN, REFUSED]).select_related("by")
    outcomes = list(said)
    by_verdict = {
        verdict: {one.customer_id for one in outcomes if one.verdict == verdict} for verdict in (*TAKEN, REFUSED)
    }
    bought = by_verdict[Outcome.Verdict.BOUGHT]
    accepted = by_verdict[Outcome.Verdict.ACCEPTED] - bought
    refusing = by_verdict[REFUSED] - accepted - bought
    waiting = {one.customer_id for one in offers} - bought - accepted - refusing
    return Record(*map(len, (bought, accepted, refusing, waiting))), latest([*offers, *outcomes])
