"""A committed upload is followed by a fresh list, and so are other rules of offers: score partners whose data or rules
moved on since what they are shown."""

import logging
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.db.models import Q
from django_scopes import scopes_disabled

from partners.models import Partner
from portal.kit import runs
from portal.kit.errors import Refusal
from portal.kit.runs.model import State
from predictions import offer_rules, scoring
from predictions.models import Pointer, ScoringRun
from training.registry import Kind, answered

logger = logging.getLogger(__name__)
AT_ONCE = 20


def follow() -> list[ScoringRun]:
    """Request one run per partner, kind and dataset, once: the slot's name is unique. Returns what was started."""
    busy = set(ScoringRun.objects.filter(state__in=[State.QUEUED, State.RUNNING]).values_list("kind", "partner_id"))
    champions = answered()
    started: list[ScoringRun] = []
    for kind, partner, slot in _due():
        waiting = (kind, partner.pk) in busy or (kind, None) in busy
        answers = (kind, partner.pk) in champions or (kind, None) in champions
        if waiting or not answers:
            continue
        if run := _request(kind, partner, slot):
            started.append(run)
        if len(started) >= AT_ONCE:
            break
    return started


def _due() -> Iterator[tuple[str, Partner, str]]:
    """Kind, partner and slot of every list that is older than its data, or was made under other rules of offers.

    Lists from before rules were noted are left alone: nobody knows what they were made under.
    """
    with scopes_disabled():
        rows = Pointer.objects.values_list(
            "partner_id", "kind", "publication_id", "publication__dataset_id", "publication__evidence__rules"
        )
        shown = {(partner, kind): more for partner, kind, *more in rows}
    ours = Q(slot__startswith="dataset:") | Q(slot__startswith="rules:")
    seen = set(ScoringRun.objects.filter(ours).values_list("slot", flat=True))
    partners = list(Partner.objects.filter(is_active=True, dataset__isnull=False).order_by("pk"))
    marks = offer_rules.marks(partners)
    for partner in partners:
        for kind in Kind.values:
            publication, dataset, rules = shown.get((partner.pk, kind), (None, None, None))
            slot = ""
            if dataset != partner.dataset_id:
                slot = f"dataset:{kind}:{partner.pk}:{partner.dataset_id}"
            elif rules and rules != marks[partner.pk]:
                slot = f"rules:{partner.pk}:{publication}:{marks[partner.pk]}"
            if slot and slot not in seen:
                yield kind, partner, slot


def _request(kind: str, partner: Partner, slot: str) -> ScoringRun | None:
    try:
        with transaction.atomic():
            run = scoring.prepare(kind, by=None, partner=partner, slot=slot)
            runs.enqueue(run)
    except (IntegrityError, Refusal) as error:
        logger.info("not scored again: %s: %s", slot, error)
        return None
    return run
