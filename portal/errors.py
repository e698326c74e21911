"""Pages for what went wrong: what happened, what is safe, what to do, and a reference. Programs get a problem."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from portal.api import problems

logger = logging.getLogger(__name__)
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


def too_large(request: HttpRequest, *, size: int, limit: int) -> HttpResponse:
    """A body nobody has read. A script is told in JSON, a person on a page."""
    told = _("This is %(size)s MB; up to %(limit)s MB are taken here. Nothing was read or changed.")
    sentence = told % {"size": -(-size // 2**20), "limit": limit // 2**20}
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return render(request, "errors/413.html", {"sentence": sentence}, status=413)
    return problems.plain(413, sentence)


def broken(request: HttpRequest) -> HttpResponse:
    """The last page there is. What broke may break it too (the database, a template): then a bare sentence."""
    try:
        return _page(request, 500)
    except Exception:
        logger.exception("error_page_failed")
    number = getattr(request, "request_id", "")
    sentence = _("Something broke on our side. Quote this number when you ask for help: %(number)s")
    return HttpResponse(sentence % {"number": number}, status=500, content_type="text/plain; charset=utf-8")
