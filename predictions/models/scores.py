"""Scores people see, published per partner by moving one pointer."""

from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models import Customer, DatasetVersion, Partner
from portal.kit.runs import Run
from portal.kit.schedules import Schedule
from training.models import Kind, ModelVersion


class Band(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class ScoringRun(Run):
    """Score one partner, or (without one) every active partner with data, and publish each atomically."""

    WORK = "predictions.scoring:work"
    QUEUE = "score"

    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    as_of = models.DateField(
        _("as of"), null=True, blank=True, help_text=_("Empty: the day after each partner's newest fact.")
    )
    publish = models.BooleanField(_("publish"), default=True)

    class Meta:
        verbose_name = _("scoring run")
        verbose_name_plural = _("scoring runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        whom = str(self.partner or _("all partners"))
        when = str(self.as_of or _("newest data"))
        return f"{self.get_kind_display()} · {whom} · {when}"


class ScoringSchedule(Schedule):
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    last_run = models.ForeignKey(ScoringRun, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta:
        verbose_name = _("scoring schedule")
        verbose_name_plural = _("scoring schedules")
        ordering = ["name"]


class Publication(models.Model):
    """One partner's scores of one kind from one run. Readers follow Pointer, never the newest row."""

    class State(models.TextChoices):
        STAGED = "staged", _("Staged")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")
        REFUSED = "refused", _("Refused")

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="publications", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    run = models.ForeignKey(ScoringRun, models.CASCADE, related_name="publications", verbose_name=_("run"))
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+", verbose_name=_("model"))
    dataset = models.ForeignKey(DatasetVersion, models.PROTECT, related_name="+", verbose_name=_("dataset"))
    as_of = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.STAGED)
    counts = models.JSONField(_("counts"), default=dict)
    gates = models.JSONField(_("gates"), default=list)
    evidence = models.JSONField(
        _("evidence"), default=dict, help_text=_("What answered for this partner, and how far its data have drifted.")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["run", "partner"], name="one_publication_per_run_and_partner")]

    def __str__(self) -> str:
        return f"{self.partner} · {self.get_kind_display()} · {self.as_of}"

    @property
    def folder(self) -> Path:
        return Path(settings.FAIRWAY_HOME) / "publications" / str(self.pk)


class Pointer(models.Model):
    """What a partner sees for a kind, and what it saw before."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="pointers", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("shown"))
    previous = models.ForeignKey(
        Publication, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("shown before")
    )

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("publication pointer")
        verbose_name_plural = _("publication pointers")
        constraints = [models.UniqueConstraint(fields=["partner", "kind"], name="one_pointer_per_partner_and_kind")]

    def __str__(self) -> str:
        return str(self.publication)


class ScoreQuerySet(models.QuerySet["Score"]):
    def of(self, publication: Publication) -> Self:
        return self.filter(publication=publication)

    def listed(self) -> Self:
        """Customers the list is about: those not already gone."""
        return self.filter(gone=False)


class Score(models.Model):
    """One customer's churn, propensity or value in one publication."""

    Band = Band
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+", verbose_name=_("partner"))
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="scores", verbose_name=_("publication"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="scores", verbose_name=_("customer"))
    rank = models.PositiveIntegerField(_("rank"))
    probability = models.FloatField(_("chance"), null=True, help_text=_("Between 0 and 1; empty for customer value."))
    band = models.CharField(_("band"), max_length=8, choices=Band.choices, blank=True)
    money = models.FloatField(_("money at stake"), default=0)
    low = models.FloatField(_("low"), null=True)
    high = models.FloatField(_("high"), null=True)
    change = models.FloatField(_("change since the last run"), null=True)
    reasons = models.JSONField(_("reasons"), default=list)
    gone = models.BooleanField(_("already gone"), default=False)

    objects = ScopedManager(partner="partner", _manager_class=models.Manager.from_queryset(ScoreQuerySet))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["publication", "customer"], name="one_score_per_customer")]
        indexes = [
            models.Index(fields=["publication", "gone", "rank"], name="score_by_rank"),
            models.Index(fields=["publication", "gone", "-money"], name="score_by_money"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.probability}"
