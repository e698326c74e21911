"""Files partners sent and the datasets made of them: to read, and to undo."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from partners import uploads
from partners.models import DatasetVersion, Upload, User
from portal.kit.admin import Button, ReadPage, Table, badge, mark, row_link
from portal.kit.admin.shows import size
from portal.kit.numbers import NONE, day, moment, whole


@admin.register(Upload)
class UploadAdmin(ReadPage):
    page_template = "admin/desk/tables.html"
    intro = gettext_lazy("Files as partners sent them. Undoing one rebuilds the dataset without it; nothing is lost.")
    list_display = ("filename", "partner", "kind", "state_mark", "rows", "bytes", "created_by", "created_at")
    list_filter = ("state", "kind", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "created_by")
    list_per_page = 50
    search_fields = ("filename",)
    show_full_result_count = False
    buttons = (Button("undo", gettext_lazy("Undo this upload"), "partners.change_upload", look="danger"),)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_mark(self, upload: Upload) -> SafeString:
        return mark(upload)

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def bytes(self, upload: Upload) -> str:
        return size(upload.size)

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["undo"] if row.state == Upload.State.COMMITTED else []

    def undo(self, request: HttpRequest, upload: Upload) -> str:
        uploads.request_withdraw(upload, by=cast(User, request.user), at=timezone.localdate())
        return _("Undoing it: the dataset is being rebuilt without this file.")

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {"facts": _facts(row), "tables": [_problems(row), _columns(row), _steps(row)]}


def _facts(upload: Upload) -> list[tuple[str, Any]]:
    report = upload.report
    facts: list[tuple[str, Any]] = [
        (_("State"), mark(upload)),
        (_("Partner"), row_link(upload.partner)),
        (_("Kind"), upload.get_kind_display()),
        (_("Size"), size(upload.size)),
        (_("Sent by"), upload.created_by or NONE),
        (_("Sent"), moment(upload.created_at)),
        (_("Taken into use"), moment(upload.committed_at)),
        (_("Undone"), moment(upload.withdrawn_at)),
        (_("SHA-256"), upload.sha256),
    ]
    if "lines" in report:
        facts += [
            (_("Rows read"), whole(report["lines"])),
            (_("Good rows"), whole(report.get("good"))),
            (_("Rows with errors"), whole(report.get("rejected"))),
            (_("Rows left out"), whole(report.get("skipped"))),
        ]
    return facts


def _problems(upload: Upload) -> Table:
    """Problems grouped by cause, each with its first example as a sentence."""
    from partners.intake.problems import sentence

    language = get_language() or "en"
    marks = {"error": badge(_("Error"), look="bad"), "warning": badge(_("Warning"), look="note")}
    lines: list[list[Any]] = [
        [
            sentence(group, language),
            marks.get(group.get("level", ""), ""),
            group.get("column") or NONE,
            whole(group["count"]),
        ]
        for group in upload.report.get("groups", [])
    ]
    if refusal := upload.report.get("refusal"):
        lines.insert(0, [refusal, marks["error"], NONE, NONE])
    heads = [_("What was found"), _("Level"), _("Column"), _("Rows")]
    none = _("No problem found.") if upload.report else _("Not checked yet.")
    return Table(_("Report"), heads, lines, none)


def _columns(upload: Upload) -> Table:
    roles = {
        "field": _("used"),
        "attribute": _("kept as attribute"),
        "ignored": _("not used"),
        "suggested": _("not used; may fit"),
    }
    lines = [
        [one.get("source", ""), one.get("field") or NONE, roles.get(one.get("role", ""), one.get("role", ""))]
        for one in upload.mapping.get("matches", [])
    ]
    heads = [_("Column in the file"), _("Meaning"), _("Use")]
    return Table(_("Columns"), heads, lines, _("Not matched yet."))


def _steps(upload: Upload) -> Table:
    lines = [
        [one.get_step_display(), mark(one), one.message or NONE, moment(one.ended_at), one.requested_by or NONE]
        for one in upload.runs.select_related("requested_by").defer("log", "result")[:20]
    ]
    heads = [_("Step"), _("State"), _("What happened"), _("Ended"), _("Asked by")]
    return Table(_("Steps"), heads, lines, _("No step yet."))


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadPage):
    page_template = "admin/desk/tables.html"
    intro = gettext_lazy("Numbered states of a partner's facts. Models and lists name the one they were made from.")
    list_display = ("__str__", "partner", "facts", "first_on", "last_on", "created_at")
    list_filter = (("partner", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("partner",)
    list_per_page = 50

    @admin.display(description=gettext_lazy("rows"))
    def facts(self, dataset: DatasetVersion) -> str:
        return whole(sum(value for value in dataset.counts.values() if isinstance(value, int)))

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        lines = [[table, whole(count)] for table, count in row.counts.items() if isinstance(count, int)]
        made_of = Upload.objects.filter(pk__in=row.uploads).select_related("partner", "created_by")
        files = [[row_link(one, one.filename), one.get_kind_display(), whole(one.rows)] for one in made_of]
        in_use = row.partner.dataset_id == row.pk
        return {
            "facts": [
                (_("Partner"), row_link(row.partner)),
                (_("In use"), _("Yes") if in_use else _("No")),
                (_("First fact"), day(row.first_on)),
                (_("Last fact"), day(row.last_on)),
                (_("Built"), moment(row.created_at)),
                (_("Digest"), row.digest or NONE),
            ],
            "tables": [
                Table(_("Rows"), [_("Table"), _("Rows")], lines, _("Empty.")),
                Table(_("Made of"), [_("File"), _("Kind"), _("Rows")], files, _("No file.")),
            ],
        }
