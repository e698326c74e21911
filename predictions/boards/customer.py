"""One customer: score and its path, reasons both ways, timeline, holdings, recommendations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Customer, Product
from portal.kit import charts
from portal.kit.numbers import brief, day, money, month, percent, whole
from predictions import offer_rules, offering
from predictions.boards import bands, offers, white_space
from predictions.boards.answers import latest
from predictions.boards.words import Reason, reasons
from predictions.models import Action, OfferRule, Outcome, Publication, Recommendation, Score

SHOWN_OFFERS = 5
PATH = 12
DEEDS = 100


@dataclass(frozen=True)
class Event:
    on: date
    look: str  # is-order | is-score | is-action | ""
    text: str
    note: str = ""
    undo: tuple[str, int] | None = None


@dataclass(frozen=True)
class Profile:
    customer: Customer
    score: Score | None
    path: Sequence[Score]
    pro: list[Reason] = field(default_factory=list)
    contra: list[Reason] = field(default_factory=list)


def profile(customer: Customer, publication: Publication | None) -> Profile:
    """The score people see now, the ones before it, and its reasons for and against."""
    seen = [Publication.State.PUBLISHED, Publication.State.RETIRED]
    path = list(
        customer.scores.filter(publication__kind="churn", publication__state__in=seen)
        .select_related("publication__version__partner")
        .order_by("-publication__as_of", "-publication__pk")[:PATH]
    )[::-1]
    score = next((one for one in path if publication and one.publication_id == publication.pk), None)
    told = reasons(score.reasons) if score else []
    return Profile(
        customer, score, path, [one for one in told if one.sign == "+"], [one for one in told if one.sign == "-"]
    )


def untold(publication: Publication | None, profile: Profile) -> str:
    """Why a score comes without reasons: they are worked out for the rows people read; empty where there are some."""
    if publication is None or profile.score is None or profile.pro or profile.contra:
        return ""
    read, rows = publication.evidence.get("read"), publication.counts.get("rows")
    if not read or rows is None or profile.score.gone or read["rows"] >= rows or profile.score.rank <= read["head"]:
        return _("Nothing stands out for or against: by what is known, this customer is like most others.")
    return _(
        "Reasons are worked out for the %(count)s customers most at risk or with the most money at stake; this one is "
        "not among them."
    ) % {"count": whole(read["rows"])}


def trend(path: Sequence[Score]) -> charts.Chart:
    """The chance over the runs, with a mark where another model took over."""
    points = [(brief(one.publication.as_of), one.probability or 0.0) for one in path]
    marks = [
        (i, _("new model"))
        for i in range(1, len(path))
        if path[i].publication.version_id != path[i - 1].publication.version_id
    ]
    first, last = (points[0][1], points[-1][1]) if points else (0.0, 0.0)
    return charts.line(
        points,
        title=_("Chance of leaving, run by run"),
        takeaway=_("From %(first)s to %(last)s over %(count)d runs.")
        % {"first": percent(first), "last": percent(last), "count": len(points)},
        columns=[_("Run"), _("Chance")],
        fmt=percent,
        marks=marks,
    )


def spending(months: Sequence[dict[str, Any]], currency: str) -> charts.Chart:
    """Money a month, oldest first; months without an order count as nothing."""
    known = {one["month"]: float(one["amount"] or 0) for one in months}
    between = _months_between(min(known), max(known)) if known else []
    points = [(month(date.fromisoformat(f"{name}-01")), known.get(name, 0.0)) for name in between]
    best = max(points, key=lambda point: point[1], default=("", 0.0))
    return charts.line(
        points,
        title=_("Orders a month, in money"),
        takeaway=_("The best month was %(month)s with %(money)s.")
        % {"month": best[0], "money": money(best[1], currency)},
        columns=[_("Month"), _("Amount")],
        fmt=lambda value: money(value, currency),
    )


def _months_between(first: str, last: str) -> list[str]:
    year, month = map(int, first.split("-"))
    found = []
    while (name := f"{year:04}-{month:02}") <= last:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


@dataclass(frozen=True)
class Held:
    name: str
    note: str
    amount: float | None


def held(facts: dict[str, Any]) -> list[Held]:
    """Contracts first, the running ones on top; then what was bought, most money first."""
    contracts, bought = facts.get("subscriptions", []), facts.get("holdings", [])
    names = {one["sku"]: one["name"] for one in bought}
    missing = {one["sku"] for one in contracts} - names.keys()
    names |= dict(Product.objects.filter(sku__in=missing).values_list("sku", "name")) if missing else {}
    found = [Held(names.get(one["sku"]) or one["sku"], _term(one), one["monthly_amount"]) for one in contracts]
    for one in bought:
        told = ngettext("%(count)s order, last %(day)s", "%(count)s orders, last %(day)s", one["times"])
        note = told % {"count": whole(one["times"]), "day": day(date.fromisoformat(one["last"]))}
        found.append(Held(one["name"] or one["sku"], note, one["amount"]))
    return found


def _term(one: dict[str, Any]) -> str:
    """A contract's state in words; the amount beside it is by the month."""
    for key, words in (
        ("ended", _("contract, ended %(day)s")),
        ("renews_on", _("contract by the month, renews %(day)s")),
        ("started", _("contract by the month, since %(day)s")),
    ):
        if one.get(key):
            return words % {"day": day(date.fromisoformat(one[key]))}
    return ""


