"""A file checked again with corrections: what its columns are, how it is read, and what is done with its problems."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners import uploads
from partners.access import Right
from partners.intake.causes import ACTS, CAUSES
from partners.intake.fixes import DATES, MOST, NUMBERS
from partners.intake.source import ENCODINGS, QUOTES, Wishes
from portal.api.asked import Strict
from portal.api.base import PartnerView
from portal.api.readings import OneUploadSerializer
from portal.api.uploads import ID, accepted, upload_numbered

LONGEST = 200


def _word(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST, trim_whitespace=False, **more)


class FixSerializer(Strict):
    cause = serializers.ChoiceField(choices=[code for code, cause in CAUSES.items() if cause.acts])
    column = _word(required=False, allow_blank=True, help_text=_("As the file names it; empty for whole lines."))
    act = serializers.ChoiceField(choices=list(ACTS), help_text=_("One of the “acts” of the problem."))
    seen = _word(required=False, allow_blank=True, help_text=_("Only cells that read so; empty for the whole group."))
    value = _word(required=False, allow_blank=True, help_text=_("What stands there instead; it is checked in turn."))
    how = serializers.ChoiceField(
        required=False, choices=sorted({*DATES, *NUMBERS}), help_text=_("One of the “hows” of the problem.")
    )


class CheckSerializer(Strict):
    """What is not named here stays as it was."""

    WISHES = ("date_order", "date_orders", "decimal", "encoding", "quote", "sheet", "header_row", "fixes", "values")

    mapping = serializers.DictField(
        child=_word(), required=False, default=dict, help_text=_("Source column → our field, “ignore” or “attribute”.")
    )
    date_order = serializers.ChoiceField(required=False, choices=["dmy", "mdy"])
    date_orders = serializers.DictField(
        child=serializers.ChoiceField(choices=["dmy", "mdy"]),
        required=False,
        help_text=_("Source column → order, where one answer does not fit all."),
    )
    decimal = serializers.ChoiceField(required=False, choices=["point", "comma"])
    encoding = serializers.ChoiceField(required=False, choices=ENCODINGS)
    quote = serializers.ChoiceField(required=False, choices=QUOTES)
    sheet = serializers.CharField(required=False, max_length=100)
    header_row = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    fixes = serializers.ListField(
        child=FixSerializer(), required=False, max_length=MOST, help_text=_("All that are to hold; [] takes them back.")
    )
    values = serializers.DictField(
        child=serializers.DictField(child=_word(allow_blank=True)),
        required=False,
        help_text=_("Source column → word in the file → our word, for columns of words."),
    )


class CheckUpload(PartnerView):
    about = _("Queues the work and answers at once; nothing is taken into use.")

    rights = {"POST": Right.UPLOAD}
    serializer_class = OneUploadSerializer

    @extend_schema(
        operation_id="uploads_check",
        summary=_("Check a file again with corrections"),
        tags=["uploads"],
        parameters=[ID],
        request=CheckSerializer,
        responses={202: OneUploadSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        upload = upload_numbered(pk)
        asked = CheckSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        before = uploads.wishes_of(upload).as_dict()
        wishes = Wishes.from_dict({**before, **{name: told[name] for name in CheckSerializer.WISHES if name in told}})
        columns = [*uploads.hand_made(upload), *(f"{source}={field}" for source, field in told["mapping"].items())]
        uploads.request_check(upload, by=self.key.created_by, at=self.today, wishes=wishes, columns=columns)
        return accepted(self, upload)
