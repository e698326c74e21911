"""After a deed: to the page it was done on."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from partners.access import PartnerRequest


def back(request: PartnerRequest, otherwise: str, *args: Any) -> HttpResponse:
    """To the page the person came from, if it is one of ours; else to the named one."""
    there = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(there)
    return redirect(otherwise, *args)
