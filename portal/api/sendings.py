"""What comes with a file that is sent or taken into use: the fields of the form, each checked."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.intake.source import ENCODINGS, QUOTES, Wishes
from partners.models import Upload
from portal.api.asked import Strict

CONFIRM = _("How many rows go, when that is more than a fifth of their table: the number the refusal named.")
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


class WishesSerializer(Strict):
    """What may be told about any file, however it is sent."""

    WISHES = ("date_order", "decimal", "encoding", "quote", "sheet", "header_row")

    kind = serializers.ChoiceField(choices=Upload.Kind.choices)
    complete = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("The file is the complete list of its kind: once it is in use, older files of it are set aside."),
    )
    mapping = MappingField(
        required=False,
        default=dict,
        help_text=_(
            "Only what is not recognised by itself. “ignore” drops a column, “attribute” keeps it as it is, "
            "“#row” as a source takes the row number."
        ),
    )
    date_order = serializers.ChoiceField(
        required=False, choices=["dmy", "mdy"], help_text=_("For dates such as 03/04/2026.")
    )
    decimal = serializers.ChoiceField(
        required=False, choices=["point", "comma"], help_text=_("For numbers such as 1,234.")
    )
    encoding = serializers.ChoiceField(required=False, choices=ENCODINGS)
    quote = serializers.ChoiceField(required=False, choices=QUOTES)
    sheet = serializers.CharField(required=False, max_length=100)
    header_row = serializers.IntegerField(required=False, min_value=1, max_value=1000)


def wishes(told: dict[str, Any]) -> Wishes:
    return Wishes(**{name: told[name] for name in WishesSerializer.WISHES if name in told})


def columns(told: dict[str, Any]) -> list[str]:
    return [f"{source}={field}" for source, field in told["mapping"].items()]


class SendSerializer(WishesSerializer):
    file = serializers.FileField(max_length=255, help_text=_("CSV, XLSX or Parquet."))


class CommitSerializer(Strict):
    skip_bad = serializers.BooleanField(default=False, help_text=_("Leave out rows with errors instead of refusing."))
    confirm = serializers.IntegerField(required=False, min_value=1, help_text=CONFIRM)


class WithdrawSerializer(Strict):
    confirm = serializers.IntegerField(required=False, min_value=1, help_text=CONFIRM)
