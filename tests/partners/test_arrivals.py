"""Files sent in pieces: resumed anywhere, written by one sender at a time, and an upload exactly once."""

import contextlib
import hashlib
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from partners import arrival_holds, arrivals, originals, vault
from partners.arrival_holds import Busy, Elsewhere, Ended
from partners.arrivals import Differs, Notice, Piece, TooLarge
from partners.intake.sealed import FRAME
from partners.intake.source import Wishes
from partners.models import Arrival, Partner, Upload
from portal.kit.errors import Refusal
from tests.cast import Cast
from tests.partners.conftest import settle

CONTENT = random.Random(5).randbytes(2 * FRAME + 4321)
CSV = b"sku,Wie\nS1,Printer\nS2,Roll\n"


def announce(partner: Partner, size: int = len(CONTENT), **more: Any) -> Arrival:
    notice = Notice(**{"kind": "products", "filename": "p.csv", "size": size, **more})
    return arrivals.announce(partner, notice, by=None, at=timezone.now())


def send(arrival: Arrival, data: bytes, *, at: int, block: int = 100_000) -> Arrival:
    blocks = (data[start : start + block] for start in range(0, len(data), block))
    return arrivals.append(arrival, Piece(at, blocks))


def content(upload: Upload) -> bytes:
    with vault.original(upload).open() as file:
        return file.read()


@pytest.mark.parametrize("cuts", [[], [1], [FRAME], [FRAME - 1, FRAME + 1], [2 * FRAME], [5, 5, 9, len(CONTENT) - 1]])
def test_pieces_of_any_size_make_the_file(inside: Partner, cuts: list[int]) -> None:
    arrival = announce(inside)
    ends = [0, *cuts, len(CONTENT)]
    for start, end in pairwise(ends):
        send(arrival, CONTENT[start:end], at=start)
        assert arrival.offset == end
    assert arrival.upload is not None
    assert content(arrival.upload) == CONTENT
    assert not arrival.folder.exists()


def test_the_last_byte_makes_one_upload_and_asks_for_its_check(inside: Partner) -> None:
    wishes = Wishes(date_order="dmy")
    arrival = announce(inside, len(CSV), wishes=wishes, columns=("Wie=name",), complete=True)
    upload = send(arrival, CSV, at=0).upload
    assert upload is not None
    run = upload.runs.get()
    assert (run.step, run.options["columns"], run.options["wishes"]["date_order"]) == (
        "check",
        ["Wie=name"],
        "dmy",
    )
    assert (upload.is_complete, upload.size, upload.filename, upload.sha256) == (True, len(CSV), "p.csv", "")
    settle(run)
    upload.refresh_from_db()
    assert (upload.rows, upload.sha256) == (2, hashlib.sha256(CSV).hexdigest())
    assert arrivals.finish(arrival).pk == upload.pk
    assert Upload.objects.count() == 1


def test_half_a_file_is_nowhere_on_the_disk_as_it_was_sent(inside: Partner, home: Path) -> None:
    arrival = announce(inside, 5000)
    send(arrival, b"Canary" * 500, at=0)
    assert all(b"Canary" not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert arrival.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("more", "size", "sentence"),
    [
        ({"kind": "invoices"}, 5, "choose customers, products"),
        ({}, 0, "p.csv is empty"),
        ({}, 2**31, "larger than 1 MB, the limit"),
        ({"kind": "outcomes", "complete": True}, 5, "cannot be a complete list"),
    ],
)
def test_what_is_not_taken_is_said_before_a_byte_is_sent(
    inside: Partner, settings: Any, more: dict[str, Any], size: int, sentence: str
) -> None:
    settings.UPLOAD_MAX_MB = 1
    with pytest.raises(Refusal, match=sentence):
        announce(inside, size, **more)
    assert Arrival.objects.count() == 0


