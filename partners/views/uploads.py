"""Upload pages: choose, columns, check, in use; and the list of everything sent."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners import upload_board as board
from partners import uploads
from partners.access import PartnerRequest, Right, door
from partners.columns import TABLES
from partners.intake import failing
from partners.intake.source import MAX_COLUMNS, MAX_ROWS
from partners.intake.templates import template
from partners.models import Partner, Upload, User
from partners.upload_forms import Choose, Reading, column_wishes, kinds, twice
from portal.kit.errors import Refusal

PER_PAGE = 25


@door(to=Right.SEE)
@require_safe
def upload_list(request: PartnerRequest, partner: Partner) -> HttpResponse:
    sent = Upload.objects.filter(partner=partner).select_related("created_by")
    known: dict[str, list[str]] = {"kind": Upload.Kind.values, "state": Upload.State.values}
    chosen = {name: value for name in known if (value := request.GET.get(name, "")) in known[name]}
    shown = sent.filter(**chosen)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "uploads",
        "page": page,
        "chosen": chosen,
        "any": sent.exists(),
        "looks": board.LOOKS,
        "kinds": Upload.Kind.choices,
        "states": Upload.State.choices,
    }
    return render(request, "uploads/list.html", context)


@door(to=Right.UPLOAD)
def choose(request: PartnerRequest, partner: Partner) -> HttpResponse:
    form = Choose(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "customers")})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = uploads.receive(
                partner, kind=form.cleaned_data["kind"], filename=file.name, chunks=file.chunks(), by=_person(request)
            )
            uploads.request_check(upload, by=_person(request), at=_today(partner))
            return redirect("upload", partner.slug, upload.pk)
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
    limits = {"mb": settings.UPLOAD_MAX_MB, "rows": MAX_ROWS, "columns": MAX_COLUMNS}
    context = {"place": "uploads", "form": form, "kinds": kinds(), "limits": limits, "steps": board.steps(None)}
    return render(request, "uploads/choose.html", context, status=422 if form.errors else 200)


@door(to=Right.SEE)
@require_safe
def file_template(request: PartnerRequest, partner: Partner, kind: str, language: str) -> HttpResponse:
    """An empty file of this kind with the names we know and one example row."""
    if kind not in TABLES:
        raise Http404
    response = HttpResponse(template(kind, language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{language}.csv"'
    return response


@door(to=Right.SEE)
@require_safe
def upload(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """One upload: under way, in need of an answer, checked, in use or undone."""
    one: Upload = get_object_or_404(Upload.objects.select_related("created_by"), partner=partner, pk=pk)
    run, personal = board.latest_run(one), Right.PERSONAL in request.rights
    context = {
        "place": "uploads",
        "upload": one,
        "run": run,
        "steps": board.steps(one),
        "look": board.LOOKS[Upload.State(one.state)],
        "personal": personal,
        "refusal": board.refusal(one, personal=personal),
        "errors": board.groups(one, "error", personal=personal),
        "warnings": board.groups(one, "warning", personal=personal),
        "remarks": board.remarks(one),
        "consequence": board.consequence(one),
        "same": board.same(one),
        "has_problems": (one.folder / "problems.csv").is_file(),
    }
    return render(request, "uploads/upload.html", context)


@door(to=Right.SEE)
@require_safe
def progress(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """The moving part of the page while a run is under way."""
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    return render(request, "uploads/progress.html", {"upload": one, "run": board.latest_run(one), "partner": partner})


@door(to=Right.UPLOAD)
def columns(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """How the file is read and which column is which; both can be corrected as often as needed."""
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    if one.state in (Upload.State.COMMITTED, Upload.State.WITHDRAWN):
        return redirect("upload", partner.slug, pk)
    form = Reading(one, request.POST or None)
    if request.method == "POST" and form.is_valid() and _read_again(request, partner, one, form):
        return redirect("upload", partner.slug, pk)
    personal = Right.PERSONAL in request.rights
    context: dict[str, Any] = {
        "place": "uploads",
        "upload": one,
        "personal": personal,
        "form": form,
        "steps": board.steps(one),
        "refusal": board.refusal(one, personal=personal),
        "rows": board.rows(one, personal=personal),
        "required": board.required(one),
        "asked": board.asked_columns(one),
        "row_number": one.mapping.get("row_number", ""),
    }
    return render(request, "uploads/columns.html", context, status=422 if form.errors else 200)


def _read_again(request: PartnerRequest, partner: Partner, one: Upload, form: Reading) -> bool:
    """Queue a check with the corrections; a refusal goes onto the form."""
    said = {name: str(value).replace("\x00", "") for name, value in request.POST.items()}
    chosen = {name: value for name, value in said.items() if name[:1] == "c" and name[1:].isdigit()}
    row_number = said.get("row_number", "")
    if doubled := twice(chosen, row_number):
        form.add_error(None, _("Two columns are given the same meaning: %(fields)s.") % {"fields": ", ".join(doubled)})
        return False
    try:
        wishes, names = form.wishes(), column_wishes(one, chosen, row_number)
        uploads.request_check(one, by=_person(request), at=_today(partner), wishes=wishes, columns=names)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


@require_POST
@door(to=Right.UPLOAD)
def commit(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    skip_bad = bool(request.POST.get("skip_bad"))
    return _ask(request, one, uploads.request_commit, skip_bad=skip_bad)


@require_POST
@door(to=Right.UPLOAD)
def withdraw(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    return _ask(request, get_object_or_404(Upload, partner=partner, pk=pk), uploads.request_withdraw)


@require_POST
@door(to=Right.UPLOAD)
def discard(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    try:
        uploads.discard(one)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("upload", partner.slug, pk)
    messages.success(request, _("%(name)s is removed; it was never in use.") % {"name": one.filename})
    return redirect("uploads", partner.slug)


def _ask(request: PartnerRequest, one: Upload, verb: Any, **more: Any) -> HttpResponse:
    try:
        verb(one, by=_person(request), at=_today(one.partner), **more)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("upload", one.partner.slug, one.pk)


@door(to=Right.EXPORT)
@require_safe
def problems(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponseBase:
    """Every row that was not taken, with the reason, as a spreadsheet opens it; what stands there by right only."""
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    path = one.folder / "problems.csv"
    if not path.is_file():
        raise Http404
    name = f"problems-{one.pk}.csv"
    if Right.PERSONAL in request.rights:
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
    response = StreamingHttpResponse(failing.unquoted(path), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _person(request: PartnerRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _today(partner: Partner) -> date:
    return timezone.localdate(timezone=ZoneInfo(partner.time_zone))
