"""Recipes: how a model is made, and the buttons that make one."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import User
from portal.kit.admin import Button, Buttons, Reason, row_link
from portal.kit.admin.shows import row_url
from portal.kit.errors import Refusal
from training import allowances, runs
from training.admin import columns
from training.admin.words import FAMILIES, RECOMMENDERS
from training.models import Kind, Recipe

TRAIN = "training.add_trainingrun"


class RecipeForm(forms.ModelForm):
    families = forms.MultipleChoiceField(
        label=gettext_lazy("Families"),
        choices=list(FAMILIES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "None chosen: all that suit the kind. The recommenders suit recommendations, the others all other kinds."
        ),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        recommends = cleaned.get("kind") == Kind.RECOMMENDATION
        chosen = cleaned.get("families") or []
        foreign = [name for name in chosen if (name in RECOMMENDERS) != recommends]
        if foreign:
            self.add_error(
                "families",
                _("%(families)s cannot learn this kind of model: leave it out.")
                % {"families": ", ".join(str(FAMILIES[name]) for name in foreign)},
            )
        return cleaned


@admin.register(Recipe)
class RecipeAdmin(Buttons):
    form = RecipeForm
    add_label = gettext_lazy("Add a recipe")
    intro = gettext_lazy("A recipe says what a model predicts, for whom, and with how much effort. Train it from here.")
    list_display = ("name", "kind", "scope", "outcome", "horizon", "family_words", "budget", "newest")
    list_filter = ("kind", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner",)
    search_fields = ("name", "outcome")
    fieldsets = (
        (None, {"fields": ("name", "kind", "partner")}),
        (gettext_lazy("What it predicts"), {"fields": ("outcome", "horizon", "gap")}),
        (gettext_lazy("How"), {"fields": ("families", "budget", "allowed_words")}),
    )
    readonly_fields = ("allowed_words",)
    actions = ("train_chosen",)
    buttons = (
        Button("train_now", gettext_lazy("Train now"), TRAIN, look="primary"),
        Button("train_and_promote", gettext_lazy("Train and promote"), TRAIN),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions__partner")

    @admin.display(description=gettext_lazy("scope"), ordering="partner")
    def scope(self, recipe: Recipe) -> str:
        return str(recipe.partner) if recipe.partner else _("Network")

    @admin.display(description=gettext_lazy("families"))
    def family_words(self, recipe: Recipe) -> str:
        return ", ".join(str(FAMILIES.get(name, name)) for name in recipe.families) or _("All that suit")

    @admin.display(description=gettext_lazy("newest version"))
    def newest(self, recipe: Recipe) -> SafeString | str:
        return row_link(max(recipe.versions.all(), key=lambda one: one.pk, default=None))

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, Any]]:
        """Score now belongs to the storey above; it is reached by its address."""
        asked = {"kind": row.kind, **({"partner": row.partner_id} if row.partner_id else {})}
        runs_of = reverse("admin:training_trainingrun_changelist") + "?" + urlencode({"recipe__id__exact": row.pk})
        links: list[tuple[str, Any]] = [(runs_of, _("Runs of this recipe"))]
        if request.user.has_perm("predictions.add_scoringrun"):
            links.append((reverse("admin:predictions_scoringrun_add") + "?" + urlencode(asked), _("Score now…")))
        return links

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.column)
        return [path("<int:pk>/columns/<str:column>/", view, name="training_recipe_column"), *super().get_urls()]

    def column(self, request: HttpRequest, pk: int, column: str) -> HttpResponse:
        """Say that a held-back column is legitimate, or take that back: asked with a reason, kept in the history."""
        recipe = self.get_object(request, str(pk))
        if recipe is None:
            raise Http404
        if not self.has_change_permission(request, recipe):
            raise PermissionDenied
        allowed = allowances.declared(recipe, column)
        form = Reason(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self.ask(request, form, **columns.asking(recipe, column, allowed=allowed))
        try:
            allowances.withdraw(recipe, column) if allowed else allowances.allow(recipe, column)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            self.log_change(request, recipe, columns.noted(column, form.cleaned_data["reason"], allowed=not allowed))
            messages.success(request, columns.done(column, allowed=not allowed))
        return HttpResponseRedirect(self.page_of(recipe))

    @admin.display(description=gettext_lazy("columns declared legitimate"))
    def allowed_words(self, recipe: Recipe) -> SafeString | str:
        return columns.declared(recipe)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting a recipe would take its runs along: only an unused one may go, one at a time."""
        return obj is not None and super().has_delete_permission(request, obj) and not obj.runs.exists()

    def train_now(self, request: HttpRequest, recipe: Recipe) -> HttpResponse:
        return self._train(request, recipe, promote=False)

    def train_and_promote(self, request: HttpRequest, recipe: Recipe) -> HttpResponse:
        return self._train(request, recipe, promote=True)

    def _train(self, request: HttpRequest, recipe: Recipe, *, promote: bool) -> HttpResponse:
        run = runs.request(recipe, by=cast(User, request.user), today=timezone.localdate(), promote=promote)
        return HttpResponseRedirect(row_url(run))

    @admin.action(description=gettext_lazy("Train the chosen recipes now"), permissions=["train"])
    def train_chosen(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        for recipe in chosen:
            try:
                run = runs.request(recipe, by=cast(User, request.user), today=timezone.localdate())
            except Refusal as refusal:
                messages.error(request, f"{recipe}: {refusal.sentence}")
            else:
                self.log_change(request, recipe, _("Train now"))
                messages.success(request, _("Training of %(run)s is queued.") % {"run": run})

    def has_train_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(TRAIN)