@dataclass(frozen=True)
class Next:
    """What to offer next: the best offers, which of them are asked for, and the customer's row of white space."""

    rows: Sequence[offers.Row]
    kind: str
    room: "Room | None"


def next_offers(customer: Customer, publication: Publication, done: Sequence[Action | Outcome], asked: str) -> Next:
    """Of one kind where one is asked for: "new" to the customer, or "repeat"."""
    kind = asked if asked in dict(offers.REPEATS) else ""
    rules = offer_rules.in_force(publication.partner)
    if offering.in_file(publication):
        best = _from_file(customer, publication, kind, rules)
    else:
        found = offers.standing(publication, rules).filter(customer=customer)
        if kind:
            found = found.filter(is_repeat=kind == "repeat")
        best = list(found.select_related("customer", "product").order_by("rank")[:SHOWN_OFFERS])
    return Next(offers.rows(best, personal=False, known=latest(done)), kind, room(customer, publication, rules))


def _from_file(
    customer: Customer, publication: Publication, kind: str, rules: Sequence[OfferRule]
) -> list[Recommendation]:  # fmt: skip
    """Of a partner with too many customers for the database, by rank."""
    found = offering.standing_of(publication, customer, rules)
    return [one for one in found if not kind or one.is_repeat == (kind == "repeat")][:SHOWN_OFFERS]


@dataclass(frozen=True)
class Room:
    """One customer's row of white space: where it stands, what it holds and lacks."""

    row: white_space.Row

    @property
    def holds(self) -> list[str]:
        return [cell.category for cell in self.row.cells if cell.state == "owned"]

    @property
    def lacks(self) -> list[white_space.Cell]:
        """Opportunities, most money first."""
        found = [cell for cell in self.row.cells if cell.state == "opportunity"]
        return sorted(found, key=lambda cell: (-(cell.value or 0.0), -(cell.chance or 0.0)))

    @property
    def meaning(self) -> str:
        return str(bands.MEANING[self.row.band])


def room(customer: Customer, publication: Publication, rules: Sequence[OfferRule]) -> Room | None:
    """None where the run that made the offers counted no white space of this customer."""
    prospect = white_space.with_prospect(publication, customer)
    if prospect is None:
        return None
    every = [*prospect.owned, *(one for one in prospect.opportunities if one not in prospect.owned)]
    settings = offer_rules.settings_of(publication.partner)
    (row,) = white_space.rows([prospect], every, white_space.ruled(rules), personal=False, settings=settings)
    return Room(row)


def done(customer: Customer) -> list[Action | Outcome]:
    """What people recorded about the customer and nobody took back; newest first, two queries."""
    found: list[Action | Outcome] = []
    for kind in (Action, Outcome):
        found += kind.objects.standing().filter(customer=customer).select_related("by", "product")[:DEEDS]
    return found


def timeline(
    profile: Profile, facts: dict[str, Any], deeds: Sequence[Action | Outcome], *, personal: bool
) -> list[Event]:
    """Everything that happened, newest first: orders, contacts, scores that changed band, what we did."""
    currency = profile.customer.partner.currency
    events = [_order(one, currency) for one in facts.get("orders", [])]
    events += [_contact(one, personal=personal) for one in facts.get("interactions", [])]
    events += _turns(profile.path)
    events += [_deed(one) for one in deeds]
    return sorted(events, key=lambda event: event.on, reverse=True)


def _order(one: dict[str, Any], currency: str) -> Event:
    amount = money(one["amount"], currency)
    words = _("Returned goods for %(money)s") if one["is_return"] else _("Ordered for %(money)s")
    more = one["lines"] - len(one["products"])
    listed = ", ".join(one["products"])
    if more > 0:
        listed += ngettext(" and %(count)s more", " and %(count)s more", more) % {"count": whole(more)}
    return Event(date.fromisoformat(one["date"]), "is-order", words % {"money": amount}, listed)


def _contact(one: dict[str, Any], *, personal: bool) -> Event:
    kinds = {
        "call": _("Call"), "email": _("E-mail"), "visit": _("Visit"), "meeting": _("Meeting"),
        "ticket": _("Support ticket"), "complaint": _("Complaint"), "quote": _("Quote"),
    }  # fmt: skip
    text = (one.get("text") or "") if personal else ""
    return Event(date.fromisoformat(one["date"]), "", kinds.get(one["kind"], _("Contact")), text[:240])


def _turns(path: Sequence[Score]) -> list[Event]:
    """Only the runs in which the band changed: a line for every run would bury the rest."""
    events = []
    for before, now in zip([None, *path], path, strict=False):
        if before is None or before.band != now.band:
            words = _("Scored %(band)s, %(chance)s") % {
                "band": now.get_band_display().lower(),
                "chance": percent(now.probability),
            }
            events.append(Event(now.publication.as_of, "is-score", words))
    return events


def _deed(one: Action | Outcome) -> Event:
    action = isinstance(one, Action)
    word = str(one.get_kind_display() if isinstance(one, Action) else one.get_verdict_display())
    if isinstance(one, Action) and one.due_on:
        word = _("%(deed)s, due %(day)s") % {"deed": word, "day": day(one.due_on)}
    if one.product:
        word += f" · {one.product}"
    if isinstance(one, Outcome) and one.because:
        word += f" ({one.get_because_display()})"
    note = " · ".join(part for part in (str(one.by) if one.by else "", one.note) if part)
    return Event(one.on, "is-action", word, note, ("action" if action else "outcome", one.pk))
