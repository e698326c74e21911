"""The first address: send each person to where their work is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from partners.models import Membership

CHOSEN = "partner"


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """One partner: its home. Several: the last one looked at, else a choice. None: staff to the admin."""
    memberships = list(Membership.objects.standing().filter(user=request.user.pk).select_related("partner"))
    slugs = [membership.partner.slug for membership in memberships]
    if request.session.get(CHOSEN) in slugs:
        return redirect("home", request.session[CHOSEN])
    if len(slugs) == 1:
        return redirect("home", slugs[0])
    if not slugs and request.user.is_staff:
        return redirect("admin:index")
    return render(request, "partners/choose.html", {"choices": memberships})
