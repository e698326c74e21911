"""Large files, sent in pieces that survive a broken connection: tus 1.0.0. The verbs are those of partners.arrivals."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from partners import arrivals
from partners.access import Right
from partners.arrival_holds import Busy, Elsewhere, Ended
from partners.models import Arrival
from portal.api import tus
from portal.api.base import PartnerView
from portal.api.bodies import MEGABYTE
from portal.api.idempotency import HEADER, Repeated
from portal.api.problems import problem
from portal.api.sendings import WishesSerializer, columns, wishes

STATUS: dict[type[Exception], int] = {
    Elsewhere: 409, Ended: 410, arrivals.TooLarge: 413, Busy: 423, arrivals.Differs: 460,
}  # fmt: skip


class AnnounceSerializer(WishesSerializer):
    filename = serializers.CharField(max_length=255)


class ArrivalSerializer(serializers.ModelSerializer[Arrival]):
    id = serializers.UUIDField(source="key")
    upload = serializers.IntegerField(
        source="upload_id", allow_null=True, help_text=_("The file it became, once its last byte was here.")
    )

    class Meta:
        model = Arrival
        fields = ["id", "kind", "filename", "size", "offset", "created_at", "expires_at", "upload"]


class TusView(PartnerView):
    http_method_names = ["get", "head", "post", "patch", "delete", "options"]
    serializer_class = ArrivalSerializer
    also_refuses: ClassVar[dict[str, list[str]]] = {}

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        super().initial(request, *args, **named)
        if request.method not in ("GET", "OPTIONS"):
            tus.refuse_other_versions(request._request)

    def finalize_response(self, request: Any, response: Any, *args: Any, **named: Any) -> Any:
        response["Tus-Resumable"] = tus.VERSION
        if response.status_code == 412:
            response["Tus-Version"] = tus.VERSION
        return super().finalize_response(request, response, *args, **named)

    def handle_exception(self, exc: Exception) -> Response:
        status = next((code for kind, code in STATUS.items() if isinstance(exc, kind)), 0)
        return problem(status, str(exc)) if status else super().handle_exception(exc)

    def options(self, request: Any, *args: Any, **named: Any) -> Response:
        return Response(status=204, headers=tus.spoken())


def asked(name: str, about: Any, *, required: bool = True, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=required, description=about)


SPOKEN = asked("Tus-Resumable", _("The version of the protocol: 1.0.0."))
METADATA = asked(
    "Upload-Metadata",
    format_lazy(
        _("Pairs of a name and a value in Base64, parted by commas: filename and kind, and if wanted {more}."),
        more=", ".join(["complete", "mapping", *WishesSerializer.WISHES]),
    ),
)
REFERENCE = OpenApiParameter("reference", OpenApiTypes.UUID, OpenApiParameter.PATH)


class Arrivals(Repeated, TusView):
    about = _("Announces a file that will come in pieces (tus 1.0.0); Location says where to send them.")

    rights = {"POST": Right.UPLOAD, "OPTIONS": Right.UPLOAD}
    object_kind = "arrival"
    also_refuses = {"POST": ["412"]}

    @extend_schema(
        operation_id="arrivals_announce",
        summary=_("Announce a file that comes in pieces"),
        tags=["uploads"],
        parameters=[
            SPOKEN,
            asked("Upload-Length", _("The size of the whole file in bytes."), kind=int),
            METADATA,
            HEADER,
        ],
        request=None,
        responses={201: ArrivalSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = AnnounceSerializer(data=tus.metadata(request._request))
        sent.is_valid(raise_exception=True)
        told: dict[str, Any] = sent.validated_data
        size = tus.number(request._request, "Upload-Length")
        arrival = self.once({**told, "size": size}, make=lambda: self._announce(told, size))
        where = reverse("api-arrival", args=[arrival.key], request=request)
        body = self.get_serializer(arrival).data
        return Response(body, status=201, headers={"Location": where, **tus.told(arrival)})

    def _announce(self, told: dict[str, Any], size: int) -> Arrival:
        notice = arrivals.Notice(
            kind=told["kind"],
            filename=told["filename"],
            size=size,
            wishes=wishes(told),
            columns=tuple(columns(told)),
            complete=told["complete"],
        )
        return arrivals.announce(self.partner, notice, by=self.key.created_by, at=timezone.now())

    def find(self, pk: int) -> Arrival:
        found = Arrival.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class OneArrival(TusView):
    about = _("A file on its way: how far it is, its next piece, or its end.")

    rights = dict.fromkeys(("GET", "PATCH", "DELETE", "OPTIONS"), Right.UPLOAD)
    also_refuses = {
        "GET": ["410"],
        "PATCH": ["409", "410", "411", "412", "413", "415", "422", "423", "460"],
        "DELETE": ["410", "412", "422"],
    }

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> Any:
        """Clients behind proxies that know no PATCH say so in a header, as the protocol allows."""
        meant = request.headers.get("X-HTTP-Method-Override", "")
        if request.method == "POST" and meant in ("PATCH", "DELETE"):
            request.method = meant
        return super().dispatch(request, *args, **named)

    @property
    def body_limit(self) -> int:
        return settings.UPLOAD_MAX_MB * MEGABYTE

    @extend_schema(
        operation_id="arrivals_one",
        summary=_("How far a file in pieces is; HEAD tells the same in headers"),
        tags=["uploads"],
        parameters=[REFERENCE],
    )
    def get(self, request: Request, reference: str) -> Response:
        arrival = self._found(reference)
        return Response(self.get_serializer(arrival).data, headers=tus.told(arrival))

    def head(self, request: Request, reference: str) -> Response:
        return Response(headers=tus.told(self._found(reference)))

    @extend_schema(
        operation_id="arrivals_append",
        summary=_("Send the next piece; after the last one the file is checked, as if sent at once"),
        tags=["uploads"],
        parameters=[
            REFERENCE,
            SPOKEN,
            asked("Upload-Offset", _("The byte the piece begins at: as many as are here."), kind=int),
            asked("Upload-Checksum", _("If wanted: sha1 or sha256, and the piece’s digest in Base64."), required=False),
        ],
        request={tus.MEDIA_TYPE: OpenApiTypes.BINARY},
        responses={204: None},
    )
    def patch(self, request: Request, reference: str) -> Response:
        arrival = arrivals.append(self._found(reference), tus.piece(request._request))
        return Response(status=204, headers=tus.told(arrival))

    @extend_schema(
        operation_id="arrivals_cancel",
        summary=_("Cancel a file that is not wholly here"),
        tags=["uploads"],
        parameters=[REFERENCE, SPOKEN],
        responses={204: None},
    )
    def delete(self, request: Request, reference: str) -> Response:
        arrivals.abandon(self._found(reference))
        return Response(status=204)

    def _found(self, reference: str) -> Arrival:
        """Raises Http404 for a stranger's, Ended for what has expired."""
        found = Arrival.objects.filter(key=reference).first()
        if found is None:
            raise Http404
        if found.upload_id is None and found.expires_at <= timezone.now():
            raise Ended(found)
        return arrivals.settled(found)
