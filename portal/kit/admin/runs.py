"""Runs in the admin: a list that says how far each is, and a page that moves while its run does."""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.admin.pages import ReadPage
from portal.kit.admin.shows import LOOKS, duration, mark
from portal.kit.numbers import NONE, moment, percent
from portal.kit.runs import Run

LOG_LINES = 200
STAGES = 40
STAGE = re.compile(r"^(\d\d):(\d\d):(\d\d) ▸ (.+)$", re.MULTILINE)


class RunPage(ReadPage):
    page_template = "admin/desk/run.html"
    list_display = ("what", "state_mark", "how_far", "stage_word", "took", "who", "queued_at")
    list_filter: ClassVar[Any] = ("state",)
    list_select_related: ClassVar[Any] = ("requested_by",)
    list_per_page = 50
    show_full_result_count = False
    stage_words: dict[str, Any] = {}  # words for stages that the work names by code

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("log", "result")

    def get_urls(self) -> list[URLPattern]:
        state = self.admin_site.admin_view(self.state)
        return [path("<int:pk>/state/", state, name=self._name("state")), *super().get_urls()]

    @admin.display(description=gettext_lazy("run"))
    def what(self, run: Run) -> str:
        return str(run)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_mark(self, run: Run) -> SafeString:
        return mark(run)

    @admin.display(description=gettext_lazy("progress"), ordering="progress")
    def how_far(self, run: Run) -> SafeString | str:
        if run.state != Run.State.RUNNING:
            return NONE if run.state != Run.State.SUCCEEDED else percent(1)
        said = percent(run.progress)
        return format_html(
            '<progress max="1" value="{}" aria-label="{}">{}</progress> {}', f"{run.progress:.3f}", said, said, said
        )

    @admin.display(description=gettext_lazy("stage"))
    def stage_word(self, run: Run) -> str:
        return str(self.stage_words.get(run.stage, run.stage))

    @admin.display(description=gettext_lazy("took"))
    def took(self, run: Run) -> str:
        return duration(elapsed(run, at=timezone.now()))

    @admin.display(description=gettext_lazy("asked by"), ordering="requested_by")
    def who(self, run: Run) -> str:
        return asked_by(run)

    def offered(self, request: HttpRequest, row: Run) -> list[str]:
        return [button.do for button in self.buttons if button.do != "cancel" or not row.ended]

    def cancel(self, request: HttpRequest, run: Run) -> str:
        run.cancel(at=timezone.now())
        if run.ended:
            return _("The run is cancelled.")
        return _("The run stops at its next heartbeat, within seconds. What was published stays as it is.")

    def show(self, request: HttpRequest, row: Run) -> dict[str, Any]:
        return {
            "run": row,
            "said": said(row, at=timezone.now(), words=self.stage_words),
            "state_url": reverse(f"admin:{self._name('state')}", args=[row.pk]),
            "facts": [
                *self.facts(row),
                (_("Asked by"), asked_by(row)),
                (_("Asked for"), moment(row.queued_at)),
                (_("Started"), moment(row.started_at)),
                (_("Ended"), moment(row.ended_at)),
                (_("Worker"), row.worker or _("None yet")),
                (_("Reference"), row.key),
            ],
        }

    def facts(self, run: Any) -> list[tuple[str, Any]]:
        """What this kind of run has to say for itself, before the facts all runs share."""
        return []

    def state(self, request: HttpRequest, pk: int) -> JsonResponse:
        run = self.get_object(request, str(pk))
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        answer = JsonResponse(said(run, at=timezone.now(), words=self.stage_words))
        answer["Cache-Control"] = "no-store"
        return answer


def asked_by(run: Run) -> str:
    return str(run.requested_by) if run.requested_by_id else _("Schedule") if run.slot else _("Command line")


def elapsed(run: Run, *, at: datetime) -> float | None:
    if run.started_at is None or run.state == Run.State.QUEUED:
        return None
    return ((run.ended_at or at) - run.started_at).total_seconds()


def said(run: Run, *, at: datetime, words: dict[str, Any]) -> dict[str, Any]:
    """Everything that changes while a run moves, ready to be shown as text."""
    return {
        "state": run.state,
        "label": str(run.get_state_display()),  # type: ignore[attr-defined]
        "look": LOOKS.get(run.state, "plain"),
        "ended": run.ended,
        "progress": round(run.progress, 3),
        "percent": percent(run.progress),
        "stage": _now(run, words),
        "message": run.message,
        "took": duration(elapsed(run, at=at)),
        "attempts": run.attempts,
        "stages": stages(run, at=at, words=words),
        "log": "\n".join(run.log.splitlines()[-LOG_LINES:]),
    }


def _now(run: Run, words: dict[str, Any]) -> str:
    if run.ended:
        return ""
    return str(words.get(run.stage, run.stage)) or (_("Waiting for a worker") if run.state == Run.State.QUEUED else "")


def stages(run: Run, *, at: datetime, words: dict[str, Any]) -> list[dict[str, str]]:
    """The latest stages with their durations, read from the log's “▸” lines, which carry the time of day in UTC."""
    found = [(int(h) * 3600 + int(m) * 60 + int(s), name) for h, m, s, name in STAGE.findall(run.log)][-STAGES:]
    end = (run.ended_at or at).astimezone(UTC)
    ends = [start for start, _name in found[1:]] + [end.hour * 3600 + end.minute * 60 + end.second]
    return [
        {"name": str(words.get(name, name)), "took": duration((until - start) % 86_400)}
        for (start, name), until in zip(found, ends, strict=bool(found))
        if name != "done"
    ]
