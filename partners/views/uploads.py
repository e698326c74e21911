"""Upload pages apart from the stations: the list of everything sent, what can be downloaded."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners import upload_board as board
from partners import vault
from partners.access import PartnerRequest, Right, door, require
from partners.columns import TABLES
from partners.intake import failing
from partners.intake.templates import template
from partners.models import Partner, Upload
from partners.upload_board.problems import failing_rows as failing_file

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


@door(to=Right.SEE)
@require_safe
def file_template(request: PartnerRequest, partner: Partner, kind: str, language: str) -> HttpResponse:
    """An empty file of this kind with the names we know and one example row."""
    if kind not in TABLES:
        raise Http404
    response = HttpResponse(template(kind, language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{language}.csv"'
    return response


@door(to=Right.EXPORT)
@require_safe
def problems(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponseBase:
    """Every row that was not taken, with the reason, as a spreadsheet opens it; what stands there by right only."""
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    path = one.folder / "problems.csv"
    if not path.is_file():
        raise Http404
    name = f"problems-{one.pk}.csv"
    file = vault.opened(one, path)
    if Right.PERSONAL in request.rights:
        return FileResponse(file.open(), as_attachment=True, filename=name, content_type="text/csv")
    response = StreamingHttpResponse(failing.unquoted(file), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@door(to=Right.EXPORT)
@require_safe
def failing_rows(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponseBase:
    """The rows that cannot be used, in the format the file came in, each with its reasons: for correcting at home."""
    require(request.membership, Right.PERSONAL)
    one = get_object_or_404(Upload, partner=partner, pk=pk)
    path = failing_file(one)
    if path is None:
        raise Http404
    file = vault.opened(one, path).open()
    return FileResponse(file, as_attachment=True, filename=f"failing-{one.pk}{path.suffix}")
