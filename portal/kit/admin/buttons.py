"""Buttons on a row's admin page. Each calls one verb, by POST only; a Refusal becomes a message and changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import quote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.kit.errors import Refusal

Words = str | Promise


class Reason(forms.Form):
    """What a person must say before a pointer moves."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the history for everyone who asks later."),
    )


@dataclass(frozen=True)
class Button:
    """What may be done to a row: the admin's method `do(request, row, **answers)` does it and returns a sentence.

    `permission`: the Django permission it takes, in full. `form`: asked on a page of its own before anything happens.
    """

    do: str
    label: Words
    permission: str
    look: str = ""  # primary or danger, or nothing
    form: type[forms.Form] | None = None
    consequence: Words = ""


class PlainChoices(BaseModelAdmin):
    """Other rows have pages of their own: no pencils and pop-ups beside a choice."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **named: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **named)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class Buttons(PlainChoices, admin.ModelAdmin):
    """A model admin whose row pages carry buttons."""

    buttons: tuple[Button, ...] = ()
    change_form_template = "admin/desk/form.html"
    change_list_template = "admin/desk/list.html"
    add_label: Words = ""
    intro: Words = ""  # one sentence above the list: what these rows are for

    class Media:
        css = {"all": ("css/admin-pages.css",)}

    def get_urls(self) -> list[URLPattern]:
        press = self.admin_site.admin_view(self.press)
        return [path("<int:pk>/do/<slug:name>/", press, name=self._name("do")), *super().get_urls()]

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def offered(self, request: HttpRequest, row: Any) -> Iterable[str]:
        """Names of the buttons that make sense for this row as it is now."""
        return [button.do for button in self.buttons]

    def shown_buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        offered = set(self.offered(request, row))
        return [
            {"button": button, "url": reverse(f"admin:{self._name('do')}", args=[row.pk, button.do])}
            for button in self.buttons
            if button.do in offered and request.user.has_perm(button.permission)
        ]

    def row_links(self, request: HttpRequest, row: Any) -> list[tuple[str, Words]]:
        """Addresses of pages that belong to this row, shown beside its buttons."""
        return []

    def press(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        button = next((one for one in self.buttons if one.do == name), None)
        row = self.get_object(request, str(pk))
        if button is None or row is None:
            raise Http404
        if not (self.has_view_permission(request, row) and request.user.has_perm(button.permission)):
            raise PermissionDenied
        if button.form is None and request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        answers: dict[str, Any] = {}
        if button.form is not None:
            form = button.form(request.POST if request.method == "POST" else None)
            if not form.is_valid():
                return self.ask(request, form, title=button.label, button=button, row=row)
            answers = form.cleaned_data
        return self._do(request, button, row, answers)

    def _do(self, request: HttpRequest, button: Button, row: Any, answers: dict[str, Any]) -> HttpResponse:
        try:
            said = getattr(self, button.do)(request, row, **answers)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return HttpResponseRedirect(self.page_of(row))
        noted = f"{button.label}: {answers['reason']}" if answers.get("reason") else str(button.label)
        self.log_change(request, row, noted)
        if isinstance(said, HttpResponse):
            return said
        messages.success(request, said)
        return HttpResponseRedirect(self.page_of(row))

    def page_of(self, row: Model) -> str:
        return reverse(f"admin:{self._name('change')}", args=[quote(row.pk)])

    def weigh(self, request: HttpRequest, button: Button, row: Any) -> dict[str, Any]:
        """What a person should see before pressing, for the template of the asking page."""
        return {}

    def ask(self, request: HttpRequest, form: forms.Form, *, title: Words, **known: Any) -> HttpResponse:
        """A page of its own with a form; nothing has happened yet."""
        row, button = known.get("row"), known.get("button")
        return TemplateResponse(
            request,
            "admin/desk/ask.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "form": form,
                "original": row,
                "back": self.page_of(row) if row else reverse(f"admin:{self._name('changelist')}"),
                **known,
                **(self.weigh(request, button, row) if button else {}),
            },
            status=200 if request.method == "GET" else 422,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if request.method == "GET" else None
        more = {"buttons": self.shown_buttons(request, row), "row_links": self.row_links(request, row)} if row else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        known = {"title": title, "add_label": self.add_label, "intro": self.intro, **(extra_context or {})}
        return super().changelist_view(request, known)
