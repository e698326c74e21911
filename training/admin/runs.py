"""Training runs: watch one move, stop it, start another."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import User
from portal.kit.admin import Button, RunPage, row_link
from portal.kit.admin.shows import row_url
from portal.kit.errors import Refusal
from portal.kit.numbers import day
from training import runs
from training.admin import cards
from training.admin.words import STAGES, told
from training.models import Recipe, TrainingRun


class TrainForm(forms.Form):
    recipe = forms.ModelChoiceField(Recipe.objects.all(), label=gettext_lazy("Recipe"))
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Nothing dated on or after this day is seen. Empty: the day after the newest fact."),
    )
    promote = forms.BooleanField(
        label=gettext_lazy("Promote when done"),
        required=False,
        help_text=gettext_lazy("The new version answers as soon as it is ready, however good it is."),
    )


@admin.register(TrainingRun)
class TrainingRunAdmin(RunPage):
    add_label = gettext_lazy("Train now…")
    intro = gettext_lazy("Every training there was, newest first. An open one moves by itself on its page.")
    stage_words = STAGES
    list_filter = ("state", "recipe__kind", ("recipe", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("recipe", "requested_by")
    buttons = (
        Button("cancel", gettext_lazy("Cancel this run"), "training.change_trainingrun", look="danger"),
        Button("again", gettext_lazy("Train again"), "training.add_trainingrun"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("training.add_trainingrun")

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["again"] if row.ended else ["cancel"]

    def again(self, request: HttpRequest, run: TrainingRun) -> HttpResponse:
        made = runs.request(run.recipe, by=cast(User, request.user), today=timezone.localdate(), seed=run.seed)
        return HttpResponseRedirect(row_url(made))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Train now: choose a recipe; POST queues the run and leads to its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TrainForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
        if form.is_valid():
            asked = dict(form.cleaned_data)
            try:
                run = runs.request(
                    asked.pop("recipe"), by=cast(User, request.user), today=timezone.localdate(), **asked
                )
            except Refusal as refusal:
                messages.error(request, refusal.sentence)
            else:
                self.log_addition(request, run, _("Train now"))
                return HttpResponseRedirect(row_url(run))
        return self.ask(request, form, title=_("Train now"))

    def facts(self, run: Any) -> list[tuple[str, Any]]:
        return [
            (_("Recipe"), row_link(run.recipe)),
            (_("As of"), day(run.as_of)),
            (_("Promote when done"), _("Yes") if run.promote else _("No")),
            (_("Version made"), row_link(run.version)),
            (_("Time budget"), _("%(seconds)s s") % {"seconds": run.recipe.budget}),
            (_("Attempts"), run.attempts),
        ]

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        known = {**super().show(request, row), "device": told(row.device)}
        if row.version is not None:
            known["results"] = [cards.metrics(row.version), cards.bakeoff(row.version)]
            known["device"] = cards.device(row.version.card)
        return known
