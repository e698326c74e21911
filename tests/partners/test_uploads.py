"""The verbs of uploads: what is in use, what a correction does, and that undo leaves no trace."""

from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest
from django_scopes import scope

from partners import uploads
from partners.intake import tables
from partners.models import Customer, DatasetVersion, Partner, Product, Upload, UploadRun
from portal.kit.errors import Refusal
from portal.kit.runs import LostLease
from tests.cast import Cast
from tests.partners.conftest import TODAY, Send, settle

HEAD = "order id,customer id,date,sku,description,quantity,price\n"
FIRST = HEAD + "O1,C1,2026-01-05,S1,Printer,1,100\nO2,C2,2026-01-06,S2,Roll,2,10\n"


def files(partner: Partner) -> set[str]:
    assert partner.dataset is not None
    return {path.stem for path in partner.dataset.folder.iterdir()}


def spend(partner: Partner) -> dict[str, float]:
    return dict(Customer.objects.filter(partner=partner).values_list("external_id", "spend"))


def test_a_committed_file_becomes_dataset_customers_and_products(inside: Partner, send: Send) -> None:
    upload = send(FIRST)
    assert upload.state == Upload.State.COMMITTED
    assert files(inside) == {"orders", "customers", "products", "people", "goods", "parts"}
    assert inside.dataset is not None
    assert (inside.dataset.number, inside.dataset.counts) == (1, {"customers": 2, "products": 2, "orders": 2})
    assert (str(inside.dataset.first_on), str(inside.dataset.last_on)) == ("2026-01-05", "2026-01-06")
    assert spend(inside) == {"C1": 100.0, "C2": 20.0}
    assert list(Product.objects.values_list("sku", "name")) == [("S1", "Printer"), ("S2", "Roll")]


def test_customer_files_fill_the_names_and_attributes_people_see(inside: Partner, send: Send) -> None:
    send(FIRST)
    send("customer id,name,region,MonthlyCharges,seats\nC1,Ann Ltd,North,12.5,40\n", "customers")
    one = Customer.objects.get(external_id="C1")
    assert (one.name, one.region, one.monthly_value, one.spend) == ("Ann Ltd", "North", 12.5, 100.0)
    assert one.attributes == {"monthly_charges": 12.5, "seats": 40}
    assert one.last_order_on is not None


@pytest.mark.lanes
def test_nuls_in_a_file_reach_no_database(inside: Partner, send: Send) -> None:
    head = "customer id,name,region,mood"
    rows = "".join(f"C{n},Customer {n},North,fine\n" for n in range(200))
    upload = send(f"{head}\n{rows}C\x00X,Ann\x00 Ltd,No\x00rth,fi\x00ne\nC1,only\x00 two\n", "customers", commit=False)
    settle(uploads.request_commit(upload, by=None, at=TODAY, skip_bad=True))
    one = Customer.objects.get(external_id="CX")
    assert (one.name, one.region, one.attributes) == ("Ann Ltd", "North", {"mood": "fine"})


def test_a_correction_wins_by_order_line_and_undo_brings_the_old_one_back(inside: Partner, send: Send) -> None:
    send(FIRST)
    first = inside.dataset
    fix = send(HEAD + "O2,C2,2026-01-06,S2,Roll,2,15\nO3,C3,2026-01-07,S1,Printer,1,90\n")
    assert fix.report["committed"] == {"created": 1, "updated": 1, "unchanged": 0, "removed": 0, "dataset": 2}
    assert spend(inside) == {"C1": 100.0, "C2": 30.0, "C3": 90.0}
    settle(uploads.request_withdraw(fix, by=None, at=TODAY, confirm=1))
    inside.refresh_from_db()
    assert inside.dataset is not None
    assert first is not None
    assert inside.dataset.number == 3
    assert inside.dataset.digest == first.digest
    assert (
        spend(inside) == {"C1": 100.0, "C2": 20.0, "C3": 0.0}
        or Customer.objects.get(external_id="C3").is_present is False
    )
    assert set(Customer.objects.present().values_list("external_id", flat=True)) == {"C1", "C2"}


def test_undoing_the_only_file_leaves_no_dataset(inside: Partner, send: Send) -> None:
    upload = send(FIRST)
    settle(uploads.request_withdraw(upload, by=None, at=TODAY, confirm=2))
    inside.refresh_from_db()
    assert inside.dataset is None
    assert Customer.objects.present().count() == 0
    with pytest.raises(Refusal, match="nothing to undo"):
        uploads.request_withdraw(Upload.objects.get(pk=upload.pk), by=None, at=TODAY)


def test_the_same_file_again_says_so_and_changes_nothing(inside: Partner, send: Send) -> None:
    send(FIRST)
    again = send(FIRST, commit=False)
    run = settle(uploads.request_commit(again, by=None, at=TODAY))
    assert "already in use" in run.message
    assert DatasetVersion.objects.count() == 1


