"""Relay and reaper: what makes a lost message, a dead worker or an emptied broker harmless."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from portal.kit.runs.model import Run
from portal.kit.runs.supervisor import wake

logger = logging.getLogger(__name__)
AT_ONCE = 50


def concrete() -> Iterator[type[Run]]:
    for model in apps.get_models():
        if issubclass(model, Run):
            yield model


def relay(*, at: datetime) -> int:
    """Send again what is queued and unheard, oldest first, a bounded number at once. Returns how many were sent."""
    sent = 0
    after = timedelta(seconds=settings.RUN_RESEND_SECONDS)
    for model in concrete():
        for run in model.rows().unheard(at=at, after=after).order_by("queued_at")[:AT_ONCE]:
            if not wake(run):
                return sent
            sent += 1
    return sent


def reap(*, at: datetime) -> int:
    """Queue again (or fail at the third strike) what runs without a living worker. Returns how many."""
    reaped = 0
    for model in concrete():
        for run in model.rows().stale(at=at)[:AT_ONCE]:
            if run.cancel_requested_at:
                reaped += run.end(run.State.CANCELLED, at=at, message=_("Cancelled while it was running."))
                continue
            logger.warning("reaping %s %s: worker %s stopped answering", run._meta.label, run.pk, run.worker)
            reaped += run.give_back(at=at, message=_("The worker stopped answering; the work was started again."))
    return reaped
