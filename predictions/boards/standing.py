"""Where the work on a customer stands: what was done last, what came of it, what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
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
    latest: dict[int, datetime] = {}
    deeds: list[Action | Outcome] = [
        *Action.objects.standing().filter(customer_id__in=ids, on__gte=since),
        *Outcome.objects.standing().filter(customer_id__in=ids, on__gte=since),
    ]
    for deed in sorted(deeds, key=lambda one: one.at):
        latest[deed.customer_id] = deed.at
        found[deed.customer_id] = standing_of(deed, on=at.date())
    return found


def standing_of(deed: Action | Outcome, *, on: date) -> Standing:
    if isinstance(deed, Outcome):
        known = deed.verdict if deed.verdict in STATUSES else "contacted"
        return Standing(known, deed.on, None, deed)
    if deed.kind == Action.Kind.PLANNED:
        return Standing("due" if deed.due_on and deed.due_on <= on else "planned", deed.on, deed.due_on, deed)
    return Standing("contacted", deed.on, deed.due_on, deed)


def without_lost(scores: QuerySet[Score], *, at: datetime) -> QuerySet[Score]:
    """Customers somebody has just recorded as lost need no call; they are counted apart."""
    return scores.exclude(customer__in=_lost(at).values("customer"))


def _lost(at: datetime) -> QuerySet[Outcome]:
    recent = Outcome.objects.standing().filter(on__gte=at.date() - RECENT)
    return recent.filter(verdict=Outcome.Verdict.LOST)


def lost(publication: Publication, *, at: datetime) -> int:
    """How many of the listed customers are kept out because they are recorded as lost."""
    return Score.objects.of(publication).listed().filter(customer__in=_lost(at).values("customer")).count()


def with_status(scores: QuerySet[Score], status: str, *, at: datetime) -> QuerySet[Score]:
    """Only the scores whose customer stands so; the same rule as `standings`, asked of the database."""
    since = at.date() - RECENT
    actions = Action.objects.standing().filter(on__gte=since)
    outcomes = Outcome.objects.standing().filter(on__gte=since)
    judged = Q(customer__in=outcomes.values("customer"))
    if status == "open":
        return scores.exclude(judged).exclude(customer__in=actions.values("customer"))
    if status in ("planned", "due"):
        planned = actions.filter(kind=Action.Kind.PLANNED)
        if status == "due":
            planned = planned.filter(due_on__lte=at.date())
        return scores.filter(customer__in=planned.values("customer")).exclude(judged)
    if status == "contacted":
        touched = actions.exclude(kind=Action.Kind.PLANNED).values("customer")
        answered = outcomes.filter(verdict=Outcome.Verdict.CONTACTED).values("customer")
        return scores.filter(Q(customer__in=touched) | Q(customer__in=answered))
    return scores.filter(customer__in=outcomes.filter(verdict=status).values("customer"))
