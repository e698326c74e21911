"""API keys of a partner: made, shown once, withdrawn. For owners."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from partners import keys as verbs
from partners.access import PartnerRequest, Right, door
from partners.models import ApiKey, Partner
from partners.models.member import Role
from portal.kit.errors import Refusal

# Owners invite and remove people; no program does, so no key is made that could.
ROLES = [(role.value, role.label) for role in (Role.VIEWER, Role.MANAGER)]
LONGEST_DAYS = 1095


class NewKey(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("What uses it, such as: nightly ERP export.")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("May do what a … may"),
        choices=ROLES,
        initial=Role.MANAGER,
        help_text=gettext_lazy("A viewer’s key reads. A manager’s key also sends files and records outcomes."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for how many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=365,
        required=False,
        help_text=gettext_lazy("Left empty, it is good until somebody withdraws it."),
    )
    sees_personal_data = forms.BooleanField(
        label=gettext_lazy("Sees names, e-mail addresses and telephone numbers of customers"), required=False
    )

    def __init__(self, *args: Any, personal: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        if not personal:  # nobody gives a program what they may not see themselves
            self.fields["sees_personal_data"].disabled = True
            self.fields["sees_personal_data"].help_text = _("You do not see them yourself, so a key of yours cannot.")


@door(to=Right.MANAGE)
def keys(request: PartnerRequest, partner: Partner) -> HttpResponse:
    form = NewKey(request.POST or None, personal=Right.PERSONAL in request.rights)
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, partner, form.cleaned_data)
        except Refusal as refusal:
            form.add_error("name", refusal.sentence)
    return _page(request, partner, form)


@sensitive_variables("secret")
def _made(request: PartnerRequest, partner: Partner, given: dict[str, Any]) -> HttpResponse:
    """The secret goes into this one answer and is kept nowhere."""
    now, days = timezone.now(), given.pop("days")
    expires_at = now + timedelta(days=days) if days else None
    key, secret = verbs.issue(
        ApiKey(partner=partner, expires_at=expires_at, **given), by=request.membership.user, at=now
    )
    form = NewKey(personal=Right.PERSONAL in request.rights)
    return _page(request, partner, form, made=key, secret=secret)


def _page(request: PartnerRequest, partner: Partner, form: NewKey, **more: Any) -> HttpResponse:
    now = timezone.now()
    rows = ApiKey.objects.filter(partner=partner).select_related("created_by")
    standing = [key for key in rows if not key.revoked_at and not (key.expires_at and key.expires_at <= now)]
    context = {
        "place": "team",
        "form": form,
        "standing": standing,
        "ended": [key for key in rows if key not in standing][:20],
        **more,
    }
    return render(request, "partners/keys.html", context, status=422 if form.errors else 200)


@require_POST
@door(to=Right.MANAGE)
def revoke(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, partner=partner, pk=pk)
    if verbs.revoke(key, at=timezone.now()):
        messages.success(request, _("“%(name)s” is withdrawn and opens nothing any more.") % {"name": key.name})
    return redirect("keys", partner.slug)
