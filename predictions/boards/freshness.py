"""How old what a page shows is, and when the next run is due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from partners.models import Partner
from predictions.models import Publication, ScoringRun, ScoringSchedule

OLD_DATA = timedelta(days=45)
OLD_SCORES = timedelta(days=21)


@dataclass(frozen=True)
class Freshness:
    data_on: date | None
    scored_at: datetime | None
    model_on: date | None
    next_at: datetime | None
    stale: bool
    data_old: bool = False
    running: ScoringRun | None = None

    @property
    def data_age(self) -> int:
        return (timezone.localdate() - self.data_on).days if self.data_on else 0


def freshness(partner: Partner, publication: Publication | None, *, at: datetime) -> Freshness:
    data_on = partner.dataset.last_on if partner.dataset else None
    scored_at = publication.published_at if publication else None
    today = partner.clock(at).date()
    data_old = bool(data_on and today - data_on > OLD_DATA)
    return Freshness(
        data_on=data_on,
        scored_at=scored_at,
        model_on=publication.version.as_of if publication else None,
        next_at=next_run(partner, publication.kind if publication else "churn"),
        stale=data_old or bool(scored_at and at - scored_at > OLD_SCORES),
        data_old=data_old,
        running=open_run(partner),
    )


def open_run(partner: Partner) -> ScoringRun | None:
    """The run that is making this partner's next scores, if one is waiting or at work."""
    open_now = [ScoringRun.State.QUEUED, ScoringRun.State.RUNNING]
    mine = Q(partner=partner) | Q(partner=None)
    return ScoringRun.objects.filter(mine, state__in=open_now).order_by("pk").first()


def next_run(partner: Partner, kind: str) -> datetime | None:
    mine = Q(partner=partner) | Q(partner=None)
    coming = ScoringSchedule.objects.filter(mine, kind=kind, paused=False, next_at__isnull=False)
    return coming.order_by("next_at").values_list("next_at", flat=True).first()
