"""What was answered about a header once is given to the next file like it; what was decided about rows is not."""

from collections.abc import Callable
from typing import Any

import pytest

from partners import memories, uploads
from partners.intake.source import Wishes
from partners.models import Partner, SourceMemory, Upload
from tests.cast import Cast
from tests.partners.conftest import TODAY, Send, settle

HEAD = "Wer,order id,Tag,sku,price\n"
ROW = "{},O{},{},S1,{}\n"
NAMES = ["Wer=customer_id", "Tag=date"]


def orders(number: int = 1, day: str = "03/04/2026", price: str = "1") -> str:
    return HEAD + ROW.format(f"C{number}", number, day, price)


@pytest.fixture
def answered(send: Send) -> Upload:
    return send(orders(), columns=NAMES, wishes=Wishes(date_orders={"Tag": "mdy"}))


def test_columns_and_date_orders_are_known_again(send: Send, answered: Upload) -> None:
    second = send(orders(2), commit=False)
    assert second.state == Upload.State.CHECKED
    assert {match["field"]: match["source"] for match in second.mapping["matches"]}["customer_id"] == "Wer"
    assert second.reading["plan"]["date_orders"] == {"date": "mdy"}
    assert second.reading["remembered"]["filename"] == answered.filename


def test_the_header_may_be_spelled_a_little_differently(send: Send, answered: Upload) -> None:
    assert send(orders(2).replace("order id", "Order ID "), commit=False).state == Upload.State.CHECKED


def test_another_header_another_kind_and_another_partner_are_asked(cast: Cast, send: Send, answered: Upload) -> None:
    assert send(orders(2).replace("sku,", "sku,Extra,").replace("S1,", "S1,x,"), commit=False).report["code"]
    assert send(orders(2), kind="customers", commit=False).report["code"] == "missing_columns"
    assert SourceMemory.objects.get().partner == cast.alder


def test_what_a_person_says_now_counts(send: Send, answered: Upload) -> None:
    second = send(orders(2), commit=False, wishes=Wishes(date_orders={"Tag": "dmy"}))
    assert second.reading["plan"]["date_orders"] == {"date": "dmy"}


def test_a_header_row_an_encoding_and_words_are_remembered(send: Send) -> None:
    text = "1,2,3\nkunde,besuch,art\nMüller,2026-01-05,{}\n"
    wishes = Wishes(header_row=2, encoding="cp1252", values={"art": {"hausbesuch": "visit"}})
    names = ["kunde=customer_id", "besuch=date", "art=kind"]
    send(text.format("Hausbesuch").encode("cp1252"), kind="interactions", columns=names, wishes=wishes)
    second = send(text.format("hausbesuch").encode("cp1252"), kind="interactions", commit=False)
    assert second.reading["source"]["header_row"] == 2
    assert second.report["choices"]["art"]["values"] == [{"value": "hausbesuch", "count": 1, "read_as": "visit"}]


@pytest.mark.parametrize(
    ("fix", "kept"),
    [
        ({"cause": "not_a_number", "column": "price", "act": "parse", "how": "stripped"}, True),
        ({"cause": "not_a_number", "column": "price", "act": "replace", "value": "5"}, False),
        ({"cause": "not_a_number", "column": "price", "act": "skip", "seen": "x 5"}, False),
    ],
)
def test_readings_are_remembered_and_decisions_about_rows_are_not(send: Send, fix: dict[str, str], kept: bool) -> None:
    more = orders(1, price="x 5") + ROW.format("C9", 9, "13/04/2026", "2")
    send(more, columns=NAMES, wishes=Wishes(date_order="dmy", fixes=(fix,)))
    second = send(orders(2, price="y 7"), commit=False)
    assert (second.state == Upload.State.CHECKED) is kept


def test_a_fix_taken_back_stays_taken_back(send: Send) -> None:
    fix = {"cause": "not_a_number", "column": "price", "act": "parse", "how": "stripped"}
    send(orders(price="x 5"), columns=NAMES, wishes=Wishes(date_order="dmy", fixes=(fix,)))
    second = send(orders(2, price="y 7"), commit=False)
    again = Wishes.from_dict({**uploads.wishes_of(second).as_dict(), "fixes": ()})
    settle(uploads.prepare(second, "check", by=None, at=TODAY, wishes=again, columns=uploads.hand_made(second)))
    second.refresh_from_db()
    assert second.state == Upload.State.REFUSED


def test_what_was_forgotten_is_asked_again(send: Send, answered: Upload) -> None:
    memories.forget(SourceMemory.objects.get(), by=None)
    assert send(orders(2), commit=False).report["code"] == "missing_columns"


def test_a_file_that_needed_no_answer_leaves_no_memory(send: Send, inside: Partner) -> None:
    send("customer id,order id,date,sku\nC1,O1,2026-01-05,S1\n")
    assert not SourceMemory.objects.exists()


def test_the_first_rows_are_there_before_the_rest_is_read(
    send: Send, inside: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partners.intake import profile

    seen: list[dict[str, Any]] = []
    plan: Callable[..., Any] = profile.plan

    def watched(*given: Any, **more: Any) -> Any:
        seen.append(Upload.objects.get().report)
        return plan(*given, **more)

    monkeypatch.setattr(profile, "plan", watched)
    upload = send("customer id,order id,date,sku\nC1,O1,2026-01-05,S1\n", commit=False)
    rows = {"columns": ["customer id", "order id", "date", "sku"], "rows": [["C1", "O1", "2026-01-05", "S1"]]}
    assert seen == [{"first_rows": rows}]
    assert upload.report["first_rows"] == rows
