"""Uploads in tests: small files sent through the front door, runs done in this process."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from partners import uploads
from partners.models import Partner, Upload, UploadRun
from portal.kit.errors import Refusal
from tests.cast import Cast

TODAY = date(2026, 11, 22)
Send = Callable[..., Upload]


def settle(run: UploadRun) -> UploadRun:
    """Do a queued run here and now, as a worker's child would."""
    assert run.claim(worker="test", at=timezone.now())

    def report(**_said: Any) -> None:
        pass

    try:
        result = uploads.work(run, report)
        run.end(run.State.SUCCEEDED, at=timezone.now(), result=result, message=result.get("message", ""))
    except Refusal as refusal:
        told = {"blocks": refusal.blocks}
        run.end(run.State.FAILED, at=timezone.now(), message=refusal.sentence, result=told)
    run.refresh_from_db()
    run.upload.refresh_from_db()
    return run


@pytest.fixture
def inside(cast: Cast) -> Iterator[Partner]:
    """Alder, with its scope open."""
    with scope(partner=cast.alder):
        yield cast.alder


@pytest.fixture
def send(inside: Partner) -> Send:
    """Send a text (or bytes, or a path) of a kind, check it, and take it into use unless told otherwise."""

    def sent(content: str | bytes | Path, kind: str = "orders", *, commit: bool = True, **more: Any) -> Upload:
        raw = content.read_bytes() if isinstance(content, Path) else content
        raw = raw.encode() if isinstance(raw, str) else raw
        name = more.pop("name", content.name if isinstance(content, Path) else f"{kind}.csv")
        complete = more.pop("complete", False)
        upload = uploads.receive(inside, kind=kind, filename=name, chunks=[raw], by=None, complete=complete)
        settle(uploads.prepare(upload, UploadRun.Step.CHECK, by=None, at=TODAY, **more))
        upload.refresh_from_db()
        if commit:
            settle(uploads.request_commit(upload, by=None, at=TODAY))
            inside.refresh_from_db()
            upload.refresh_from_db()
        return upload

    return sent
