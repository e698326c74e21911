"""What every endpoint is: one key, one partner, that partner's scope open for as long as the view runs."""

import json
from contextlib import ExitStack
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_scopes import scope
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from partners.access import Right, rights_of
from partners.models import ApiKey, Partner
from portal.api.pages import LONGEST, PAGE, Pages
from portal.api.schema import Schema

MEGABYTE = 1024 * 1024


class TooLarge(APIException):
    status_code = 413


class Json(JSONParser):
    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


class JsonOnly(DefaultContentNegotiation):
    """Whatever a client says it accepts, it gets JSON: there is nothing else to give."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:  # type: ignore[override]
        return renderers[0], renderers[0].media_type


class Asked(serializers.Serializer[Any]):
    """The questions an address understands in its query string. Any other is refused: a typing error must not pass."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            known = ", ".join(self.fields) or _("none")
            told = _("This address does not know this parameter. It knows: %(known)s.") % {"known": known}
            raise ValidationError({name: [told] for name in unknown})
        return super().to_internal_value(data)


class Listed(Asked):
    cursor = serializers.CharField(required=False, help_text="The place to read on from; “next” carries it.")
    page_size = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST, help_text=f"Rows on a page; {PAGE} unless told."
    )


class PartnerView(GenericAPIView[Any]):
    schema = Schema()
    parser_classes = [Json]
    content_negotiation_class = JsonOnly
    pagination_class = Pages
    http_method_names = ["get", "head", "post", "delete"]
    rights: ClassVar[dict[str, Right]] = {}
    asked_class: type[Asked] = Asked
    ordering = "pk"

    def __init_subclass__(cls) -> None:
        if "GET" in cls.rights:
            cls.rights = {**cls.rights, "HEAD": cls.rights["GET"]}

    def dispatch(self, request: Any, *args: Any, **named: Any) -> Any:
        with ExitStack() as self.while_open:
            return super().dispatch(request, *args, **named)

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        self.perform_authentication(request)
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        super().initial(request, *args, **named)
        refuse_oversize(request, self.body_limit)
        self.while_open.enter_context(scope(partner=self.partner))
        if "HTTP_ACCEPT_LANGUAGE" not in request.META:
            translation.activate(self.partner.language)
        asked = self.asked_class(data=request.query_params)
        asked.is_valid(raise_exception=True)
        self.asked: dict[str, Any] = asked.validated_data

    @property
    def body_limit(self) -> int:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @property
    def key(self) -> ApiKey:
        key = self.request.auth
        assert isinstance(key, ApiKey)
        return key

    @property
    def partner(self) -> Partner:
        return self.key.partner

    @property
    def today(self) -> date:
        """What day it is at the partner."""
        return timezone.now().astimezone(ZoneInfo(self.partner.time_zone)).date()

    @cached_property
    def rights_held(self) -> frozenset[Right]:
        return rights_of(self.key)

    def get_serializer_context(self) -> dict[str, Any]:
        known = {"language": translation.get_language() or "en", "personal": False, "today": None}
        if isinstance(getattr(self.request, "auth", None), ApiKey):
            known.update(personal=Right.PERSONAL in self.rights_held, today=self.today)
        return {**super().get_serializer_context(), **known}


class ListView(ListModelMixin, PartnerView):
    rights = {"GET": Right.SEE}
    asked_class = Listed

    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return self.list(request, *args, **named)


def refuse_oversize(request: Request, limit: int) -> None:
    """By the announced length, before a byte of the body is read; a body without a length reads as empty."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > limit:
        told = _("The body is %(size)s MB; this address takes up to %(limit)s MB.")
        raise TooLarge(told % {"size": -(-int(announced) // MEGABYTE), "limit": limit // MEGABYTE})


def body_digest_of(fields: dict[str, Any]) -> str:
    """A stable fingerprint of what a request asks for, for its idempotency key."""
    import hashlib

    told = json.dumps(fields, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
