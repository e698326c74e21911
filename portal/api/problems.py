"""API errors as RFC 9457 problem details."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from partners import removals
from portal.kit.errors import Refusal

MEDIA_TYPE = "application/problem+json"
TITLES = {460: "Checksum Mismatch"}
"""Of a status the protocol for files in pieces made up, beside those the web has."""
KEPT_HEADERS = {"Retry-After", "WWW-Authenticate", "Allow"}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What a view raised, as an answer; None for what nobody foresaw, which then ends in `plain(500)`."""
    if isinstance(error, Refusal):
        number = removals.asked_for(error.blocks)
        return problem(422, error.sentence, more={"confirm": number} if number else None)
    if isinstance(error, RequestDataTooBig):
        return problem(413, _("The fields of this request are too large: send less at once."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, _("This request cannot be read: %(error)s") % {"error": error})
    response = exception_handler(error, context)
    if response is None:
        return None
    fields = _by_field(response.data) if isinstance(error, exceptions.ValidationError) else None
    kept = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    return problem(response.status_code, _sentence(error), fields=fields, headers=kept)


def problem(
    status: int,
    detail: str,
    *,
    fields: Any = None,
    headers: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    body = {**_body(status, detail, fields), **(more or {})}
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def plain(status: int, detail: str) -> HttpResponse:
    """The same answer from outside the API's own views: unknown addresses, broken requests, our own failures."""
    return JsonResponse(_body(status, detail, None), status=status, content_type=MEDIA_TYPE)


def _body(status: int, detail: str, fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if fields is not None:
        body["errors"] = fields
    return body


def _by_field(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {"body": data}


def _sentence(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("Some fields cannot be used as they are; “errors” names each and what it needs.")
    if isinstance(error, Http404):
        return _("There is nothing here for this key.")
    if isinstance(error, exceptions.NotAuthenticated):
        return _("Send the key with the request, as: Authorization: Bearer fw_…")
    if isinstance(error, exceptions.Throttled):
        return _("Too many requests: wait %(seconds)s seconds.") % {"seconds": round(getattr(error, "wait", None) or 1)}
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return _("This key’s role does not include this: ask an owner of the partner for another key.")
    return str(getattr(error, "detail", error))
