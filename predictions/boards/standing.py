"""Where the work on a customer stands: what was done last, what came of it, what is due.

Every `at` here is on the partner's clock (`Partner.clock`): its date is the day that plans are due on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from predictions.models import Action, Outcome, Publication, Score

RECENT = timedelta(days=60)  # older deeds no longer say where the work stands

STATUSES = {
    "open": _("Nothing done yet"),
    "due": _("Due now"),
    "planned": _("Planned"),
    "contacted": _("Contacted"),
    "saved": _("Saved"),
    "lost": _("Lost"),
    "not_a_risk": _("Not a risk"),
}
DECIDED = ("saved", "lost", "not_a_risk")  # other outcomes only say that there was contact
LOOKS = {"saved": "good", "lost": "bad", "due": "warn", "planned": "note", "contacted": "note"}


@dataclass(frozen=True)
class Standing:
    status: str = "open"
    on: date | None = None
    due_on: date | None = None
    deed: Action | Outcome | None = None

    @property
    def word(self) -> str:
        return str(self.deed.get_verdict_display() if isinstance(self.deed, Outcome) else STATUSES[self.status])

    @property
    def look(self) -> str:
        return LOOKS.get(self.status, "")


def standings(customers: Iterable[int], *, at: datetime) -> dict[int, Standing]:
    """The latest standing deed of each of these customers; two queries however many there are."""
    ids, since = list(customers), at.date() - RECENT
    found: dict[int, Standing] = {}
    deeds: list[Action | Outcome] = [
        *Action.objects.standing().filter(customer_id__in=ids, on__gte=since),
        *Outcome.objects.standing().filter(customer_id__in=ids, on__gte=since),
    ]
    for deed in sorted(deeds, key=lambda one: (one.on, one.at)):
        found[deed.customer_id] = standing_of(deed, on=at.date())
    return found


def standing_of(deed: Action | Outcome, *, on: date) -> Standing:
    if isinstance(deed, Outcome):
        known = deed.verdict if deed.verdict in DECIDED else "contacted"
        return Standing(known, deed.on, None, deed)
    if deed.kind == Action.Kind.PLANNED:
        return Standing("due" if deed.due_on and deed.due_on <= on else "planned", deed.on, deed.due_on, deed)
    return Standing("contacted", deed.on, deed.due_on, deed)


def last_actions(*, at: datetime) -> QuerySet[Action]:
    """Recent actions after which nothing else was recorded for the customer."""
    recent = Action.objects.standing().filter(on__gte=at.date() - RECENT)
    return recent.exclude(Exists(_later(Action))).exclude(Exists(_later(Outcome)))


def last_outcomes(*, at: datetime) -> QuerySet[Outcome]:
    recent = Outcome.objects.standing().filter(on__gte=at.date() - RECENT)
    return recent.exclude(Exists(_later(Action))).exclude(Exists(_later(Outcome)))


def _later(kind: type[Action] | type[Outcome]) -> QuerySet[Any]:
    """Deeds of a later day, or recorded later on the same day: a file of old outcomes overrules nothing newer."""
    newer = Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), at__gt=OuterRef("at"))
    return kind.objects.standing().filter(newer, customer=OuterRef("customer"))


def due(*, at: datetime) -> QuerySet[Action]:
    """Planned contacts whose day has come and that nobody has made yet."""
    return last_actions(at=at).filter(kind=Action.Kind.PLANNED, due_on__lte=at.date())


def without_lost(scores: QuerySet[Score], *, at: datetime) -> QuerySet[Score]:
    """Customers somebody has just recorded as lost need no call; they are counted apart."""
    return scores.exclude(customer__in=_judged(Outcome.Verdict.LOST, at=at))


def lost(publication: Publication, *, at: datetime) -> int:
    """How many of the listed customers are kept out because they are recorded as lost."""
    scores = Score.objects.of(publication).listed()
    return scores.filter(customer__in=_judged(Outcome.Verdict.LOST, at=at)).count()


def _judged(*verdicts: str, at: datetime) -> QuerySet[Any]:
    return last_outcomes(at=at).filter(verdict__in=verdicts).values("customer")


def with_status(scores: QuerySet[Score], status: str, *, at: datetime) -> QuerySet[Score]:
    """Only the scores whose customer stands so; the same rule as `standings`, asked of the database."""
    actions, planned = last_actions(at=at), Action.Kind.PLANNED
    if status == "open":
        untouched = scores.exclude(customer__in=actions.values("customer"))
        return untouched.exclude(customer__in=last_outcomes(at=at).values("customer"))
    if status == "due":
        return scores.filter(customer__in=due(at=at).values("customer"))
    if status == "planned":
        waiting = actions.filter(kind=planned).exclude(due_on__lte=at.date())
        return scores.filter(customer__in=waiting.values("customer"))
    if status == "contacted":
        touched = actions.exclude(kind=planned).values("customer")
        answered = _judged(*(verdict for verdict in Outcome.Verdict.values if verdict not in DECIDED), at=at)
        return scores.filter(Q(customer__in=touched) | Q(customer__in=answered))
    return scores.filter(customer__in=_judged(status, at=at))
