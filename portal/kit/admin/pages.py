"""A row to read: facts in words, sections below, buttons above. Nothing on it can be edited or deleted."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from portal.kit.admin.buttons import Buttons


class ReadPage(Buttons):
    page_template = "admin/desk/page.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        label, name = self.opts.app_label, self.opts.model_name
        return request.user.has_perm(f"{label}.view_{name}") or request.user.has_perm(f"{label}.change_{name}")

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page shows: `facts` as (label, value) pairs, and whatever a template of its own asks for."""
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        known = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row),
            "buttons": self.shown_buttons(request, row),
            "row_links": self.row_links(request, row),
            **self.show(request, row),
        }
        return TemplateResponse(request, self.page_template, known)
