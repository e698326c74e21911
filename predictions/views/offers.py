"""What to offer: the list, and the same view as a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.access import PartnerRequest, Right, door
from partners.models import Partner
from portal.kit.errors import Refusal
from portal.kit.numbers import day, moment
from predictions import offer_rules
from predictions.boards import offers as board
from predictions.boards.freshness import freshness
from predictions.boards.listing import Listing
from predictions.boards.spans import span
from predictions.models import Outcome, Publication
from predictions.publications import shown
from predictions.views.tables import csv_file, xlsx_file


@door(to=Right.SEE)
def recommendations(request: PartnerRequest, partner: Partner) -> HttpResponse:
    personal = Right.PERSONAL in request.rights
    publication = shown(partner, "recommendation")
    context = page(partner, publication, tab="offers")
    if publication is None:
        return render(request, "predictions/recommendations.html", context)
    settings = offer_rules.settings_of(partner)
    asked = board.listing(request.GET, personal=personal, settings=settings)
    offers = board.matching(publication, asked, personal=personal, settings=settings)
    totals = board.totals(offers)
    listed = asked.page(offers, count=totals["count"])
    context |= {"asked": asked, "sort": asked.sort, "chips": asked.chips, "totals": totals, "page": listed}
    context["rows"] = board.rows(list(listed.object_list), personal=personal)
    return render(request, "predictions/recommendations.html", context)


def page(partner: Partner, publication: Publication | None, *, tab: str) -> dict[str, Any]:
    """What every page about offers shows around its own content."""
    return {
        "place": "recommendations", "tab": tab, "publication": publication,
        "fresh": freshness(partner, publication, at=timezone.now()),
        "becauses": Outcome.Because.choices, "span": span(publication),
    }  # fmt: skip


@door(to=Right.EXPORT)
def recommendations_csv(request: PartnerRequest, partner: Partner) -> HttpResponseBase:
    """Exactly the view whose address this carries."""
    publication = shown(partner, "recommendation")
    if publication is None:
        return redirect("recommendations", partner.slug)
    _asked, lines = _lines(request, partner, publication)
    return csv_file(lines, partner=partner, name=_name(partner, publication))


@door(to=Right.EXPORT)
def recommendations_xlsx(request: PartnerRequest, partner: Partner) -> HttpResponseBase:
    """The same view as typed cells, with a sheet that names filters, model and time."""
    publication = shown(partner, "recommendation")
    if publication is None:
        return redirect("recommendations", partner.slug)
    asked, lines = _lines(request, partner, publication)
    try:
        about = _about(partner, publication, asked)
        return xlsx_file(lines, about=about, name=_name(partner, publication))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect(f"{reverse('recommendations', args=[partner.slug])}?{request.GET.urlencode()}")


def _lines(request: PartnerRequest, partner: Partner, publication: Publication) -> tuple[Listing, Any]:
    personal, settings = Right.PERSONAL in request.rights, offer_rules.settings_of(partner)
    asked = board.listing(request.GET, personal=personal, settings=settings)
    offers = board.matching(publication, asked, personal=personal, settings=settings)
    return asked, board.table(offers, personal=personal)


def _name(partner: Partner, publication: Publication) -> str:
    return f"{partner.slug}-recommendations-{publication.as_of}"


def _about(partner: Partner, publication: Publication, asked: Listing) -> list[tuple[str, str]]:
    order = {
        "value": _("Expected value"), "chance": _("Chance"), "customer": _("Customer"), "product": _("Product"),
    }  # fmt: skip
    return [
        (_("Partner"), partner.name),
        (_("Filters"), "; ".join(chip["label"] for chip in asked.chips) or _("none")),
        (_("Sorted by"), order[asked.sort.removeprefix("-")]),
        *([(_("Chance"), note)] if (note := span(publication).note) else []),
        (_("Model"), str(publication.version)),
        (_("As of"), publication.as_of.isoformat()),
        (_("Data up to"), day(partner.dataset.last_on) if partner.dataset else ""),
        (_("Scored"), moment(publication.published_at)),
        (_("File made"), moment(timezone.now())),
    ]
