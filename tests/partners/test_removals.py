"""What takes rows away is asked about, and undo has its days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners import removals, uploads
from partners.models import Customer, Partner, Upload
from portal.kit.errors import Refusal
from tests.partners.conftest import TODAY, Send, settle

HEAD = "order id,customer id,date,sku,quantity,price\n"


def lines(first: int, last: int, *, price: int = 1) -> str:
    return HEAD + "".join(f"O{n},C{n},2026-01-05,S1,1,{price}\n" for n in range(first, last))


def present() -> set[str]:
    return set(Customer.objects.present().values_list("external_id", flat=True))


def undo(upload: Upload, **more: Any) -> Any:
    return settle(uploads.request_withdraw(Upload.objects.get(pk=upload.pk), by=None, at=TODAY, **more))


@pytest.mark.parametrize(("removed", "current", "confirm"), [(0, 0, None), (2, 10, None), (3, 10, 3), (10, 10, 10)])
def test_a_fifth_goes_unasked_and_more_with_its_number(removed: int, current: int, confirm: int | None) -> None:
    removals.refuse_unconfirmed(removed, current, confirm=confirm)


@pytest.mark.parametrize("confirm", [None, 0, 2, 30])
def test_more_than_a_fifth_needs_exactly_its_number(confirm: int | None) -> None:
    with pytest.raises(Refusal, match=r"removes 3 of 10 rows.*type the number: 3") as refused:
        removals.refuse_unconfirmed(3, 10, confirm=confirm)
    assert removals.asked_for(refused.value.blocks) == 3


def test_other_refusals_ask_for_no_number() -> None:
    assert [removals.asked_for(blocks) for blocks in ("", "date_order", "confirm:x")] == [None, None, None]


def test_a_complete_list_sets_older_files_of_its_kind_aside(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    send("customer id,name\nC99,Zed\n", "customers")
    send(lines(1, 12), complete=True)
    assert present() == {*(f"C{n}" for n in range(1, 12)), "C99"}
    assert inside.dataset is not None
    assert inside.dataset.counts["orders"] == 11


def test_undoing_a_complete_list_brings_the_older_files_back(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    before = inside.dataset
    listed = send(lines(1, 10), complete=True)
    undo(listed)
    inside.refresh_from_db()
    assert inside.dataset is not None
    assert before is not None
    assert (present(), inside.dataset.digest) == ({f"C{n}" for n in range(10)}, before.digest)


def test_files_after_a_complete_list_add_to_it(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    send(lines(0, 9), complete=True)
    send(lines(20, 21))
    assert present() == {*(f"C{n}" for n in range(9)), "C20"}


def test_a_complete_list_that_removes_much_waits_for_the_number(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    short = send(lines(0, 4), commit=False, complete=True)
    preview = short.report["preview"]
    assert (preview["removed"], preview["current"], preview["unchanged"]) == (6, 10, 4)
    with pytest.raises(Refusal, match="removes 6 of 10 rows"):
        uploads.request_commit(short, by=None, at=TODAY)
    run = settle(uploads.request_commit(short, by=None, at=TODAY, confirm=6))
    assert run.result["removed"] == 6
    assert present() == {f"C{n}" for n in range(4)}


def test_the_number_is_counted_again_where_the_data_changed_meanwhile(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    short = send(lines(0, 4), commit=False, complete=True)
    send(lines(10, 12))
    run = settle(uploads.request_commit(short, by=None, at=TODAY, confirm=6))
    assert removals.asked_for(run.result["blocks"]) == 8
    short.refresh_from_db()
    assert (short.state, short.report["preview"]["removed"]) == (Upload.State.CHECKED, 8)
    assert settle(uploads.request_commit(short, by=None, at=TODAY, confirm=8)).state == "succeeded"


def test_the_same_bytes_as_a_complete_list_are_something_else(inside: Partner, send: Send) -> None:
    send(lines(0, 2))
    send(lines(2, 3))
    again = send(lines(0, 2), commit=False, complete=True)
    settle(uploads.request_commit(again, by=None, at=TODAY, confirm=1))
    assert present() == {"C0", "C1"}


def test_outcomes_are_no_complete_list(inside: Partner) -> None:
    with pytest.raises(Refusal, match="cannot be a complete list"):
        uploads.receive(inside, kind="outcomes", filename="a.csv", chunks=[b"x"], by=None, complete=True)
    assert Upload.objects.count() == 0


def test_a_file_is_declared_complete_after_it_was_sent(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    one = send(lines(0, 9), commit=False)
    settle(uploads.request_check(one, by=None, at=TODAY, complete=True))
    one.refresh_from_db()
    assert (one.is_complete, one.report["preview"]["removed"]) == (True, 1)


def test_undo_asks_when_much_would_go_and_changes_nothing(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    extra = send(lines(10, 20))
    run = undo(extra)
    assert (run.state, run.result) == ("failed", {"blocks": "confirm:10"})
    assert len(present()) == 20
    assert undo(extra, confirm=9).state == "failed"
    done = undo(extra, confirm=10)
    assert (done.state, done.result["removed"], len(present())) == ("succeeded", 10, 10)


def test_undoing_a_correction_removes_nothing_and_asks_nothing(inside: Partner, send: Send) -> None:
    send(lines(0, 10))
    fix = send(lines(0, 10, price=2))
    assert undo(fix).state == "succeeded"


def test_undoing_customers_counts_those_only_this_file_knew(inside: Partner, send: Send) -> None:
    send("customer id,name\nC1,Ann\nC2,Bob\n", "customers")
    fix = send("customer id,name\nC2,Bo\nC3,Cid\n", "customers")
    assert removals.asked_for(undo(fix).result["blocks"]) == 1
    assert undo(fix, confirm=1).state == "succeeded"


def test_undo_ends_after_its_days_and_says_so(inside: Partner, send: Send, settings: Any) -> None:
    settings.UNDO_DAYS = 30
    upload = send(lines(0, 2))
    Upload.objects.filter(pk=upload.pk).update(committed_at=timezone.now() - timedelta(days=40))
    upload.refresh_from_db()
    last = removals.undo_until(upload)
    assert last is not None
    uploads.prepare_withdraw(upload, by=None, at=last).delete()
    with pytest.raises(Refusal, match=f"could be undone until {last}, for 30 days. Send a newer file"):
        uploads.request_withdraw(upload, by=None, at=last + timedelta(days=1))


def test_days_are_counted_on_the_partners_clock(inside: Partner, send: Send) -> None:
    inside.time_zone = "Pacific/Auckland"
    upload = Upload(partner=inside, filename="a.csv", committed_at=datetime(2026, 1, 1, 20, tzinfo=UTC))
    assert removals.undo_until(upload) == date(2026, 2, 1)
    assert removals.undo_until(Upload(partner=inside)) is None
