"""What every partner page's template knows without being told."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from partners.models import Membership


def partner(request: HttpRequest) -> dict[str, Any]:
    membership = getattr(request, "membership", None)
    known: dict[str, Any] = {
        "brand": settings.BRAND,
        "partner": getattr(request, "partner", None),
        "membership": membership,
        "rights": getattr(request, "rights", frozenset()),
    }
    if membership is not None:
        known["memberships"] = Membership.objects.standing().filter(user=membership.user_id).select_related("partner")
    return known
