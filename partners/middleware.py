"""Language and scope of a request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django_scopes import scopes_disabled

Handler = Callable[[HttpRequest], HttpResponse]


class PreferredLanguage:
    """A person's saved language rules when they have not chosen another in this browser."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        saved = getattr(request.user, "language", "")
        if saved and not chosen:
            translation.activate(saved)
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        return self.get_response(request)


class AdminScope:
    """Vendor staff in the admin look across partners; nowhere else is the tenant scope lifted for a request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if request.path.startswith("/admin/") and user.is_authenticated and user.is_staff and user.is_active:
            with scopes_disabled():
                response = self.get_response(request)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response = response.render()
                return response
        return self.get_response(request)
