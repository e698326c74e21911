"""One customer's own rights: a copy of everything held about them, and erasure. And what was erased, by hash only."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Lower
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from partners import erasure, persons
from partners.access import PartnerRequest, Right, door, require
from partners.models import Customer, Erasure, ErasureRun, Partner, Upload, User
from portal.kit.errors import Refusal

PER_PAGE = 50


class Sure(forms.Form):
    """The number is typed, not clicked: nothing brings a customer back."""

    number = forms.CharField(label=gettext_lazy("Type the customer’s number to confirm"), max_length=120)

    def __init__(self, *args: object, customer: Customer) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.customer = customer
        words = _("This is not the customer’s number: type %(number)s to erase them.")
        self.wrong = words % {"number": customer.external_id}
        self.fields["number"].error_messages["required"] = self.wrong
        self.fields["number"].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if erasure.plain(typed) != self.customer.external_id:
            raise forms.ValidationError(self.wrong)
        return typed


@door(to=Right.EXPORT)
@require_safe
def person(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """What a customer may ask for, and the copies that are ready."""
    customer = _customer(request, partner, pk)
    context = {
        "place": "churn",
        "customer": customer,
        "name": customer.shown_name(personal=True),
        "run": customer.exports.first(),
        "ready": persons.ready(customer, at=timezone.now()),
        "keeps_days": persons.KEPT.days,
    }
    return render(request, "partners/person.html", context)


@require_POST
@door(to=Right.EXPORT)
def export(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    persons.request(_customer(request, partner, pk), by=cast(User, request.user))
    return redirect("person", partner.slug, pk)


@door(to=Right.EXPORT)
@require_safe
def progress(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    customer = _customer(request, partner, pk)
    return render(request, "partners/person_progress.html", {"customer": customer, "run": customer.exports.first()})


@door(to=Right.EXPORT)
@require_safe
def file(request: PartnerRequest, partner: Partner, pk: int, reference: UUID) -> HttpResponseBase:
    """The copy itself; it stays readable for a day."""
    customer = _customer(request, partner, pk)
    run = next((one for one in persons.ready(customer, at=timezone.now()) if one.key == reference), None)
    if run is None:
        raise Http404
    name = persons.file_name(run)
    return FileResponse(persons.opened(run), as_attachment=True, filename=name, content_type="application/zip")


@door(to=Right.MANAGE)
def erase(request: PartnerRequest, partner: Partner, pk: int) -> HttpResponse:
    """The consequence first; then the number, typed."""
    customer = _customer(request, partner, pk)
    form = Sure(request.POST if request.method == "POST" else None, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            erasure.request(partner, [customer.external_id], by=cast(User, request.user))
            messages.success(request, _("The erasure has begun. The customer is gone from every list in a moment."))
            return redirect("erasures", partner.slug)
        except Refusal as refusal:
            form.add_error("number", refusal.sentence)
    context = {
        "place": "churn",
        "customer": customer,
        "name": customer.shown_name(personal=True),
        "form": form,
        "others": _same_address(customer),
        "originals": Upload.objects.filter(partner=partner, shredded_at=None).count(),
    }
    return render(request, "partners/erase.html", context, status=422 if form.errors else 200)


@door(to=Right.MANAGE)
@require_safe
def erasures(request: PartnerRequest, partner: Partner) -> HttpResponse:
    """Who asked for which erasure when; never who it was about."""
    rows = Erasure.objects.filter(partner=partner, of=Erasure.Of.NUMBER).select_related("requested_by", "run")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partners/erasures.html", {"place": "team", "page": page, "run": _open_run(partner)})


@door(to=Right.MANAGE)
@require_safe
def erasure_progress(request: PartnerRequest, partner: Partner) -> HttpResponse:
    return render(request, "partners/erasure_progress.html", {"run": _open_run(partner)})


def _customer(request: PartnerRequest, partner: Partner, pk: int) -> Customer:
    """Nobody takes out or erases what they may not see."""
    found: Customer = get_object_or_404(Customer.objects.select_related("partner"), partner=partner, pk=pk)
    require(request.membership, Right.PERSONAL)
    return found


def _same_address(customer: Customer) -> int:
    if not customer.email:
        return 0
    rows = Customer.objects.filter(partner=customer.partner).exclude(pk=customer.pk)
    return rows.annotate(low=Lower("email")).filter(low=customer.email.casefold()).count()


def _open_run(partner: Partner) -> ErasureRun | None:
    busy = [ErasureRun.State.QUEUED, ErasureRun.State.RUNNING]
    return ErasureRun.objects.filter(partner=partner, state__in=busy).first()
