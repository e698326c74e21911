"""Whom to pitch: the products, and one of them with its customers, ranked."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from partners.access import PartnerRequest, Right, door
from partners.models import Partner, Product
from predictions.boards import answers, bands, offers
from predictions.boards import products as board
from predictions.models import Outlook
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
    found: Product = get_object_or_404(Product, pk=pk)
    personal = Right.PERSONAL in request.rights
    publication = shown(partner, "recommendation")
    if publication is None:
        return redirect("offer-products", partner.slug)
    context = {**page(partner, publication, tab="products"), "product": found, "record": answers.record(found)}
    outlook = Outlook.objects.filter(publication=publication, product=found).first()
    if outlook is not None:
        settings = bands.settings_of(partner)
        asked = board.ranking(request.GET, personal=personal)
        ranked = board.customers(publication, found, asked, settings)
        cut = board.cut(ranked, outlook, request.GET.get("top", ""))
        listed = asked.page(ranked, count=ranked.order_by().count())
        context |= {
            "outlook": outlook, "asked": asked, "sort": asked.sort, "chips": asked.chips, "page": listed, "cut": cut,
            "rows": offers.rows(list(listed.object_list), personal=personal), "together": board.together(outlook),
            "sentence": board.sentence(cut, partner.currency), "chart": board.curve(cut) if cut.ranked else None,
        }  # fmt: skip
    return render(request, "predictions/product.html", context)
