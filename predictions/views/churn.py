"""Who may leave: the list, and the same view as a file."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from partners.access import PartnerRequest, Right, door
from partners.models import Partner
from predictions.boards import churn as board
from predictions.boards import trust
from predictions.boards.freshness import freshness
from predictions.boards.standing import lost
from predictions.publications import shown
from predictions.views.tables import csv_file


@door(to=Right.SEE)
def churn(request: PartnerRequest, partner: Partner) -> HttpResponse:
    at, personal = partner.clock(timezone.now()), Right.PERSONAL in request.rights
    publication = shown(partner, "churn")
    context: dict[str, Any] = {
        "place": "churn",
        "publication": publication,
        "fresh": freshness(partner, publication, at=at),
    }
    if publication is None:
        return render(request, "predictions/churn.html", context)
    asked = board.listing(request.GET, personal=personal)
    scores = board.matching(publication, asked, personal=personal, at=at)
    totals = board.totals(scores)
    page = asked.page(scores.values_list("pk", flat=True), count=totals["count"])
    context |= {"asked": asked, "sort": asked.sort, "chips": asked.chips, "totals": totals, "page": page}
    context["rows"] = board.rows(board.fetched(list(page.object_list)), personal=personal, at=at)
    if asked.words and not totals["count"]:
        context["absent"] = board.absent(publication, asked.words, personal=personal)
    context["lost"] = lost(publication, at=at)
    context |= {"record": trust.record(publication.version), "notes": trust.notes(publication.version)}
    context["basis"] = trust.basis(publication)
    return render(request, "predictions/churn.html", context)


@door(to=Right.EXPORT)
def churn_csv(request: PartnerRequest, partner: Partner) -> HttpResponseBase:
    """Exactly the view whose address this carries."""
    at, personal = partner.clock(timezone.now()), Right.PERSONAL in request.rights
    publication = shown(partner, "churn")
    if publication is None:
        return redirect("churn", partner.slug)
    asked = board.listing(request.GET, personal=personal)
    scores = board.matching(publication, asked, personal=personal, at=at)
    lines = board.table(scores, personal=personal, at=at)
    return csv_file(lines, partner=partner, name=f"{partner.slug}-churn-{publication.as_of}")
