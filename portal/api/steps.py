"""What is done with a file that was sent: taken into use, taken back."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partners import uploads
from partners.access import Right
from portal.api.base import PartnerView
from portal.api.readings import OneUploadSerializer
from portal.api.sendings import CommitSerializer, WithdrawSerializer
from portal.api.uploads import ID, accepted, upload_numbered


class CommitUpload(PartnerView):
    about = _("Queues the work and answers at once; the file's state becomes “committed” when it is done.")

    rights = {"POST": Right.UPLOAD}
    serializer_class = OneUploadSerializer

    @extend_schema(
        operation_id="uploads_commit",
        summary=_("Take a checked file into use"),
        tags=["uploads"],
        parameters=[ID],
        request=CommitSerializer,
        responses={202: OneUploadSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        upload = upload_numbered(pk)
        told = CommitSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        uploads.request_commit(upload, by=self.key.created_by, at=self.today, **told.validated_data)
        return accepted(self, upload)


class WithdrawUpload(PartnerView):
    about = _("Queues the work and answers at once; the data becomes as if the file had never been sent.")

    rights = {"POST": Right.UPLOAD}
    serializer_class = OneUploadSerializer

    @extend_schema(
        operation_id="uploads_withdraw",
        summary=_("Undo a file in use"),
        tags=["uploads"],
        parameters=[ID],
        request=WithdrawSerializer,
        responses={202: OneUploadSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        upload = upload_numbered(pk)
        told = WithdrawSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        uploads.request_withdraw(upload, by=self.key.created_by, at=self.today, **told.validated_data)
        return accepted(self, upload)
