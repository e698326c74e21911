"""Who may do what at which partner, and how people come in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partner import Partner

INVITATION_DAYS = 7


class Role(models.TextChoices):
    VIEWER = "viewer", _("Viewer")
    MANAGER = "manager", _("Manager")
    OWNER = "owner", _("Owner")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def standing(self) -> Self:
        """Memberships that open a door today."""
        return self.filter(user__is_active=True, partner__is_active=True)


class Membership(models.Model):
    """Not a tenant table: it decides who enters a tenant, so the door reads it before any scope is open."""

    Role = Role
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="memberships", verbose_name=_("partner"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.VIEWER)
    sees_personal_data = models.BooleanField(
        _("sees personal data"),
        default=False,
        help_text=_("Names, e-mail addresses and telephone numbers of customers."),
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["partner", "user"]
        constraints = [models.UniqueConstraint(fields=["partner", "user"], name="one_membership_per_partner")]

    def __str__(self) -> str:
        return f"{self.user} · {self.partner} · {self.get_role_display()}"


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, at: datetime) -> Self:
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """The token stands only in the mail; the database keeps its digest."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="invitations", verbose_name=_("partner"))
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.VIEWER)
    sees_personal_data = models.BooleanField(_("sees personal data"), default=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email} · {self.partner}"

    def new_token(self, *, at: datetime) -> str:
        """Give the unsaved invitation a fresh secret; the caller mails it and forgets it."""
        token = secrets.token_urlsafe(32)
        self.digest = token_digest(token)
        self.expires_at = at + timedelta(days=INVITATION_DAYS)
        return token
