"""Who belongs to a partner: members, invitations, roles."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners import teams
from partners.access import PartnerRequest, Right, door
from partners.forms import Invite, Member
from partners.models import Invitation, Membership, Partner, User
from portal.kit.errors import Refusal


@door(to=Right.SEE)
def team(request: PartnerRequest, partner: Partner) -> HttpResponse:
    return _page(request, partner, Invite())


def _page(request: PartnerRequest, partner: Partner, form: Invite) -> HttpResponse:
    members = Membership.objects.filter(partner=partner, user__is_active=True).select_related("user")
    waiting = Invitation.objects.none()
    if Right.MANAGE in request.rights:
        waiting = Invitation.objects.open(at=timezone.now()).filter(partner=partner).select_related("invited_by")
    context = {
        "place": "team",
        "members": members.order_by("user__email"),
        "invitations": waiting,
        "form": form,
        "roles": Membership.Role.choices,
    }
    return render(request, "partners/team.html", context, status=422 if form.errors else 200)


@require_POST
@door(to=Right.MANAGE)
def invite(request: PartnerRequest, partner: Partner) -> HttpResponse:
    form = Invite(request.POST)
    if not form.is_valid():
        return _page(request, partner, form)
    given = form.cleaned_data
    try:
        teams.invite(partner, given.pop("email"), by=cast(User, request.user), at=timezone.now(), **given)
    except Refusal as refusal:
        form.add_error("email", refusal.sentence)
        return _page(request, partner, form)
    messages.success(request, _("The invitation is on its way. It is good for seven days."))
    return redirect("team", partner.slug)


@require_POST
@door(to=Right.MANAGE)
def change(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    member = get_object_or_404(Membership.objects.select_related("user"), partner=partner, pk=pk)
    form = Member(request.POST)
    if form.is_valid():
        try:
            teams.change(member, **form.cleaned_data)
            messages.success(
                request, _("%(name)s is now: %(role)s.") % {"name": member.user, "role": member.get_role_display()}
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
    return redirect("team", partner.slug)


@require_POST
@door(to=Right.MANAGE)
def remove(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    member = get_object_or_404(Membership.objects.select_related("user"), partner=partner, pk=pk)
    try:
        teams.remove(member)
        messages.success(request, _("%(name)s no longer sees this partner.") % {"name": member.user})
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("team", partner.slug)


@require_POST
@door(to=Right.MANAGE)
def withdraw(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    found = get_object_or_404(Invitation, partner=partner, pk=pk)
    try:
        teams.withdraw(found, at=timezone.now())
        messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("team", partner.slug)
