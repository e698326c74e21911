"""The partner's home: four numbers that lead somewhere, what changed, whom to act on first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Partner, Upload
from portal.kit import charts
from portal.kit.numbers import money, whole
from predictions.boards import churn
from predictions.boards.standing import with_status
from predictions.models import Action, Band, Outcome, Pointer, Publication, Score

FIRST = 10
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Numbers:
    high: int
    high_before: int | None
    money: float
    expected: float
    listed: int
    due: int
    saved: int
    lost: int
    contacted: int


def numbers(publication: Publication | None, pointer: Pointer | None, *, at: datetime) -> Numbers:
    today = at.date()
    scores = Score.objects.of(publication).listed() if publication else Score.objects.none()
    found = scores.aggregate(
        n=Count("pk"), high=Count("pk", filter=Q(band=Band.HIGH)), money=Sum("money"), expected=Sum("probability")
    )
    outcomes = Outcome.objects.standing().aggregate(
        saved=Count("pk", filter=Q(verdict=Outcome.Verdict.SAVED)),
        lost=Count("pk", filter=Q(verdict=Outcome.Verdict.LOST)),
    )
    actions = Action.objects.standing().aggregate(
        due=Count("pk", filter=Q(kind=Action.Kind.PLANNED, due_on__lte=today)),
        contacted=Count("customer", filter=~Q(kind=Action.Kind.PLANNED), distinct=True),
    )
    before = pointer.previous.counts.get("high") if pointer and pointer.previous else None
    return Numbers(
        high=found["high"], high_before=before, money=found["money"] or 0, expected=found["expected"] or 0,
        listed=found["n"], due=actions["due"], contacted=actions["contacted"],
        saved=outcomes["saved"], lost=outcomes["lost"],
    )  # fmt: skip


def changes(partner: Partner, pointer: Pointer | None, *, at: datetime) -> list[str]:
    """What is different from a week or a run ago, in sentences; nothing when nothing is."""
    told = []
    if pointer and pointer.previous:
        risen, sum_risen = _risen(pointer)
        if risen:
            told.append(
                ngettext(
                    "%(count)s customer rose to high since the last run; %(money)s is at risk there.",
                    "%(count)s customers rose to high since the last run; %(money)s is at risk there.",
                    risen,
                )
                % {"count": whole(risen), "money": money(sum_risen, partner.currency)}
            )
        if eased := _eased(pointer):
            told.append(
                ngettext(
                    "%(count)s customer is no longer at high risk.",
                    "%(count)s customers are no longer at high risk.",
                    eased,
                )
                % {"count": whole(eased)}
            )
        if pointer.publication.version_id != pointer.previous.version_id:
            told.append(_("A new model made these scores, so part of the change comes from the model."))
    return told + _work(at=at)


def _risen(pointer: Pointer) -> tuple[int, float]:
    high_before = Score.objects.filter(publication=pointer.previous_id, band=Band.HIGH).values("customer")
    now = Score.objects.filter(publication=pointer.publication_id, band=Band.HIGH, gone=False)
    found = now.exclude(customer__in=high_before).aggregate(n=Count("pk"), money=Sum("money"))
    return found["n"], found["money"] or 0.0


def _eased(pointer: Pointer) -> int:
    high_before = Score.objects.filter(publication=pointer.previous_id, band=Band.HIGH, gone=False).values("customer")
    now = Score.objects.filter(publication=pointer.publication_id, gone=False).exclude(band=Band.HIGH)
    return now.filter(customer__in=high_before).count()


def _work(*, at: datetime) -> list[str]:
    since = at - WEEK
    told = []
    acted = Action.objects.standing().filter(at__gte=since).exclude(kind=Action.Kind.PLANNED)
    if people := acted.aggregate(n=Count("customer", distinct=True))["n"]:
        told.append(
            ngettext(
                "Your team contacted %(count)s customer this week.",
                "Your team contacted %(count)s customers this week.",
                people,
            )
            % {"count": whole(people)}
        )
    if files := Upload.objects.filter(committed_at__gte=since, state=Upload.State.COMMITTED).count():
        told.append(
            ngettext("%(count)s new file is in use.", "%(count)s new files are in use.", files)
            % {"count": whole(files)}
        )
    return told


def first_to_act_on(publication: Publication | None, *, personal: bool, at: datetime) -> list[churn.Row]:
    """The most money at risk among customers nobody has touched lately."""
    if publication is None:
        return []
    scores = with_status(Score.objects.of(publication).listed(), "open", at=at).exclude(band=Band.LOW)
    return churn.rows(
        list(scores.select_related("customer").order_by("-money", "pk")[:FIRST]), personal=personal, at=at
    )


def histogram(publication: Publication, *, bins: int = 10) -> list[int]:
    """How many listed customers stand in each tenth of the chance."""
    edges = {
        f"b{n}": Count(
            "pk", filter=Q(probability__gte=n / bins) & (Q(probability__lt=(n + 1) / bins) if n < bins - 1 else Q())
        )
        for n in range(bins)
    }
    found: dict[str, Any] = Score.objects.of(publication).listed().aggregate(**edges)
    return [found[f"b{n}"] for n in range(bins)]


def drawing(publication: Publication) -> charts.Chart:
    """The listed customers by chance, with the model's own band limits."""
    counts = histogram(publication)
    limits = publication.version.card.get("bands") or {}
    high, medium = float(limits.get("high", 0.6)), float(limits.get("medium", 0.3))
    above = sum(counts[len(counts) // 2 :])
    return charts.bands(
        counts,
        title=_("Customers by chance of leaving"),
        takeaway=ngettext(
            "%(count)s customer is more likely to leave than to stay.",
            "%(count)s customers are more likely to leave than to stay.",
            above,
        )
        % {"count": whole(above)},
        columns=[_("Chance"), _("Customers")],
        medium_from=medium,
        high_from=high,
    )
