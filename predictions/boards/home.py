"""The partner's home: four numbers that lead somewhere, what changed, whom to act on first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Partner, Upload
from portal.kit import charts
from portal.kit.numbers import money, whole
from predictions.boards import churn
from predictions.boards.standing import due, with_status, without_lost
from predictions.models import Action, Band, Outcome, Pointer, Publication, Score

FIRST = 10
WEEK = timedelta(days=7)


BINS = 10


@dataclass(frozen=True)
class Numbers:
    """What the page counts; each group of facts costs one query."""

    high: int
    high_before: int | None
    money: float
    expected: float
    listed: int
    due: int
    saved: int
    lost: int
    contacted: int
    contacted_this_week: int
    by_chance: list[int]


def numbers(publication: Publication | None, pointer: Pointer | None, *, at: datetime) -> Numbers:
    scores = without_lost(Score.objects.of(publication).listed(), at=at) if publication else Score.objects.none()
    sums = {"n": Count("pk"), "high": Count("pk", filter=Q(band=Band.HIGH)), "money": Sum("money")}
    waiting = Count("pk", filter=Q(customer__in=due(at=at).values("customer")))
    found = scores.aggregate(**sums, expected=Sum("probability"), due=waiting, **_tenths())
    outcomes = Outcome.objects.standing().aggregate(
        saved=Count("pk", filter=Q(verdict=Outcome.Verdict.SAVED)),
        lost=Count("pk", filter=Q(verdict=Outcome.Verdict.LOST)),
    )
    done = ~Q(kind=Action.Kind.PLANNED)
    actions = Action.objects.standing().aggregate(
        contacted=Count("customer", filter=done, distinct=True),
        contacted_this_week=Count("customer", filter=done & Q(at__gte=at - WEEK), distinct=True),
    )
    return Numbers(
        high=found["high"] or 0,
        high_before=pointer.previous.counts.get("high") if pointer and pointer.previous else None,
        money=found["money"] or 0,
        expected=found["expected"] or 0,
        listed=found["n"] or 0,
        due=found["due"] or 0,
        by_chance=[found[f"b{n}"] or 0 for n in range(BINS)],
        **outcomes,
        **actions,
    )


def _tenths() -> dict[str, Count]:
    """How many stand in each tenth of the chance; the last tenth includes certainty."""
    return {
        f"b{n}": Count("pk", filter=Q(probability__gte=n / BINS, probability__lt=(n + 1) / BINS + (n == BINS - 1)))
        for n in range(BINS)
    }


def changes(partner: Partner, pointer: Pointer | None, known: Numbers, *, at: datetime) -> list[str]:
    """What is different from a week or a run ago, in sentences; nothing when nothing is."""
    told = _moves(partner, pointer) if pointer and pointer.previous else []
    if known.contacted_this_week:
        told.append(
            ngettext(
                "Your team contacted %(count)s customer this week.",
                "Your team contacted %(count)s customers this week.",
                known.contacted_this_week,
            )
            % {"count": whole(known.contacted_this_week)}
        )
    if files := Upload.objects.filter(committed_at__gte=at - WEEK, state=Upload.State.COMMITTED).count():
        told.append(
            ngettext("%(count)s new file is in use.", "%(count)s new files are in use.", files)
            % {"count": whole(files)}
        )
    return told


def _moves(partner: Partner, pointer: Pointer) -> list[str]:
    """Who crossed the line to high or back since the run before, and whether another model drew the line."""
    was_high = Score.objects.filter(publication=pointer.previous_id, band=Band.HIGH, gone=False).values("customer")
    risen = Q(band=Band.HIGH) & ~Q(customer__in=was_high)
    found = Score.objects.filter(publication=pointer.publication_id, gone=False).aggregate(
        risen=Count("pk", filter=risen),
        money=Sum("money", filter=risen),
        eased=Count("pk", filter=~Q(band=Band.HIGH) & Q(customer__in=was_high)),
    )
    told = []
    if found["risen"]:
        told.append(
            ngettext(
                "%(count)s customer rose to high since the last run; %(money)s is at risk there.",
                "%(count)s customers rose to high since the last run; %(money)s is at risk there.",
                found["risen"],
            )
            % {"count": whole(found["risen"]), "money": money(found["money"], partner.currency)}
        )
    if found["eased"]:
        told.append(
            ngettext(
                "%(count)s customer is no longer at high risk.",
                "%(count)s customers are no longer at high risk.",
                found["eased"],
            )
            % {"count": whole(found["eased"])}
        )
    if pointer.previous and pointer.publication.version_id != pointer.previous.version_id:
        told.append(_("A new model made these scores, so part of the change comes from the model."))
    return told


def first_to_act_on(publication: Publication | None, *, personal: bool, at: datetime) -> list[churn.Row]:
    """The most money at risk among customers nobody has touched lately."""
    if publication is None:
        return []
    scores = with_status(Score.objects.of(publication).listed(), "open", at=at).exclude(band=Band.LOW)
    return churn.rows(
        list(scores.select_related("customer").order_by("-money", "pk")[:FIRST]), personal=personal, at=at
    )


def drawing(publication: Publication, counts: list[int]) -> charts.Chart:
    """The listed customers by chance, with the model's own band limits."""
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
