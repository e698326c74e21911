"""Addresses under /api/ that are none, and those that lack only the slash at the end."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.api import problems


@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponseBase:
    """An address is the same with and without its last slash, for every method: a redirect would lose the body."""
    if not request.path_info.endswith("/"):
        try:
            match = resolve(f"{request.path_info}/")
        except Resolver404:
            match = None
        if match is not None and match.func is not unknown:
            return match.func(request, *match.args, **match.kwargs)
    told = _("There is no such address. /api/docs/ lists those there are.")
    return problems.plain(404, told)
