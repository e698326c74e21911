"""Customers in the current data. Names and contact data only for keys that may see them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.access import Right
from partners.models import Customer
from portal.api.asked import Listed
from portal.api.base import ListView

# Further attributes are whatever else stood in the file, so nobody can promise that they name no person.
PERSONAL = ("name", "email", "phone", "attributes")


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    customer_id = serializers.CharField(source="external_id", help_text=_("The partner's own number."))
    name = serializers.CharField(allow_null=True, help_text=_("Null without the right to see personal data."))
    email = serializers.CharField(allow_null=True, help_text=_("Null without the right to see personal data."))
    phone = serializers.CharField(allow_null=True, help_text=_("Null without the right to see personal data."))
    attributes = serializers.DictField(
        allow_null=True,
        help_text=_("Columns of the file that are none of ours. Null without the right to see personal data."),
    )

    class Meta:
        model = Customer
        fields = [
            "customer_id", "name", "email", "phone", "segment", "industry", "region", "city", "country", "since",
            "monthly_value", "first_order_on", "last_order_on", "orders", "spend", "attributes",
        ]  # fmt: skip

    def to_representation(self, instance: Customer) -> dict[str, Any]:
        told = super().to_representation(instance)
        return told if self.context["personal"] else {**told, **dict.fromkeys(PERSONAL)}


class CustomersAsked(Listed):
    search = serializers.CharField(
        required=False, max_length=200, help_text=_("Part of the number; with personal data also of name or e-mail.")
    )
    segment = serializers.CharField(required=False, max_length=120)
    region = serializers.CharField(required=False, max_length=120)


class Customers(ListView):
    about = _("Customers in the data now in use; those of withdrawn files are not among them.")

    serializer_class = CustomerSerializer
    asked_class = CustomersAsked
    ordering = "external_id"

    @extend_schema(
        operation_id="customers_list",
        summary=_("Customers, by number"),
        tags=["customers"],
        parameters=[CustomersAsked],
        responses=CustomerSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    def get_queryset(self) -> QuerySet[Customer]:
        rows = Customer.objects.present()
        if words := self.asked.get("search"):
            rows = rows.search(words, personal=Right.PERSONAL in self.rights_held)
        same = {name: self.asked[name] for name in ("segment", "region") if name in self.asked}
        return rows.filter(**same)


def customer_numbered(number: str) -> Customer:
    """The customer with this number in the open scope. Raises Http404."""
    found = None if "\x00" in number else Customer.objects.present().filter(external_id=number).first()
    if found is None:
        raise Http404
    return found
