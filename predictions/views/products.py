"""Whom to pitch: the products, and one of them with its customers, ranked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from partners.access import PartnerRequest, Right, door
from partners.models import Partner, Product
from predictions import offer_rules
from predictions.boards import answers, offers
from predictions.boards import products as board
from predictions.models import OfferRule, Outlook, Publication
from predictions.publications import shown
from predictions.views.offers import page


@door(to=Right.SEE)
def products(request: PartnerRequest, partner: Partner) -> HttpResponse:
    publication = shown(partner, "recommendation")
    context = page(partner, publication, tab="products")
    if publication is not None:
        asked = board.listing(request.GET)
        found = board.matching(publication, asked)
        totals = board.totals(found)
        listed = asked.page(found, count=totals["count"])
        context |= {"asked": asked, "sort": asked.sort, "chips": asked.chips, "totals": totals, "page": listed}
        context["rows"] = list(listed.object_list)
    return render(request, "predictions/products.html", context)


@door(to=Right.SEE)
def product(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    publication = shown(partner, "recommendation")
    outlook = board.outlook_of(publication, pk) if publication else None
    found: Product = outlook.product if outlook else get_object_or_404(Product, pk=pk)
    if publication is None:
        return redirect("offer-products", partner.slug)
    record, known = answers.of_product(found)
    context = {**page(partner, publication, tab="products"), "product": found, "record": record, "rows": []}
    if outlook is not None:
        rules = offer_rules.in_force(partner)
        context["barring"] = board.barring(found, rules)
        if context["barring"] is None:
            context |= _pitch(request, publication, outlook, rules, known)
    return render(request, "predictions/product.html", context)


def _pitch(
    request: PartnerRequest, publication: Publication, outlook: Outlook, rules: list[OfferRule], known: answers.Told
) -> dict[str, Any]:
    """The ranking, its cut-off and the curve."""
    asked, partner = board.ranking(request.GET), publication.partner
    ranked = board.customers(publication, outlook.product, asked, rules, offer_rules.settings_of(partner))
    cut = board.cut(ranked, outlook, request.GET.get("top", ""))
    listed = asked.page(ranked, count=cut.ranked if cut.ranked < board.MOST else ranked.order_by().count())
    rows = offers.rows(list(listed.object_list), personal=Right.PERSONAL in request.rights, known=known)
    return {
        "outlook": outlook, "asked": asked, "sort": asked.sort, "chips": asked.chips, "page": listed, "cut": cut,
        "rows": rows, "together": board.together(outlook), "sentence": board.sentence(cut, partner.currency),
        "chart": board.curve(cut) if cut.ranked else None,
    }  # fmt: skip
