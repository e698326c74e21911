"""The page an invitation's link leads to: who invites, to what, until when; then in with one form."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners import accounts, teams
from partners.forms import Newcomer
from partners.models import Invitation, User
from portal.kit.errors import Refusal

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = teams.open_invitation(token, at=timezone.now())
    if found is None:
        return render(request, "partners/invitation_closed.html", status=404)
    known = User.objects.filter(email__iexact=found.email, is_active=True).first()
    mine = request.user.is_authenticated and request.user == known
    form = Newcomer(request.POST or None, email=found.email)
    if request.method == "POST" and (mine or known is None) and (mine or form.is_valid()):
        return _accept(request, found, known, form)
    context = {"invitation": found, "known": known, "mine": mine, "form": form}
    return render(request, "partners/invitation.html", context)


def _accept(request: HttpRequest, found: Invitation, known: User | None, form: Newcomer) -> HttpResponse:
    try:
        if known is None:
            known = accounts.open_account(found, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
            login(request, known, backend=BACKEND)
        teams.accept(found, known, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("start")
    return redirect("home", found.partner.slug)
