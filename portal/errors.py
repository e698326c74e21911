"""Pages for what went wrong: what happened, what is safe, what to do, and a reference. Programs get a problem."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from portal.api import problems

PROBLEMS = {
    400: _noop("This request cannot be read."),
    403: _noop("This is not allowed."),
    404: _noop("There is nothing here for this key."),
    500: _noop("Something broke on our side, and has been written down. Nothing half-done was kept; try again later."),
}


def _page(request: HttpRequest, status: int, exception: Any = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problems.plain(status, _(PROBLEMS[status]))
    return render(request, f"errors/{status}.html", {"sentence": str(exception or "")}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, exception)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
