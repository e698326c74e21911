"""Invitations: how people come to a partner."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import teams
from partners.models import Invitation, Partner, User
from partners.models.member import Role
from portal.kit.admin import Button, ReadPage, badge, row_link
from portal.kit.errors import Refusal
from portal.kit.numbers import moment


class InviteForm(forms.Form):
    partner = forms.ModelChoiceField(Partner.objects.filter(is_active=True), label=gettext_lazy("Partner"))
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.OWNER)
    sees_personal_data = forms.BooleanField(
        label=gettext_lazy("Sees personal data"),
        required=False,
        help_text=gettext_lazy("Names, e-mail addresses and telephone numbers of customers."),
    )


@admin.register(Invitation)
class InvitationAdmin(ReadPage):
    add_label = gettext_lazy("Invite somebody…")
    intro = gettext_lazy("Invitations to partners. The secret stands only in the e-mail; a lost one is sent anew.")
    list_display = ("email", "partner", "role", "standing", "invited_by", "created_at", "expires_at")
    list_filter = ("role", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "invited_by")
    search_fields = ("email",)
    buttons = (
        Button("withdraw", gettext_lazy("Withdraw"), "partners.change_invitation", look="danger"),
        Button("send_again", gettext_lazy("Send again"), "partners.add_invitation"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.add_invitation")

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, invitation: Invitation) -> SafeString:
        if invitation.accepted_at:
            return badge(_("Accepted"), look="good")
        if invitation.revoked_at:
            return badge(_("Withdrawn"), look="plain")
        return (
            badge(_("Expired"), look="bad")
            if invitation.expires_at <= timezone.now()
            else badge(_("Open"), look="note")
        )

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        if row.accepted_at:
            return []
        return ["send_again"] if row.revoked_at else ["withdraw", "send_again"]

    def withdraw(self, request: HttpRequest, invitation: Invitation) -> str:
        teams.withdraw(invitation, at=timezone.now())
        return _("Withdrawn: the link in the e-mail no longer works.")

    def send_again(self, request: HttpRequest, row: Invitation) -> HttpResponse:
        made = teams.invite(
            row.partner,
            row.email,
            role=row.role,
            by=cast(User, request.user),
            at=timezone.now(),
            sees_personal_data=row.sees_personal_data,
        )
        messages.success(request, _("A new invitation was sent to %(email)s.") % {"email": made.email})
        return HttpResponseRedirect(self.page_of(made))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Invite: POST sends the mail and leads to the list."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
        if form.is_valid():
            asked = dict(form.cleaned_data)
            partner, email = asked.pop("partner"), asked.pop("email")
            try:
                made = teams.invite(partner, email, by=cast(User, request.user), at=timezone.now(), **asked)
            except Refusal as refusal:
                form.add_error("email", refusal.sentence)
            else:
                self.log_addition(request, made, _("Invited"))
                messages.success(request, _("An invitation was sent to %(email)s.") % {"email": made.email})
                return HttpResponseRedirect(reverse("admin:partners_invitation_changelist"))
        return self.ask(request, form, title=_("Invite"))

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "facts": [
                (_("Standing"), self.standing(row)),
                (_("Partner"), row_link(row.partner)),
                (_("Role"), row.get_role_display()),
                (_("Sees personal data"), _("Yes") if row.sees_personal_data else _("No")),
                (_("Invited by"), row.invited_by or "–"),
                (_("Sent"), moment(row.created_at)),
                (_("Expires"), moment(row.expires_at)),
            ]
        }
