"""Uploads as programs write and read them: the form that comes with a file, and the report that comes back."""

import json
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.columns import in_language
from partners.intake.notes import notes
from partners.intake.problems import CAUSES, sentence
from partners.intake.source import ENCODINGS
from partners.models import Upload, UploadRun

MAPPING = '{"Kundennr.": "customer_id", "Filiale": "ignore"}'


@extend_schema_field({"type": "string", "example": MAPPING})
class MappingField(serializers.Field[dict[str, str], str, Any, Any]):
    """JSON text in a form field: source column → our field."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        try:
            found = json.loads(data)
        except (TypeError, ValueError, RecursionError) as error:
            raise serializers.ValidationError(self._need()) from error
        if not isinstance(found, dict) or not all(self._usable(*pair) for pair in found.items()):
            raise serializers.ValidationError(self._need())
        return found

    def to_representation(self, value: Any) -> Any:
        return value

    @staticmethod
    def _usable(source: Any, field: Any) -> bool:
        """Text that a database can keep."""
        return all(isinstance(one, str) and one and "\x00" not in one and _plain(one) for one in (source, field))

    @staticmethod
    def _need() -> str:
        return _("Write a JSON object of source columns and our fields, such as: %(example)s") % {"example": MAPPING}


def _plain(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


class SendSerializer(serializers.Serializer[Any]):
    WISHES = ("date_order", "decimal", "encoding", "sheet", "header_row")

    kind = serializers.ChoiceField(choices=Upload.Kind.choices)
    file = serializers.FileField(max_length=255, help_text="CSV, XLSX or Parquet.")
    mapping = MappingField(
        required=False,
        default=dict,
        help_text="Only what is not recognised by itself. “ignore” drops a column, “attribute” keeps it as it is, "
        "“#row” as a source takes the row number.",
    )
    date_order = serializers.ChoiceField(
        required=False, choices=["dmy", "mdy"], help_text="For dates such as 03/04/2026."
    )
    decimal = serializers.ChoiceField(
        required=False, choices=["point", "comma"], help_text="For numbers such as 1,234."
    )
    encoding = serializers.ChoiceField(required=False, choices=ENCODINGS)
    sheet = serializers.CharField(required=False, max_length=100)
    header_row = serializers.IntegerField(required=False, min_value=1, max_value=1000)


class CommitSerializer(serializers.Serializer[Any]):
    skip_bad = serializers.BooleanField(default=False, help_text="Leave out rows with errors instead of refusing.")


class RunSerializer(serializers.ModelSerializer[UploadRun]):
    class Meta:
        model = UploadRun
        fields = ["step", "state", "stage", "progress", "message", "queued_at", "started_at", "ended_at"]


class UploadSerializer(serializers.ModelSerializer[Upload]):
    run = serializers.SerializerMethodField(help_text="The newest piece of work on this file.")

    class Meta:
        model = Upload
        fields = [
            "id", "kind", "filename", "size", "sha256", "state", "rows", "created_at", "committed_at", "withdrawn_at",
            "run",
        ]  # fmt: skip

    @extend_schema_field(RunSerializer(allow_null=True))
    def get_run(self, upload: Upload) -> Any:
        runs = sorted(upload.runs.all(), key=lambda run: run.pk)
        return RunSerializer(runs[-1]).data if runs else None


class ProblemsSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=["error", "warning"])
    code = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField(help_text="The first case: where, what we saw, what we need.")
    column = serializers.CharField(help_text="As the file names it.")
    field = serializers.CharField(help_text="Ours.")
    count = serializers.IntegerField()
    rows = serializers.ListField(child=serializers.IntegerField(), help_text="The first of them.")


class ReportSerializer(serializers.Serializer[Any]):
    refusal = serializers.CharField(allow_null=True, help_text="Why the file cannot be read at all.")
    lines = serializers.IntegerField()
    good = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text="Rows with errors.")
    skipped = serializers.IntegerField(help_text="Rows left out with a warning.")
    created = serializers.IntegerField(help_text="What a commit would add, or has added.")
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    problems = ProblemsSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class ColumnSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    field = serializers.CharField(help_text="Ours; empty when it is none of them.")
    role = serializers.ChoiceField(choices=["field", "attribute", "ignored", "suggested"])
    confidence = serializers.FloatField()


class OneUploadSerializer(UploadSerializer):
    columns = serializers.SerializerMethodField(help_text="What each column of the file is taken for.")
    report = serializers.SerializerMethodField(help_text="Null until the file has been read.")

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
            "refusal": found.get("refusal"),
            **{name: found.get(name, 0) for name in ("lines", "good", "rejected", "skipped")},
            **{name: done.get(name, 0) for name in ("created", "updated", "unchanged")},
            "problems": [self._problem(group, language) for group in found.get("groups", [])],
            "notes": notes(upload.kind, upload.mapping, found, language),
        }

    def _problem(self, group: dict[str, Any], language: str) -> dict[str, Any]:
        """A cell's value may be somebody's name: only keys that see personal data are shown it."""
        if not self.context["personal"]:
            group = {**group, "examples": [{**one, "value": ""} for one in group["examples"]]}
        return {
            "level": group["level"],
            "code": group["cause"],
            "title": in_language(CAUSES[group["cause"]].title, language),
            "sentence": sentence(group, language),
            "column": group["column"],
            "field": group["field"],
            "count": group["count"],
            "rows": [one["row"] for one in group["examples"]],
        }
