"""What every endpoint is: one key, one partner, that partner's scope open for as long as the view runs."""

from contextlib import ExitStack
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django_scopes import scope
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from partners.access import Right, rights_of
from partners.models import ApiKey, Partner
from portal.api.asked import Asked, Listed
from portal.api.bodies import Json, JsonOnly, refuse_oversize
from portal.api.pages import Pages
from portal.api.schema import Schema


class PartnerView(GenericAPIView[Any]):
    schema = Schema()
    parser_classes = [Json]
    content_negotiation_class = JsonOnly
    pagination_class = Pages
    http_method_names = ["get", "head", "post", "delete"]
    rights: ClassVar[dict[str, Right]] = {}
    asked_class: type[Asked] = Asked
    about: Any = ""
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
