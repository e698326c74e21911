"""What people did about a customer, and what became of it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models import Customer, Partner, Product
from predictions.models.scores import Publication


class DeedQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Deed(models.Model):
    """What a person did about a customer, or what became of it; undone, never deleted."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("partner"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="%(class)ss", verbose_name=_("customer"))
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    publication = models.ForeignKey(
        Publication, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seen in")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = ScopedManager(partner="partner", _manager_class=models.Manager.from_queryset(DeedQuerySet))

    class Meta:
        abstract = True
        ordering = ["-on", "-pk"]


class Action(Deed):
    class Kind(models.TextChoices):
        CALLED = "called", _("Called")
        MAILED = "mailed", _("E-mailed")
        VISITED = "visited", _("Visited")
        OFFERED = "offered", _("Made an offer")
        PLANNED = "planned", _("Planned")

    kind = models.CharField(_("action"), max_length=10, choices=Kind.choices)
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta(Deed.Meta):
        verbose_name = _("action")
        verbose_name_plural = _("actions")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.customer_id}"


class Outcome(Deed):
    class Verdict(models.TextChoices):
        CONTACTED = "contacted", _("Contacted")
        SAVED = "saved", _("Saved")
        LOST = "lost", _("Lost")
        NOT_A_RISK = "not_a_risk", _("Not a risk")
        BOUGHT = "bought", _("Bought")
        WRONG_PRODUCT = "wrong_product", _("Wrong product")
        ACCEPTED = "accepted", _("Accepted")

    class Because(models.TextChoices):
        HAS_IT = "has_it", _("has it already")
        OTHER_SOURCE = "other_source", _("buys it elsewhere")
        TOO_DEAR = "too_dear", _("too dear")
        NOT_THEIR_LINE = "not_their_line", _("not their line of business")
        DOES_NOT_FIT = "does_not_fit", _("does not fit what they use")
        OTHER = "other", _("another reason")

    verdict = models.CharField(_("outcome"), max_length=14, choices=Verdict.choices)
    because = models.CharField(_("because"), max_length=16, choices=Because.choices, blank=True)
    source = models.CharField(max_length=80, blank=True, editable=False)

    class Meta(Deed.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} · {self.customer_id}"
