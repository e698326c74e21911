"""Dataset versions: numbered, linked, swapped at once; what killed work left is tidied, what is alive is not."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from partners import datasets, leavings, uploads
from partners.intake import merge
from partners.models import Customer, DatasetVersion, Partner, Upload, UploadRun
from portal.kit.runs import LostLease
from tests.partners.conftest import TODAY, Send, settle

HEAD = "order id,customer id,date,sku,quantity,price\n"


def lines(first: int, last: int, *, price: int = 1) -> str:
    return HEAD + "".join(f"O{n},C{n},2026-01-05,S1,1,{price}\n" for n in range(first, last))


def folders(partner: Partner) -> list[str]:
    return sorted(path.name for path in (partner.folder / "datasets").iterdir())


def part(partner: Partner, upload: Upload) -> Path:
    assert partner.dataset is not None
    return partner.dataset.folder / "orders" / f"{upload.pk}.parquet"


def test_a_version_holds_the_uploads_own_files(inside: Partner, send: Send) -> None:
    first, second = send(lines(0, 10)), send(lines(10, 20))
    for upload in (first, second):
        assert os.path.samefile(part(inside, upload), upload.canonical)
    assert inside.dataset is not None
    assert inside.dataset.uploads == [first.pk, second.pk]


def test_older_versions_stay_as_they_were(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    one = inside.dataset
    send(lines(9, 12, price=3))
    assert one is not None
    assert merge.digest(one.folder) == one.digest
    assert inside.dataset is not None
    assert merge.digest(inside.dataset.folder) == inside.dataset.digest


def test_the_newest_complete_list_is_where_a_dataset_begins(inside: Partner, send: Send) -> None:
    send(lines(0, 5))
    people = send("customer id,name\nC1,Ann\n", "customers")
    whole = send(lines(0, 5, price=2), complete=True)
    later = send(lines(5, 6))
    assert datasets.made_of(inside) == [people, whole, later]
    assert len(datasets.made_of(inside, removing=whole)) == 3
    assert datasets.set_aside(inside, later) == [whole]


def test_a_version_that_a_dead_transaction_left_is_replaced(inside: Partner, send: Send) -> None:
    left = inside.folder / "datasets" / "1"
    left.mkdir(parents=True)
    (left / "orders.parquet").write_bytes(b"half a file")
    send(lines(0, 2))
    assert not (left / "orders.parquet").exists()
    assert folders(inside) == ["1"]


def test_what_killed_work_left_behind_is_removed(inside: Partner, send: Send) -> None:
    upload = send(lines(0, 2))
    home = inside.folder / "datasets"
    for name in ("making-999-1", "making-what", "7"):
        (home / name / "orders").mkdir(parents=True)
    (upload.folder / "staged.parquet").write_bytes(b"x")
    (upload.folder / "spill").mkdir()
    leavings.tidy(inside, at=timezone.now())
    assert folders(inside) == ["1"]
    assert not (upload.folder / "staged.parquet").exists()
    assert not (upload.folder / "spill").exists()
    assert upload.canonical.exists()


def test_what_is_being_built_or_checked_is_left_alone(inside: Partner, send: Send) -> None:
    upload = send(lines(0, 2), commit=False)
    run = uploads.request_commit(upload, by=None, at=TODAY)
    assert run.claim(worker="one", at=upload.created_at)
    making = inside.folder / "datasets" / f"making-{run.pk}-{run.fence}"
    making.mkdir(parents=True)
    (upload.folder / "staged.parquet").write_bytes(b"x")
    leavings.tidy(inside, at=timezone.now())
    assert making.exists()
    assert (upload.folder / "staged.parquet").exists()
    UploadRun.rows().filter(pk=run.pk).update(fence=run.fence + 1)
    leavings.tidy(inside, at=timezone.now())
    assert not making.exists()


def test_work_that_ends_badly_leaves_nothing(inside: Partner, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send(lines(0, 2))
    upload = send(lines(2, 4), commit=False)
    run = uploads.request_commit(upload, by=None, at=TODAY)
    run.claim(worker="one", at=upload.created_at)

    def lost(*_given: object) -> None:
        raise LostLease

    monkeypatch.setattr(datasets, "_publish", lost)
    with pytest.raises(LostLease):
        uploads.work(run, lambda **_said: None)
    assert folders(inside) == ["1"]
    assert set(Customer.objects.present().values_list("external_id", flat=True)) == {"C0", "C1"}
    assert DatasetVersion.objects.count() == 1


def test_a_run_that_others_overtake_again_and_again_says_so(
    inside: Partner, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = send(lines(0, 2), commit=False)
    marks = iter(range(100))
    monkeypatch.setattr(datasets.erasure, "mark", lambda _partner: next(marks))
    run = settle(uploads.request_commit(upload, by=None, at=TODAY))
    assert "keep changing the data" in run.message
    assert folders(inside) == []


def test_a_file_that_was_never_received_goes_after_an_hour(inside: Partner, send: Send) -> None:
    kept = send("order id,customer id,date,sku\nO1,C1,2026-01-05,S1\n")
    left = inside.folder / "uploads" / "999"
    left.mkdir()
    (left / "original.part").write_bytes(b"half")
    leavings.tidy(inside, at=timezone.now())
    assert left.exists(), "its row may not be committed yet"
    leavings.tidy(inside, at=timezone.now() + timedelta(hours=2))
    assert not left.exists()
    assert kept.original.is_file()


def test_a_file_broken_off_while_it_came_goes_after_an_hour(inside: Partner) -> None:
    left = inside.folder / "incoming" / "half"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    leavings.tidy(inside, at=timezone.now())
    assert left.exists(), "it may be coming in this moment"
    leavings.tidy(inside, at=timezone.now() + timedelta(hours=2))
    assert not left.exists()
