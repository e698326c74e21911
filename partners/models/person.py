"""Everything Fairway holds about one customer as a file: asked for, made by a run, gone after a day (persons.py)."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.customer import Customer
from partners.models.partner import Partner
from portal.kit.runs import Run

KEPT = timedelta(days=1)


class PersonExport(Run):
    WORK = "partners.persons:work"
    QUEUE = "upkeep"

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="person_exports", verbose_name=_("partner"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="exports", verbose_name=_("customer"))

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("export of a person")
        verbose_name_plural = _("exports of persons")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.partner} · {self.pk}"

    @property
    def folder(self) -> Path:
        return self.partner.folder / "persons"

    @property
    def file(self) -> Path:
        """Sealed with the partner's key; a ZIP inside."""
        return self.folder / f"{self.key}.zip"

    @property
    def until(self) -> datetime:
        return (self.ended_at or self.queued_at) + KEPT
