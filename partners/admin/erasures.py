"""Erasures: when, at which partner, by whom; who it was is kept nowhere. And their runs, to see what is open."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Erasure, ErasureRun
from portal.kit.admin import ReadPage, RunPage, badge, mark, row_link
from portal.kit.numbers import NONE, moment, whole


@admin.register(Erasure)
class ErasureAdmin(ReadPage):
    intro = gettext_lazy(
        "Keyed hashes of numbers and addresses of persons who were erased, so that a file sent again does not bring"
        " them back. Nobody can read from them who it was."
    )
    list_display = ("fingerprint", "of", "partner", "erased_at", "requested_by", "state")
    list_filter = ("of", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "requested_by", "run")
    list_per_page = 50

    @admin.display(description=gettext_lazy("fingerprint"))
    def fingerprint(self, row: Erasure) -> str:
        return f"{row.digest[:8]}…"

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: Erasure) -> SafeString:
        return mark(row.run) if row.run else badge(_("Done"), look="good")

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "facts": [
                (_("Fingerprint"), f"{row.digest[:8]}…"),
                (_("Hash of"), row.get_of_display()),
                (_("Partner"), row_link(row.partner)),
                (_("Erased"), moment(row.erased_at)),
                (_("Asked by"), row.requested_by or NONE),
                (_("Run"), row_link(row.run)),
            ]
        }


@admin.register(ErasureRun)
class ErasureRunAdmin(RunPage):
    intro = gettext_lazy("One that failed is repeated every few minutes until it is complete.")
    list_filter = ("state", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "requested_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("log", "options")

    def facts(self, run: Any) -> list[tuple[str, Any]]:
        names = {
            "customers": _("Customers"),
            "tables": _("Tables written anew"),
            "originals": _("Files deleted"),
            "mentions": _("Mentions struck out"),
        }
        counts = [(words, whole(run.result[name])) for name, words in names.items() if name in run.result]
        return [(_("Partner"), row_link(run.partner)), (_("Attempts"), run.attempts), *counts]
