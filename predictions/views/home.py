"""The partner's home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partners.access import PartnerRequest, Right, door
from partners.models import Partner
from partners.views.start import CHOSEN
from predictions.boards import home as board
from predictions.boards.freshness import freshness
from predictions.models import Pointer


@door(to=Right.SEE)
def home(request: PartnerRequest, partner: Partner) -> HttpResponse:
    at, personal = partner.clock(timezone.now()), Right.PERSONAL in request.rights
    if request.session.get(CHOSEN) != partner.slug:
        request.session[CHOSEN] = partner.slug
    pointer = Pointer.objects.filter(kind="churn").select_related("publication__version", "previous").first()
    publication = pointer.publication if pointer else None
    known = board.numbers(publication, pointer, at=at)
    context = {
        "place": "home",
        "publication": publication,
        "numbers": known,
        "changes": board.changes(partner, pointer, known, at=at),
        "rows": board.first_to_act_on(publication, personal=personal, at=at),
        "fresh": freshness(partner, publication, at=at),
        "chart": board.drawing(publication, known.by_chance) if publication else None,
    }
    return render(request, "predictions/home.html", context)
