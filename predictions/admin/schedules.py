"""When lists are made anew."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import User
from portal.kit.admin import Button, SchedulePage
from portal.kit.runs import Run
from predictions import schedules
from predictions.models import ScoringSchedule

CHANGE = "predictions.change_scoringschedule"


@admin.register(ScoringSchedule)
class ScoringScheduleAdmin(SchedulePage):
    add_label = gettext_lazy("Add a scoring schedule")
    intro = gettext_lazy("Score and publish by the clock, with whichever version is champion then.")
    what_fields = ("kind", "partner")
    list_display = ("name", "kind", "whom", "in_words", "whether", "next_at", "last_result")
    list_select_related = ("partner", "last_run__partner")
    buttons = (
        Button("run_now", gettext_lazy("Run now"), "predictions.add_scoringrun", look="primary"),
        Button("pause", gettext_lazy("Pause"), CHANGE),
        Button("resume", gettext_lazy("Resume"), CHANGE),
    )

    @admin.display(description=gettext_lazy("partner"), ordering="partner")
    def whom(self, schedule: ScoringSchedule) -> str:
        return str(schedule.partner) if schedule.partner else _("All partners with data")

    def begin(self, request: HttpRequest, schedule: Any) -> Run:
        return schedules.run_now(schedule, by=cast(User, request.user), at=timezone.now())
