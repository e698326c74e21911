"""White space: the four fields of fit and intent, and the matrix of customers or segments by category."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from partners.access import PartnerRequest, Right, door
from partners.models import Partner
from predictions import offer_rules
from predictions.boards import bands
from predictions.boards import white_space as board
from predictions.models import OfferSettings, Publication
from predictions.publications import shown
from predictions.views.offers import page


@door(to=Right.SEE)
def white_space(request: PartnerRequest, partner: Partner) -> HttpResponse:
    publication = shown(partner, "recommendation")
    context = page(partner, publication, tab="white-space")
    if publication is not None:
        settings = offer_rules.settings_of(partner)
        context |= {"settings": settings, "by": "segments" if request.GET.get("by") == "segments" else "customers"}
        fill = _segments if context["by"] == "segments" else _customers
        context |= {"fields": bands.four(publication, settings), **fill(request, partner, publication, settings)}
        context["counted"] = sum(field.customers for field in context["fields"])
    return render(request, "predictions/white_space.html", context)


def _customers(
    request: PartnerRequest, partner: Partner, publication: Publication, settings: OfferSettings
) -> dict[str, Any]:
    personal = Right.PERSONAL in request.rights
    asked = board.listing(request.GET, publication, personal=personal)
    found = board.matching(publication, asked, personal=personal, settings=settings)
    columns = board.columns(publication, request.GET, first=asked.chosen.get("category", ""))
    listed = asked.page(found, count=found.order_by().count())
    rows = board.rows(
        list(listed.object_list),
        columns.shown,
        board.ruled(offer_rules.in_force(partner)),
        personal=personal,
        settings=settings,
    )
    return {
        "asked": asked, "sort": "" if board.by_category(asked) else asked.sort, "by_category": board.by_category(asked),
        "chips": asked.chips, "page": listed, "rows": rows,
        "columns": columns,
    }  # fmt: skip


def _segments(
    request: PartnerRequest, partner: Partner, publication: Publication, settings: OfferSettings
) -> dict[str, Any]:
    columns = board.columns(publication, request.GET)
    return {
        "rows": board.by_segment(publication, columns.shown, board.ruled(offer_rules.in_force(partner))),
        "columns": columns,
    }
