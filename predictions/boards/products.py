"""Whom to pitch: the products by the buyers to be expected, and one product with its customers, ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Product
from portal.kit import charts
from portal.kit.numbers import money, people, whole
from predictions import offer_rules
from predictions.boards import bands, offers
from predictions.boards.listing import Filter, Listing
from predictions.models import OfferRule, OfferSettings, Outlook, Publication, Recommendation

SORTS = {
    "expected": "expected", "worth": "worth", "product": "product__sku", "buyers": "buyers", "owners": "owners",
}  # fmt: skip
MOST = 2000  # customers of one product that the curve is drawn over
HALF = 0.5


def listing(query: QueryDict) -> Listing:
    filters = [Filter("category", gettext_lazy("Category"), offers.categories())]
    return Listing(filters, SORTS, "-expected", query, ("worth",))


def matching(publication: Publication, asked: Listing) -> QuerySet[Outlook]:
    """Without the products that a rule made since bars for everybody: nobody would be found behind their numbers."""
    worth = F("expected") * Cast("product__price", FloatField())
    found = Outlook.objects.filter(publication=publication).select_related("product").annotate(worth=worth)
    if barring_all := _for_everybody(offer_rules.in_force(publication.partner)):
        found = found.exclude(offer_rules.barred(barring_all))
    if "category" in asked.chosen:
        found = found.filter(product__category=asked.chosen["category"])
    if asked.words:
        found = found.filter(Q(product__sku__icontains=asked.words) | Q(product__name__icontains=asked.words))
    return found.order_by(*asked.ordering)


def totals(found: QuerySet[Outlook]) -> dict[str, Any]:
    told = found.order_by().aggregate(count=Count("pk"), expected=Sum("expected"), money=Sum("worth"))
    return {key: value or 0 for key, value in told.items()}


# -- one product ------------------------------------------------------------------------------------------------


def outlook_of(publication: Publication, product: int) -> Outlook | None:
    return Outlook.objects.filter(publication=publication, product=product).select_related("product").first()


def barring(product: Product, rules: Sequence[OfferRule]) -> OfferRule | None:
    """The rule that keeps this product from every customer, or nothing."""
    wide = (rule for rule in _for_everybody(rules) if rule.sku in ("", product.sku))
    return next((rule for rule in wide if rule.category.casefold() in ("", product.category.casefold())), None)


def _for_everybody(rules: Sequence[OfferRule]) -> list[OfferRule]:
    return [rule for rule in rules if rule.kind == OfferRule.Kind.EXCLUDE and not rule.segment]


def ranking(query: QueryDict) -> Listing:
    """How the customers of one product are ranked and which of them are shown."""
    filters = [
        Filter("kind", gettext_lazy("Kind"), offers.REPEATS),
        Filter("band", gettext_lazy("Fit and intent"), bands.choices()),
        Filter("offered", gettext_lazy("Offered"), offers.ANSWERED),
    ]
    sorts = {"chance": "probability", "value": "expected_value"}
    return Listing(filters, sorts, "-chance", query, tuple(sorts))


def customers(
    publication: Publication, product: Product, asked: Listing, rules: Sequence[OfferRule], settings: OfferSettings
) -> QuerySet[Recommendation]:
    found = offers.meeting(publication, asked, rules, personal=False, settings=settings)
    return found.filter(product=product).order_by(*asked.ordering)


@dataclass(frozen=True)
class Cut:
    """Pitching to the first `top` of the ranking: whom it reaches, what it is worth, and what the rest would bring."""

    top: int
    ranked: int
    reached: float
    expected: float
    worth: float | None
    chances: Sequence[float]
    candidates: int

    @property
    def in_vain(self) -> float:
        return max(self.top - self.reached, 0.0)

    @property
    def at_random(self) -> float:
        """How many buyers as many customers picked blindly among all candidates would hold."""
        return min(self.expected * self.top / self.candidates, self.expected) if self.candidates else 0.0


def cut(found: QuerySet[Recommendation], outlook: Outlook, asked: str) -> Cut:
    """The cut-off in the address, or the fewest customers that hold half of the buyers in the ranking; one query."""
    pairs = list(found.values_list("probability", "expected_value")[:MOST])
    chances = [chance or 0.0 for chance, _value in pairs]
    ranked, known = len(pairs), sum(chances)
    top = _top(asked, ranked)
    if top is None:
        so_far, top = 0.0, 0
        while top < ranked and so_far < HALF * known:
            so_far, top = so_far + chances[top], top + 1
    values = [value for _chance, value in pairs[:top] if value is not None]
    return Cut(
        top, ranked, sum(chances[:top]), max(outlook.expected, known), sum(values) if values else None, chances,
        max(outlook.candidates, ranked),
    )  # fmt: skip


def _top(asked: str, ranked: int) -> int | None:
    if not (asked.isascii() and asked.isdigit() and len(asked) < 8 and int(asked)):
        return None
    return min(int(asked), ranked)


def sentence(cut: Cut, currency: str) -> str:
    """What the cut-off means in people and money."""
    told = _("Pitch to the top %(top)s: reaches %(reached)s of the %(expected)s buyers to be expected") % {
        "top": whole(cut.top),
        "reached": people(cut.reached),
        "expected": people(cut.expected),
    }
    if cut.worth is not None:
        told += _(", worth %(money)s") % {"money": money(cut.worth, currency)}
    return told + _("; about %(vain)s pitches in vain.") % {"vain": whole(cut.in_vain)}


def curve(cut: Cut) -> charts.Chart:
    """Buyers reached against customers pitched, with the cut-off on it."""
    takeaway = _("The top %(top)s hold %(reached)s buyers; as many customers picked blindly would hold %(random)s.") % {
        "top": whole(cut.top),
        "reached": people(cut.reached),
        "random": people(cut.at_random),
    }
    return charts.reach(
        cut.chances,
        title=_("Buyers reached by pitching from the top"),
        takeaway=takeaway,
        columns=[_("Customers pitched"), _("Buyers reached"), _("Picked blindly")],
        per_head=cut.expected / cut.candidates if cut.candidates else 0.0,
        cut=cut.top,
        fmt=people,
    )


@dataclass(frozen=True)
class Together:
    product: Product | None
    sku: str
    both: int
    buyers: int


def together(outlook: Outlook) -> list[Together]:
    """What it is bought with: of the customers who bought the other product, so many bought this one too."""
    told = [one for one in outlook.goes_with if one.get("sku") and one.get("buyers")][:8]
    known = {one.sku: one for one in Product.objects.filter(sku__in=[one["sku"] for one in told])}
    return [Together(known.get(one["sku"]), one["sku"], int(one["both"]), int(one["buyers"])) for one in told]
