"""Scoring runs: score now, watch it, stop it."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Partner, User
from portal.kit.admin import Button, RunPage, Table, mark, row_link
from portal.kit.admin.shows import row_url
from portal.kit.errors import Refusal
from portal.kit.numbers import day, whole
from predictions import scoring
from predictions.admin import drift
from predictions.models import Publication, ScoringRun
from training.registry import Kind


class ScoreForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    partner = forms.ModelChoiceField(
        Partner.objects.filter(is_active=True),
        label=gettext_lazy("Partner"),
        required=False,
        empty_label=gettext_lazy("All partners with data"),
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: the day after each partner's newest fact."),
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Publish when the checks pass"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Partners see the new list at once. Otherwise it is only computed."),
    )


@admin.register(ScoringRun)
class ScoringRunAdmin(RunPage):
    add_label = gettext_lazy("Score now…")
    intro = gettext_lazy("Every scoring there was, newest first. Each partner's list is published on its own.")
    list_filter = ("state", "kind", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "requested_by")
    buttons = (
        Button("cancel", gettext_lazy("Cancel this run"), "predictions.change_scoringrun", look="danger"),
        Button("again", gettext_lazy("Score again"), "predictions.add_scoringrun"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("predictions.add_scoringrun")

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["again"] if row.ended else ["cancel"]

    def again(self, request: HttpRequest, run: ScoringRun) -> HttpResponse:
        made = scoring.request(run.kind, by=cast(User, request.user), partner=run.partner, publish=run.publish)
        return HttpResponseRedirect(row_url(made))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Score now: POST queues the run and leads to its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ScoreForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
        if form.is_valid():
            asked = dict(form.cleaned_data)
            try:
                run = scoring.request(asked.pop("kind"), by=cast(User, request.user), **asked)
            except Refusal as refusal:
                messages.error(request, refusal.sentence)
            else:
                self.log_addition(request, run, _("Score now"))
                return HttpResponseRedirect(row_url(run))
        return self.ask(request, form, title=_("Score now"))

    def facts(self, run: Any) -> list[tuple[str, Any]]:
        return [
            (_("Kind"), run.get_kind_display()),
            (_("Partner"), row_link(run.partner) if run.partner else _("All partners with data")),
            (_("As of"), day(run.as_of) if run.as_of else _("The day after each partner's newest fact")),
            (_("Publish when the checks pass"), _("Yes") if run.publish else _("No")),
            (_("Attempts"), run.attempts),
        ]

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        made = Publication.objects.filter(run=row).select_related("partner", "version__partner")
        lines = [
            [
                *(row_link(one, one.partner), mark(one), day(one.as_of), one.version),
                *(whole(one.counts.get("customers")), drift.look(one)),
            ]
            for one in made[:200]
        ]
        lines += [[sentence, "", "", "", "", ""] for sentence in row.result.get("refused", [])]
        heads = [_("Partner"), _("State"), _("As of"), _("Model"), _("Customers"), _("Inputs")]
        result = Table(_("Partners"), heads, lines, _("No partner is scored yet."))
        return {**super().show(request, row), "results": [result]}
