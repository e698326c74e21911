"""Language and scope of a request."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
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
    """Vendor staff in the admin look across partners; nowhere else is the tenant scope lifted for a request.

    For everyone else who is signed in there is no admin: 404, as for any page that is not theirs. Sent to sign in
    again, they would be sent straight back, for ever.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not request.path.startswith("/admin/") or not user.is_authenticated:
            return self.get_response(request)
        if not (user.is_staff and user.is_active):
            raise Http404
        with scopes_disabled():
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            return response
