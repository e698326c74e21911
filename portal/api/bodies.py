"""Bodies: JSON in and out, never larger than announced limits, and their fingerprints."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

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


def refuse_oversize(request: Request, limit: int) -> None:
    """By the announced length, before a byte of the body is read; a body without a length reads as empty."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > limit:
        told = _("The body is %(size)s MB; this address takes up to %(limit)s MB.")
        raise TooLarge(told % {"size": -(-int(announced) // MEGABYTE), "limit": limit // MEGABYTE})


def fingerprint(fields: dict[str, Any]) -> str:
    """Of what a request asks for: the same for the same fields in any order."""
    told = json.dumps(fields, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
