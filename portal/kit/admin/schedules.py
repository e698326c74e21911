"""Schedules in the admin: a sentence, the next five runs, the last result; pause, resume and run now."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit import cron
from portal.kit.admin.buttons import Buttons
from portal.kit.admin.shows import badge, mark, row_link, row_url
from portal.kit.numbers import NONE
from portal.kit.runs import Run
from portal.kit.schedules import Schedule, known_cron
from portal.kit.zones import known_zone, zone_choices


class ScheduleForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zone_choices, initial="UTC")


class SchedulePage(Buttons):
    form = ScheduleForm
    list_display: Any = ("name", "in_words", "whether", "next_at", "last_at", "last_result")
    list_filter = ("paused",)
    list_select_related: ClassVar[Any] = ("last_run",)
    readonly_fields = ("in_words", "next_runs", "last_at", "last_result")
    what_fields: tuple[str, ...] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets: list[tuple[Any, dict[str, Any]]] = [
            (None, {"fields": ("name", *self.what_fields)}),
            (gettext_lazy("When"), {"fields": ("cron", "time_zone", "paused", "in_words", "next_runs")}),
        ]
        if obj is not None:
            sets.append((gettext_lazy("Last time"), {"fields": ("last_at", "last_result")}))
        return sets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("last_run__log", "last_run__result")

    @admin.display(description=gettext_lazy("runs"))
    def in_words(self, schedule: Schedule) -> str:
        return cron.sentence(schedule.cron, schedule.time_zone)

    @admin.display(description=gettext_lazy("standing"), ordering="paused")
    def whether(self, schedule: Schedule) -> SafeString:
        return badge(_("Paused"), look="plain") if schedule.paused else badge(_("Active"), look="good")

    @admin.display(description=gettext_lazy("next five runs"))
    def next_runs(self, schedule: Schedule) -> SafeString | str:
        """In the schedule's own time zone, with the offset, so that a change to summer time can be seen coming."""
        try:
            known_cron(schedule.cron)
            known_zone(schedule.time_zone)
        except ValidationError:
            return NONE  # the field itself says what is wrong
        moments = schedule.next_five(after=timezone.now())
        rows = format_html_join("", "<li>{}</li>", ((cron.moment(one),) for one in moments))
        note = _("Paused: none of these will start until the schedule is resumed.") if schedule.paused else ""
        return format_html_join("", "{}", ((part,) for part in (SafeString(_list(rows)), note) if part))

    @admin.display(description=gettext_lazy("last result"))
    def last_result(self, schedule: Any) -> SafeString | str:
        run: Run | None = schedule.last_run
        if schedule.last_message:
            return format_html_join(" ", "{}", ((badge(_("Refused"), look="bad"),), (schedule.last_message,)))
        if run is None:
            return _("Has not run yet") if schedule.last_at is None else NONE
        return format_html_join(" ", "{}", ((mark(run),), (row_link(run),), (run.message,)))

    def offered(self, request: HttpRequest, row: Schedule) -> list[str]:
        return ["run_now", "resume" if row.paused else "pause"]

    def begin(self, request: HttpRequest, schedule: Any) -> Run:
        """Start the schedule's work now, asked for by this person."""
        raise NotImplementedError

    def run_now(self, request: HttpRequest, schedule: Any) -> HttpResponse:
        return HttpResponseRedirect(row_url(self.begin(request, schedule)))

    def pause(self, request: HttpRequest, schedule: Schedule) -> str:
        type(schedule)._default_manager.filter(pk=schedule.pk).update(paused=True)
        return _("Paused: nothing starts until you resume it.")

    def resume(self, request: HttpRequest, schedule: Schedule) -> str:
        schedule.replan(at=timezone.now())
        type(schedule)._default_manager.filter(pk=schedule.pk).update(paused=False, next_at=schedule.next_at)
        assert schedule.next_at is not None
        return _("Resumed: the next run starts %(moment)s.") % {
            "moment": cron.moment(schedule.next_at, zone=schedule.time_zone)
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Plan anew, and write only what the form is about: the clock may be writing the last run meanwhile."""
        obj.replan(at=timezone.now())
        if change:
            obj.save(update_fields=[*form.cleaned_data, "next_at"])
        else:
            obj.save()


def _list(rows: SafeString) -> SafeString:
    return SafeString(f'<ol class="slots">{rows}</ol>')
