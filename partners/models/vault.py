"""The key with which a partner's stored originals are sealed; itself kept only wrapped (vault.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner


class VaultKey(models.Model):
    partner = models.OneToOneField(Partner, models.CASCADE, related_name="vault_key", verbose_name=_("partner"))
    wrapped = models.BinaryField(_("wrapped key"), editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("vault key")
        verbose_name_plural = _("vault keys")

    def __str__(self) -> str:
        return f"{self.partner}"
