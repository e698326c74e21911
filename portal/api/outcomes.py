"""What became of a customer: read, told and taken back."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.access import Right
from portal.api.asked import Listed, Strict
from portal.api.base import ListView, PartnerView
from portal.api.customers import customer_numbered
from portal.api.idempotency import HEADER, Repeated
from predictions import deeds
from predictions.models import Outcome

EARLIEST = date(1990, 1, 1)


class OutcomeSerializer(Strict, serializers.ModelSerializer[Outcome]):
    customer_id = serializers.CharField(source="customer.external_id", max_length=120)
    verdict = serializers.ChoiceField(choices=Outcome.Verdict.choices)
    on = serializers.DateField(required=False, help_text=_("The day it was settled; today unless told."))
    because = serializers.ChoiceField(
        choices=Outcome.Because.choices, required=False, allow_blank=True, default="",
        help_text=_("Why a product was wrong; for “wrong_product” only."),
    )  # fmt: skip
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    sku = serializers.CharField(
        source="product.sku", required=False, allow_null=True, max_length=120, default=None, help_text=_("The product.")
    )
    recorded_at = serializers.DateTimeField(source="at", read_only=True)

    class Meta:
        model = Outcome
        fields = ["id", "customer_id", "verdict", "because", "on", "note", "sku", "recorded_at"]

    def validate_on(self, day: date) -> date:
        today = self.context["today"]
        if not EARLIEST <= day <= today:
            told = _("%(day)s is not a day this can have happened on: write one from %(first)s to today, %(today)s.")
            raise serializers.ValidationError(told % {"day": day, "first": EARLIEST, "today": today})
        return day

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        number, sku = attrs["customer"]["external_id"], attrs["product"]["sku"]
        try:
            customer = customer_numbered(number)
        except Http404 as error:
            told = _("“%(number)s” is none of your customers: send the number as it stands in your customers file.")
            raise serializers.ValidationError({"customer_id": [told % {"number": number}]}) from error
        product = deeds.product_for(customer, sku or "")
        if sku and product is None:
            told = _("“%(sku)s” is none of your products: send the SKU as it stands in your products file.")
            raise serializers.ValidationError({"sku": [told % {"sku": sku}]})
        return {**attrs, "customer": customer, "product": product}


class OutcomesAsked(Listed):
    customer_id = serializers.CharField(required=False, max_length=120, help_text=_("Only this customer’s rows."))
    verdict = serializers.ChoiceField(required=False, choices=Outcome.Verdict.choices)


class Outcomes(Repeated, ListView):
    about = _(
        "What became of customers and offers; it shows on the pages at once and teaches the next models. What is "
        "called a wrong product is not offered to that customer again."
    )

    rights = {"GET": Right.SEE, "POST": Right.ACT}
    serializer_class = OutcomeSerializer
    asked_class = OutcomesAsked
    ordering = "-pk"
    object_kind = "outcome"

    @extend_schema(
        operation_id="outcomes_list",
        summary=_("Outcomes, newest first"),
        tags=["outcomes"],
        parameters=[OutcomesAsked],
        responses=OutcomeSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    @extend_schema(
        operation_id="outcomes_record",
        summary=_("Record an outcome"),
        tags=["outcomes"],
        parameters=[HEADER],
        responses={201: OutcomeSerializer},
    )
    def post(self, request: Request) -> Response:
        told = self.get_serializer(data=request.data)
        told.is_valid(raise_exception=True)
        outcome = self.once(dict(told.initial_data), make=lambda: self._record(told.validated_data))
        return Response(self.get_serializer(outcome).data, status=201)

    def _record(self, told: dict[str, Any]) -> Outcome:
        on = told.get("on") or self.today
        return deeds.judge(
            told["customer"],
            told["verdict"],
            by=self.key.created_by,
            at=datetime.combine(on, time(12), ZoneInfo(self.partner.time_zone)),
            because=told["because"],
            note=told["note"],
            product=told["product"],
            source=f"key:{self.key.prefix}",
        )

    def find(self, pk: int) -> Outcome | None:
        return Outcome.objects.filter(pk=pk).select_related("customer", "product").first()

    def get_queryset(self) -> QuerySet[Outcome]:
        rows = Outcome.objects.standing().select_related("customer", "product")
        if "customer_id" in self.asked:
            rows = rows.filter(customer__external_id=self.asked["customer_id"])
        return rows.filter(verdict=self.asked["verdict"]) if "verdict" in self.asked else rows


ID = OpenApiParameter("id", int, OpenApiParameter.PATH)


class OneOutcome(PartnerView):
    about = _("An outcome that stands; one taken back is found no more.")

    rights = {"GET": Right.SEE, "DELETE": Right.ACT}
    serializer_class = OutcomeSerializer

    def found(self, pk: int) -> Outcome:
        outcome = Outcome.objects.standing().filter(pk=pk).select_related("customer", "product").first()
        if outcome is None:
            raise Http404
        return outcome

    @extend_schema(operation_id="outcomes_one", summary=_("One outcome"), tags=["outcomes"], parameters=[ID])
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(self.found(pk)).data)

    @extend_schema(operation_id="outcomes_undo", summary=_("Take an outcome back"), tags=["outcomes"], parameters=[ID])
    def delete(self, request: Request, pk: int) -> Response:
        deeds.undo(self.found(pk), at=timezone.now())
        return Response(status=204)
