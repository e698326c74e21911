"""Outcomes that come as a file: each once, with the person who sent it, taken back together."""

from datetime import date

from partners import uploads
from partners.models import Partner, Upload
from predictions.models import Outcome
from tests.cast import Cast
from tests.partners.conftest import TODAY, Send, inside, send, settle

__all__ = ["inside", "send"]
FILE = (
    "customer no,date,outcome,comments,sku\n"
    "C-1,2026-10-01,saved,Signed,\nC-2,2026-10-02,wrong product,,SKU-2\nC-9,2026-10-03,lost,,\n"
)


def test_a_file_of_outcomes_becomes_rows_on_its_customers(cast: Cast, inside: Partner, send: Send) -> None:
    assert cast.customers
    assert cast.products
    upload = send(FILE, "outcomes")
    assert upload.state == Upload.State.COMMITTED
    assert upload.report["committed"] == {"created": 2, "updated": 0, "unchanged": 0, "unknown": 1, "dataset": 0}
    saved, wrong = Outcome.objects.order_by("on")
    assert (saved.customer.external_id, saved.verdict, saved.on, saved.note) == (
        "C-1",
        "saved",
        date(2026, 10, 1),
        "Signed",
    )
    assert wrong.product is not None
    assert wrong.product.sku == "SKU-2"


def test_the_same_outcome_is_recorded_once(cast: Cast, inside: Partner, send: Send) -> None:
    assert cast.customers
    send(FILE, "outcomes")
    again = send(FILE + "C-3,2026-10-04,bought,,\n", "outcomes")
    assert again.report["committed"] == {"created": 1, "updated": 0, "unchanged": 2, "unknown": 1, "dataset": 0}
    assert Outcome.objects.count() == 3


def test_undo_takes_back_the_files_outcomes_and_no_others(cast: Cast, inside: Partner, send: Send) -> None:
    mine = Outcome.objects.create(partner=inside, customer=cast.customers[0], verdict="contacted", on=TODAY)
    upload = send(FILE, "outcomes")
    settle(uploads.request_withdraw(upload, by=None, at=TODAY))
    upload.refresh_from_db()
    assert upload.state == Upload.State.WITHDRAWN
    assert list(Outcome.objects.standing()) == [mine]


def test_a_run_says_how_many_customers_it_did_not_know(cast: Cast, inside: Partner, send: Send) -> None:
    assert cast.customers
    upload = send(FILE, "outcomes", commit=False)
    run = settle(uploads.request_commit(upload, by=None, at=TODAY))
    assert "1 row names a customer we do not know and was left out." in run.result["warnings"]


def test_an_unknown_word_for_an_outcome_is_an_error(inside: Partner, send: Send) -> None:
    upload = send("customer no,date,outcome\nC-1,2026-10-01,shrugged\nC-1,2026-10-02,saved\n", "outcomes", commit=False)
    assert [(group["cause"], group["examples"]) for group in upload.report["groups"]] == [
        ("unknown_word", [{"row": 2, "value": "shrugged"}])
    ]


def test_a_file_says_why_a_product_was_wrong_and_that_an_offer_was_accepted(
    cast: Cast, inside: Partner, send: Send
) -> None:
    assert cast.customers
    assert cast.products
    rows = [
        "客户编号,日期,结果,拒绝原因,sku", "C-1,2026-10-01,不合适,太贵,SKU-2", "C-1,2026-10-02,已接受,,SKU-1",
        "C-2,2026-10-02,已购买,其他渠道,SKU-1", "C-3,2026-10-03,Not relevant,Has it already,SKU-1",
    ]  # fmt: skip
    upload = send("\n".join(rows) + "\n", "outcomes")
    assert upload.report["committed"]["created"] == 4
    told = Outcome.objects.order_by("on", "pk").values_list("customer__external_id", "verdict", "because")
    assert set(told) == {
        ("C-1", "wrong_product", "too_dear"), ("C-1", "accepted", ""),
        ("C-2", "bought", ""),  # a reason beside a purchase says nothing
        ("C-3", "wrong_product", "has_it"),
    }  # fmt: skip
