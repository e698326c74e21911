"""What to offer to whom: the recommendations the partner is shown, each with its reason; and who would buy what."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.models import Customer
from portal.api.asked import Listed
from portal.api.base import ListView
from portal.api.pages import PublicationPages
from portal.api.scores import SWITCH, PublicationView, Published, PublishedRow, Staying
from predictions import offer_rules, offering
from predictions.boards import bands
from predictions.boards.offers import in_segment, standing
from predictions.models import OfferSettings, Outlook, Prospect, Publication, Recommendation
from training import registry

#: By what a list may be read, and the column that puts it into that order.
RANKED = {"customer": "pk", "chance": "-probability", "value": "-expected_value"}

FILTERS = {
    "sku": "product__sku", "category": "product__category", "customer_id": "customer__external_id",
}  # fmt: skip


class OfferReason(serializers.Serializer[Any]):
    code = serializers.CharField(help_text=_("Stable; for programs."))
    sentence = serializers.CharField(help_text=_("For people, in the language of Accept-Language."))


class OfferSerializer(PublishedRow[Recommendation]):
    customer_id = serializers.CharField(source="customer.external_id")
    sku = serializers.CharField(source="product.sku")
    product_name = serializers.CharField(source="product.name")
    category = serializers.CharField(source="product.category")
    reason = OfferReason()
    model_version = serializers.CharField()
    as_of = serializers.DateField()

    class Meta:
        model = Recommendation
        fields = [
            "customer_id", "sku", "product_name", "category", "rank", "score", "probability", "expected_value",
            "reason", "is_repeat", "pinned", "model_version", "as_of",
        ]  # fmt: skip
        extra_kwargs = {
            "rank": {"help_text": _("Within the customer’s list, best first; pins and the wish for variety count.")},
            "probability": {
                "help_text": _(
                    "Of a purchase within the model’s days; by data without true dates, with the next order or at all."
                )
            },
            "expected_value": {
                "help_text": _("In the partner's currency: chance × usual price or margin × usual quantity.")
            },
            "pinned": {"help_text": _("Offered first because a rule says so.")},
        }

    def to_representation(self, instance: Recommendation) -> dict[str, Any]:
        language = self.context["language"]
        told = registry.offer_sentence(instance.reason, language) if instance.reason else ""
        instance.reason = {"code": instance.reason.get("code", ""), "sentence": told}
        return super().to_representation(instance)


class OffersAsked(Published):
    repeat = serializers.ChoiceField(
        required=False, choices=SWITCH, default="include",
        help_text=_("Products the customer has bought before. Ranks are those of the whole list: without some, gaps."),
    )  # fmt: skip
    sku = serializers.CharField(required=False, max_length=120, help_text=_("Only this product."))
    category = serializers.CharField(required=False, max_length=200, help_text=_("Only products of this category."))
    segment = serializers.CharField(required=False, max_length=200, help_text=_("Only customers of this segment."))


class ListAsked(OffersAsked):
    rank_by = serializers.ChoiceField(
        required=False, choices=list(RANKED), default="customer",
        help_text=_("By customer, or all offers by chance or expected value; those without one are left out then."),
    )  # fmt: skip


class RankingAsked(OffersAsked):
    sku = serializers.CharField(max_length=120, help_text=_("The product to pitch."))


class Recommendations(PublicationView, ListView):
    about = _("Products worth offering, by customer, with the chance of a purchase and what it would bring.")

    kind = "recommendation"
    serializer_class = OfferSerializer
    asked_class: type[Listed] = ListAsked

    @property
    def ordering(self) -> str:  # type: ignore[override]
        """Rows are written customer by customer in the order of their ranks."""
        return RANKED[self.asked.get("rank_by", "customer")]

    @extend_schema(
        operation_id="recommendations_list",
        summary=_("Recommendations, customer by customer, best first"),
        tags=["recommendations"],
        parameters=[ListAsked],
        responses=OfferSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def list(self, request: Request, *args: Any, **named: Any) -> Response:
        """Of a partner with too many customers for the database, one customer's offers come from the file, all on one
        page: they are a few dozen."""
        shown = self.publication
        if shown is None or "customer_id" not in self.asked or not offering.in_file(shown):
            return super().list(request, *args, **named)
        pages = cast(PublicationPages, self.paginator)
        pages.publication, pages.has_next, pages.has_previous = shown, False, False
        return pages.get_paginated_response(self.get_serializer(self.of_customer(shown), many=True).data)

    def of_customer(self, shown: Publication) -> Sequence[Recommendation]:
        customer = Customer.objects.filter(external_id=self.asked["customer_id"]).first()
        if customer is None:
            return []
        found = offering.standing_of(shown, customer, offer_rules.in_force(self.partner))
        asked, wanted = self.asked, {"include": (True, False), "only": (True,), "exclude": (False,)}
        segment = customer.segment or customer.industry
        found = [
            one for one in found
            if one.is_repeat in wanted[asked["repeat"]]
            and asked.get("sku", one.product.sku) == one.product.sku
            and asked.get("category", one.product.category) == one.product.category
            and asked.get("segment", segment) == segment
        ]  # fmt: skip
        by = self.ordering.lstrip("-")
        if by == "pk":
            return found
        return sorted((one for one in found if getattr(one, by) is not None), key=lambda one: -getattr(one, by))

    def get_queryset(self) -> QuerySet[Recommendation]:
        if self.publication is None:
            return Recommendation.objects.none()
        rows = standing(self.publication).select_related("customer", "product")
        if self.asked["repeat"] != "include":
            rows = rows.filter(is_repeat=self.asked["repeat"] == "only")
        for name, column in FILTERS.items():
            if name in self.asked:
                rows = rows.filter(**{column: self.asked[name]})
        if "segment" in self.asked:
            rows = rows.filter(in_segment(self.asked["segment"]))
        by = self.ordering.lstrip("-")
        return rows if by == "pk" else rows.filter(**{f"{by}__isnull": False})


class Ranking(Recommendations):
    about = _("Whom to pitch a product to: the customers it is worth offering to, by their chance of buying it.")

    asked_class = RankingAsked

    @property
    def ordering(self) -> str:  # type: ignore[override]
        return RANKED["chance"]

    @extend_schema(
        operation_id="product_ranking",
        summary=_("Customers of one product, likeliest buyer first"),
        tags=["recommendations"],
        parameters=[RankingAsked],
        responses=OfferSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)


class Opportunity(serializers.Serializer[Any]):
    category = serializers.CharField()
    probability = serializers.FloatField(help_text=_("Of the best offer in the category."))
    expected_value = serializers.FloatField(allow_null=True, help_text=_("In the partner's currency."))


class ProspectSerializer(PublishedRow[Prospect]):
    customer_id = serializers.CharField(source="customer.external_id")
    band = serializers.ChoiceField(choices=bands.choices(), help_text=_("By the partner's own thresholds."))
    owned = serializers.ListField(
        child=serializers.CharField(), help_text=_("Categories bought from within a year; older ones count as open.")
    )
    opportunities = Opportunity(many=True)
    model_version = serializers.CharField()
    as_of = serializers.DateField()

    class Meta:
        model = Prospect
        fields = [
            "customer_id", "fit", "intent", "band", "expected_value", "owned", "opportunities", "model_version",
            "as_of",
        ]  # fmt: skip

    def to_representation(self, instance: Prospect) -> dict[str, Any]:
        instance.band = bands.band_of(instance, self.context["settings"])  # type: ignore[attr-defined]
        instance.opportunities = [
            {"category": name, "probability": found[0], "expected_value": found[1]}
            for name, found in instance.opportunities.items()
        ]
        return super().to_representation(instance)


class ProspectsAsked(Published):
    band = serializers.ChoiceField(required=False, choices=bands.choices())


class Prospects(PublicationView, ListView):
    about = _("Customers by fit and intent: how like the best ones, how lively of late, what they own and could buy.")

    kind = "recommendation"
    serializer_class = ProspectSerializer
    asked_class = ProspectsAsked

    @extend_schema(
        operation_id="prospects_list",
        summary=_("White space, customer by customer"),
        tags=["recommendations"],
        parameters=[ProspectsAsked],
        responses=ProspectSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def get_serializer_context(self) -> dict[str, Any]:
        known = super().get_serializer_context()
        return {**known, "settings": self.wishes} if getattr(self, "publication", None) else known

    @cached_property
    def wishes(self) -> OfferSettings:
        return offer_rules.settings_of(self.partner)

    def get_queryset(self) -> QuerySet[Prospect]:
        if self.publication is None:
            return Prospect.objects.none()
        rows = Prospect.objects.filter(publication=self.publication).select_related("customer")
        if "band" in self.asked:
            rows = rows.filter(bands.standing_in(self.asked["band"], self.wishes))
        return rows.filter(customer__external_id=self.asked["customer_id"]) if "customer_id" in self.asked else rows


class Together(serializers.Serializer[Any]):
    sku = serializers.CharField()
    both = serializers.IntegerField(help_text=_("Customers who bought both."))
    buyers = serializers.IntegerField(help_text=_("Customers who bought the other one."))


class OutlookSerializer(PublishedRow[Outlook]):
    sku = serializers.CharField(source="product.sku")
    product_name = serializers.CharField(source="product.name")
    category = serializers.CharField(source="product.category")
    goes_with = Together(many=True)
    model_version = serializers.CharField()
    as_of = serializers.DateField()

    class Meta:
        model = Outlook
        fields = [
            "sku", "product_name", "category", "expected", "candidates", "owners", "buyers", "goes_with",
            "model_version", "as_of",
        ]  # fmt: skip
        extra_kwargs = {"buyers": {"help_text": _("In the last year, by the dates of the data.")}}


class OutlooksAsked(Staying):
    sku = serializers.CharField(required=False, max_length=120, help_text=_("Only this product."))


class Outlooks(PublicationView, ListView):
    about = _("Products by the buyers to be expected (sum of the chances), and what they are bought with.")

    kind = "recommendation"
    serializer_class = OutlookSerializer
    asked_class = OutlooksAsked

    @extend_schema(
        operation_id="outlooks_list",
        summary=_("Products and the buyers to be expected"),
        tags=["recommendations"],
        parameters=[OutlooksAsked],
        responses=OutlookSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def get_queryset(self) -> QuerySet[Outlook]:
        if self.publication is None:
            return Outlook.objects.none()
        rows = Outlook.objects.filter(publication=self.publication).select_related("product")
        return rows.filter(product__sku=self.asked["sku"]) if "sku" in self.asked else rows
