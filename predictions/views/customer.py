"""One customer, and what people record about them."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners.access import PartnerRequest, Right, door
from partners.models import Customer, Partner, User
from portal.kit.errors import Refusal
from predictions import deeds, facts
from predictions.boards import customer as board
from predictions.boards.freshness import freshness
from predictions.boards.spans import span
from predictions.boards.trust import calibration_line, interval_line
from predictions.forms import Record
from predictions.models import Action, Outcome
from predictions.publications import shown_of
from predictions.views.back import back

DEEDS = {"action": Action, "outcome": Outcome}


@door(to=Right.SEE)
def customer(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    found: Customer = get_object_or_404(Customer.objects.select_related("partner__dataset"), pk=pk)
    at, personal = partner.clock(timezone.now()), Right.PERSONAL in request.rights
    if partner.dataset:
        partner.dataset.partner = partner  # at hand already: its folder asks for it
    lists = shown_of(partner, "churn", "recommendation")
    publication, offered = lists.get("churn"), lists.get("recommendation")
    profile, deeds_done = board.profile(found, publication), board.done(found)
    known = facts.of_customer(partner.dataset.folder, found.external_id) if partner.dataset else {}
    context = {
        "place": "churn", "customer": found, "name": found.shown_name(personal=personal), "personal": personal,
        "profile": profile, "untold": board.untold(publication, profile), "publication": publication,
        "fresh": freshness(partner, publication, at=at),
        "facts": known, "trend": board.trend(profile.path) if len(profile.path) > 1 else None,
        "spending": board.spending((known or {}).get("months", []), partner.currency),
        "held": board.held(known or {}),
        "events": board.timeline(profile, known or {}, deeds_done, personal=personal)[:60],
        "next": board.next_offers(found, offered, deeds_done, request.GET.get("offers", "")) if offered else None,
        "becauses": Outcome.Because.choices, "span": span(offered),
        "calibration": calibration_line(publication.version, profile.score.probability)
        if publication and profile.score else "",
        "interval": interval_line(publication, profile.score) if publication and profile.score else "",
        "form": Record(),
    }  # fmt: skip
    return render(request, "predictions/customer.html", context)


@require_POST
@door(to=Right.ACT)
def record(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """One click from any row: an action or an outcome, with its undo in the message."""
    found: Customer = get_object_or_404(Customer.objects.select_related("partner"), pk=pk)
    given = request.POST.copy()
    given.setdefault("sku", request.GET.get("sku", ""))
    form = Record(given)
    try:
        if not form.is_valid():
            raise Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors))
        deed = _recorded(found, form, by=cast(User, request.user))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return back(request, "customer", partner.slug, found.pk)
    kind = "action" if isinstance(deed, Action) else "outcome"
    word = deed.get_kind_display() if isinstance(deed, Action) else deed.get_verdict_display()
    name = found.shown_name(personal=Right.PERSONAL in request.rights)
    sentence = _("%(name)s: “%(deed)s” is recorded.") % {"name": name, "deed": word}
    messages.success(request, sentence, extra_tags="undo:" + reverse("undo", args=[partner.slug, kind, deed.pk]))
    return back(request, "customer", partner.slug, found.pk)


def _recorded(found: Customer, form: Record, *, by: User) -> deeds.Deed:
    at, given = timezone.now(), form.cleaned_data
    product = deeds.product_for(found, given["sku"])
    if given["kind"]:
        more = {"due_on": given["due_on"], "note": given["note"], "product": product}
        return deeds.act(found, given["kind"], by=by, at=at, **more)
    more = {"note": given["note"], "product": product, "because": given["because"]}
    return deeds.judge(found, given["verdict"], by=by, at=at, **more)


@require_POST
@door(to=Right.ACT)
def undo(request: PartnerRequest, partner: Partner, deed: str, pk: int) -> HttpResponse:
    found: deeds.Deed = get_object_or_404(DEEDS[deed].objects.select_related("customer"), pk=pk)
    if deeds.undo(found, at=timezone.now()):
        messages.info(request, _("Taken back: “%(deed)s”.") % {"deed": str(found).split(" · ")[0]})
    return back(request, "customer", partner.slug, found.customer_id)
