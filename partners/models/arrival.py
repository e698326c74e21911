"""A file on its way in: sent in pieces, paused and resumed, and an upload once its last byte is here (arrivals.py)."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner
from partners.models.upload import Upload


class Arrival(models.Model):
    key = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="arrivals", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=14, choices=Upload.Kind.choices)
    filename = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    offset = models.PositiveBigIntegerField(_("bytes received"), default=0)
    options = models.JSONField(default=dict, blank=True)
    """What was asked when it was announced: wishes, columns, whether the file is the complete list."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("announced"), auto_now_add=True)
    expires_at = models.DateTimeField(_("forgotten after"))
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    """While a piece is being written, nobody else writes."""
    upload = models.OneToOneField(
        Upload, models.CASCADE, null=True, blank=True, related_name="arrival", verbose_name=_("upload")
    )

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("file on its way")
        verbose_name_plural = _("files on their way")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.filename

    @property
    def share(self) -> float:
        """How much of it is here, from 0 to 1."""
        return self.offset / self.size if self.size else 0.0

    @property
    def folder(self) -> Path:
        return self.partner.folder / "arrivals" / str(self.key)
