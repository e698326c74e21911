"""What to offer to whom: the recommendations the partner is shown, each with its reason."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.base import ListView
from portal.api.scores import SWITCH, PublicationView, Published
from predictions.models import Recommendation
from training import registry


class OfferReason(serializers.Serializer[Any]):
    code = serializers.CharField(help_text=_("Stable; for programs."))
    sentence = serializers.CharField(help_text=_("For people, in the language of Accept-Language."))


class OfferSerializer(serializers.ModelSerializer[Recommendation]):
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
            "reason", "is_repeat", "model_version", "as_of",
        ]  # fmt: skip

    def to_representation(self, instance: Recommendation) -> dict[str, Any]:
        publication, language = self.context["publication"], self.context["language"]
        instance.model_version = publication["model_version"]  # type: ignore[attr-defined]
        instance.as_of = publication["as_of"]  # type: ignore[attr-defined]
        told = registry.offer_sentence(instance.reason, language) if instance.reason else ""
        instance.reason = {"code": instance.reason.get("code", ""), "sentence": told}
        return super().to_representation(instance)


class OffersAsked(Published):
    repeat = serializers.ChoiceField(
        required=False, choices=SWITCH, default="include", help_text=_("Products the customer has bought before.")
    )


class Recommendations(PublicationView, ListView):
    about = _("Products worth offering, by customer, with the chance of a purchase and what it would bring.")

    kind = "recommendation"
    serializer_class = OfferSerializer
    asked_class = OffersAsked
    ordering = "pk"  # rows are written customer by customer in the order of their ranks

    @extend_schema(
        operation_id="recommendations_list",
        summary=_("Recommendations, customer by customer, best first"),
        tags=["recommendations"],
        parameters=[OffersAsked],
        responses=OfferSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def get_queryset(self) -> QuerySet[Recommendation]:
        if self.publication is None:
            return Recommendation.objects.none()
        rows = Recommendation.objects.filter(publication=self.publication).select_related("customer", "product")
        if self.asked["repeat"] != "include":
            rows = rows.filter(is_repeat=self.asked["repeat"] == "only")
        if "customer_id" in self.asked:
            rows = rows.filter(customer__external_id=self.asked["customer_id"])
        return rows
