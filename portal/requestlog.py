"""One line a request, found again by the id that the answer carries in X-Request-ID and error pages print."""

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

HEADER = "X-Request-ID"
HEALTH = ("livez", "readyz")


class RequestLog(RequestMiddleware):
    """django-structlog's middleware, without what could name a person, and with the id in the answer.

    Stands first, so that redirects, refusals and static files carry an id too.
    """

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response[HEADER] = request.request_id  # type: ignore[attr-defined]
        match = request.resolver_match
        if response.status_code in (200, 304) and self._is_dull(request):
            structlog.contextvars.clear_contextvars()
            return
        if match and "slug" in match.kwargs:
            structlog.contextvars.bind_contextvars(partner=match.kwargs["slug"])
        super().handle_response(request, response)

    @staticmethod
    def _is_dull(request: HttpRequest) -> bool:
        """Probes, asked every few seconds, and static files: only trouble with them is worth a line."""
        match = request.resolver_match
        probe = bool(match and match.url_name in HEALTH)
        return probe or request.path.startswith(settings.STATIC_URL)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and route. The path itself may hold a customer's id, an invitation or a password token."""
        route = request.resolver_match.route if request.resolver_match else "(no route)"
        return f"{request.method} /{route}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """The user's number if a view has asked who it is; a log line is no reason to ask the database."""
        user: Any = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            structlog.contextvars.bind_contextvars(user_id=str(user.pk))
