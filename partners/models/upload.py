"""A file a partner sent, the runs that read it, and the numbered datasets that come of all active files."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner
from portal.kit.runs import Run


class UploadQuerySet(models.QuerySet["Upload"]):
    def active(self) -> "UploadQuerySet":
        """The files the current dataset is made of, oldest first: a newer one wins by natural key."""
        return self.filter(state=Upload.State.COMMITTED).order_by("committed_at", "pk")


class Upload(models.Model):
    class Kind(models.TextChoices):
        CUSTOMERS = "customers", _("Customers")
        PRODUCTS = "products", _("Products")
        ORDERS = "orders", _("Orders")
        SUBSCRIPTIONS = "subscriptions", _("Subscriptions")
        INTERACTIONS = "interactions", _("Interactions")
        OUTCOMES = "outcomes", _("Outcomes")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CHECKED = "checked", _("Checked")
        REFUSED = "refused", _("Needs correction")
        COMMITTED = "committed", _("In use")
        WITHDRAWN = "withdrawn", _("Undone")

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="uploads", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    filename = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    reading = models.JSONField(_("how the file is read"), default=dict, blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    is_complete = models.BooleanField(
        _("the complete list"),
        default=False,
        help_text=_("What this file does not hold is no longer there: older files of its kind are set aside."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    committed_at = models.DateTimeField(_("taken into use"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("undone"), null=True, blank=True)
    shredded_at = models.DateTimeField(_("original deleted"), null=True, blank=True, editable=False)

    objects = ScopedManager(partner="partner", _manager_class=models.Manager.from_queryset(UploadQuerySet))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["partner", "state"]),
            models.Index(fields=["partner", "kind", "sha256"]),
        ]

    def __str__(self) -> str:
        return f"{self.filename} · {self.get_kind_display()}"

    @property
    def folder(self) -> Path:
        return self.partner.folder / "uploads" / str(self.pk)

    @property
    def original(self) -> Path:
        return self.folder / "original"

    @property
    def original_until(self) -> datetime:
        """When the file itself is deleted; what was taken into use stays."""
        return self.created_at + timedelta(days=settings.ORIGINAL_DAYS)

    @property
    def canonical(self) -> Path:
        return self.folder / "canonical.parquet"


class UploadRun(Run):
    """Checking, committing or withdrawing one upload."""

    WORK = "partners.uploads:work"
    QUEUE = "intake"
    STRICT = True
    WITHOUT = ("pandas", "rich")

    class Step(models.TextChoices):
        CHECK = "check", _("Check")
        COMMIT = "commit", _("Take into use")
        WITHDRAW = "withdraw", _("Undo")

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="runs", verbose_name=_("upload"))
    step = models.CharField(_("step"), max_length=10, choices=Step.choices)
    options = models.JSONField(default=dict, blank=True)

    objects = ScopedManager(partner="upload__partner")

    class Meta:
        verbose_name = _("upload run")
        verbose_name_plural = _("upload runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.upload_id}"

    @property
    def limits(self) -> tuple[int, int]:
        return settings.INTAKE_MEMORY_MB, settings.INTAKE_SECONDS


class DatasetVersion(models.Model):
    """One numbered state of a partner's facts: a pure function of the uploads it lists."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="datasets", verbose_name=_("partner"))
    number = models.PositiveIntegerField(_("number"))
    uploads = models.JSONField(_("made of uploads"), default=list)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    counts = models.JSONField(_("rows"), default=dict)
    first_on = models.DateField(_("first fact"), null=True, blank=True)
    last_on = models.DateField(_("last fact"), null=True, blank=True)
    created_at = models.DateTimeField(_("built"), auto_now_add=True)

    objects = ScopedManager(partner="partner")

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["partner", "number"], name="one_dataset_per_number")]

    def __str__(self) -> str:
        return f"{self.partner} · {self.number}"

    @property
    def folder(self) -> Path:
        return self.partner.folder / "datasets" / str(self.number)