def test_an_older_file_sent_again_brings_its_values_back(inside: Partner, send: Send) -> None:
    send(FIRST)
    send(FIRST.replace("Roll,2,10", "Roll,2,15"))
    assert spend(inside) == {"C1": 100.0, "C2": 30.0}
    back = send(FIRST, commit=False)
    assert uploads.same_in_use(back) is None
    settle(uploads.request_commit(back, by=None, at=TODAY))
    assert spend(inside) == {"C1": 100.0, "C2": 20.0}
    again = send(FIRST, commit=False)
    assert uploads.same_in_use(again) is not None
    assert "already in use" in settle(uploads.request_commit(again, by=None, at=TODAY)).message
    assert DatasetVersion.objects.count() == 3


def test_whether_a_file_changes_anything_is_asked_of_the_data_as_they_are(inside: Partner, send: Send) -> None:
    send(FIRST)
    early = send(FIRST, commit=False)
    send(FIRST.replace("Roll,2,10", "Roll,2,15"))
    settle(uploads.request_commit(early, by=None, at=TODAY))
    assert spend(inside) == {"C1": 100.0, "C2": 20.0}


def test_an_older_customer_file_brings_its_attributes_back(inside: Partner, send: Send) -> None:
    told = "customer id,name,mood\nC1,Ann Ltd,{}\n"
    for mood in ("fine", "low", "fine"):
        send(told.format(mood), "customers")
    assert Customer.objects.get().attributes == {"mood": "fine"}


