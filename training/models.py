"""Recipes, training runs, model versions and the champion pointer. Files of a version lie under FAIRWAY_HOME/models."""

from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from portal.kit.runs import Run
from portal.kit.schedules import Schedule


class Kind(models.TextChoices):
    CHURN = "churn", _("Churn")
    PROPENSITY = "propensity", _("Purchase propensity")
    VALUE = "value", _("Customer value")
    RECOMMENDATION = "recommendation", _("Recommendations")


class Recipe(models.Model):
    """How a model is made: what it predicts, for whom, from which families, in how much time."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices, default=Kind.CHURN)
    partner = models.ForeignKey(
        Partner,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("scope"),
        related_name="+",
        help_text=_("Empty: one model for the network, from all partners that share their data."),
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=80,
        blank=True,
        help_text=_(
            "Churn: inactivity:DAYS, subscription:DAYS or labelled. Propensity: purchase:DAYS[:CATEGORY] or labelled."
        ),
    )
    horizon = models.PositiveIntegerField(_("horizon in days"), default=90, validators=[MinValueValidator(1)])
    gap = models.PositiveIntegerField(
        _("gap in days"), default=0, help_text=_("Days between the newest data and the days that count.")
    )
    families = models.JSONField(
        _("families"),
        default=list,
        blank=True,
        help_text=_('Such as ["logistic", "boosting"]. Empty: all that suit.'),
    )
    budget = models.PositiveIntegerField(_("time budget in seconds"), default=600, validators=[MinValueValidator(5)])
    allowed = models.JSONField(
        _("columns declared legitimate"),
        default=list,
        blank=True,
        help_text=_("Columns that tell the outcome too well are held back unless they are named here."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("model recipe")
        verbose_name_plural = _("model recipes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from django.core.exceptions import ValidationError

        from portal.kit.errors import Refusal
        from training.outcomes import read, read_gap

        place = "outcome"
        try:
            read(self.kind, self.outcome, self.horizon)
            place = "gap"
            read_gap(self.kind, self.outcome, self.gap or 0)
        except Refusal as refusal:
            raise ValidationError({place: refusal.sentence}) from refusal


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def for_scope(self, kind: str, partner: Partner | None) -> Self:
        return self.filter(kind=kind, partner=partner)


class ModelVersion(models.Model):
    class Alias(models.TextChoices):
        CHALLENGER = "challenger", _("Challenger")
        CHAMPION = "champion", _("Champion")
        ARCHIVED = "archived", _("Archived")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("scope")
    )
    number = models.PositiveIntegerField(_("version"))
    alias = models.CharField(_("standing"), max_length=10, choices=Alias.choices, default=Alias.CHALLENGER)
    recipe = models.ForeignKey(Recipe, models.SET_NULL, null=True, blank=True, related_name="versions")
    outcome = models.CharField(_("outcome"), max_length=80, blank=True)
    horizon = models.PositiveIntegerField(_("horizon in days"), default=90)
    family = models.CharField(_("family"), max_length=80)
    as_of = models.DateField(_("as of"))
    rows = models.PositiveIntegerField(_("training rows"), default=0)
    metrics = models.JSONField(_("metrics"), default=dict)
    card = models.JSONField(_("model card"), default=dict)
    datasets = models.JSONField(_("trained on datasets"), default=list)
    digest = models.CharField(_("SHA-256"), max_length=64)
    signature = models.CharField(_("signature"), max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    erasure_at = models.DateTimeField(
        _("learned from persons erased since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Set when a person it was trained on is erased; cleared by training again."),
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "partner", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["kind", "number"], condition=Q(partner=None), name="one_network_version_per_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}-{self.partner.slug if self.partner else 'network'}-{self.number}"

    @property
    def folder(self) -> Path:
        return Path(settings.FAIRWAY_HOME) / "models" / str(self.pk)

    def metric(self, name: str) -> Any:
        """A metric's value, whether it stands alone or with its interval."""
        found = self.metrics.get(name)
        return found.get("value") if isinstance(found, dict) else found


class Champion(models.Model):
    """Which version answers for a kind and scope: moving this pointer is promoting, moving it back is rolling back."""

    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("scope")
    )
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+", verbose_name=_("version"))

    class Meta:
        verbose_name = _("champion")
        verbose_name_plural = _("champions")
        constraints = [
            models.UniqueConstraint(fields=["kind", "partner"], name="one_champion_per_scope"),
            models.UniqueConstraint(fields=["kind"], condition=Q(partner=None), name="one_network_champion"),
        ]

    def __str__(self) -> str:
        return str(self.version)


class Promotion(models.Model):
    """The registry's diary: who moved the pointer, from what to what, and why."""

    class Deed(models.TextChoices):
        PROMOTE = "promote", _("Promoted")
        ROLLBACK = "rollback", _("Rolled back")

    deed = models.CharField(_("deed"), max_length=10, choices=Deed.choices)
    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="promotions", verbose_name=_("version"))
    previous = models.ForeignKey(
        ModelVersion, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("before")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} {self.version}"


class TrainingRun(Run):
    WORK = "training.work:train"
    QUEUE = "train"

    recipe = models.ForeignKey(Recipe, models.CASCADE, related_name="runs", verbose_name=_("recipe"))
    as_of = models.DateField(_("as of"))
    seed = models.PositiveIntegerField(_("seed"), default=7)
    promote = models.BooleanField(_("promote when done"), default=False)
    version = models.OneToOneField(
        ModelVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="run",
        verbose_name=_("version"),
    )
    device = models.CharField(_("computed on"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("training run")
        verbose_name_plural = _("training runs")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(slot=""), name="training_slot_named_or_none")]

    def __str__(self) -> str:
        return f"{self.recipe} · {self.as_of}"

    @property
    def queue(self) -> str:
        """Where there are GPU hosts, FAIRWAY_TRAIN_QUEUE=gpu sends training to their workers."""
        return settings.TRAIN_QUEUE


class TrainingSchedule(Schedule):
    recipe = models.ForeignKey(Recipe, models.CASCADE, related_name="schedules", verbose_name=_("recipe"))
    promote = models.BooleanField(
        _("promote when better"),
        default=False,
        help_text=_("Make the new version champion when it beats the naive rival."),
    )
    last_run = models.ForeignKey(TrainingRun, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta:
        verbose_name = _("training schedule")
        verbose_name_plural = _("training schedules")
        ordering = ["name"]
