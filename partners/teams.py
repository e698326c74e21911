"""Who belongs to a partner: invite, accept, withdraw, change, remove."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from partners.models import Invitation, Membership, Partner, User
from partners.models.member import Role, token_digest
from portal.kit.errors import Refusal


def invite(
    partner: Partner, email: str, *, role: str, by: User | None, at: datetime, sees_personal_data: bool = False
) -> Invitation:
    """Send an invitation; an open one to the same address is replaced. Raises Refusal for a present member."""
    email = email.strip().lower()
    if Membership.objects.filter(partner=partner, user__email=email).exists():
        raise Refusal(_("%(email)s is a member already: change the role below instead.") % {"email": email})
    Invitation.objects.open(at=at).filter(partner=partner, email=email).update(revoked_at=at)
    invitation = Invitation(
        partner=partner, email=email, role=role, sees_personal_data=sees_personal_data, invited_by=by
    )
    token = invitation.new_token(at=at)
    invitation.save()
    transaction.on_commit(lambda: _mail(invitation, token))
    return invitation


def _mail(invitation: Invitation, token: str) -> None:
    known = {
        "invitation": invitation,
        "link": settings.SITE_URL + reverse("invitation", args=[token]),
        "brand": settings.BRAND,
    }
    with translation.override(invitation.partner.language):
        subject = _("%(partner)s invites you to %(brand)s") % {"partner": invitation.partner, "brand": settings.BRAND}
        send_mail(subject, render_to_string("mail/invitation.txt", known), None, [invitation.email])


def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    found = Invitation.objects.open(at=at).filter(digest=token_digest(token)).select_related("partner", "invited_by")
    return found.first()


def withdraw(invitation: Invitation, *, at: datetime) -> None:
    """The link stops working. Raises Refusal when it was used already."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=at):
        raise Refusal(_("This invitation was used or withdrawn already: there is nothing to withdraw."))


def accept(invitation: Invitation, user: User, *, at: datetime) -> Membership:
    """Join the partner. Only the invited address may, and once. Raises Refusal otherwise.

    Whoever became a member meanwhile by another way keeps what they have: an old invitation gives, it never takes.
    """
    if user.email.lower() != invitation.email.lower():
        raise Refusal(
            _("This invitation is for %(email)s: sign in with that address to accept it.") % {"email": invitation.email}
        )
    with transaction.atomic():
        if not Invitation.objects.open(at=at).filter(pk=invitation.pk).update(accepted_at=at):
            raise Refusal(_("This invitation was used, withdrawn or has expired: ask for a new one."))
        membership, made = Membership.objects.select_for_update().get_or_create(
            partner=invitation.partner,
            user=user,
            defaults={"role": invitation.role, "sees_personal_data": invitation.sees_personal_data},
        )
        if not made:
            membership.role = max(membership.role, invitation.role, key=Role.values.index)  # rising, as they stand
            membership.sees_personal_data |= invitation.sees_personal_data
            membership.save()
    return membership


def change(membership: Membership, *, role: str, sees_personal_data: bool) -> None:
    """Give a member another role. Raises Refusal when the partner would be left without an owner."""
    with transaction.atomic():
        if membership.role == Role.OWNER and role != Role.OWNER:
            _keep_an_owner(membership)
        membership.role, membership.sees_personal_data = role, sees_personal_data
        membership.save()


def remove(membership: Membership) -> None:
    with transaction.atomic():
        if membership.role == Role.OWNER:
            _keep_an_owner(membership)
        membership.delete()


def _keep_an_owner(leaving: Membership) -> None:
    owners = Membership.objects.standing().select_for_update().filter(partner=leaving.partner, role=Role.OWNER)
    if not owners.exclude(pk=leaving.pk).exists():
        raise Refusal(_("This is the last owner: make somebody else an owner first."))
