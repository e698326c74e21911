"""What a partner answered about a header once, so that the same export is never asked about twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner
from partners.models.upload import Upload


class SourceMemory(models.Model):
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="memories", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=14, choices=Upload.Kind.choices)
    header = models.CharField(_("digest of the header"), max_length=64)
    columns = models.JSONField(_("columns"), default=list)
    choices = models.JSONField(_("chosen columns"), default=list)
    wishes = models.JSONField(_("how the file is read"), default=dict)
    used_at = models.DateTimeField(_("last used"))

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("remembered header")
        verbose_name_plural = _("remembered headers")
        constraints = [models.UniqueConstraint(fields=["partner", "kind", "header"], name="one_memory_per_header")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.header[:8]}"