def test_only_so_many_files_are_on_their_way_at_once(inside: Partner, cast: Cast) -> None:
    for _ in range(arrivals.OPEN):
        announce(inside)
    with pytest.raises(Refusal, match="20 files are on their way already"):
        announce(inside)
    with scope(partner=cast.birch):
        announce(cast.birch)
    arrivals.abandon(Arrival.objects.all()[0])
    announce(inside)


def test_a_piece_for_another_offset_changes_nothing_and_says_where_to_go_on(inside: Partner) -> None:
    arrival = announce(inside)
    send(arrival, CONTENT[:100], at=0)
    for offset in (0, 99, 101):
        with pytest.raises(Elsewhere, match="up to byte 100"):
            send(arrival, b"x", at=offset)
    assert Arrival.objects.get().offset == 100


def test_more_than_was_announced_is_refused_and_changes_nothing(inside: Partner) -> None:
    arrival = announce(inside, 10)
    send(arrival, b"12345", at=0)
    with pytest.raises(TooLarge, match="announced with 10 bytes"):
        send(arrival, b"678901", at=5, block=2)
    send(arrival, b"67890", at=5)
    assert content(Upload.objects.get()) == b"1234567890"


def test_a_piece_that_differs_from_its_checksum_is_dropped(inside: Partner) -> None:
    arrival = announce(inside, 6)
    good = hashlib.sha1(b"abc", usedforsecurity=False).digest()
    with pytest.raises(Differs, match="send it again"):
        arrivals.append(arrival, Piece(0, [b"abd"], ("sha1", good)))
    arrivals.append(arrival, Piece(0, [b"abc"], ("sha1", good)))
    arrivals.append(arrival, Piece(3, [b"def"], ("sha256", hashlib.sha256(b"def").digest())))
    assert content(Upload.objects.get()) == b"abcdef"


def test_two_senders_never_write_at_once(inside: Partner) -> None:
    arrival = announce(inside)

    def slow() -> Iterator[bytes]:
        yield CONTENT[:100]
        with pytest.raises(Busy, match="somewhere else"):
            send(Arrival.objects.get(), b"other", at=0)
        yield CONTENT[100:200]

    arrivals.append(arrival, Piece(0, slow()))
    send(arrival, CONTENT[200:], at=200)
    assert content(Upload.objects.get()) == CONTENT


def test_a_sender_that_fell_silent_is_replaced_and_writes_no_more(inside: Partner) -> None:
    arrival = announce(inside)

    def silent() -> Iterator[bytes]:
        yield b"old" * 300_000
        Arrival.objects.update(held_until=timezone.now() - timedelta(seconds=1))
        send(Arrival.objects.get(), CONTENT[:150], at=0)
        hold.until = timezone.now() - timedelta(seconds=1)
        yield b"old" * 300_000

    hold = arrival_holds.Hold(arrival, offset=0)
    with pytest.raises(Elsewhere), hold:
        arrivals._write(arrival, Piece(0, silent()), hold)
    arrival.refresh_from_db()
    send(arrival, CONTENT[150:], at=150)
    assert content(Upload.objects.get()) == CONTENT


