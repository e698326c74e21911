"""API errors as RFC 9457 problem details."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.kit.errors import Refusal


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, Refusal):
        return problem(422, error.sentence)
    response = exception_handler(error, context)
    if response is None:
        return None
    fields = response.data if isinstance(error, exceptions.ValidationError) else None
    retry = {name: value for name, value in response.headers.items() if name in {"Retry-After", "WWW-Authenticate"}}
    return problem(response.status_code, _sentence(error), fields=fields, headers=retry)


def problem(status: int, detail: str, *, fields: Any = None, headers: dict[str, str] | None = None) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
    }
    if fields is not None:
        body["errors"] = fields
    return Response(body, status=status, headers=headers, content_type="application/problem+json")


def _title(status: int) -> str:
    from http import HTTPStatus

    return HTTPStatus(status).phrase


def _sentence(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("Some fields cannot be used as they are; “errors” names each and what it needs.")
    if isinstance(error, Http404):
        return _("There is nothing here for this key.")
    if isinstance(error, PermissionDenied):
        return str(error) or _("This key may not do that.")
    return str(getattr(error, "detail", error))
