"""Whose key this is and what it may do: the first request anyone makes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.access import Right
from partners.models import Partner
from portal.api.base import PartnerView


class PartnerSerializer(serializers.ModelSerializer[Partner]):
    type = serializers.CharField(source="kind")

    class Meta:
        model = Partner
        fields = ["slug", "name", "type", "region", "currency", "time_zone", "language"]


class MeSerializer(serializers.Serializer[Any]):
    partner = PartnerSerializer()
    key = serializers.CharField(help_text=_("The key's name."))
    key_expires_at = serializers.DateTimeField(allow_null=True)
    role = serializers.CharField()
    rights = serializers.ListField(child=serializers.CharField())
    newest_fact_on = serializers.DateField(
        allow_null=True, help_text=_("The newest date in the data; null while there is none.")
    )


class Me(PartnerView):
    about = _("The partner this key opens, its role and its rights.")

    rights = {"GET": Right.SEE}
    serializer_class = MeSerializer

    @extend_schema(operation_id="me", summary=_("Whose key this is and what it may do"), tags=["me"])
    def get(self, request: Request) -> Response:
        dataset = self.partner.dataset
        me = {
            "partner": self.partner,
            "key": self.key.name,
            "key_expires_at": self.key.expires_at,
            "role": self.key.role,
            "rights": sorted(self.rights_held),
            "newest_fact_on": dataset.last_on if dataset else None,
        }
        return Response(self.get_serializer(me).data)
