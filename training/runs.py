"""Asking for a model: `request` writes the row, a worker's child runs `work.train`."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from partners.models import DatasetVersion, Partner, User
from portal.kit import runs
from portal.kit.errors import Refusal
from training import outcomes
from training.models import Recipe, TrainingRun


def sources(partner: Partner | None) -> list[Partner]:
    """Whose data trains a model: one partner's own, or everyone's who shares. Never a partner that keeps to itself."""
    rows = Partner.objects.filter(is_active=True, dataset__isnull=False).select_related("dataset").order_by("slug")
    return list(rows.filter(pk=partner.pk) if partner else rows.filter(shares_data=True))


def data_date(partners: list[Partner], *, today: date) -> date:
    """The day after the newest fact of these partners, never later than today: what is known is known up to there."""
    with scopes_disabled():
        newest = DatasetVersion.objects.filter(pk__in=[one.dataset_id for one in partners]).aggregate(
            on=Max("last_on")
        )["on"]
    return min(today, newest + timedelta(days=1)) if newest else today


def recipe_for(
    kind: str, *, partner: Partner | None, outcome: str, horizon: int | None, gap: int = 0, **more: Any
) -> Recipe:
    """The recipe of this shape, made when there is none; how the command line names what the admin keeps as rows.

    Columns allowed (`allowed`) go with a recipe that is made; one that is found has its own.
    """
    read = outcomes.read(kind, outcome, horizon)
    outcomes.read_gap(kind, read.text, gap)
    wanted = {"kind": kind, "partner": partner, "outcome": read.text, "horizon": read.horizon, "gap": gap, **more}
    found = Recipe.objects.filter(**{name: value for name, value in wanted.items() if name != "allowed"}).first()
    scope = partner.slug if partner else "network"
    later = f" gap {gap}" if gap else ""
    return found or Recipe.objects.create(name=f"{kind} {read.text}{later} · {scope}".replace("  ", " "), **wanted)


def request(recipe: Recipe, *, by: User | None, today: date, as_of: date | None = None, **more: Any) -> TrainingRun:
    """Queue a training run and wake a worker once committed. Raises Refusal when there is nothing to learn from."""
    run = prepare(recipe, by=by, today=today, as_of=as_of, **more)
    runs.enqueue(run)
    return run


def prepare(recipe: Recipe, *, by: User | None, today: date, as_of: date | None = None, **more: Any) -> TrainingRun:
    outcomes.read_gap(recipe.kind, outcomes.read(recipe.kind, recipe.outcome, recipe.horizon).text, recipe.gap)
    partners = sources(recipe.partner)
    if not partners:
        raise Refusal(_nothing(recipe.partner))
    if as_of and as_of > today:
        raise Refusal(_("%(day)s lies in the future: choose a day up to %(today)s.") % {"day": as_of, "today": today})
    return TrainingRun.objects.create(
        recipe=recipe, as_of=as_of or data_date(partners, today=today), requested_by=by, **more
    )


def _nothing(partner: Partner | None) -> str:
    if partner:
        return _("%(partner)s has no data in use yet: upload a file and take it into use first.") % {"partner": partner}
    return _("No partner that shares its data has any in use yet: upload data, or name one partner.")
