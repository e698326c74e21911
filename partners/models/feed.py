"""A folder Fairway looks into by the clock: an S3-compatible bucket or an SFTP server, and what was taken from it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from partners.models.partner import Partner
from partners.models.upload import Upload
from portal.kit.runs import Run
from portal.kit.schedules import Schedule


class Feed(Schedule):
    class Way(models.TextChoices):
        S3 = "s3", _("S3-compatible bucket")
        SFTP = "sftp", _("SFTP folder")

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="feeds", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=14, choices=Upload.Kind.choices)
    way = models.CharField(_("from"), max_length=4, choices=Way.choices)
    place = models.JSONField(_("where"), default=dict)
    """S3: endpoint, region, bucket, prefix, access_key. SFTP: host, port, user, folder, host_key, public_key."""
    secret = models.BinaryField(_("secret"), default=bytes, editable=False)
    """Sealed with the partner's key: the S3 secret key, or our private SSH key."""
    pattern = models.CharField(_("file names"), max_length=200, default="*", help_text=_("Such as orders-*.csv"))
    takes = models.BooleanField(
        _("take into use when nothing is wrong"),
        default=True,
        help_text=_("A file with errors or questions always waits for a person."),
    )
    complete = models.BooleanField(
        _("every file is the complete list"),
        default=False,
        help_text=_("Each file sets the older ones of its kind aside; when much would go, it waits for a person."),
    )
    last_run = models.ForeignKey(
        "partners.FeedRun", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ScopedManager(partner="partner")  # type: ignore[misc]

    class Meta:
        verbose_name = _("scheduled pull")
        verbose_name_plural = _("scheduled pulls")
        ordering = ["name"]


class FeedRun(Run):
    """Looking into one folder once and fetching what is new."""

    WORK = "partners.feeds:work"
    QUEUE = "intake"

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="runs", verbose_name=_("scheduled pull"))

    objects = ScopedManager(partner="feed__partner")

    TEST = ":test:"

    class Meta:
        verbose_name = _("pull")
        verbose_name_plural = _("pulls")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.feed} · {self.pk}"

    @property
    def limits(self) -> tuple[int, int]:
        return settings.INTAKE_MEMORY_MB, settings.CHILD_SECONDS

    @property
    def is_test(self) -> bool:
        """Only looks whether the folder can be reached; the name of its start says so."""
        return self.TEST in (self.slot or "")


class FeedFile(models.Model):
    """A file seen in the folder; the same name with other content is another file."""

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="files", verbose_name=_("scheduled pull"))
    path = models.CharField(_("path"), max_length=1024)
    version = models.CharField(_("version"), max_length=120)
    """The server's ETag, or size and time of change."""
    upload = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.CharField(_("what happened"), max_length=300, blank=True)
    seen_at = models.DateTimeField(_("fetched"), auto_now_add=True)

    objects = ScopedManager(partner="feed__partner")

    class Meta:
        verbose_name = _("fetched file")
        verbose_name_plural = _("fetched files")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "path", "version"], name="one_fetch_per_version")]

    def __str__(self) -> str:
        return self.path

    @property
    def name(self) -> str:
        """The file itself, without its folder."""
        return self.path.rpartition("/")[2]
