"""A partner organisation: the tenant. Everything a partner sends or sees hangs on one of these rows."""

import uuid
import zoneinfo
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.kit.zones import known_zone


class Partner(models.Model):
    class Kind(models.TextChoices):
        RESELLER = "reseller", _("Reseller")
        DISTRIBUTOR = "distributor", _("Distributor")
        MSP = "msp", _("Managed service provider")
        AGENT = "agent", _("Agent")

    class Tier(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        SILVER = "silver", _("Silver")
        GOLD = "gold", _("Gold")
        PLATINUM = "platinum", _("Platinum")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), unique=True, help_text=_("Stands in addresses: letters, digits, hyphens."))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices, default=Kind.RESELLER)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, default=Tier.REGISTERED)
    region = models.CharField(_("region"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("buys through"),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Write a three-letter code such as EUR."))],
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[known_zone])
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    shares_data = models.BooleanField(
        _("shares data with the network model"),
        default=True,
        help_text=_("When off, this partner's data trains only its own models."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    dataset = models.ForeignKey(
        "DatasetVersion",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("dataset"),
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clock(self, at: datetime) -> datetime:
        """The same moment on this partner's clock; its date is the day it is there."""
        return at.astimezone(zoneinfo.ZoneInfo(self.time_zone))

    @property
    def folder(self) -> Path:
        """Where this partner's files lie; made by the server from a random key, never from a name."""
        return Path(settings.FAIRWAY_HOME) / "partners" / str(self.key)
