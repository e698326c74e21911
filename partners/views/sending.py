"""Sending a file from a page: at once with the plain form, or in pieces that can be paused and outlive a reload."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partners import arrivals, uploads
from partners import upload_board as board
from partners.access import PartnerRequest, Right, door
from partners.arrival_holds import Busy, Elsewhere, Ended
from partners.intake.source import MAX_CELLS, MAX_COLUMNS, MAX_RATIO, MAX_ROWS, MAX_UNPACKED
from partners.models import Arrival, Partner, UploadRun, User
from partners.upload_forms import Announce, Choose, kinds
from portal.kit.bodies import incoming, takes
from portal.kit.errors import Refusal

MEGABYTE = 2**20
STATUS: dict[type[Exception], int] = {Elsewhere: 409, Ended: 410, arrivals.TooLarge: 413, Busy: 423}


def file_limit() -> int:
    """The fields beside the file get a megabyte of their own."""
    return (settings.UPLOAD_MAX_MB + 1) * MEGABYTE


@takes(file_limit)
@door(to=Right.UPLOAD)
def choose(request: PartnerRequest, partner: Partner) -> HttpResponse:
    form = Choose(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "customers")})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        file, by = told["file"], _person(request)
        try:
            upload = uploads.receive(
                partner, kind=told["kind"], filename=file.name, chunks=file.chunks(), by=by, complete=told["complete"]
            )
            uploads.request_check(upload, by=by, at=_today(partner))
            return redirect("upload", partner.slug, upload.pk)
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
    context = {
        "place": "uploads",
        "form": form,
        "kinds": kinds(),
        "limits": limits(),
        "steps": board.steps(None),
        "begun": arrivals.under_way(partner, by=_person(request), at=timezone.now()),
    }
    return render(request, "uploads/choose.html", context, status=422 if form.errors else 200)


def limits() -> dict[str, int]:
    """Everything that bounds a file, said before it is sent."""
    memory, seconds = UploadRun().limits
    return {
        "mb": settings.UPLOAD_MAX_MB,
        "bytes": settings.UPLOAD_MAX_MB * MEGABYTE,
        "rows": MAX_ROWS,
        "columns": MAX_COLUMNS,
        "cells": MAX_CELLS,
        "unpacked_gb": MAX_UNPACKED // 2**30,
        "ratio": MAX_RATIO,
        "minutes": seconds // 60,
        "memory_mb": memory,
        "days": settings.ORIGINAL_DAYS,
        "pause_days": arrivals.LIFE.days,
    }


@require_POST
@door(to=Right.UPLOAD)
def announce(request: PartnerRequest, partner: Partner) -> JsonResponse:
    """The script's first request: what will come. The answer says where its pieces belong."""
    form = Announce(request.POST)
    if not form.is_valid():
        sentences = [str(one) for errors in form.errors.values() for one in errors]
        return JsonResponse({"detail": " ".join(sentences)}, status=422)
    told = form.cleaned_data
    notice = arrivals.Notice(
        kind=told["kind"],
        filename=told["filename"],
        size=told["size"],
        complete=told["complete"],
        modified=told["modified"] or 0,
    )
    try:
        made = arrivals.announce(partner, notice, by=_person(request), at=timezone.now())
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse(_state(made), status=201)


@takes(file_limit)
@door(to=Right.UPLOAD)
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
def arrival(request: PartnerRequest, partner: Partner, reference: UUID) -> HttpResponse:
    """A file on its way: how far it is, its next piece, or its end."""
    one: Arrival = get_object_or_404(Arrival, partner=partner, key=reference)
    try:
        if request.method == "DELETE":
            arrivals.abandon(one)
            return JsonResponse({})
        if request.method == "PATCH":
            arrivals.append(one, arrivals.Piece(_offset(request), incoming(request)))
        return JsonResponse(_state(arrivals.settled(one)))
    except Refusal as refusal:
        return _refused(refusal)


@require_POST
@door(to=Right.UPLOAD)
def cancel(request: PartnerRequest, partner: Partner, reference: UUID) -> HttpResponse:
    one: Arrival = get_object_or_404(Arrival, partner=partner, key=reference)
    try:
        arrivals.abandon(one)
        messages.success(request, _("%(name)s is cancelled; what had come of it is deleted.") % {"name": one.filename})
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("upload-new", partner.slug)


def _offset(request: HttpRequest) -> int:
    raw = request.headers.get("Upload-Offset", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise Refusal(_("A piece of the file came without its place: reload the page and go on."))
    return int(raw)


def _state(one: Arrival) -> dict[str, Any]:
    slug = one.partner.slug
    return {
        "url": reverse("arrival", args=[slug, one.key]),
        "offset": one.offset,
        "size": one.size,
        "upload": reverse("upload", args=[slug, one.upload_id]) if one.upload_id else None,
    }


def _refused(refusal: Refusal) -> JsonResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 422)
    return JsonResponse({"detail": refusal.sentence}, status=status)


def _person(request: PartnerRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _today(partner: Partner) -> date:
    return timezone.localdate(timezone=ZoneInfo(partner.time_zone))
