"""Doing once what a program may send twice: `Idempotency-Key`, kept as a unique row beside what it made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from portal.api.base import PartnerView
from portal.api.bodies import fingerprint
from portal.kit.errors import Refusal
from portal.models import IdempotentRequest

KEPT = timedelta(days=7)
LONGEST = 200
HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=format_lazy(
        _(
            "Any text of yours, up to {longest} characters: sent again with the same body within {days} days, it gives "
            "the object of the first request instead of making a second one."
        ),
        longest=LONGEST,
        days=KEPT.days,
    ),
)


class Taken(Exception):
    """Another request with this key was first; the transaction that wanted to be first is undone."""


class Repeated(PartnerView):
    """A view whose POST may be repeated. Subclasses name what they make and find it again by its id."""

    object_kind = ""

    def find(self, pk: int) -> Any:
        raise NotImplementedError

    def once(self, body: dict[str, Any], *, make: Callable[[], Any]) -> Any:
        """What `make` makes, or what it made for this key before. Raises Refusal when the body was another then."""
        value = self.request.headers.get("Idempotency-Key", "")
        if not value:
            return make()
        if len(value) > LONGEST or not value.isprintable():
            told = _("Idempotency-Key must be up to %(longest)s printable characters.") % {"longest": LONGEST}
            raise ValidationError({"Idempotency-Key": [told]})
        digest = fingerprint({"kind": self.object_kind, **body})
        known = self._known(value, digest)
        if known is not None:
            return known
        try:
            return self._first(value, digest, make)
        except Taken:
            return self._known(value, digest)

    def _known(self, value: str, digest: str) -> Any:
        row = IdempotentRequest.objects.filter(api_key=self.key, value=value).first()
        if row is None:
            return None
        if row.digest != digest:
            raise Refusal(
                gettext("This Idempotency-Key came with another body before: use a new key for a new request."),
                blocks="Idempotency-Key",
            )
        return self.find(row.made_id)

    @transaction.atomic
    def _first(self, value: str, digest: str, make: Callable[[], Any]) -> Any:
        """The row is taken before the work is done, in one transaction: both stand or neither does."""
        now = timezone.now()
        IdempotentRequest.objects.filter(api_key=self.key, at__lt=now - KEPT).delete()
        row = IdempotentRequest(api_key=self.key, value=value, digest=digest, made=self.object_kind, made_id=0)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Taken from error
        made = make()
        row.made_id = made.pk
        row.save(update_fields=["made_id"])
        return made
