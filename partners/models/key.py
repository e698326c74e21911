"""Keys for programs. Shown once; the database keeps a digest."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.member import Role, token_digest
from partners.models.partner import Partner


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def standing(self, *, at: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None, partner__is_active=True)


class ApiKey(models.Model):
    """Not a tenant table: it decides who enters a tenant, as Membership does."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="api_keys", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=120, help_text=_("What uses this key, such as: nightly ERP export."))
    role = models.CharField(_("may do what a … may"), max_length=10, choices=Role.choices, default=Role.MANAGER)
    sees_personal_data = models.BooleanField(_("sees personal data"), default=False)
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} · {self.prefix}…"

    def new_secret(self) -> str:
        """Give the unsaved key a fresh secret, shown once."""
        secret = f"fw_{secrets.token_urlsafe(32)}"
        self.prefix, self.digest = secret[:10], token_digest(secret)
        return secret
