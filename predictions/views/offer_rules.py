"""Rules and wishes of a partner for its offers: listed, made, taken back."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.access import PartnerRequest, Right, door
from partners.models import Partner, Product, User
from portal.kit.errors import Refusal
from predictions import offer_rules
from predictions.boards.offers import categories, segments
from predictions.forms import NewRule, Thresholds, Wishes
from predictions.models import OfferRule
from predictions.publications import shown
from predictions.views.back import back
from predictions.views.offers import page

SUGGESTED = 200  # products named beside the field


@door(to=Right.SEE)
def rules(request: PartnerRequest, partner: Partner) -> HttpResponse:
    return _page(request, partner, NewRule(), Wishes(instance=offer_rules.settings_of(partner)))


@require_POST
@door(to=Right.ACT)
def add(request: PartnerRequest, partner: Partner) -> HttpResponse:
    form = NewRule(request.POST)
    if form.is_valid():
        try:
            rule = offer_rules.add(partner, by=_person(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, " ".join([_("The rule stands: %(rule)s.") % {"rule": rule}, _coming(partner)]))
            return redirect("offer-rules", partner.slug)
    return _page(request, partner, form, Wishes(instance=offer_rules.settings_of(partner)))


@require_POST
@door(to=Right.ACT)
def remove(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """Only the partner's own: those of the network are the vendor's."""
    rule: OfferRule = get_object_or_404(OfferRule, pk=pk, partner=partner)
    word = str(rule)
    offer_rules.remove(rule, by=_person(request))
    messages.success(request, " ".join([_("Removed: %(rule)s.") % {"rule": word}, _coming(partner)]))
    return redirect("offer-rules", partner.slug)


@require_POST
@door(to=Right.ACT)
def wishes(request: PartnerRequest, partner: Partner) -> HttpResponse:
    form = Wishes(request.POST, instance=offer_rules.settings_of(partner))
    if form.is_valid():
        offer_rules.change(partner, by=_person(request), **form.cleaned_data)
        messages.success(request, " ".join([_("Saved."), _coming(partner)]))
        return redirect("offer-rules", partner.slug)
    return _page(request, partner, NewRule(), form)


@require_POST
@door(to=Right.ACT)
def thresholds(request: PartnerRequest, partner: Partner) -> HttpResponse:
    """Where fit and intent begin to be high, written of a hundred customers; in force at once."""
    form = Thresholds({key: _share(request.POST.get(key, "")) for key in ("fit_from", "intent_from")})
    if form.is_valid():
        offer_rules.change(partner, by=_person(request), **form.cleaned_data)
        messages.success(request, _("Saved. The four fields are counted anew."))
    else:
        messages.error(request, _("Write whole numbers from 0 to 100."))
    return back(request, "white-space", partner.slug)


def _coming(partner: Partner) -> str:
    """Other rules are followed by a fresh list without anybody asking (`predictions.following`)."""
    there = shown(partner, "recommendation") is not None
    return _("A new list is being made.") if there else _("The first list will be made this way.")


def _share(text: str) -> float | None:
    return int(text) / 100 if text.isascii() and text.isdigit() and len(text) < 4 else None


def _person(request: PartnerRequest) -> User:
    return cast(User, request.user)


def _page(request: PartnerRequest, partner: Partner, form: NewRule, wished: Wishes) -> HttpResponse:
    standing = offer_rules.in_force(partner)
    form.fields["kind"].choices = OfferRule.Kind.choices  # type: ignore[attr-defined]  # no blank line: there is a first
    for name, known in (("sku", "skus"), ("category", "categories"), ("segment", "segments")):
        form.fields[name].widget.attrs["list"] = known
    context: dict[str, Any] = {
        **page(partner, shown(partner, "recommendation"), tab="rules"),
        "form": form, "wishes": wished, "own": [one for one in standing if one.partner_id],
        "network": [one for one in standing if not one.partner_id],
        "conflicts": offer_rules.conflicts(standing, partner=partner),
        "settings": wished.instance,
        "suggested": {
            "sku": Product.objects.filter(is_present=True).values_list("sku", "name")[:SUGGESTED],
            "category": categories(), "segment": segments(),
        },
    }  # fmt: skip
    return render(request, "predictions/rules.html", context, status=422 if form.errors or wished.errors else 200)
