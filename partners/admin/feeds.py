"""Scheduled pulls as the vendor sees them: whose, from where, how it went; to read, and to pause."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import feed_board, feeds
from partners.models import Feed
from portal.kit import cron
from portal.kit.admin import Button, ReadPage, Table, badge, mark, row_link
from portal.kit.numbers import NONE, moment


@admin.register(Feed)
class FeedAdmin(ReadPage):
    page_template = "admin/desk/tables.html"
    intro = gettext_lazy("Folders that partners let Fairway look into by the clock. Owners set them up on their pages.")
    list_display = ("name", "partner", "kind", "way", "runs_when", "standing", "last_result")
    list_filter = ("way", "kind", "paused", ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "last_run")
    list_per_page = 50
    search_fields = ("name",)
    buttons = (
        Button("pause", gettext_lazy("Pause"), "partners.change_feed"),
        Button("resume", gettext_lazy("Resume"), "partners.change_feed"),
        Button("run_now", gettext_lazy("Fetch now"), "partners.change_feed", look="primary"),
    )

    @admin.display(description=gettext_lazy("when"))
    def runs_when(self, feed: Feed) -> str:
        return cron.sentence(feed.cron, feed.time_zone)

    @admin.display(description=gettext_lazy("standing"), ordering="paused")
    def standing(self, feed: Feed) -> SafeString:
        label, look = feed_board.standing(feed)
        return badge(label, look=look or "plain")

    @admin.display(description=gettext_lazy("last result"))
    def last_result(self, feed: Feed) -> str:
        return feed_board.last(feed)

    def offered(self, request: HttpRequest, row: Any) -> list[str]:
        return ["run_now", "resume" if row.paused else "pause"]

    def pause(self, request: HttpRequest, feed: Feed) -> str:
        feeds.pause(feed)
        return _("Paused: nothing is fetched until you resume it.")

    def resume(self, request: HttpRequest, feed: Feed) -> str:
        feeds.resume(feed, at=timezone.now())
        return _("Resumed.")

    def run_now(self, request: HttpRequest, feed: Feed) -> str:
        feeds.run_now(feed, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return _("Started: what was fetched stands below in a moment.")

    def show(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "facts": [
                (_("Standing"), self.standing(row)),
                (_("Partner"), row_link(row.partner)),
                (_("Kind"), row.get_kind_display()),
                (_("From"), f"{row.get_way_display()} · {feed_board.where(row)}"),
                (_("File names"), row.pattern),
                (_("Good files are taken into use"), _("Yes") if row.takes else _("No")),
                (_("Every file is the complete list"), _("Yes") if row.complete else _("No")),
                (_("When"), self.runs_when(row)),
                (_("Next run"), NONE if row.paused else moment(row.next_at)),
                (_("Last result"), self.last_result(row)),
            ],
            "tables": [_files(row), _runs(row)],
        }


def _files(feed: Feed) -> Table:
    rows = feed.files.select_related("upload")[:50]
    lines = [
        [row_link(one.upload, one.name) if one.upload else one.name, one.message or NONE, moment(one.seen_at)]
        for one in rows
    ]
    return Table(_("Files"), [_("File"), _("What became of it"), _("Fetched")], lines, _("No file yet."))


def _runs(feed: Feed) -> Table:
    lines = [
        [moment(one.queued_at), mark(one), one.message or NONE, one.requested_by or NONE]
        for one in feed.runs.select_related("requested_by").defer("log", "result")[:20]
    ]
    heads = [_("Asked for"), _("State"), _("What happened"), _("Asked by")]
    return Table(_("The last times"), heads, lines, _("Has not run yet."))
