"""The protocol for files in pieces: tus 1.0.0, its headers read and written (tus.io/protocols/resumable-upload)."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, UnsupportedMediaType, ValidationError

from partners.arrivals import DIGESTS, Piece
from partners.models import Arrival
from portal.kit.bodies import incoming

VERSION = "1.0.0"
MEDIA_TYPE = "application/offset+octet-stream"
IGNORED = {"filetype", "type", "name", "relativePath", "contentType"}
"""Metadata that common clients add of themselves."""


class OtherVersion(APIException):
    status_code = 412


class NoLength(APIException):
    status_code = 411


def spoken() -> dict[str, str]:
    """What OPTIONS tells."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination,expiration,checksum",
        "Tus-Max-Size": str(settings.UPLOAD_MAX_MB * 2**20),
        "Tus-Checksum-Algorithm": ",".join(DIGESTS),
    }


def refuse_other_versions(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion(_("Send the header Tus-Resumable: %(version)s with the request.") % {"version": VERSION})


def told(arrival: Arrival) -> dict[str, str]:
    """How far a file is, in headers."""
    said = {"Upload-Offset": str(arrival.offset), "Upload-Length": str(arrival.size)}
    if arrival.upload_id is None:
        said["Upload-Expires"] = http_date(arrival.expires_at.timestamp())
    return said


def number(request: HttpRequest, name: str) -> int:
    raw = request.headers.get(name, "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise ValidationError({name: [_("Send this header with a whole number of bytes.")]})
    return int(raw)


def metadata(request: HttpRequest) -> dict[str, str]:
    """`Upload-Metadata: filename b3JkZXJzLmNzdg==,kind b3JkZXJz`, as a dictionary."""
    found = {}
    for pair in filter(None, (one.strip() for one in request.headers.get("Upload-Metadata", "").split(","))):
        name, _space, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            need = _("Write each pair as a name, a space and the value in Base64 (UTF-8); parted by commas.")
            raise ValidationError({"Upload-Metadata": [need]}) from error
    return {name: value for name, value in found.items() if name not in IGNORED}


def piece(request: HttpRequest) -> Piece:
    """The piece a PATCH brings; not a byte of it is read yet."""
    if request.content_type != MEDIA_TYPE:
        raise UnsupportedMediaType(request.content_type or "", _("Send the piece as %(kind)s.") % {"kind": MEDIA_TYPE})
    if not request.META.get("CONTENT_LENGTH"):
        raise NoLength(_("Send the piece with a Content-Length."))
    return Piece(number(request, "Upload-Offset"), incoming(request), _digest(request))


def _digest(request: HttpRequest) -> tuple[str, bytes] | None:
    said: Any = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    algorithm, _space, value = said.partition(" ")
    try:
        if algorithm not in DIGESTS or not value:
            raise ValueError(algorithm)
        return algorithm, base64.b64decode(value, validate=True)
    except ValueError as error:
        need = _("Write an algorithm (%(known)s), a space and the digest in Base64.") % {"known": ", ".join(DIGESTS)}
        raise ValidationError({"Upload-Checksum": [need]}) from error
