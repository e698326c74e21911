"""Files: sent, watched while they are read, taken into use, taken back. The verbs are those of partners.uploads."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import CharField, ChoiceField

from partners import originals, uploads
from partners.access import Right
from partners.models import Upload
from portal.api.asked import Listed
from portal.api.base import ListView, PartnerView
from portal.api.bodies import MEGABYTE
from portal.api.idempotency import HEADER, Repeated
from portal.api.readings import OneUploadSerializer, UploadSerializer
from portal.api.sendings import SendSerializer, columns, wishes


class UploadsAsked(Listed):
    kind = ChoiceField(required=False, choices=Upload.Kind.choices)
    state = ChoiceField(required=False, choices=Upload.State.choices)
    sha256 = CharField(required=False, max_length=64, help_text=_("The file's digest: was it sent before?"))


class Uploads(Repeated, ListView):
    about = _("Files sent by page, command or API.")

    rights = {"GET": Right.SEE, "POST": Right.UPLOAD}
    parser_classes = [MultiPartParser]
    serializer_class = UploadSerializer
    asked_class = UploadsAsked
    ordering = "-pk"
    object_kind = "upload"

    @property
    def body_limit(self) -> int:
        return (settings.UPLOAD_MAX_MB + 1) * MEGABYTE  # the fields beside the file get the last one

    @extend_schema(
        operation_id="uploads_list",
        summary=_("Files, newest first"),
        tags=["uploads"],
        parameters=[UploadsAsked],
        responses=UploadSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **named: Any) -> Response:
        return super().get(request, *args, **named)

    @extend_schema(
        operation_id="uploads_send",
        summary=_("Send a file; it is checked at once, and used only after a commit"),
        tags=["uploads"],
        parameters=[HEADER],
        request={"multipart/form-data": SendSerializer},
        responses={202: OneUploadSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = SendSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told: dict[str, Any] = sent.validated_data
        file: UploadedFile = told.pop("file")
        name = uploads.plain_name(file.name or "")
        with originals.received(self.partner, file.chunks(MEGABYTE), name=name) as held:
            body = {**told, "filename": file.name, "sha256": held.sha256}
            upload = self.once(body, make=lambda: self._take(held, name, told))
        return accepted(self, upload)

    def _take(self, held: originals.Held, name: str, told: dict[str, Any]) -> Upload:
        by = self.key.created_by
        upload = uploads.take(self.partner, held, kind=told["kind"], filename=name, by=by, complete=told["complete"])
        uploads.request_check(upload, by=by, at=self.today, wishes=wishes(told), columns=columns(told))
        return upload

    def find(self, pk: int) -> Upload:
        return upload_numbered(pk)

    def get_queryset(self) -> QuerySet[Upload]:
        same = {name: self.asked[name] for name in ("kind", "state", "sha256") if name in self.asked}
        return Upload.objects.filter(**same).prefetch_related("runs")


ID = OpenApiParameter("id", int, OpenApiParameter.PATH)


class OneUpload(PartnerView):
    about = _("How the file was read, what was found, and how far the work on it is.")

    rights = {"GET": Right.SEE}
    serializer_class = OneUploadSerializer

    @extend_schema(operation_id="uploads_one", summary=_("One file and its report"), tags=["uploads"], parameters=[ID])
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(upload_numbered(pk)).data)


def accepted(view: PartnerView, upload: Upload) -> Response:
    told = OneUploadSerializer(upload_numbered(upload.pk), context=view.get_serializer_context()).data
    where = reverse("api-upload", args=[upload.pk], request=view.request)
    return Response(told, status=202, headers={"Location": where})


def upload_numbered(pk: int) -> Upload:
    """The upload with this number in the open scope, its runs at hand. Raises Http404."""
    found = Upload.objects.filter(pk=pk).prefetch_related("runs").first()
    if found is None:
        raise Http404
    return found