def test_a_long_piece_keeps_its_hold(inside: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    arrival, seen = announce(inside), []
    monkeypatch.setattr(arrival_holds, "RENEWED", timedelta(0))

    def blocks() -> Iterator[bytes]:
        for start in range(0, len(CONTENT), FRAME):
            yield CONTENT[start : start + FRAME]
            seen.append(Arrival.objects.get().held_until)

    arrivals.append(arrival, Piece(0, blocks()))
    assert len(set(seen)) == 3
    assert Arrival.objects.get().held_until is None


class Crash(BaseException):
    """The process is gone: nothing after this line runs."""


@pytest.mark.parametrize("point", ["fsync 1", "fsync 2", "rename 1", "settle 1", "unlink 1", "link 1", "rmtree 1"])
@pytest.mark.parametrize("whole", [False, True])
def test_a_crash_anywhere_leaves_what_was_acknowledged_last(
    inside: Partner, monkeypatch: pytest.MonkeyPatch, point: str, whole: bool
) -> None:
    arrival = announce(inside)
    send(arrival, CONTENT[: FRAME + 77], at=0)
    end = len(CONTENT) if whole else len(CONTENT) - 5
    name, times = point.split()
    left = [int(times)]

    def breaks(real: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Crash
            return real(*given, **named)

        return call

    places = {"fsync": (os, "fsync"), "rename": (Path, "rename"), "settle": (arrival_holds.Hold, "settle"),
              "unlink": (Path, "unlink"), "link": (os, "link"), "rmtree": (arrivals.shutil, "rmtree")}  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(*places[name], breaks(getattr(*places[name])))
        patch.setattr(arrival_holds.Hold, "__exit__", lambda *_: None)
        with contextlib.suppress(Crash):
            send(Arrival.objects.get(), CONTENT[FRAME + 77 : end], at=FRAME + 77)
    Arrival.objects.update(held_until=None)
    arrival = arrivals.settled(Arrival.objects.get())
    assert arrival.offset in (FRAME + 77, end)
    if arrival.offset < len(CONTENT):
        send(arrival, CONTENT[arrival.offset :], at=arrival.offset)
    assert [content(upload) for upload in Upload.objects.all()] == [CONTENT]


def test_what_a_sender_sent_before_it_fell_silent_is_kept(inside: Partner) -> None:
    arrival = send(announce(inside), CONTENT[: FRAME + 10], at=0)
    again = Arrival.objects.get()
    assert again.offset == arrival.offset == FRAME + 10
    assert again.expires_at > timezone.now() + arrivals.LIFE - timedelta(minutes=1)


def test_a_cancelled_file_is_gone_and_a_finished_one_cannot_be_cancelled(inside: Partner) -> None:
    arrival = send(announce(inside), b"abc", at=0)
    folder = arrival.folder
    arrivals.abandon(arrival)
    assert not folder.exists()
    with pytest.raises(Ended, match="from the beginning"):
        send(arrival, b"def", at=3)
    done = send(announce(inside, 3), b"abc", at=0)
    with pytest.raises(Refusal, match="has arrived and is upload"):
        arrivals.abandon(done)
    with pytest.raises(Elsewhere, match="nothing to add"):
        send(done, b"", at=3)


def test_a_file_cancelled_while_it_is_being_sent_ends_in_a_sentence(inside: Partner) -> None:
    arrival = announce(inside)

    def cancelled() -> Iterator[bytes]:
        yield b"abc"
        arrivals.abandon(Arrival.objects.get())

    with pytest.raises(Ended):
        arrivals.append(arrival, Piece(0, cancelled()))


def test_a_file_damaged_on_the_disk_has_to_be_sent_anew(inside: Partner) -> None:
    arrival = send(announce(inside), b"abc", at=0)
    (arrival.folder / "tail-3").write_bytes(b"x" * 50)
    with pytest.raises(Ended):
        send(arrival, b"def", at=3)


def test_an_expired_file_takes_no_more(inside: Partner) -> None:
    arrival = send(announce(inside), b"abc", at=0)
    Arrival.objects.update(expires_at=timezone.now())
    with pytest.raises(Ended):
        send(arrival, b"def", at=3)


def test_people_go_on_with_what_they_began_themselves_from_a_page(inside: Partner, cast: Cast) -> None:
    now, page = timezone.now(), Notice("orders", "o.csv", 9, modified=1_700_000_000_000)
    mine = arrivals.announce(inside, page, by=cast.ada, at=now)
    arrivals.announce(inside, page, by=cast.max, at=now)
    arrivals.announce(inside, Notice("orders", "nightly.csv", 9), by=cast.ada, at=now)
    assert arrivals.under_way(inside, by=cast.ada, at=now) == [mine]
    assert arrivals.under_way(inside, by=cast.ada, at=now + arrivals.LIFE) == []


def test_a_full_disk_is_said_when_a_file_is_announced(inside: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "FREE", 2**63)
    with pytest.raises(Refusal, match="no room"):
        announce(inside)
