"""What a person fills in about a customer, and about what is to be offered to whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from predictions.models import Action, OfferRule, OfferSettings, Outcome


class Day(forms.DateInput):
    """The browser's own day picker; it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Record(forms.Form):
    """An action or an outcome; the button pressed says which."""

    kind = forms.ChoiceField(choices=Action.Kind.choices, required=False, label=_("What was done"))
    verdict = forms.ChoiceField(choices=Outcome.Verdict.choices, required=False, label=_("What came of it"))
    because = forms.ChoiceField(
        choices=[("", _("no reason given")), *Outcome.Because.choices], required=False, label=_("Because")
    )
    due_on = forms.DateField(required=False, widget=Day, label=_("Due on"), help_text=_("For a planned contact."))
    note = forms.CharField(required=False, max_length=500, label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}))
    sku = forms.CharField(required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("kind")) == bool(found.get("verdict")) and not self.errors:
            raise forms.ValidationError(_("Choose what was done, or what came of it."))
        return found


class NewRule(forms.ModelForm):
    """What may be offered to whom. Whether it can work is for `offer_rules.add` to say."""

    class Meta:
        model = OfferRule
        fields = ("kind", "sku", "category", "segment", "margin", "note")


class Wishes(forms.ModelForm):
    """How a list of offers is made: ranked by what, of which kind, how varied."""

    class Meta:
        model = OfferSettings
        fields = ("rank_by", "repeats", "diversity")


class Thresholds(forms.ModelForm):
    """Where fit and intent begin to be high."""

    class Meta:
        model = OfferSettings
        fields = ("fit_from", "intent_from")
