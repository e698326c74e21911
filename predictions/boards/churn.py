"""The churn list: who may leave, what is at stake, why, and where the work stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.models import Customer
from predictions.boards.listing import Filter, Listing
from predictions.boards.standing import STATUSES, Standing, standings, with_status, without_lost
from predictions.boards.words import Reason, reasons
from predictions.models import Band, Publication, Score

SORTS = {
    "money": "money",
    "chance": "probability",
    "change": "change",
    "customer": "customer__external_id",
    "last": "customer__last_order_on",
}
BLANK = ("chance", "change", "last")


HEADS = (
    _("Customer number"),
    _("Name"),
    _("Segment"),
    _("Region"),
    _("Band"),
    _("Chance"),
    _("Value at risk"),
    _("Change since last run"),
    _("Reason 1"),
    _("Reason 2"),
    _("Reason 3"),
    _("Status"),
    _("Model"),
    _("As of"),
)


@dataclass(frozen=True)
class Row:
    score: Score
    name: str
    reasons: list[Reason]
    standing: Standing

    @property
    def customer(self) -> Customer:
        return self.score.customer


def listing(query: QueryDict, *, personal: bool) -> Listing:
    sorts = SORTS | ({"customer": "customer__name"} if personal else {})
    filters = [
        Filter("band", _("Chance"), Band.choices),
        Filter("status", _("Status"), list(STATUSES.items())),
        Filter("segment", _("Segment"), _values("segment")),
        Filter("region", _("Region"), _values("region")),
        Filter("gone", _("Shown"), [("1", _("already gone"))]),
    ]
    return Listing(filters, sorts, "-money", query, BLANK)


def _values(name: str) -> list[tuple[str, str]]:
    found = Customer.objects.present().exclude(**{name: ""}).values_list(name, flat=True)
    return [(value, value) for value in found.order_by(name).distinct()[:60]]


def matching(publication: Publication, asked: Listing, *, personal: bool, at: datetime) -> QuerySet[Score]:
    """The scores this state of the list shows, in its order."""
    chosen = asked.chosen
    scores = Score.objects.of(publication).filter(gone="gone" in chosen)
    if "band" in chosen:
        scores = scores.filter(band=chosen["band"])
    if "segment" in chosen:
        scores = scores.filter(customer__segment=chosen["segment"])
    if "region" in chosen:
        scores = scores.filter(customer__region=chosen["region"])
    if "status" in chosen:
        scores = with_status(scores, chosen["status"], at=at)
    elif "gone" not in chosen and not asked.words:
        scores = without_lost(scores, at=at)
    if asked.words:
        scores = scores.filter(customer__in=Customer.objects.search(asked.words, personal=personal))
    return scores.select_related("customer").order_by(*asked.ordering)


def totals(scores: QuerySet[Score]) -> dict[str, Any]:
    """How many, how many of them are expected to leave, and the money at risk."""
    found = scores.order_by().aggregate(
        count=Count("pk"), expected=Sum("probability"), money=Sum("money"), high=Count("pk", filter=Q(band=Band.HIGH))
    )
    return {key: value or 0 for key, value in found.items()}


def fetched(ids: Iterable[int]) -> list[Score]:
    """The scores of one page, in the page's order: sorting narrow rows and reading wide ones apart is twice as fast."""
    found = Score.objects.select_related("customer").in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found]


def rows(scores: list[Score], *, personal: bool, at: datetime) -> list[Row]:
    known = standings([score.customer_id for score in scores], at=at)
    return [
        Row(
            score,
            score.customer.shown_name(personal=personal),
            reasons(score.reasons),
            known.get(score.customer_id, Standing()),
        )
        for score in scores
    ]


def absent(publication: Publication, words: str, *, personal: bool) -> dict[str, int]:
    """Why the searched customer is not in the list: already gone, or known but not scored."""
    known = Customer.objects.search(words, personal=personal)
    gone = Score.objects.of(publication).filter(gone=True, customer__in=known).count()
    scored = Score.objects.of(publication).values("customer")
    return {"gone": gone, "unscored": known.exclude(pk__in=scored).count()}


def table(scores: QuerySet[Score], *, personal: bool, at: datetime) -> Iterator[list[Any]]:
    """The same view as a table for export, heads first."""
    yield [str(head) for head in HEADS]
    piece: list[Score] = []
    for score in scores.select_related("publication__version__partner").iterator(chunk_size=1000):
        piece.append(score)
        if len(piece) == 1000:
            yield from _lines(piece, personal=personal, at=at)
            piece = []
    yield from _lines(piece, personal=personal, at=at)


def _lines(piece: list[Score], *, personal: bool, at: datetime) -> Iterator[list[Any]]:
    for row in rows(piece, personal=personal, at=at):
        score, customer = row.score, row.customer
        told = [reason.text for reason in row.reasons][:3]
        yield [
            customer.external_id, customer.name if personal else "", customer.segment, customer.region,
            score.get_band_display(), score.probability, round(score.money, 2), score.change,
            *told, *[""] * (3 - len(told)), row.standing.word, str(score.publication.version),
            score.publication.as_of.isoformat(),
        ]  # fmt: skip
