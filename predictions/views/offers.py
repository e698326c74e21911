"""What to offer: the list, and the same view as a file."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from partners.access import PartnerRequest, Right, door
from partners.models import Partner
from predictions.boards import offers as board
from predictions.boards.freshness import freshness
from predictions.publications import shown
from predictions.views.tables import csv_file


@door(to=Right.SEE)
def recommendations(request: PartnerRequest, partner: Partner) -> HttpResponse:
    personal = Right.PERSONAL in request.rights
    publication = shown(partner, "recommendation")
    fresh = freshness(partner, publication, at=timezone.now())
    context: dict[str, Any] = {"place": "recommendations", "publication": publication, "fresh": fresh}
    if publication is None:
        return render(request, "predictions/recommendations.html", context)
    asked = board.listing(request.GET, personal=personal)
    offers = board.matching(publication, asked, personal=personal)
    totals = board.totals(offers)
    page = asked.page(offers, count=totals["count"])
    context |= {"asked": asked, "sort": asked.sort, "chips": asked.chips, "totals": totals, "page": page}
    context["rows"] = board.rows(list(page.object_list), personal=personal)
    return render(request, "predictions/recommendations.html", context)


@door(to=Right.EXPORT)
def recommendations_csv(request: PartnerRequest, partner: Partner) -> HttpResponseBase:
    """Exactly the view whose address this carries."""
    personal = Right.PERSONAL in request.rights
    publication = shown(partner, "recommendation")
    if publication is None:
        return redirect("recommendations", partner.slug)
    offers = board.matching(publication, board.listing(request.GET, personal=personal), personal=personal)
    name = f"{partner.slug}-recommendations-{publication.as_of}"
    return csv_file(board.table(offers, personal=personal), partner=partner, name=name)
