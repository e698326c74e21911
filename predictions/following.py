"""A committed upload is followed by a fresh list: score partners whose data moved on since what they are shown."""

import logging

from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled

from partners.models import Partner
from portal.kit import runs
from portal.kit.errors import Refusal
from portal.kit.runs.model import State
from predictions import scoring
from predictions.models import Pointer, ScoringRun
from training.registry import Kind, answered

logger = logging.getLogger(__name__)
AT_ONCE = 20


def follow() -> list[ScoringRun]:
    """Request one run per partner, kind and dataset, once: the slot's name is unique. Returns what was started."""
    with scopes_disabled():
        shown = {
            (partner, kind): dataset
            for partner, kind, dataset in Pointer.objects.values_list("partner_id", "kind", "publication__dataset_id")
        }
    busy = set(ScoringRun.objects.filter(state__in=[State.QUEUED, State.RUNNING]).values_list("kind", "partner_id"))
    seen = set(ScoringRun.objects.filter(slot__startswith="dataset:").values_list("slot", flat=True))
    champions = answered()
    started: list[ScoringRun] = []
    for partner in Partner.objects.filter(is_active=True, dataset__isnull=False).order_by("pk"):
        for kind in Kind.values:
            slot = f"dataset:{kind}:{partner.pk}:{partner.dataset_id}"
            stale = shown.get((partner.pk, kind)) != partner.dataset_id
            waiting = (kind, partner.pk) in busy or (kind, None) in busy
            answers = (kind, partner.pk) in champions or (kind, None) in champions
            if not stale or waiting or slot in seen or not answers:
                continue
            if run := _request(kind, partner, slot):
                started.append(run)
            if len(started) >= AT_ONCE:
                return started
    return started


def _request(kind: str, partner: Partner, slot: str) -> ScoringRun | None:
    try:
        with transaction.atomic():
            run = scoring.prepare(kind, by=None, partner=partner, slot=slot)
            runs.enqueue(run)
    except (IntegrityError, Refusal) as error:
        logger.info("not scored again: %s: %s", slot, error)
        return None
    return run