def test_a_check_that_breaks_off_leaves_a_file_that_has_to_be_checked(
    inside: Partner, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = send(FIRST, commit=False)
    run = uploads.request_check(upload, by=None, at=TODAY)
    assert run.claim(worker="one", at=upload.created_at)
    monkeypatch.setattr("partners.uploading._examine", Mock(side_effect=OSError("the disk is full")))
    with pytest.raises(OSError, match="disk"):
        uploads.work(run, lambda **_said: None)
    assert not upload.canonical.exists()
    upload.refresh_from_db()
    assert (upload.state, upload.report, upload.rows) == (Upload.State.RECEIVED, {}, 0)
    with pytest.raises(Refusal, match="has not been checked"):
        uploads.request_commit(upload, by=None, at=TODAY)


def test_a_checked_file_that_is_gone_is_refused_and_has_to_be_checked_again(inside: Partner, send: Send) -> None:
    upload = send(FIRST, commit=False)
    upload.canonical.unlink()
    run = settle(uploads.request_commit(upload, by=None, at=TODAY))
    assert run.message == "orders.csv has to be checked again."
    upload.refresh_from_db()
    assert upload.state == Upload.State.RECEIVED
    settle(uploads.request_check(upload, by=None, at=TODAY))
    upload.refresh_from_db()
    assert upload.state == Upload.State.CHECKED


def test_the_same_bytes_read_another_way_are_another_upload(inside: Partner, send: Send) -> None:
    send("customer id,name,trading as\nC1,Ann,Ann Ltd\n", "customers")
    other = send("customer id,name,trading as\nC1,Ann,Ann Ltd\n", "customers", columns=["trading as=name"])
    assert other.state == Upload.State.COMMITTED
    assert Customer.objects.get().name == "Ann Ltd"


def test_a_file_with_errors_waits_for_an_answer(inside: Partner, send: Send) -> None:
    bad = send(HEAD + "O1,C1,2026-01-05,S1,x,1,ten\nO2,C2,2026-01-06,S2,x,1,1\n", commit=False)
    assert bad.state == Upload.State.REFUSED
    told = r"Row 2, column “price”: not a number.*1 row has an error; nothing was changed. Correct the file, or leave"
    with pytest.raises(Refusal, match=told):
        uploads.request_commit(bad, by=None, at=TODAY)
    assert inside.dataset is None
    settle(uploads.request_commit(bad, by=None, at=TODAY, skip_bad=True))
    assert spend(inside) == {"C2": 1.0}


def test_a_file_without_one_good_row_is_never_taken(inside: Partner, send: Send) -> None:
    bad = send(HEAD + "O1,C1,2026-01-05,S1,x,1,ten\n", commit=False)
    with pytest.raises(Refusal, match="no row that can be used"):
        uploads.request_commit(bad, by=None, at=TODAY, skip_bad=True)


def test_one_step_of_an_upload_runs_at_a_time(inside: Partner, send: Send) -> None:
    upload = send(FIRST, commit=False)
    uploads.request_commit(upload, by=None, at=TODAY)
    with pytest.raises(Refusal, match="is being worked on"):
        uploads.request_commit(upload, by=None, at=TODAY)


def test_a_file_in_use_is_not_read_again_under_the_dataset(inside: Partner, send: Send) -> None:
    upload = send(FIRST)
    with pytest.raises(Refusal, match="in use already"):
        uploads.request_check(upload, by=None, at=TODAY)
    assert upload.canonical.exists()


def test_a_commit_done_twice_after_a_crash_is_harmless(inside: Partner, send: Send) -> None:
    upload = send(FIRST)
    again = UploadRun.objects.create(upload=upload, step="commit", options={"at": "2026-11-22"})
    assert settle(again).state == "succeeded"
    assert DatasetVersion.objects.count() == 1


def test_a_worker_that_lost_its_run_cannot_commit(inside: Partner, send: Send) -> None:
    upload = send(FIRST, commit=False)
    run = uploads.request_commit(upload, by=None, at=TODAY)
    run.claim(worker="one", at=upload.created_at)
    UploadRun.rows().filter(pk=run.pk).update(fence=run.fence + 1)
    with pytest.raises(LostLease):
        uploads.work(run, lambda **_said: None)
    inside.refresh_from_db()
    assert inside.dataset is None
    assert Customer.objects.count() == 0
    assert [path.name for path in (inside.folder / "datasets").iterdir()] == []


def test_another_upload_committed_meanwhile_is_in_the_dataset_too(
    inside: Partner, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partners import datasets

    send(FIRST)
    slow = send(HEAD + "O9,C9,2026-02-01,S9,x,1,9\n", commit=False)
    quick = send(HEAD + "O8,C8,2026-02-01,S8,x,1,8\n", commit=False)
    build, calls = datasets._build, []

    def interrupted(*given: object) -> object:
        calls.append(1)
        built = build(*given)  # type: ignore[arg-type]
        if len(calls) == 1:
            settle(uploads.request_commit(quick, by=None, at=TODAY))
        return built

    monkeypatch.setattr(datasets, "_build", interrupted)
    settle(uploads.request_commit(slow, by=None, at=TODAY))
    inside.refresh_from_db()
    assert set(Customer.objects.present().values_list("external_id", flat=True)) == {"C1", "C2", "C8", "C9"}
    assert inside.dataset is not None
    assert inside.dataset.counts["orders"] == 4


def test_a_name_never_becomes_a_path(inside: Partner) -> None:
    upload = uploads.receive(inside, kind="orders", filename="..\\..\\etc/../../passwd", chunks=[b"x"], by=None)
    assert upload.filename == "passwd"
    assert upload.original == inside.folder / "uploads" / str(upload.pk) / "original"
    assert upload.original.is_file()


def test_a_file_over_the_limit_leaves_nothing_behind(inside: Partner, settings: object) -> None:
    settings.UPLOAD_MAX_MB = 1  # type: ignore[attr-defined]
    with pytest.raises(Refusal, match="larger than 1 MB"):
        uploads.receive(inside, kind="orders", filename="a.csv", chunks=[b"x" * 2**20, b"y"], by=None)
    assert Upload.objects.count() == 0
    assert [path for path in inside.folder.rglob("*") if path.is_file()] == []


def test_an_unknown_kind_is_refused(inside: Partner) -> None:
    with pytest.raises(Refusal, match="choose customers, products, orders"):
        uploads.receive(inside, kind="invoices", filename="a.csv", chunks=[b"x"], by=None)


def test_partners_do_not_mix(cast: Cast, send: Send) -> None:
    send(FIRST)
    with scope(partner=cast.birch):
        other = uploads.receive(cast.birch, kind="orders", filename="a.csv", chunks=[FIRST.encode()], by=None)
        settle(uploads.prepare(other, "check", by=None, at=TODAY))
        other.refresh_from_db()
        run = settle(uploads.request_commit(other, by=None, at=TODAY))
        assert "already in use" not in run.message
        assert Customer.objects.count() == 2
    assert cast.birch.folder != cast.alder.folder


def test_the_datasets_parquet_is_what_the_models_expect(inside: Partner, send: Send) -> None:
    send(FIRST)
    assert inside.dataset is not None
    found = duckdb.sql(f"DESCRIBE FROM {tables.relation(inside.dataset.folder, 'orders')}").fetchall()
    assert [(row[0], row[1]) for row in found] == [
        ("order_id", "VARCHAR"), ("line", "BIGINT"), ("customer_id", "VARCHAR"), ("date", "DATE"), ("sku", "VARCHAR"),
        ("product_name", "VARCHAR"), ("quantity", "DOUBLE"), ("price", "DOUBLE"), ("amount", "DOUBLE"),
        ("is_return", "BOOLEAN"),
    ]  # fmt: skip


def test_what_was_answered_by_hand_is_remembered_for_the_same_header(
    inside: Partner, send: Send, tmp_path: Path
) -> None:
    text = "Wer,order id,date,sku\n{},O{},2026-01-0{},S1\n"
    send(text.format("C1", 1, 1), columns=["Wer=customer_id"])
    second = send(text.format("C2", 2, 2))
    assert second.mapping["matches"][0]["field"] == "customer_id"
    assert second.rows == 1
