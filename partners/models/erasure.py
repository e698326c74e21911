"""Persons erased: only a keyed hash stays, so that a file sent again does not bring them back (erasure.py)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner
from portal.kit.runs import Run


class ErasureRun(Run):
    """Removing some customers of one partner from everything Fairway holds."""

    WORK = "partners.erasure:work"
    QUEUE = "upkeep"

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="erasure_runs", verbose_name=_("partner"))
    options = models.JSONField(default=dict, blank=True)
    """The customers' numbers, needed until the run ends and emptied with it."""

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("erasure run")
        verbose_name_plural = _("erasure runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.partner} · {self.pk}"


class Erasure(models.Model):
    class Of(models.TextChoices):
        NUMBER = "number", _("customer number")
        EMAIL = "email", _("e-mail address")

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="erasures", verbose_name=_("partner"))
    of = models.CharField(_("hash of"), max_length=6, choices=Of.choices)
    digest = models.CharField(_("keyed hash"), max_length=64)
    run = models.ForeignKey(ErasureRun, models.SET_NULL, null=True, blank=True, related_name="erasures")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["partner", "of", "digest"], name="one_erasure_per_digest")]

    def __str__(self) -> str:
        return f"{self.partner} · {self.digest[:8]}"
