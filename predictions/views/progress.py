"""How far the next scores are: a fragment that the page asks for while it waits."""

from django.http import HttpResponse
from django.shortcuts import render

from partners.access import PartnerRequest, Right, door
from partners.models import Partner
from predictions.boards.freshness import open_run


@door(to=Right.SEE)
def scoring(request: PartnerRequest, partner: Partner) -> HttpResponse:
    return render(request, "predictions/scoring.html", {"run": open_run(partner)})
