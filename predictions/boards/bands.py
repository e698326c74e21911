"""Fit × intent: where a customer stands, what that asks for, and how many stand there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from predictions.models import OfferSettings, Prospect, Publication

WORDS: dict[str, str | Promise] = {
    "act": _("Act now"),
    "evaluate": _("Evaluate"),
    "nurture": _("Nurture"),
    "educate": _("Educate"),
}
MEANING: dict[str, str | Promise] = {
    "act": _("Like your best customers, and moving: make the offer this week."),
    "evaluate": _("Moving, but unlike your best customers: find out what they are after before you invest."),
    "nurture": _("Like your best customers, but quiet: stay in touch until something moves."),
    "educate": _("Neither alike nor moving: information by mail is enough."),
}
LOOKS = {"act": "good", "evaluate": "warn", "nurture": "note", "educate": ""}
HIGH = {"act": (True, True), "evaluate": (False, True), "nurture": (True, False), "educate": (False, False)}
"""Is fit high, is intent high?"""


@dataclass(frozen=True)
class Field:
    key: str
    word: str | Promise
    meaning: str | Promise
    customers: int
    money: float | None


def band_of(prospect: Prospect, settings: OfferSettings) -> str:
    high = prospect.fit >= settings.fit_from, prospect.intent >= settings.intent_from
    return next(key for key, wanted in HIGH.items() if wanted == high)


def standing_in(band: str, settings: OfferSettings) -> Q:
    """Prospects of one field, asked of the database."""
    fit, intent = HIGH[band]
    return Q(**{f"fit__{'gte' if fit else 'lt'}": settings.fit_from}) & Q(
        **{f"intent__{'gte' if intent else 'lt'}": settings.intent_from}
    )


def prospects(publication: Publication, band: str, settings: OfferSettings) -> QuerySet[Prospect]:
    return Prospect.objects.filter(standing_in(band, settings), publication=publication)


def four(publication: Publication, settings: OfferSettings) -> Sequence[Field]:
    """The four fields with the customers in them and the money to be expected there; one query."""
    asked: dict[str, Any] = {}
    for key in WORDS:
        where = standing_in(key, settings)
        asked |= {f"{key}_n": Count("pk", filter=where), f"{key}_m": Sum("expected_value", filter=where)}
    found = Prospect.objects.filter(publication=publication).order_by().aggregate(**asked)
    return [Field(key, WORDS[key], MEANING[key], found[f"{key}_n"], found[f"{key}_m"]) for key in WORDS]


def choices() -> list[tuple[str, str | Promise]]:
    return list(WORDS.items())
