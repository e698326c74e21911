"""The steps of building the demo, each through the product's own doors, each finding what an earlier call has done."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from datetime import time as clock
from threading import Event, Thread
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from partners import uploads
from partners.models import Partner, Upload, UploadRun
from portal.demo.files import File
from portal.kit import runs
from portal.kit.errors import Refusal
from portal.kit.runs import LostLease, Run
from predictions import scoring
from predictions.models import Publication, ScoringRun
from training.models import ModelVersion, TrainingRun
from training.runs import prepare, recipe_for

CHUNK = 2**20
PAUSE = 1.0
HEARTBEAT = 5.0


def ingest(file: File, *, at: date) -> str:
    """Upload one file and take it into use, unless it is already. Returns the sentence the uploader would read."""
    partner = Partner.objects.select_related("dataset").get(slug=file.slug)
    with scope(partner=partner):
        upload = Upload.objects.filter(partner=partner, kind=file.kind, filename=file.path.name).first()
        if upload is not None and upload.state == Upload.State.COMMITTED:
            return ""
        if upload is None:
            upload = uploads.receive(
                partner, kind=file.kind, filename=file.path.name, chunks=_chunks(file), by=_owner(partner)
            )
        run = upload.runs.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).first()
        run = run or uploads.prepare(upload, UploadRun.Step.COMMIT, by=_owner(partner), at=at)
        return _done(here(run)).message


def here(run: Run) -> Run:
    """Do an upload's run in this process: our own files need no limits, and forty fresh interpreters take minutes."""
    if not run.claim(worker="demo", at=timezone.now()):
        return finish(run)

    try:
        with kept(run):
            result = uploads.work(run, _unheard)  # type: ignore[arg-type]
        run.end(Run.State.SUCCEEDED, at=timezone.now(), result=result, message=result.get("message", ""))
    except Refusal as refusal:
        run.end(Run.State.FAILED, at=timezone.now(), message=refusal.sentence)
    except LostLease:
        return finish(run)
    run.refresh_from_db()
    return run


@contextmanager
def kept(run: Run) -> Iterator[None]:
    """Renew the run's lease from a thread beside the work, however long one stage of it takes."""
    done = Event()

    def renew() -> None:
        while not done.wait(HEARTBEAT):
            with suppress(DatabaseError):
                run.renew(at=timezone.now())
        connection.close()

    beside = Thread(target=renew, daemon=True)
    beside.start()
    try:
        yield
    finally:
        done.set()
        beside.join()


def _unheard(**_said: Any) -> None:
    """The upload's words; the demo prints its own."""


def finish(run: Run) -> Run:
    """See a run to its end; one that a killed build left running is taken up when its lease has run out."""
    while run.state == Run.State.RUNNING:
        runs.reap(at=timezone.now())
        run.refresh_from_db()
        if run.state == Run.State.RUNNING:
            time.sleep(PAUSE)
    return run if run.ended else runs.run_here(run)


def train(kind: str, *, as_of: date, budget: int, outcome: str = "", partner: Partner | None = None) -> ModelVersion:
    """Train and promote one model, unless that was done."""
    recipe = recipe_for(kind, partner=partner, outcome=outcome, horizon=None, families=[], budget=budget)
    before = TrainingRun.objects.filter(recipe=recipe, as_of=as_of).exclude(state__in=["failed", "cancelled"]).first()
    run: Run = before or prepare(recipe, by=None, today=timezone.localdate(), as_of=as_of, promote=True)
    ended = _done(finish(run))
    version = TrainingRun.objects.select_related("version").get(pk=ended.pk).version
    assert version is not None
    return version


def score(kind: str, *, as_of: date, partner: Partner | None = None) -> str:
    """Score and publish one partner, or all, unless that was done. Returns the run's sentence."""
    before = ScoringRun.objects.filter(kind=kind, partner=partner, as_of=as_of)
    run: Run | None = before.exclude(state__in=["failed", "cancelled"]).first()
    run = run or scoring.prepare(kind, by=None, partner=partner, as_of=as_of, publish=True)
    return _done(finish(run)).message


def backdate(partner: Partner, *, day: date) -> None:
    """Let publications as of `day` look as if they had been published that morning."""
    morning = timezone.make_aware(datetime.combine(day, clock(6, 30)))
    with scopes_disabled():
        Publication.objects.filter(partner=partner, as_of=day).update(published_at=morning, created_at=morning)


def _owner(partner: Partner) -> Any:
    member = partner.memberships.filter(role="owner").select_related("user").first()
    return member.user if member else None


def _done(run: Run) -> Run:
    if run.state != Run.State.SUCCEEDED:
        raise Refusal(f"{run}: {run.message or run.state}")
    return run


def _chunks(file: File) -> Iterator[bytes]:
    with file.path.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk
