"""What a person fills in about a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from predictions.models import Action, Outcome


class Day(forms.DateInput):
    """The browser's own day picker; it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Record(forms.Form):
    """An action or an outcome; the button pressed says which."""

    kind = forms.ChoiceField(choices=Action.Kind.choices, required=False, label=_("What was done"))
    verdict = forms.ChoiceField(choices=Outcome.Verdict.choices, required=False, label=_("What came of it"))
    due_on = forms.DateField(required=False, widget=Day, label=_("Due on"), help_text=_("For a planned contact."))
    note = forms.CharField(required=False, max_length=500, label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}))
    sku = forms.CharField(required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("kind")) == bool(found.get("verdict")) and not self.errors:
            raise forms.ValidationError(_("Choose what was done, or what came of it."))
        return found
