"""Small manners every request and response keeps."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal import errors

Handler = Callable[[HttpRequest], HttpResponse]


class BodyLimit:
    """A body is refused by its announced length before anything reads it: no form is spooled only to be refused.

    Must stand before the check against forged requests, which reads forms. Views of the API measure for themselves.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _named: Any) -> HttpResponse | None:
        limit = getattr(view, "body_limit", lambda: settings.DATA_UPLOAD_MAX_MEMORY_SIZE)()
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith("/api/") or not announced.isdecimal() or int(announced) <= limit:
            return None
        return errors.too_large(request, size=int(announced), limit=limit)


class PrivatePages:
    """Pages of a signed-in person are never kept by a shared cache or the back button of a public computer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if (user and user.is_authenticated) or request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
