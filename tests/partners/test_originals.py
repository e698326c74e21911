"""Files as they were sent: never readable on the disk, never altered unseen, and gone after their days."""

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from partners import originals, uploads, vault
from partners.models import Partner, Upload
from portal.kit.errors import Refusal
from tests.partners.conftest import TODAY, Send, settle

TEXT = "sku,name\nS1,Canary printer\nS2,\n"


def receive(partner: Partner, content: bytes = TEXT.encode()) -> Upload:
    return uploads.receive(partner, kind="products", filename="p.csv", chunks=[content], by=None)


def check(upload: Upload) -> str:
    message = settle(uploads.prepare(upload, "check", by=None, at=TODAY)).message
    upload.refresh_from_db()
    return message


def test_what_was_sent_is_nowhere_on_the_disk_as_it_was_sent(inside: Partner, home: Path) -> None:
    upload = receive(inside)
    assert all(b"Canary" not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert stat.S_IMODE(upload.original.stat().st_mode) == 0o600
    assert stat.S_IMODE(upload.folder.stat().st_mode) == 0o700
    assert [path.name for path in upload.folder.iterdir()] == ["original"]
    with vault.original(upload).open() as file:
        assert file.read() == TEXT.encode()


def test_its_size_and_digest_are_those_of_what_was_sent(inside: Partner) -> None:
    upload = receive(inside)
    assert (upload.size, upload.sha256) == (len(TEXT), hashlib.sha256(TEXT.encode()).hexdigest())


def test_a_sealed_file_is_checked_as_a_plain_one_was(inside: Partner) -> None:
    upload = receive(inside)
    assert check(upload) == "Checked."
    assert (upload.rows, upload.state) == (2, Upload.State.CHECKED)


def test_a_file_stored_before_files_were_sealed_is_still_read(inside: Partner) -> None:
    upload = receive(inside)
    upload.original.write_bytes(TEXT.encode())
    assert check(upload) == "Checked."


def test_a_digest_that_is_not_known_yet_is_made_when_the_file_is_read(inside: Partner) -> None:
    upload = receive(inside)
    digest, upload.sha256 = upload.sha256, ""
    upload.save()
    check(upload)
    assert upload.sha256 == digest


def test_a_file_altered_on_the_disk_is_refused_in_a_sentence(inside: Partner) -> None:
    upload = receive(inside)
    stored = upload.original.read_bytes()
    upload.original.write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    assert check(upload) == "p.csv was altered or damaged on the server’s disk after it arrived: send it again."
    assert upload.state == Upload.State.REFUSED


def test_a_deleted_original_leaves_what_is_in_use_and_cannot_be_read_again(inside: Partner, send: Send) -> None:
    upload = send("sku,name\nS1,Printer\nS1,Twice\n", "products", commit=False)
    settle(uploads.request_commit(upload, by=None, at=TODAY, skip_bad=True))
    (upload.folder / "failing.csv").write_bytes(b"sku\nS1\n")
    originals.shred(upload, at=timezone.now())
    assert [path.name for path in upload.folder.iterdir()] == ["canonical.parquet"]
    again = receive(inside)
    originals.shred(again, at=timezone.now())
    with pytest.raises(Refusal, match=r"p\.csv was deleted on 20.*send it again"):
        uploads.request_check(again, by=None, at=TODAY)


def test_a_file_is_sealed_before_the_database_waits_for_it(inside: Partner) -> None:
    open_while_it_came: list[int] = []

    def slowly() -> Iterator[bytes]:
        open_while_it_came.append(len(connection.savepoint_ids))
        yield b"sku,name\nS1,Printer\n"

    before = len(connection.savepoint_ids)
    upload = uploads.receive(inside, kind="products", filename="p.csv", chunks=slowly(), by=None)
    assert open_while_it_came == [before]
    assert upload.original.is_file()
    assert list((inside.folder / originals.INCOMING).iterdir()) == []


def test_a_full_disk_is_said_before_a_byte_is_written(inside: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "FREE", 2**63)
    with pytest.raises(Refusal, match="no room for files"):
        receive(inside)
    assert Upload.objects.count() == 0
