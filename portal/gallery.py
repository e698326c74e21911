"""Every component in every state on one page, for vendor staff and for whoever designs the next screen."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin.views.decorators import staff_member_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit import charts, numbers


class Sample(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As it stands on the contract."))
    role = forms.ChoiceField(label=_("Role"), choices=[("viewer", _("Viewer")), ("owner", _("Owner"))])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    personal = forms.BooleanField(label=_("Sees personal data"), required=False)
    file = forms.FileField(label=_("Drop a file here, or choose one"), required=False)


@staff_member_required
def gallery(request: HttpRequest) -> HttpResponse:
    wrong = Sample({"role": "nobody"})
    wrong.is_valid()
    context = {
        "form": Sample(),
        "wrong": wrong,
        "charts": drawings(),
        "fresh": freshness(at=timezone.now()),
        "page": Paginator(range(900), 10).get_page(request.GET.get("page", 5)),
        "chips": [
            {"key": "band", "value": "high", "label": _("Band: High")},
            {"key": "region", "value": "North", "label": _("Region: North")},
        ],
        "reasons": [
            {"text": _("orders fell from 9 to 2 in 90 days"), "sign": "+"},
            {"text": _("two complaints in the last month"), "sign": "+"},
            {"text": _("customer for 11 years"), "sign": "-"},
        ],
        "tabs": [
            {"href": "#a", "label": _("All"), "count": 1240, "current": True},
            {"href": "#b", "label": _("Planned"), "count": 12},
        ],
        "runs": [
            {"state": "queued", "progress": 0},
            {"state": "running", "progress": 0.42, "message": _("Reading rows")},
        ],
    }
    return render(request, "ui/gallery.html", context)


def freshness(*, at: datetime) -> dict[str, Any]:
    return {
        "data_on": at.date() - timedelta(days=3),
        "scored_at": at - timedelta(days=1),
        "model_on": date(at.year, 1, 5),
        "next_at": at + timedelta(days=6),
    }


def drawings() -> dict[str, charts.Chart]:
    """One sample of each chart, with made-up numbers."""
    months = [(f"2026-{month:02}", value) for month, value in enumerate((9, 8, 11, 9, 7, 5, 4, 2, 2), start=1)]
    two = [_("Month"), _("Orders")]
    shares = [(0.1, 0.31), (0.2, 0.52), (0.3, 0.67), (0.5, 0.85), (0.7, 0.94), (1.0, 1.0)]
    groups = [(0.06, 0.05, 0.03, 0.08, 800), (0.28, 0.31, 0.25, 0.37, 240), (0.52, 0.47, 0.38, 0.57, 110),
              (0.86, 0.84, 0.75, 0.90, 100)]  # fmt: skip
    return {
        "spark": charts.sparkline([value for _label, value in months]),
        "bars": charts.bars(
            [(_("North"), 48200), (_("South"), 31000), (_("Coast"), 9050)],
            title=_("Value at risk by region"),
            takeaway=_("More than half of the money at risk is in the North."),
            columns=[_("Region"), _("At risk")],
            fmt=lambda value: numbers.money(value, "EUR"),
        ),
        "line": charts.line(
            months,
            title=_("Orders a month"),
            takeaway=_("From nine orders to two since spring."),
            columns=two,
            marks=[(4, _("new model"))],
        ),
        "bands": charts.bands(
            [420, 310, 150, 90, 60, 40, 35, 30, 22, 9],
            title=_("Customers by chance of leaving"),
            takeaway=_("61 customers stand above 70 %."),
            columns=[_("Chance"), _("Customers")],
            medium_from=0.4,
            high_from=0.7,
        ),
        "gain": charts.gain(
            shares,
            title=_("Who is reached by calling from the top"),
            takeaway=_("Calling the top 20 % reaches 52 % of those who leave."),
            columns=[_("Called"), _("Reached")],
            cut=0.2,
        ),
        "calibration": charts.calibration(
            groups,
            title=_("Said and seen"),
            takeaway=_("Of 100 customers we put at 80–90 %, 84 left."),
            columns=[_("Said"), _("Seen"), _("Interval"), _("Customers")],
        ),
    }
