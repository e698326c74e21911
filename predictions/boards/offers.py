"""The recommendations list: which customer to offer which product, the chance, the value, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import OrderBy
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.models import Customer, Product
from predictions import offer_rules
from predictions.boards import bands
from predictions.boards.answers import Answer, Told, answers, offered, refused, taken
from predictions.boards.listing import Filter, Listing
from predictions.boards.words import offer_reason
from predictions.models import Action, OfferRule, OfferSettings, Publication, Recommendation

SORTS = {
    "value": "expected_value",
    "chance": "probability",
    "customer": "customer__external_id",
    "product": "product__sku",
}
BLANK = ("value", "chance")
REPEATS = [("new", _("new to the customer")), ("repeat", _("bought before"))]
FREE = {"product": _("Product"), "customer": _("Customer")}
ANSWERED = [("no", _("not offered yet")), ("yes", _("offered already"))]


@dataclass(frozen=True)
class Row:
    offer: Recommendation
    name: str
    reason: str
    answer: Answer | None = None


def listing(query: QueryDict, *, personal: bool, settings: OfferSettings) -> Listing:
    """What the address asks for. Until somebody sorts, the list stands as the partner wishes its offers ranked, pinned
    ones first."""
    sorts = SORTS | ({"customer": "customer__name"} if personal else {})
    filters = [
        Filter("kind", _("Kind"), REPEATS),
        Filter("band", _("Fit and intent"), bands.choices()),
        Filter("category", _("Category"), categories()),
        Filter("segment", _("Segment"), segments()),
        Filter("offered", _("Offered"), ANSWERED),
    ]
    by_chance = settings.rank_by == OfferSettings.Rank.CHANCE
    return Listing(filters, sorts, "-chance" if by_chance else "-value", query, BLANK, FREE)


def categories() -> list[tuple[str, str]]:
    found = Product.objects.exclude(category="").values_list("category", flat=True).order_by("category").distinct()
    return [(value, value) for value in found[:200]]


def segments() -> list[tuple[str, str]]:
    """The segments of the customers; where the data have none, their industries stand for them, as in the models."""
    for column in ("segment", "industry"):
        found = Customer.objects.present().exclude(**{column: ""}).values_list(column, flat=True)
        if listed := [(value, value) for value in found.order_by(column).distinct()[:60]]:
            return listed
    return []


def in_segment(name: str) -> Q:
    """Rows whose customer is in this segment, or in this industry where it has no segment."""
    return Q(customer__segment=name) | Q(customer__segment="", customer__industry=name)


def matching(
    publication: Publication, asked: Listing, *, personal: bool, settings: OfferSettings
) -> QuerySet[Recommendation]:
    """The offers this state of the list shows, in its order. A customer's offers stand together by rank, in which rules
    and the wish for variety have their say."""
    rules = offer_rules.in_force(publication.partner)
    found = meeting(publication, asked, rules, personal=personal, settings=settings)
    order: list[str | OrderBy] = list(asked.ordering)
    if asked.sort.removeprefix("-") == "customer":
        order[1:] = ["customer_id", "rank", "pk"]
    elif not asked.sorted and any(rule.kind == OfferRule.Kind.PIN for rule in rules):
        order.insert(0, "-pinned")  # only where something is pinned: an index serves the order without it
    return found.order_by(*order)


def meeting(
    publication: Publication, asked: Listing, rules: Sequence[OfferRule], *, personal: bool, settings: OfferSettings
) -> QuerySet[Recommendation]:
    """The offers that meet what is asked for, in any order. What somebody called a wrong product never comes back."""
    chosen = asked.chosen
    offers = standing(publication, rules)
    if "kind" in chosen:
        offers = offers.filter(is_repeat=chosen["kind"] == "repeat")
    if "band" in chosen:
        offers = offers.filter(customer__in=bands.prospects(publication, chosen["band"], settings).values("customer"))
    if "category" in chosen:
        offers = offers.filter(product__category=chosen["category"])
    if "segment" in chosen:
        offers = offers.filter(in_segment(chosen["segment"]))
    if "offered" in chosen:
        known = Exists(offered()) | Exists(taken())
        offers = offers.filter(known) if chosen["offered"] == "yes" else offers.exclude(known)
    if "product" in asked.texts:
        offers = offers.filter(product__in=named(asked.texts["product"]))
    if "customer" in asked.texts:
        offers = offers.filter(customer__external_id=asked.texts["customer"])
    if asked.words:
        offers = offers.filter(customer__in=Customer.objects.search(asked.words, personal=personal))
    return offers.select_related("customer", "product")


def standing(publication: Publication, rules: Sequence[OfferRule] | None = None) -> QuerySet[Recommendation]:
    """The publication's offers without those somebody called wrong, or a rule made since forbids."""
    offers = Recommendation.objects.filter(publication=publication).exclude(Exists(refused()))
    barred = offer_rules.barred(offer_rules.in_force(publication.partner) if rules is None else rules)
    return offers.exclude(barred) if barred else offers


def named(text: str) -> QuerySet[Product]:
    """The product with this very SKU; where there is none, all that have the text in SKU or name."""
    exact = Product.objects.filter(sku=text)
    return exact if exact.exists() else Product.objects.filter(Q(sku__icontains=text) | Q(name__icontains=text))


def totals(offers: QuerySet[Recommendation]) -> dict[str, Any]:
    found = offers.order_by().aggregate(
        count=Count("pk"), customers=Count("customer", distinct=True), money=Sum("expected_value")
    )
    return {key: value or 0 for key, value in found.items()}


def rows(offers: Sequence[Recommendation], *, personal: bool, known: Told | None = None) -> list[Row]:
    """With what was recorded about each; two queries, unless it is known already."""
    known = answers(offers) if known is None else known
    return [
        Row(
            offer, offer.customer.shown_name(personal=personal), offer_reason(offer.reason),
            known.get((offer.customer_id, offer.product_id)),
        )
        for offer in offers
    ]  # fmt: skip


def table(offers: QuerySet[Recommendation], *, personal: bool) -> Iterator[list[Any]]:
    """The same view as a table for export, heads first."""
    yield [
        str(head)
        for head in (
            _("Customer number"), _("Name"), _("SKU"), _("Product"), _("Category"), _("Chance"), _("Expected value"),
            _("Bought before"), _("Reason"), _("Model"), _("As of"), _("Pinned"), _("Offered on"), _("Offered by"),
        )
    ]  # fmt: skip
    told = offers.annotate(
        offered_on=Subquery(_latest().values("on")[:1]), offered_by=Subquery(_latest().values("by__name")[:1])
    )
    for offer in told.select_related("publication__version__partner").iterator(chunk_size=1000):
        yield [
            offer.customer.external_id, offer.customer.name if personal else "", offer.product.sku,
            offer.product.name, offer.product.category, offer.probability, offer.expected_value,
            _yes(offer.is_repeat), offer_reason(offer.reason), str(offer.publication.version),
            offer.publication.as_of.isoformat(), _yes(offer.pinned),
            offer.offered_on.isoformat() if offer.offered_on else "", offer.offered_by or "",
        ]  # fmt: skip


def _latest() -> QuerySet[Action]:
    return offered().order_by("-on", "-pk")


def _yes(true: bool) -> str:
    return str(_("yes") if true else _("no"))
