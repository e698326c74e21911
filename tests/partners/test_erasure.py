"""A person erased is gone from rows, tables and originals, and does not come back with the next file."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from partners import erasure, uploads
from partners.erasing import parquet
from partners.models import Customer, DatasetVersion, Erasure, ErasureRun, Partner, Upload, UploadRun
from portal.kit.errors import Refusal
from tests.partners.conftest import TODAY, Send, settle
from tests.partners.erasures import erase, finish

pytestmark = pytest.mark.django_db
CUSTOMERS = "customer id,name,e-mail\nC-1001,Cyan Ltd,hello@cyan.example\nC-1002,Dune GmbH,hello@dune.example\n"
ORDERS = (
    "order id,customer id,date,sku,quantity,price\n"
    "O1,C-1001,2026-01-05,S1,1,10\nO2,C-1002,2026-02-05,S1,2,10\nO3,C-1001,2026-03-05,S2,1,12\n"
)


def numbers(partner: Partner) -> set[str]:
    """Every customer number in any Parquet file of the partner."""
    found: set[str] = set()
    for names in parquet.files([partner.folder]):
        table = pq.read_table(names[0])
        found |= set(table["customer_id"].to_pylist()) if "customer_id" in table.column_names else set()
    return found


def test_rows_tables_and_originals_go_and_everybody_else_stays(send: Send, inside: Partner) -> None:
    customers, orders = send(CUSTOMERS, "customers"), send(ORDERS)
    run = erase(inside, "C-1001")
    assert run.message == "1 customer is erased."
    assert set(Customer.objects.values_list("external_id", flat=True)) == {"C-1002"}
    assert numbers(inside) == {"C-1002"}
    for upload in (customers, orders):
        upload.refresh_from_db()
        assert upload.shredded_at
        assert not upload.original.exists()
    version = DatasetVersion.objects.get(pk=inside.dataset_id)
    assert (version.counts["customers"], version.counts["orders"]) == (1, 1)


def test_the_run_forgets_whom_it_was_about_and_keeps_hashes_only(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    run = erase(inside, "C-1001")
    assert run.options == {}
    kept = list(Erasure.objects.values_list("of", "digest"))
    assert sorted(of for of, _digest in kept) == ["email", "number"]
    assert all(len(digest) == 64 for _of, digest in kept)
    assert "C-1001" not in f"{run.log} {run.message} {run.result}"


def test_a_file_sent_again_leaves_them_out_and_says_so_without_a_name(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    erase(inside, "C-1001")
    again = send(CUSTOMERS.replace("Dune GmbH", "Dune AG"), "customers", name="again.csv")
    (group,) = again.report["groups"]
    assert (group["cause"], group["count"]) == ("erased_person", 1)
    assert "C-1001" not in str([again.report, again.mapping, again.reading])
    assert "Cyan" not in str([again.report, again.mapping, again.reading])
    assert set(Customer.objects.values_list("external_id", flat=True)) == {"C-1002"}
    assert numbers(inside) == {"C-1002"}
    assert not again.original.exists()


def test_the_very_same_file_sent_again_is_not_kept(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    erase(inside, "C-1001")
    again = send(CUSTOMERS, "customers", name="again.csv")
    assert not again.original.exists()
    assert Customer.objects.filter(external_id="C-1001").count() == 0


def test_a_new_number_with_the_old_address_stays_out_too(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    erase(inside, "C-1001")
    again = send("customer id,name,e-mail\nC-7777,Cyan,HELLO@cyan.example\nC-8888,Elm,e@elm.example\n", "customers")
    assert again.report["skipped"] == 1
    assert Customer.objects.filter(external_id="C-7777").count() == 0


def test_an_address_that_another_customer_uses_too_does_not_shut_that_one_out(send: Send, inside: Partner) -> None:
    shared = "customer id,name,e-mail\nC-1001,Cyan,office@group.example\nC-1002,Dune,Office@group.example\n"
    send(shared, "customers")
    erase(inside, "C-1001")
    send(shared, "customers", name="again.csv")
    assert set(Customer.objects.present().values_list("external_id", flat=True)) == {"C-1002"}


def test_undoing_a_file_does_not_bring_them_back(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    newer = send(ORDERS)
    erase(inside, "C-1001")
    settle(uploads.request_withdraw(newer, by=None, at=TODAY))
    assert set(Customer.objects.present().values_list("external_id", flat=True)) == {"C-1002"}
    assert numbers(inside) == {"C-1002"}


def test_a_number_nobody_has_is_refused_and_an_erased_one_may_be_asked_for_again(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    with pytest.raises(Refusal, match="has no customer C-9"):
        erasure.prepare(inside, ["C-9"], by=None)
    with pytest.raises(Refusal, match="Nobody is named"):
        erasure.prepare(inside, [" "], by=None)
    erase(inside, "C-1001")
    assert erase(inside, "C-1001").state == ErasureRun.State.SUCCEEDED


def test_a_check_that_began_before_is_done_again(send: Send, inside: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    from partners import uploading
    from partners.erasing import work

    monkeypatch.setattr(work, "_wait_for_checks", lambda *_given, **_named: None)  # here one stands within the other
    send(CUSTOMERS, "customers")
    real, asked = uploading._examine, []

    def examine(*given: Any) -> None:
        real(*given)
        if not asked:
            asked.append(erase(inside, "C-1001"))

    monkeypatch.setattr(uploading, "_examine", examine)
    late = send(CUSTOMERS.replace("AG", "SE"), "customers", commit=False, name="late.csv")
    assert "C-1001" not in str([late.report, late.mapping])
    assert late.shredded_at
    assert "send it again" in late.runs.get().message
    assert numbers(inside) == {"C-1002"}


def test_a_dataset_built_while_they_are_erased_is_built_again(
    send: Send, inside: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partners import datasets

    send(CUSTOMERS, "customers")
    late = send(ORDERS, commit=False)
    real, asked = datasets._build, []

    def build(*given: Any) -> Any:
        if not asked:
            asked.append(erasure.prepare(inside, ["C-1001"], by=None))  # the hash is there, its run has not begun
        return real(*given)

    monkeypatch.setattr(datasets, "_build", build)
    settle(uploads.request_commit(late, by=None, at=TODAY))
    inside.refresh_from_db()
    assert set(Customer.objects.present().values_list("external_id", flat=True)) == {"C-1002"}
    finish(asked[0])
    assert numbers(inside) == {"C-1002"}


def test_a_file_with_two_names_is_written_once_and_both_names_lead_to_it(send: Send, inside: Partner) -> None:
    orders = send(ORDERS)
    second = inside.folder / "datasets" / "1" / "parts" / "one.parquet"
    second.parent.mkdir()
    second.hardlink_to(orders.canonical)
    erase(inside, "C-1001")
    assert second.samefile(orders.canonical)
    assert set(pq.read_table(second)["customer_id"].to_pylist()) == {"C-1002"}


@pytest.mark.parametrize("where", ["delete", "strike_out", "forget_pages"])
def test_an_erasure_cut_short_is_completed_when_it_is_repeated(
    send: Send, inside: Partner, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    from partners.erasing import rows

    send(CUSTOMERS, "customers")
    send(ORDERS)

    def broken(*_given: Any) -> None:
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as patched:
        patched.setattr(rows, where, broken)
        run = erasure.prepare(inside, ["C-1001"], by=None)
        with pytest.raises(RuntimeError):
            finish(run)
    run.give_back(at=timezone.now(), message="")
    run.refresh_from_db()
    assert finish(run).state == run.State.SUCCEEDED
    assert numbers(inside) == {"C-1002"}
    assert set(Customer.objects.values_list("external_id", flat=True)) == {"C-1002"}


def test_an_erasure_that_failed_for_good_is_queued_again_after_some_minutes(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    run = erasure.prepare(inside, ["C-1001"], by=None)
    now = timezone.now()
    assert run.claim(worker="test", at=now)
    run.end(run.State.FAILED, at=now)
    assert erasure.again(at=now) == 0
    assert erasure.again(at=now + timedelta(minutes=11)) == 1
    run.refresh_from_db()
    assert (run.state, run.attempts) == (run.State.QUEUED, 0)


def test_mentions_in_anybodys_texts_are_struck_out(send: Send, inside: Partner) -> None:
    upload = send(CUSTOMERS, "customers", name="hello@cyan.example.csv")
    UploadRun.objects.update(log="12:00:00 C-1001 looks odd, C-10012 does not", message="Cyan Ltd")
    erase(inside, "C-1001")
    run = UploadRun.objects.first()
    assert run is not None
    assert (run.log, run.message) == ("12:00:00 … looks odd, C-10012 does not", "…")
    upload.refresh_from_db()
    assert upload.filename == "….csv"


def test_a_file_that_was_never_taken_into_use_goes_when_it_names_them(send: Send, inside: Partner) -> None:
    send(CUSTOMERS, "customers")
    bad = send(ORDERS.replace("2026-01-05", "some day"), commit=False)
    other = send("order id,customer id,date,sku,quantity,price\nO9,C-1002,2026-01-05,S1,1,10\n", commit=False)
    erase(inside, "C-1001")
    for upload, is_gone in ((bad, True), (other, False)):
        upload.refresh_from_db()
        assert (upload.shredded_at is not None) is is_gone
        assert upload.original.exists() is not is_gone
        assert not [*upload.folder.glob("problems.*")] or not is_gone
    assert "C-1001" not in str(Upload.objects.get(pk=bad.pk).report)


def test_mails_that_name_them_go_and_others_stay(send: Send, inside: Partner, settings: Any, home: Path) -> None:
    from django.core.mail import EmailMessage, get_connection

    settings.EMAIL_FILE_PATH = str(home / "mail")
    send(CUSTOMERS, "customers")
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=settings.EMAIL_FILE_PATH)
    with backend:
        for text in ("Call Cyan Ltd — today", "Nothing to do 今天"):
            EmailMessage("News", text, "a@example.com", ["b@example.com"], connection=backend).send()
    erase(inside, "C-1001")
    (file,) = (home / "mail").iterdir()
    assert file.read_bytes().count(b"Subject: News") == 1


def test_an_erasure_ends_after_the_checks_that_may_still_quote_somebody(
    send: Send, inside: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partners.erasing import work

    upload = send(CUSTOMERS, "customers")
    now = timezone.now()
    slow = UploadRun.objects.create(
        upload=upload, step="check", state="running", started_at=now, lease_until=now + timedelta(minutes=1)
    )
    UploadRun.objects.create(upload=upload, step="check", state="running", started_at=now, lease_until=now)  # dead
    pauses: list[float] = []

    def ended(seconds: float) -> None:
        pauses.append(seconds)
        UploadRun.objects.filter(pk=slow.pk).update(state="succeeded", log="C-1001 was odd")

    monkeypatch.setattr(work.time, "sleep", ended)
    erase(inside, "C-1001")
    assert len(pauses) == 1
    assert UploadRun.objects.get(pk=slow.pk).log == "… was odd"


def test_one_erasure_waits_for_an_earlier_one_that_lives(
    send: Send, inside: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partners.erasing import work

    send(CUSTOMERS, "customers")
    now = timezone.now()
    earlier = ErasureRun.objects.create(partner=inside, state="running", lease_until=now + timedelta(minutes=1))
    ErasureRun.objects.create(partner=inside, state="running", lease_until=now)  # its worker is dead
    pauses: list[float] = []

    def ended(seconds: float) -> None:
        pauses.append(seconds)
        ErasureRun.objects.filter(pk=earlier.pk).update(state="succeeded")

    monkeypatch.setattr(work.time, "sleep", ended)
    erase(inside, "C-1001")
    assert len(pauses) == 1
    assert numbers(inside) == {"C-1002"}


def test_what_an_interrupted_rewrite_left_is_removed_and_a_young_one_is_not(inside: Partner) -> None:
    inside.folder.mkdir(parents=True)
    old, young = inside.folder / ".a.parquet.1.erasing", inside.folder / ".a.parquet.2.relinking"
    for path in (old, young):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    parquet.tidy([inside.folder], before=timezone.now() - timedelta(minutes=10))
    assert (old.exists(), young.exists()) == (False, True)
