"""Uploads as programs read them: what the file is, what was found in it, and how far the work on it is."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners import removals
from partners.columns import in_language
from partners.intake import refusals
from partners.intake.causes import known
from partners.intake.notes import notes
from partners.intake.problems import sentence, unquoted
from partners.models import Upload, UploadRun


class RunSerializer(serializers.ModelSerializer[UploadRun]):
    confirm = serializers.SerializerMethodField(
        help_text=_("When it failed because too many rows would go: their number, to be sent with the next try.")
    )

    class Meta:
        model = UploadRun
        fields = ["step", "state", "stage", "progress", "message", "confirm", "queued_at", "started_at", "ended_at"]

    def get_confirm(self, run: UploadRun) -> int | None:
        return removals.asked_for(run.result.get("blocks", ""))


class UploadSerializer(serializers.ModelSerializer[Upload]):
    complete = serializers.BooleanField(
        source="is_complete", help_text=_("Older files of its kind are set aside while it is in use.")
    )
    sha256 = serializers.CharField(help_text=_("Of a file that came in pieces: empty until it has been read."))
    original_until = serializers.DateTimeField(help_text=_("When the file itself is deleted; what is in use stays."))
    original_deleted_at = serializers.DateTimeField(source="shredded_at", allow_null=True)
    run = serializers.SerializerMethodField(help_text=_("The newest piece of work on this file."))

    class Meta:
        model = Upload
        fields = [
            "id", "kind", "filename", "size", "sha256", "state", "rows", "complete", "created_at", "committed_at",
            "withdrawn_at", "original_until", "original_deleted_at", "run",
        ]  # fmt: skip

    @extend_schema_field(RunSerializer(allow_null=True))
    def get_run(self, upload: Upload) -> Any:
        runs = sorted(upload.runs.all(), key=lambda run: run.pk)
        if not runs:
            return None
        told = RunSerializer(runs[-1]).data
        if told["message"] and told["message"] == upload.report.get("refusal") and not self.context["personal"]:
            told["message"] = refusals.unquoted(upload.report, "en")
        return told


class SeenSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField()


class ProblemsSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=["error", "warning"])
    code = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField(help_text=_("The first case: where, what we saw, what we need."))
    column = serializers.CharField(help_text=_("As the file names it."))
    field = serializers.CharField(help_text=_("Ours."))
    count = serializers.IntegerField()
    rows = serializers.ListField(child=serializers.IntegerField(), help_text=_("The first of them."))
    values = SeenSerializer(many=True, help_text=_("What stands there most often; empty without the personal right."))
    acts = serializers.ListField(child=serializers.CharField(), help_text=_("What a fix may do about all of them."))
    hows = serializers.ListField(child=serializers.CharField(), help_text=_("Ways to read them, for “parse”."))


class WordSerializer(SeenSerializer):
    read_as = serializers.CharField(allow_null=True, help_text=_("Ours; null when nobody knows the word."))


class ChoicesSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    field = serializers.CharField()
    values = WordSerializer(many=True)


class ReportSerializer(serializers.Serializer[Any]):
    refusal = serializers.CharField(allow_null=True, help_text=_("Why the file cannot be read at all."))
    lines = serializers.IntegerField()
    good = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text=_("Rows with errors."))
    skipped = serializers.IntegerField(help_text=_("Rows left out with a warning."))
    created = serializers.IntegerField(help_text=_("What a commit would add, or has added."))
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    removed = serializers.IntegerField(help_text=_("Rows that a complete list no longer holds."))
    problems = ProblemsSerializer(many=True)
    choices = ChoicesSerializer(
        many=True, help_text=_("The words of columns with a fixed meaning; empty without the personal right.")
    )
    notes = serializers.ListField(child=serializers.CharField())


class ColumnSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    field = serializers.CharField(help_text=_("Ours; empty when it is none of them."))
    role = serializers.ChoiceField(choices=["field", "attribute", "ignored", "suggested"])
    confidence = serializers.FloatField()


class OneUploadSerializer(UploadSerializer):
    columns = serializers.SerializerMethodField(help_text=_("What each column of the file is taken for."))
    report = serializers.SerializerMethodField(help_text=_("Null until the file has been read."))

    class Meta(UploadSerializer.Meta):
        fields = [*UploadSerializer.Meta.fields, "columns", "report"]

    @extend_schema_field(ColumnSerializer(many=True))
    def get_columns(self, upload: Upload) -> list[dict[str, Any]]:
        return [
            {"column": one["source"], "field": one["field"], "role": one["role"], "confidence": one["confidence"]}
            for one in upload.mapping.get("matches", [])
        ]

    @extend_schema_field(ReportSerializer(allow_null=True))
    def get_report(self, upload: Upload) -> dict[str, Any] | None:
        found = upload.report
        if not found:
            return None
        done = found.get("committed") or found.get("preview") or {}
        language = self.context["language"]
        return {
            "refusal": self._refusal(found),
            **{name: found.get(name, 0) for name in ("lines", "good", "rejected", "skipped")},
            **{name: done.get(name, 0) for name in ("created", "updated", "unchanged", "removed")},
            "problems": [self._problem(group, language) for group in found.get("groups", [])],
            "choices": self._choices(found),
            "notes": notes(upload.kind, upload.mapping, found, language),
        }

    def _refusal(self, found: dict[str, Any]) -> str | None:
        told = found.get("refusal")
        return told if self.context["personal"] or not told else refusals.unquoted(found, "en")

    def _choices(self, found: dict[str, Any]) -> list[dict[str, Any]]:
        told = found.get("choices", {}) if self.context["personal"] else {}
        return [{"column": column, **one} for column, one in told.items()]

    def _problem(self, group: dict[str, Any], language: str) -> dict[str, Any]:
        """A cell's value may be somebody's name: only keys that see personal data are shown it."""
        group = group if self.context["personal"] else unquoted(group)
        return {
            "level": group["level"],
            "code": group["cause"],
            "title": in_language(known(group["cause"]).title, language),
            "sentence": sentence(group, language),
            "column": group["column"],
            "field": group["field"],
            "count": group["count"],
            "rows": [one["row"] for one in group["examples"]],
            **{name: group.get(name, []) for name in ("values", "acts", "hows")},
        }
