"""What may be offered to whom: the vendor's rules for the whole network, and what each partner has set for itself."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.admin import Button, Buttons
from portal.kit.errors import Refusal
from predictions import offer_rules
from predictions.models import OfferRule, OfferSettings

CHANGE = "predictions.change_offerrule"


class RuleForm(forms.ModelForm):
    """Refused in the words of the verbs; spellings become those of the data."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            for name, value in self.cleaned_data.items():
                setattr(self.instance, name, value)
            try:
                offer_rules.check(self.instance)
            except Refusal as refusal:
                raise ValidationError(refusal.sentence) from refusal
            for name in ("sku", "category", "segment", "note"):
                self.cleaned_data[name] = getattr(self.instance, name)
        return cleaned


@admin.register(OfferRule)
class OfferRuleAdmin(Buttons):
    form = RuleForm
    add_label = gettext_lazy("Add an offer rule")
    intro = gettext_lazy(
        "What is never offered, always offered first, or only with a margin. Rules hold from the next scoring on; what "
        "they exclude leaves the pages at once, thin margins leave with the next list. Exclusions win over pins."
    )
    list_display = ("what", "whom", "kind", "segment", "margin", "active", "by", "created_at")
    list_filter = ("kind", "active", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "by")
    search_fields = ("sku", "category", "segment", "note")
    fieldsets = (
        (None, {"fields": ("kind", "partner")}),
        (gettext_lazy("What it speaks of"), {"fields": ("sku", "category", "segment", "margin")}),
        (gettext_lazy("Why"), {"fields": ("note", "made", "conflicts")}),
    )
    readonly_fields = ("made", "conflicts")
    buttons = (Button("stop", gettext_lazy("Stop this rule"), CHANGE), Button("resume", gettext_lazy("Resume"), CHANGE))

    @admin.display(description=gettext_lazy("speaks of"), ordering="sku")
    def what(self, rule: OfferRule) -> str:
        return rule.sku or rule.category or _("any product")

    @admin.display(description=gettext_lazy("partner"), ordering="partner")
    def whom(self, rule: OfferRule) -> str:
        return str(rule.partner) if rule.partner else _("All partners")

    @admin.display(description=gettext_lazy("made by"))
    def made(self, rule: OfferRule) -> str:
        return str(rule.by or "–")

    @admin.display(description=gettext_lazy("stopped by"))
    def conflicts(self, rule: OfferRule) -> str:
        """A rule of the network is held against those of the network alone: each partner is told of its own."""
        if rule.pk is None:
            return "–"
        rules = offer_rules.in_force(rule.partner)
        return " ".join(offer_rules.stopped(rules, partner=rule.partner).get(rule.pk, [])) or "–"

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["stop"] if row.active else ["resume"]

    def stop(self, request: HttpRequest, rule: OfferRule) -> str:
        offer_rules.remove(rule, by=None)  # the button writes the history
        return _("The rule holds no more.")

    def resume(self, request: HttpRequest, rule: OfferRule) -> str:
        offer_rules.alter(rule, by=None, active=True)
        return _("The rule holds again, from the next scoring on.")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.by = obj.by or request.user
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rule is stopped, not deleted: who asks later why something was not offered finds it."""
        return False


@admin.register(OfferSettings)
class OfferSettingsAdmin(Buttons):
    intro = gettext_lazy("How each partner wants its lists made. Partners without a row have the defaults.")
    add_label = gettext_lazy("Set for a partner")
    list_display = ("partner", "rank_by", "repeats", "diversity", "fit_from", "intent_from")
    list_select_related = ("partner",)
    search_fields = ("partner__name", "partner__slug")
    fieldsets = (
        (None, {"fields": ("partner",)}),
        (gettext_lazy("Lists"), {"fields": ("rank_by", "repeats", "diversity")}),
        (gettext_lazy("Fit and intent"), {"fields": ("fit_from", "intent_from")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("partner",) if obj else ()
