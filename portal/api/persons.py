"""What a customer may ask for by law: a copy of everything held about them, and erasure."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from partners import erasure, persons
from partners.access import Right, require
from partners.models import ErasureRun
from portal.api.base import PartnerView
from portal.api.customers import CustomerSerializer, customer_numbered
from portal.kit.runs.model import State

NUMBER = OpenApiParameter("customer_id", str, OpenApiParameter.PATH)
SOON = "2"


class CopySerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=State.choices)
    message = serializers.CharField(help_text=_("What happened, when it failed."))
    made_at = serializers.DateTimeField(allow_null=True)
    person = serializers.DictField(
        allow_null=True, help_text=_("Everything held about the customer; null until it is made.")
    )


class ErasureSerializer(serializers.ModelSerializer[ErasureRun]):
    customers = serializers.SerializerMethodField(help_text=_("How many customers; null until it has ended."))
    asked_at = serializers.DateTimeField(source="queued_at")

    class Meta:
        model = ErasureRun
        fields = ["id", "state", "progress", "message", "customers", "asked_at", "ended_at"]

    def get_customers(self, run: ErasureRun) -> int | None:
        count: int | None = run.result.get("customers")
        return count


class CustomerCopy(PartnerView):
    about = _(
        "Asks for the copy when there is none of the last minutes: 202 and `person` null while it is made; ask again "
        "after Retry-After. Needs the right to see personal data. It is kept for a day."
    )
    rights = {"GET": Right.EXPORT}
    serializer_class = CopySerializer

    @extend_schema(
        operation_id="customers_export",
        summary=_("Everything held about one customer"),
        tags=["customers"],
        parameters=[NUMBER],
        responses={200: CopySerializer, 202: CopySerializer},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        customer = customer_numbered(customer_id)
        require(self.key, Right.PERSONAL)
        if made := persons.ready(customer, at=timezone.now(), within=persons.FRESH):
            run, person = made[0], persons.told(made[0])
        else:
            run, person = persons.request(customer, by=self.key.created_by), None
        told = {"state": run.state, "message": run.message, "made_at": run.ended_at, "person": person}
        answer = Response(self.get_serializer(told).data, status=200 if person else 202)
        if person is None:
            answer["Retry-After"] = SOON
        return answer


class OneCustomer(PartnerView):
    about = _("By the partner's own number; write a slash or a space in it as %2F or %20.")

    rights = {"GET": Right.SEE, "DELETE": Right.MANAGE}
    serializer_class = CustomerSerializer

    @extend_schema(operation_id="customers_one", summary=_("One customer"), tags=["customers"], parameters=[NUMBER])
    def get(self, request: Request, customer_id: str) -> Response:
        return Response(self.get_serializer(customer_numbered(customer_id)).data)

    @extend_schema(
        operation_id="customers_erase",
        summary=_("Erase a customer for good, everywhere; files sent later leave them out"),
        tags=["customers"],
        parameters=[NUMBER],
        responses={202: ErasureSerializer},
    )
    def delete(self, request: Request, customer_id: str) -> Response:
        """Needs the right to see personal data too: nobody erases whom they may not see."""
        customer = customer_numbered(customer_id)
        require(self.key, Right.PERSONAL)
        run = erasure.request(self.partner, [customer.external_id], by=self.key.created_by)
        where = reverse("api-erasure", args=[run.pk], request=request)
        return Response(ErasureSerializer(run).data, status=202, headers={"Location": where})


class OneErasure(PartnerView):
    about = _("How far an erasure is. It says how many, never who.")

    rights = {"GET": Right.MANAGE}
    serializer_class = ErasureSerializer

    @extend_schema(
        operation_id="erasures_one",
        summary=_("One erasure"),
        tags=["customers"],
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH)],
    )
    def get(self, request: Request, pk: int) -> Response:
        run = ErasureRun.objects.filter(pk=pk).first()
        if run is None:
            raise Http404
        return Response(self.get_serializer(run).data)
