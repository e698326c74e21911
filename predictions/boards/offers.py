"""The recommendations list: which customer to offer which product, the chance, the value, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.models import Customer, Product
from predictions.boards.listing import Filter, Listing
from predictions.boards.words import offer_reason
from predictions.models import Outcome, Publication, Recommendation

SORTS = {
    "value": "expected_value",
    "chance": "probability",
    "customer": "customer__external_id",
    "product": "product__sku",
}
BLANK = ("value", "chance")
REPEATS = [("new", _("new to the customer")), ("repeat", _("bought before"))]


@dataclass(frozen=True)
class Row:
    offer: Recommendation
    name: str
    reason: str


def listing(query: QueryDict, *, personal: bool) -> Listing:
    sorts = SORTS | ({"customer": "customer__name"} if personal else {})
    filters = [
        Filter("kind", _("Kind"), REPEATS),
        Filter("category", _("Category"), _categories()),
        Filter("segment", _("Segment"), _segments()),
    ]
    return Listing(filters, sorts, "-value", query, BLANK)


def _categories() -> list[tuple[str, str]]:
    found = Product.objects.exclude(category="").values_list("category", flat=True).order_by("category").distinct()
    return [(value, value) for value in found[:80]]


def _segments() -> list[tuple[str, str]]:
    found = Customer.objects.present().exclude(segment="").values_list("segment", flat=True)
    return [(value, value) for value in found.order_by("segment").distinct()[:60]]


def matching(publication: Publication, asked: Listing, *, personal: bool) -> QuerySet[Recommendation]:
    """The offers this state of the list shows. What somebody called a wrong product never comes back."""
    chosen = asked.chosen
    offers = Recommendation.objects.filter(publication=publication)
    offers = offers.exclude(Exists(refused()))
    if "kind" in chosen:
        offers = offers.filter(is_repeat=chosen["kind"] == "repeat")
    if "category" in chosen:
        offers = offers.filter(product__category=chosen["category"])
    if "segment" in chosen:
        offers = offers.filter(customer__segment=chosen["segment"])
    if asked.words:
        offers = offers.filter(customer__in=Customer.objects.search(asked.words, personal=personal))
    return offers.select_related("customer", "product").order_by(*asked.ordering)


def refused() -> QuerySet[Outcome]:
    """Outcomes that called the outer row's product wrong for the outer row's customer."""
    wrong = Outcome.objects.standing().filter(verdict=Outcome.Verdict.WRONG_PRODUCT)
    return wrong.filter(customer=OuterRef("customer"), product=OuterRef("product"))


def totals(offers: QuerySet[Recommendation]) -> dict[str, Any]:
    found = offers.order_by().aggregate(
        count=Count("pk"), customers=Count("customer", distinct=True), money=Sum("expected_value")
    )
    return {key: value or 0 for key, value in found.items()}


def rows(offers: list[Recommendation], *, personal: bool) -> list[Row]:
    return [Row(offer, offer.customer.shown_name(personal=personal), offer_reason(offer.reason)) for offer in offers]


def table(offers: QuerySet[Recommendation], *, personal: bool) -> Iterator[list[Any]]:
    """The same view as a table for export, heads first."""
    yield [
        str(head)
        for head in (
            _("Customer number"), _("Name"), _("SKU"), _("Product"), _("Category"), _("Chance"), _("Expected value"),
            _("Bought before"), _("Reason"), _("Model"), _("As of"),
        )
    ]  # fmt: skip
    for offer in offers.select_related("publication__version__partner").iterator(chunk_size=1000):
        yield [
            offer.customer.external_id, offer.customer.name if personal else "", offer.product.sku,
            offer.product.name, offer.product.category, offer.probability, offer.expected_value,
            str(_("yes") if offer.is_repeat else _("no")), offer_reason(offer.reason),
            str(offer.publication.version), offer.publication.as_of.isoformat(),
        ]  # fmt: skip
