"""When models are trained anew."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from partners.models import User
from portal.kit.admin import Button, SchedulePage
from portal.kit.runs import Run
from training import schedules
from training.models import TrainingSchedule

CHANGE = "training.change_trainingschedule"


@admin.register(TrainingSchedule)
class TrainingScheduleAdmin(SchedulePage):
    add_label = gettext_lazy("Add a training schedule")
    intro = gettext_lazy(
        "Train by the clock. Scoring has schedules of its own, and uses whichever version is champion."
    )
    what_fields = ("recipe", "promote")
    list_display = ("name", "recipe", "in_words", "whether", "next_at", "last_result")
    list_select_related = ("recipe", "last_run__recipe")
    buttons = (
        Button("run_now", gettext_lazy("Run now"), "training.add_trainingrun", look="primary"),
        Button("pause", gettext_lazy("Pause"), CHANGE),
        Button("resume", gettext_lazy("Resume"), CHANGE),
    )

    def begin(self, request: HttpRequest, schedule: Any) -> Run:
        return schedules.run_now(schedule, by=cast(User, request.user), at=timezone.now())
