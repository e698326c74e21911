"""Files are deleted when their days are over, and what was taken into use is not."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from partners import arrivals, retention, tasks, uploads
from partners.models import Arrival, Partner, Upload
from tests.cast import Cast
from tests.partners.conftest import TODAY, Send

TEXT = "sku,name\nS1,Printer\n"


def later(**span: int) -> datetime:
    return timezone.now() + timedelta(**span)


def swept(at: datetime) -> dict[str, int]:
    with scopes_disabled():
        return retention.sweep(at=at)


def names(upload: Upload) -> set[str]:
    return {path.name for path in upload.folder.iterdir()} if upload.folder.is_dir() else set()


def test_nothing_goes_before_its_days_are_over(inside: Partner, send: Send) -> None:
    upload = send(TEXT, "products")
    before = names(upload)
    assert swept(later(days=29)) == {"originals": 0, "uploads": 0, "arrivals": 0}
    assert names(upload) == before


def test_the_original_of_a_file_in_use_goes_and_the_dataset_stays(inside: Partner, send: Send) -> None:
    upload = send(TEXT, "products")
    at = later(days=31)
    assert swept(at)["originals"] == 1
    upload.refresh_from_db()
    assert upload.shredded_at == at
    assert "original" not in names(upload)
    assert "canonical.parquet" in names(upload)
    assert swept(later(days=32))["originals"] == 0


def test_how_many_days_is_a_setting_and_the_upload_says_when(inside: Partner, send: Send, settings: Any) -> None:
    upload = send(TEXT, "products")
    settings.ORIGINAL_DAYS = 3
    assert upload.original_until - upload.created_at == timedelta(days=3)
    assert swept(later(days=4))["originals"] == 1


def test_a_file_nobody_went_on_with_is_removed_as_a_whole(inside: Partner, send: Send) -> None:
    upload = send(TEXT, "products", commit=False)
    assert swept(later(days=31))["uploads"] == 1
    assert Upload.objects.count() == 0
    assert not upload.folder.exists()


def test_a_file_somebody_asked_something_of_lately_loses_its_original_only(inside: Partner, send: Send) -> None:
    upload = send(TEXT, "products", commit=False)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert swept(later(days=1)) == {"originals": 1, "uploads": 0, "arrivals": 0}
    assert "canonical.parquet" in names(upload)
    assert swept(later(days=31))["uploads"] == 1


def test_a_file_that_is_being_worked_on_waits(inside: Partner, send: Send) -> None:
    upload = send(TEXT, "products", commit=False)
    uploads.request_commit(upload, by=None, at=TODAY)
    assert swept(later(days=60)) == {"originals": 0, "uploads": 0, "arrivals": 0}


def test_half_a_file_goes_when_nobody_sends_the_rest(inside: Partner) -> None:
    arrival = arrivals.announce(inside, arrivals.Notice("orders", "o.csv", 9), by=None, at=timezone.now())
    arrivals.append(arrival, arrivals.Piece(0, [b"abc"]))
    folder = arrival.folder
    assert swept(later(days=2))["arrivals"] == 0
    assert swept(later(days=4))["arrivals"] == 1
    assert Arrival.objects.count() == 0
    assert not folder.exists()


def test_the_record_of_a_file_that_arrived_goes_and_its_upload_stays(inside: Partner) -> None:
    arrival = arrivals.announce(inside, arrivals.Notice("orders", "o.csv", 3), by=None, at=timezone.now())
    arrivals.append(arrival, arrivals.Piece(0, [b"abc"]))
    swept(later(days=4))
    assert (Arrival.objects.count(), Upload.objects.count()) == (0, 1)


def test_a_file_whose_upload_a_crash_prevented_gets_it(inside: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    arrival = arrivals.announce(inside, arrivals.Notice("orders", "o.csv", 3), by=None, at=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "finish", lambda _arrival: None)
        arrivals.append(arrival, arrivals.Piece(0, [b"abc"]))
    assert Upload.objects.count() == 0
    swept(timezone.now())
    assert Upload.objects.get().size == 3


def test_folders_whose_row_is_gone_go_too(inside: Partner) -> None:
    left, fresh = (inside.folder / "arrivals" / name for name in ("left", "fresh"))
    for path in (left, fresh):
        path.mkdir(parents=True)
    os.utime(left, (0, 0))
    swept(timezone.now())
    assert (left.exists(), fresh.exists()) == (False, True)


def test_the_clock_sweeps_every_partner(cast: Cast, home: Path) -> None:
    for partner in (cast.alder, cast.birch):
        with scope(partner=partner):
            uploads.receive(partner, kind="orders", filename="o.csv", chunks=[b"x"], by=None)
            Upload.objects.update(created_at=timezone.now() - timedelta(days=31))
    tasks.sweep()
    with scopes_disabled():
        assert Upload.objects.count() == 0
