"""Files in pieces as a client written from the protocol's specification (tus 1.0.0) sends them."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from django_scopes import scope

from partners import vault
from partners.models import Arrival, Partner, Upload
from tests.cast import Cast
from tests.portal.api.conftest import PROBLEM, TUS, Keys, Program
from tests.portal.api.shapes import Contract

CSV = b"order id,customer id,date,sku\nO1,C1,2026-01-05,S1\nO2,C2,2026-01-06,S2\n"
CONTRACT = Contract()


@pytest.fixture
def program(keyring: Keys) -> Program:
    return keyring.program()


def begin(program: Program, size: int = len(CSV), **more: Any) -> str:
    """The address of a file just announced, as `Program` wants it."""
    answer = program.announce(size, **more)
    assert answer.status_code == 201, answer.content
    return answer["Location"].partition("/api/v1/")[2]


def head(program: Program, path: str) -> HttpResponse:
    return program.client.head(f"/api/v1/{path}", **{**TUS, **program.headers})


def the_upload(partner: Partner) -> Upload:
    with scope(partner=partner):
        return Upload.objects.get()


def test_a_file_comes_in_pieces_and_becomes_an_upload_that_is_checked(cast: Cast, program: Program) -> None:
    told = {"complete": "true", "date_order": "dmy", "mapping": '{"sku": "ignore"}', "filetype": "text/csv"}
    answer = program.announce(len(CSV), told=told)
    CONTRACT.hold("arrivals_announce", answer)
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer["Location"].startswith("http://testserver/api/v1/arrivals/")
    assert answer["Upload-Expires"].endswith("GMT")
    path = answer["Location"].partition("/api/v1/")[2]
    first = program.patch(path, CSV[:10], at=0)
    CONTRACT.hold("arrivals_append", first)
    assert (first.status_code, first["Upload-Offset"]) == (204, "10")
    seen = head(program, path)
    assert (seen.status_code, seen.content) == (200, b"")
    assert (seen["Upload-Offset"], seen["Upload-Length"]) == ("10", str(len(CSV)))
    assert "no-store" in seen["Cache-Control"]
    assert program.get(path).json()["upload"] is None
    last = program.patch(path, CSV[10:], at=10)
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(CSV)))
    known = program.get(path)
    CONTRACT.hold("arrivals_one", known)
    upload = the_upload(cast.alder)
    assert known.json()["upload"] == upload.pk
    assert head(program, path)["Upload-Offset"] == str(len(CSV))
    with scope(partner=cast.alder):
        run = upload.runs.get()
        assert run.options["columns"] == ["sku=ignore"]
        assert run.options["wishes"]["date_order"] == "dmy"
        assert upload.is_complete
        with vault.original(upload).open() as file:
            assert file.read() == CSV


def test_options_tell_what_is_spoken(program: Program, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 3
    answer = program.client.options("/api/v1/arrivals/", **program.headers)
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) == {"creation", "termination", "expiration", "checksum"}
    assert answer["Tus-Max-Size"] == str(3 * 2**20)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_another_version_of_the_protocol_is_refused_and_ours_named(program: Program) -> None:
    path = begin(program)
    for headers in ({"HTTP_TUS_RESUMABLE": "0.2.2"}, {"HTTP_TUS_RESUMABLE": ""}):
        for answer in (program.announce(9, **headers), program.patch(path, b"abc", at=0, **headers)):
            assert answer.status_code == 412
            assert answer["Content-Type"] == PROBLEM
            assert answer["Tus-Version"] == "1.0.0"
    assert head(program, path)["Upload-Offset"] == "0"


def test_a_piece_for_another_offset_is_a_conflict(program: Program) -> None:
    path = begin(program)
    program.patch(path, CSV[:10], at=0)
    for offset in (0, 9, 11):
        answer = program.patch(path, b"x", at=offset)
        CONTRACT.hold("arrivals_append", answer)
        assert answer.status_code == 409
        assert "up to byte 10" in answer.json()["detail"]


def test_a_piece_of_another_media_type_or_without_an_offset_is_refused(program: Program) -> None:
    path = begin(program)
    assert program.patch(path, b"abc", at=0, content_type="text/plain").status_code == 415
    assert program.patch(path, b"abc", at=0, HTTP_UPLOAD_OFFSET="first").status_code == 400
    assert program.patch(path, b"abc", at=0, HTTP_UPLOAD_OFFSET="-1").status_code == 400
    assert program.patch(path, b"abc", at=0, CONTENT_LENGTH="").status_code == 411


def test_too_much_is_refused_at_the_announcement_and_at_the_piece(program: Program, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    too_big = program.announce(2**20 + 1)
    CONTRACT.hold("arrivals_announce", too_big)
    assert (too_big.status_code, too_big["Content-Type"]) == (413, PROBLEM)
    assert "split it by date" in too_big.json()["detail"]
    path = begin(program, 3)
    assert program.patch(path, b"abcd", at=0).status_code == 413
    assert program.patch(path, b"x" * (2**20 + 1), at=0).status_code == 413
    assert head(program, path)["Upload-Offset"] == "0"


def test_a_checksum_that_does_not_fit_drops_the_piece(program: Program) -> None:
    path = begin(program, 3)
    wrong = base64.b64encode(hashlib.sha1(b"abd", usedforsecurity=False).digest()).decode()
    answer = program.patch(path, b"abc", at=0, HTTP_UPLOAD_CHECKSUM=f"sha1 {wrong}")
    CONTRACT.hold("arrivals_append", answer)
    assert (answer.status_code, answer.json()["title"]) == (460, "Checksum Mismatch")
    for said in ("md5 " + wrong, "sha1", "sha1 ###"):
        assert program.patch(path, b"abc", at=0, HTTP_UPLOAD_CHECKSUM=said).status_code == 400
    right = base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    assert program.patch(path, b"abc", at=0, HTTP_UPLOAD_CHECKSUM=f"sha256 {right}").status_code == 204


def test_a_cancelled_file_is_missing_and_a_finished_one_stays(cast: Cast, program: Program) -> None:
    path = begin(program)
    assert program.delete(path).status_code == 204
    assert head(program, path).status_code == program.patch(path, b"x", at=0).status_code == 404
    done = begin(program, 3)
    program.patch(done, b"abc", at=0)
    answer = program.delete(done)
    CONTRACT.hold("arrivals_cancel", answer)
    assert answer.status_code == 422
    assert the_upload(cast.alder).size == 3


def test_an_expired_file_is_gone(cast: Cast, program: Program) -> None:
    path = begin(program)
    with scope(partner=cast.alder):
        Arrival.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert head(program, path).status_code == program.patch(path, b"x", at=0).status_code == 410


def test_somebody_elses_sender_is_busy(cast: Cast, program: Program) -> None:
    path = begin(program)
    with scope(partner=cast.alder):
        Arrival.objects.update(held_until=timezone.now() + timedelta(seconds=20))
    answer = program.patch(path, b"x", at=0)
    CONTRACT.hold("arrivals_append", answer)
    assert answer.status_code == 423


def test_clients_that_know_no_patch_say_so_in_a_header(program: Program) -> None:
    path = begin(program, 3)
    said = {**TUS, **program.headers, "HTTP_UPLOAD_OFFSET": "0", "HTTP_X_HTTP_METHOD_OVERRIDE": "PATCH"}
    answer = program.client.post(f"/api/v1/{path}", b"abc", content_type="application/offset+octet-stream", **said)
    assert answer.status_code == 204
    assert head(program, path)["Upload-Offset"] == "3"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "invoices"}, "kind"),
        ({"date_odrer": "dmy"}, "date_odrer"),
        ({"mapping": "no"}, "mapping"),
        ({"filename": "x" * 256}, "filename"),
    ],
)
def test_metadata_that_cannot_be_used_is_named(program: Program, told: dict[str, str], field: str) -> None:
    answer = program.announce(9, told=told)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("pairs", ["kind", "kind ###", "filename b3JkZXJz, kind \xff", "kind /w=="])
def test_metadata_that_is_not_base64_is_refused(program: Program, pairs: str) -> None:
    answer = program.announce(9, HTTP_UPLOAD_METADATA=pairs)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_a_length_is_needed_and_an_empty_file_is_not_taken(program: Program) -> None:
    assert program.announce(9, HTTP_UPLOAD_LENGTH="much").status_code == 400
    assert program.announce(0).status_code == 422


def test_a_program_comes_back_to_its_file_by_its_idempotency_key(cast: Cast, program: Program) -> None:
    path = begin(program, HTTP_IDEMPOTENCY_KEY="nightly")
    program.patch(path, CSV[:10], at=0)
    assert begin(program, HTTP_IDEMPOTENCY_KEY="nightly") == path
    assert program.announce(5, HTTP_IDEMPOTENCY_KEY="nightly").status_code == 422
    with scope(partner=cast.alder):
        assert Arrival.objects.count() == 1


def test_a_name_never_becomes_a_path(cast: Cast, program: Program) -> None:
    begin(program, 3, told={"filename": "../../etc/passwd"})
    with scope(partner=cast.alder):
        arrival = Arrival.objects.get()
    assert arrival.filename == "passwd"
    assert arrival.folder == cast.alder.folder / "arrivals" / str(arrival.key)
