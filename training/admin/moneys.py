"""The money curve on a model's card: what the reader says a call costs and brings, and what follows from it.

The numbers stand in the address, so that a view can be sent to somebody; nothing is stored.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import DatasetVersion
from portal.kit.numbers import money, percent, whole
from training.ml import money as curve
from training.ml.money import DEFAULTS, Point, Terms
from training.models import Kind, ModelVersion

SHOWN = 12


def _amount(label: Any, *, most: float, usual: float) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=most, required=False, initial=f"{usual:g}")


class TermsForm(forms.Form):
    """What a call costs and brings. Empty fields keep the defaults."""

    cost = _amount(gettext_lazy("Cost of a call or offer"), most=1e6, usual=DEFAULTS.cost)
    save = _amount(gettext_lazy("Of those who would leave, a call keeps (%)"), most=100, usual=100 * DEFAULTS.save)
    margin = _amount(gettext_lazy("Margin on a customer's worth (%)"), most=100, usual=100 * DEFAULTS.margin)
    flat = _amount(gettext_lazy("Worth of a customer"), most=1e9, usual=DEFAULTS.flat)
    order = forms.ChoiceField(
        label=gettext_lazy("Call in the order of"),
        choices=[("probability", gettext_lazy("chance")), ("money", gettext_lazy("chance × worth"))],
        required=False,
    )
    first = forms.IntegerField(label=gettext_lazy("Look at the first … customers"), min_value=0, required=False)

    def terms(self) -> Terms:
        """What was asked where it can be read, the defaults elsewhere."""
        asked = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value not in (None, "")}
        shares = {name: asked[name] / 100 for name in ("save", "margin") if name in asked}
        return Terms(**{name: asked[name] for name in ("cost", "flat") if name in asked}, **shares)


@dataclass(frozen=True)
class Calls:
    """The curve under the reader's terms: its points, the best cut-off, the one asked for, and how money is written."""

    points: list[Point]
    best: Point | None
    chosen: Point | None
    currency: str
    form: TermsForm
    notes: list[str]

    @property
    def heads(self) -> list[str]:
        return [_("Call the first"), _("Of the list"), _("Hits"), _("In vain"), _("Net gain"), _("95 % interval")]

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """About a dozen cut-offs, the best and the chosen one among them."""
        step = max(1, len(self.points) // SHOWN)
        kept = {*self.points[::step], self.points[-1]} if self.points else set()
        kept |= {point for point in (self.best, self.chosen) if point}
        return [self._line(point) for point in sorted(kept, key=lambda point: point.n)]

    @property
    def takeaway(self) -> str:
        return self._verdict(self.best) if self.best else ""

    @property
    def answer(self) -> str:
        """What the cut-off that was asked for would have brought."""
        said = self._told(self.chosen) if self.chosen else ""
        return said[:1].upper() + said[1:]

    def said(self, value: float) -> str:
        return money(round(value), self.currency) if self.currency else whole(value)

    def _line(self, point: Point) -> tuple[str, ...]:
        return (
            whole(point.n),
            percent(point.n / self.points[-1].n),
            whole(point.hits),
            whole(point.n - point.hits),
            self.said(point.net),
            f"{self.said(point.low)} – {self.said(point.high)}",
        )

    def _verdict(self, best: Point) -> str:
        if best.n == 0:
            return _("Under these terms no call pays for itself: the best is to call nobody.")
        said = _("Best cut-off: %(told)s") % {"told": self._told(best)}
        short = curve.enough(self.points)
        if short is None or short.n >= 0.9 * best.n:
            return said
        most = _("The first %(n)s already earn %(net)s of it.") % {"n": whole(short.n), "net": self.said(short.net)}
        return f"{said} {most}"

    def _told(self, point: Point) -> str:
        said = _(
            "call the first %(n)s of %(all)s: %(hits)s of the %(total)s to whom it happened are among them, %(vain)s"
            " calls are in vain; net gain %(net)s (%(low)s to %(high)s)."
        )
        return said % {
            "n": whole(point.n),
            "all": whole(self.points[-1].n),
            "hits": whole(point.hits),
            "total": whole(self.points[-1].hits),
            "vain": whole(point.n - point.hits),
            "net": self.said(point.net),
            "low": self.said(point.low),
            "high": self.said(point.high),
        }


def calls(version: ModelVersion, asked: QueryDict, datasets: QuerySet[DatasetVersion]) -> Calls | None:
    """None where the card keeps no curve."""
    kept = version.card.get("money_curve")
    if not isinstance(kept, dict) or not isinstance(kept.get("orders"), dict) or not curve.asked(kept):
        return None
    form = TermsForm(
        {name: asked.get(name) or field.initial for name, field in TermsForm.base_fields.items()}, label_suffix=""
    )
    form.is_valid()
    _suited(form, kept, version)
    order = form.cleaned_data.get("order") or "probability"
    points = curve.asked(kept, form.terms(), order=order if order in kept.get("orders", {}) else "probability")
    first = form.cleaned_data.get("first")
    currencies = sorted({one.partner.currency for one in datasets})
    return Calls(
        points,
        curve.best(points),
        curve.nearest(points, first) if first is not None else None,
        currencies[0] if len(currencies) == 1 else "",
        form,
        _notes(kept, version, currencies),
    )


def _suited(form: TermsForm, kept: dict[str, Any], version: ModelVersion) -> None:
    """Only the questions this curve can answer, in the words of its kind."""
    if version.kind == Kind.PROPENSITY:
        form.fields["save"].label = _("Of those who buy, because of the call (%)")
    if kept.get("worth_known"):
        del form.fields["flat"]
    if "money" not in (kept.get("orders") or {}):
        del form.fields["order"]
    for field in form.fields.values():
        field.widget.attrs["step"] = "any"


def _notes(kept: dict[str, Any], version: ModelVersion, currencies: list[str]) -> list[str]:
    notes = [
        _(
            "Counted on the rows the card was judged on: what would have happened then, a call costing what you say and"
            " keeping the share you say. The best of %(count)s cut-offs is chosen on the same rows, which flatters it a"
            " little."
        )
        % {"count": len((kept.get("orders") or {}).get("probability") or [])}
    ]
    known = kept.get("worth_known") or 0
    if not known:
        notes.append(_("The data know no money: every customer counts as worth what you say."))
    elif known < 0.99:
        notes.append(
            _("For %(share)s of customers no worth is known; they count as 0.") % {"share": percent(1 - known)}
        )
    if len(currencies) > 1 and known:
        notes.append(
            _("Partners count in %(names)s; their money is added as it is.") % {"names": ", ".join(currencies)}
        )
    return notes
