"""What the first page of the vendor's admin says: what runs, what answers, whose data grows old, what comes next."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from partners.models import Partner, User
from portal.kit import cron
from portal.kit.admin import Table, mark, row_link
from portal.kit.numbers import NONE, age, percent
from predictions.models import ScoringRun, ScoringSchedule
from training.admin import cards
from training.admin.words import STAGES
from training.models import Champion, Kind, TrainingRun, TrainingSchedule

register = template.Library()
SHOWN = 6


SUBJECTS = ("partners", "training", "predictions")


@register.filter
def by_subject(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Our own subjects first; accounts, second factors and sessions of the libraries after them."""
    order = {label: place for place, label in enumerate(SUBJECTS)}
    return sorted(apps, key=lambda app: order.get(app["app_label"], len(SUBJECTS)))


@register.simple_tag(takes_context=True)
def overview(context: Context) -> list[dict[str, Any]]:
    """The tables this person may see, the most urgent first."""
    user = context["request"].user
    tables = [
        (
            "training.view_trainingrun",
            runs,
            [
                ("admin:training_trainingrun_changelist", _("All training runs")),
                ("admin:predictions_scoringrun_changelist", _("All scoring runs")),
            ],
        ),
        ("training.view_modelversion", champions, [("admin:training_modelversion_changelist", _("All versions"))]),
        ("partners.view_partner", partners, [("admin:partners_partner_changelist", _("All partners"))]),
        (
            "training.view_trainingschedule",
            coming,
            [
                ("admin:training_trainingschedule_changelist", _("Training schedules")),
                ("admin:predictions_scoringschedule_changelist", _("Scoring schedules")),
            ],
        ),
    ]
    return [
        {"table": make(user), "links": [(reverse(name), words) for name, words in links]}
        for needed, make, links in tables
        if user.has_perm(needed)
    ]


def runs(user: User | AnonymousUser) -> Table:
    """Open runs first, then the latest that ended."""
    found: list[Any] = []
    for model, related in ((TrainingRun, "recipe"), (ScoringRun, "partner")):
        rows: QuerySet[Any] = model.objects.select_related(related, "requested_by").defer("log", "result")
        found += [*rows.filter(state__in=["queued", "running"])[:SHOWN], *rows.exclude(ended_at=None)[:3]]
    found.sort(key=lambda run: (run.ended, -(run.ended_at or run.queued_at).timestamp()))
    lines = [
        [
            row_link(run),
            mark(run),
            percent(run.progress) if not run.ended else NONE,
            run.message if run.ended else str(STAGES.get(run.stage, run.stage)),
            run._meta.verbose_name,
        ]
        for run in found[:SHOWN]
    ]
    heads = [_("Run"), _("State"), _("Progress"), _("Says"), _("What")]
    return Table(_("Runs now and last"), heads, lines, _("Nothing has run yet: train a recipe first."))


def champions(user: User | AnonymousUser) -> Table:
    """One line per kind: the network's champion, and how many partners have one of their own."""
    rows = list(Champion.objects.select_related("version__partner", "partner"))
    lines = []
    for kind, words in Kind.choices:
        network = next((one.version for one in rows if one.kind == kind and one.partner_id is None), None)
        own = sum(one.kind == kind and one.partner_id is not None for one in rows)
        if network is None and not own:
            lines.append([words, _("None yet"), NONE, NONE, NONE])
            continue
        figure, rival = (cards.main_figure(network), cards.rival_figure(network)) if network else (NONE, NONE)
        lines.append([words, row_link(network), figure, rival, str(own)])
    heads = [_("Kind"), _("Network champion"), _("Judged"), _("Naive rival"), _("Partners with their own")]
    return Table(_("Who answers"), heads, lines)


def partners(user: User | AnonymousUser) -> Table:
    """Partners whose data is oldest, those without any first."""
    rows = Partner.objects.filter(is_active=True).select_related("dataset")
    today = timezone.localdate()
    lines = []
    for one in rows.order_by(F("dataset__last_on").asc(nulls_first=True), "name")[:SHOWN]:
        last = one.dataset.last_on if one.dataset else None
        said = age(last, at=today) if last else format_html('<span class="late">{}</span>', _("No data yet"))
        lines.append([row_link(one), one.get_tier_display(), said, _("Yes") if one.shares_data else _("No")])
    heads = [_("Partner"), _("Tier"), _("Newest fact"), _("Shares data")]
    return Table(_("Partners with the oldest data"), heads, lines, _("No partner yet: add the first."))


def coming(user: User | AnonymousUser) -> Table:
    """The next starts by the clock, of both kinds of schedule."""
    found: list[Any] = [
        *TrainingSchedule.objects.filter(paused=False, next_at__isnull=False).order_by("next_at")[:SHOWN],
        *ScoringSchedule.objects.filter(paused=False, next_at__isnull=False).order_by("next_at")[:SHOWN],
    ]
    found.sort(key=lambda one: one.next_at)
    lines = [
        [row_link(one), one._meta.verbose_name, cron.moment(one.next_at, zone=one.time_zone)] for one in found[:SHOWN]
    ]
    heads = [_("Schedule"), _("What"), _("Next run")]
    return Table(_("Coming up"), heads, lines, _("Nothing is planned: add a training and a scoring schedule."))
