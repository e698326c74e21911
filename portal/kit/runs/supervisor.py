"""The supervisor: claims a run, starts its limited child, renews the lease, and ends the run with a sentence."""

import logging
import os
import socket
import time
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal.kit.child import Child, Ending
from portal.kit.runs.model import LOG_CHARACTERS, Run, State

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 1.0
TASK = "fairway.run"
STALE = 3  # a wake-up older than this many re-sendings is dropped: the relay has sent fresher ones


def enqueue(run: Run) -> None:
    """Wake a worker once the row is committed; when the broker is away the relay does it later."""
    transaction.on_commit(lambda: wake(run))


def wake(run: Run) -> bool:
    run.rows().filter(pk=run.pk).update(dispatched_at=timezone.now())
    try:
        current_app.send_task(
            TASK,
            args=[run._meta.label, run.pk],
            queue=run.queue,
            ignore_result=True,
            expires=STALE * settings.RUN_RESEND_SECONDS,
        )
    except (OperationalError, OSError) as error:
        logger.warning("broker away, the relay will send %s %s later: %s", run._meta.label, run.pk, error)
        return False
    return True


def find(label: str, pk: int) -> Run | None:
    model = apps.get_model(label)
    if not issubclass(model, Run):
        raise TypeError(f"{label} is not a run")
    return model.rows().filter(pk=pk).first()


def supervise(run: Run, *, echo: Callable[[dict[str, Any]], None] | None = None) -> bool:
    """Do the run if it is ours to do; returns whether it was."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    if not run.claim(worker=worker, at=timezone.now()):
        return False
    memory, seconds = run.limits
    arguments = [run._meta.label, str(run.pk), str(run.fence)]
    child = Child(arguments, memory_mb=memory, seconds=seconds, strict=run.STRICT, without=run.WITHOUT)
    with child, override(_language(run)):
        alive = _watch(run, child, echo)
        ending = child.ending() if alive else Ending("lost", _("Stopped: the run was cancelled or taken over."))
        _end(run, ending)
    return True


def _language(run: Run) -> str:
    """Of the person who waits for the run; without one, the language in force here."""
    return getattr(run.requested_by, "language", "") or get_language() or settings.LANGUAGE_CODE


def run_here(run: Run, *, echo: Callable[[dict[str, Any]], None] | None = None) -> Run:
    """Supervise in this process, for commands; if a worker was quicker, wait for it. Returns the ended run."""
    while not run.ended:
        if not supervise(run, echo=echo):
            time.sleep(0.2)
        run.refresh_from_db()
    return run


def _watch(run: Run, child: Child, echo: Callable[[dict[str, Any]], None] | None) -> bool:
    """Pass the child's words to the row until it ends; False when the run is no longer ours."""
    seen: dict[str, Any] = {}
    log, stage = run.log, ""
    beat = 0.0
    for word in child.words(HEARTBEAT_SECONDS):
        if echo and word:
            echo(word)
        if word.get("stage", stage) != stage:
            stage = word["stage"]
            log = seen["log"] = f"{log}{timezone.now():%H:%M:%S} ▸ {stage}\n"[-LOG_CHARACTERS:]
        if line := word.get("log"):
            log = seen["log"] = f"{log}{timezone.now():%H:%M:%S} {line}\n"[-LOG_CHARACTERS:]
        seen.update({name: word[name] for name in ("progress", "stage") if word.get(name) is not None})
        if time.monotonic() - beat >= HEARTBEAT_SECONDS:
            beat = time.monotonic()
            if not connection.in_atomic_block:  # inside a caller's transaction the connection is the caller's
                close_old_connections()
            told = _tell(run, seen)
            if told is False:
                return False
            seen = {} if told else seen
    return _tell(run, seen) is not False if seen else True


def _tell(run: Run, seen: dict[str, Any]) -> bool | None:
    """Renew the lease with what was heard: True when written, False when the run is no longer ours.

    None when the database is away or locked for the moment: the work goes on, the next heartbeat tries again, and
    if it stays away the lease runs out by itself.
    """
    try:
        return run.renew(at=timezone.now(), **seen)
    except DatabaseError as error:
        logger.warning("heartbeat of %s %s not written: %s", run._meta.label, run.pk, error)
        return None


def _end(run: Run, ending: Ending) -> None:
    now = timezone.now()
    if ending.kind == "done":
        run.end(State.SUCCEEDED, at=now, result=ending.result, message=ending.result.get("message", ""))
    elif ending.kind == "refused":
        run.end(State.FAILED, at=now, message=ending.sentence, result=ending.result)
    elif ending.kind == "lost":
        run.rows().filter(pk=run.pk, fence=run.fence, state=State.RUNNING).exclude(cancel_requested_at=None).update(
            state=State.CANCELLED,
            ended_at=now,
            lease_until=None,
            message=_("Cancelled while it was running."),
        )
    else:
        logger.error("run crashed: %s %s: %s", run._meta.label, run.pk, ending.sentence)
        log = f"{run.rows().filter(pk=run.pk).values_list('log', flat=True).first() or ''}{ending.detail}\n"
        run._mine().update(log=log[-LOG_CHARACTERS:])
        run.give_back(at=now, message=ending.sentence)
        run.refresh_from_db()
        if run.state == State.QUEUED:
            wake(run)
