"""What an owner says about a scheduled pull: where, which files, when, and what becomes of them."""

import itertools
import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.columns import FACTS
from partners.feeding import ssh
from partners.models import Feed, Partner, Upload
from portal.kit import cron
from portal.kit.errors import Refusal
from portal.kit.schedules import known_cron
from portal.kit.zones import zone_choices

PRESETS = ("0 * * * *", "0 4 * * *", "0 6 * * 1-5", "0 6 * * 1", "0 6 1 * *")
OWN = "own"
OFTEN = timedelta(minutes=5)
SAID = ("name", "kind", "pattern", "takes", "complete")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def plain(text: str) -> None:
    if CONTROL.search(text):
        raise ValidationError(_("Letters that cannot be seen are not taken here: type it anew."))


def _text(label: Any, *, size: int = 200, required: bool = True, help: Any = "", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=size, required=required, help_text=help, validators=[plain], **more)


class FeedForm(forms.Form):
    """What every pull has; a subclass adds where it looks. `place` and `credential` are what the verbs want."""

    PLACE: tuple[str, ...] = ()
    way = ""

    name = _text(gettext_lazy("Name"), size=120, help=gettext_lazy("Such as: nightly orders from the ERP."))
    kind = forms.ChoiceField(label=gettext_lazy("What the files hold"), choices=Upload.Kind.choices)
    pattern = _text(
        gettext_lazy("File names"),
        initial="*",
        help=gettext_lazy("“*” stands for anything: “orders-*.csv”. Folders inside the folder are not looked into."),
    )
    when = forms.ChoiceField(label=gettext_lazy("How often"))
    cron = forms.CharField(
        label=gettext_lazy("Schedule of your own"),
        max_length=80,
        required=False,
        validators=[known_cron],
        help_text=gettext_lazy("Minute, hour, day of month, month, weekday: “0 6 * * 1” is Mondays at 6:00."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices)
    takes = forms.BooleanField(
        label=gettext_lazy("Take files into use when nothing is wrong with them"),
        required=False,
        initial=True,
        help_text=gettext_lazy("A file with errors or questions always waits for a person."),
    )
    complete = forms.BooleanField(
        label=gettext_lazy("Every file is the complete list"),
        required=False,
        help_text=gettext_lazy("Older files of its kind are set aside; when much would go, it waits for a person."),
    )

    def __init__(self, *args: Any, partner: Partner, feed: Feed | None = None, **named: Any) -> None:
        self.feed = feed
        if feed is not None:
            known = {name: getattr(feed, name) for name in (*SAID, "time_zone")}
            when = {"when": feed.cron} if feed.cron in PRESETS else {"when": OWN, "cron": feed.cron}
            named["initial"] = {**known, **when, **{name: feed.place.get(name, "") for name in self.PLACE}}
        super().__init__(*args, **named)
        presets = [(line, cron.sentence(line)) for line in PRESETS]
        self.fields["when"].choices = [*presets, (OWN, _("As written below"))]  # type: ignore[attr-defined]
        if feed is None:
            self.initial = {"when": PRESETS[1], "time_zone": partner.time_zone, **self.initial}
        self.order_fields([*self.WHERE, *FeedForm.base_fields])

    WHERE: tuple[str, ...] = ()

    @property
    def place(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.PLACE}

    @property
    def credential(self) -> str:
        return str(self.cleaned_data.get("secret") or "")

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"].strip()
        if "/" in pattern or "\\" in pattern:
            raise ValidationError(_("Only the file’s name is compared: leave the folder out."))
        return pattern

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("complete") and given.get("kind") not in FACTS:
            self.add_error("complete", _("A file of outcomes adds what happened; it cannot be a complete list."))
        if given.get("when") != OWN:
            given["cron"] = given.get("when", "")
        elif not given.get("cron") and "cron" not in self.errors:
            self.add_error("cron", _("Write the schedule, or choose one above."))
        if given.get("cron") and given.get("time_zone") and "cron" not in self.errors:
            self._refuse_haste(given["cron"], given["time_zone"])
        return given

    def _refuse_haste(self, line: str, zone: str) -> None:
        slots = Feed(cron=line, time_zone=zone).next_five(after=timezone.now())
        if any(later - earlier < OFTEN for earlier, later in itertools.pairwise(slots)):
            self.add_error("cron", _("Every five minutes is the most often a folder is looked into."))

    def fill(self, feed: Feed) -> Feed:
        for name in (*SAID, "time_zone", "cron"):
            setattr(feed, name, self.cleaned_data[name])
        return feed

    def refuse(self, refusal: Refusal) -> None:
        """Put a verb's refusal where it can be mended."""
        field = refusal.blocks if refusal.blocks in self.fields else self.WHERE[0]
        self.add_error(field, refusal.sentence)


class S3Form(FeedForm):
    WHERE = ("endpoint", "region", "bucket", "prefix", "virtual", "access_key", "secret")
    PLACE = ("endpoint", "region", "bucket", "prefix", "virtual", "access_key")
    way = Feed.Way.S3

    endpoint = _text(
        gettext_lazy("Address of the storage"),
        required=False,
        help=gettext_lazy("Such as https://s3.example.com. Left empty, it is Amazon’s in the region below."),
    )
    region = forms.RegexField(
        r"^[a-z0-9-]{2,40}$",
        label=gettext_lazy("Region"),
        initial="us-east-1",
        help_text=gettext_lazy("As the provider writes it; many storages of one’s own take any."),
    )
    bucket = forms.RegexField(r"^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$", label=gettext_lazy("Bucket"))
    prefix = _text(  # type: ignore[assignment]  # a field's name; Django keeps fields apart from its own `prefix`
        gettext_lazy("Folder in the bucket"), size=500, required=False, help=gettext_lazy("Left empty, it is the top.")
    )
    virtual = forms.BooleanField(
        label=gettext_lazy("The bucket’s name stands before the address"),
        required=False,
        help_text=gettext_lazy("Alibaba Cloud OSS and Tencent COS need it: bucket.oss-cn-hangzhou.aliyuncs.com."),
    )
    access_key = _text(gettext_lazy("Access key"), size=128)
    secret = forms.CharField(
        label=gettext_lazy("Secret key"),
        max_length=256,
        strip=True,
        validators=[plain],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "A key that may list and read this folder and nothing else is best. It is kept encrypted."
        ),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.feed is not None:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("Left empty, the one we have stays.")

    def clean_prefix(self) -> str:
        parts = [part for part in self.cleaned_data["prefix"].strip().split("/") if part]
        if any(part in (".", "..") for part in parts):
            raise ValidationError(_("Write the folder as the bucket names it, without “..”."))
        return "/".join(parts)


class SftpForm(FeedForm):
    WHERE = ("host", "port", "user", "folder", "host_key")
    PLACE = ("host", "port", "user", "folder")
    way = Feed.Way.SFTP

    host = _text(gettext_lazy("Host"), size=253, help=gettext_lazy("Such as files.example.com."))
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=22)
    user = forms.RegexField(f"^{ssh.USER}$", label=gettext_lazy("User"))
    folder = _text(
        gettext_lazy("Folder"), size=500, required=False, help=gettext_lazy("Left empty, it is where the user begins.")
    )
    host_key = _text(
        gettext_lazy("Fingerprint of the server’s key"),
        size=2100,
        required=False,
        help=gettext_lazy(
            "If you know it: “SHA256:…”, or the key itself. Otherwise the first test shows it, for you to compare."
        ),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.feed is not None:
            self.initial["host_key"] = self.feed.place.get("fingerprint", "")

    @property
    def place(self) -> dict[str, Any]:
        return {**super().place, **self.cleaned_data["host_key"]}

    def clean_host_key(self) -> dict[str, str]:
        said = self.cleaned_data["host_key"].strip()
        if not said:
            return {}
        if key := ssh.host_key(said):
            return {"host_key": key, "fingerprint": ssh.fingerprint(key)}
        if found := ssh.FINGERPRINT.search(said):
            return {"fingerprint": found[0]}
        raise ValidationError(_("Write it as “SHA256:” and 43 letters, or paste the server’s public key."))


FORMS: dict[str, type[FeedForm]] = {Feed.Way.S3: S3Form, Feed.Way.SFTP: SftpForm}
