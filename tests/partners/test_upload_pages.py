"""The upload pages, from the dropped file to the undone one, as people of three roles meet them."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scope

from partners.models import Upload, UploadRun
from tests.cast import CANARY, Cast
from tests.partners.conftest import Send, settle
from tests.worlds import orders_csv

BASE = "/p/alder/uploads/"
ANSWER = {"encoding": "utf-8", "delimiter": ",", "header_row": "1"}
BAD = "order id,customer id,date,sku,quantity,price\nO1,C1,2026-01-05,S1,1,ten\nO2,C2,2026-01-06,S1,2,9.50\n"


@pytest.fixture
def max_browser(cast: Cast) -> Client:
    return cast.browser(cast.max)


def latest() -> UploadRun:
    run = UploadRun.rows().order_by("-pk").first()
    assert isinstance(run, UploadRun)
    return run


def drop(browser: Client, content: str | bytes, kind: str = "orders", name: str = "export.csv") -> Upload:
    raw = content.encode() if isinstance(content, str) else content
    answer = browser.post(f"{BASE}new/", {"kind": kind, "file": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 302, answer.content
    return latest().upload


def test_without_data_the_list_says_why_and_offers_one_thing(max_browser: Client) -> None:
    page = max_browser.get(BASE).content.decode()
    assert "No data yet" in page
    assert f'href="{BASE}new/"' in page


def test_a_viewer_sees_the_list_but_cannot_send(cast: Cast) -> None:
    browser = cast.browser(cast.vic)
    assert "can send files" in browser.get(BASE).content.decode()
    assert browser.get(f"{BASE}new/").status_code == 403


@pytest.mark.lanes
@pytest.mark.parametrize("query", ["?kind=%00", "?state=%00", "?kind=purple", "?state=or%00ders", "?page=%00"])
def test_filters_nobody_knows_hide_no_file(max_browser: Client, query: str) -> None:
    drop(max_browser, BAD)
    assert "export.csv" in max_browser.get(BASE + query).content.decode()


@pytest.mark.lanes
def test_a_nul_among_the_corrections_of_columns_reaches_no_database(max_browser: Client) -> None:
    one = drop(max_browser, BAD)
    settle(latest())
    answer = max_browser.post(f"{BASE}{one.pk}/columns/", {"c0": "order\x00_id", "row_number": "\x00"})
    assert answer.status_code == 302


def test_the_choose_page_says_the_limits_first(max_browser: Client) -> None:
    page = max_browser.get(f"{BASE}new/").content.decode()
    assert "up to 500 MB, 10,000,000 rows and 500 columns" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_template_can_be_had_in_both_languages(max_browser: Client, language: str) -> None:
    answer = max_browser.get(f"{BASE}template/orders.{language}.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="orders-{language}.csv"'
    assert ("订单号" if language == "zh-hans" else "Order number") in answer.content.decode("utf-8-sig")
    assert max_browser.get(f"{BASE}template/nonsense.{language}.csv").status_code == 404


def test_a_file_goes_from_drop_to_in_use_and_back(max_browser: Client, tmp_path: Path, cast: Cast) -> None:
    one = drop(max_browser, orders_csv(tmp_path / "orders.csv", customers=6).read_bytes())
    waiting = max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "Waiting for a worker" in waiting
    assert f'data-poll="{BASE}{one.pk}/progress/"' in waiting
    settle(latest())
    assert f'data-poll-done="{BASE}{one.pk}/"' in max_browser.get(f"{BASE}{one.pk}/progress/").content.decode()
    checked = max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "120 order lines will be added." in checked
    max_browser.post(f"{BASE}{one.pk}/commit/")
    settle(latest())
    done = max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "In use since" in done
    assert "<dt>New</dt><dd>120</dd>" in done
    assert "Undo the upload" in done
    assert "In use: 6 customers and 120 order lines" in max_browser.get(BASE).content.decode()
    max_browser.post(f"{BASE}{one.pk}/withdraw/")
    refused = settle(latest())
    assert "type the number: 120" in refused.message
    max_browser.post(f"{BASE}{one.pk}/withdraw/", {"confirm": "120"})
    settle(latest())
    assert "as if it had never been sent" in max_browser.get(f"{BASE}{one.pk}/").content.decode()
    cast.alder.refresh_from_db()
    assert cast.alder.dataset is None


def test_errors_are_grouped_and_can_be_left_out_only_knowingly(max_browser: Client) -> None:
    one = drop(max_browser, BAD)
    settle(latest())
    page = max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "Not a number" in page
    assert "Row 2" in page
    assert "<code>ten</code>" in page
    assert "1 of 2 rows cannot be used as it is" in page
    assert "Leave out the 1 row with errors" in page
    without = max_browser.get(f"{BASE}{one.pk}/review/?skip_bad=1").content.decode()
    assert "1 order line will be added, 1 row left out." in without
    assert 'name="skip_bad" value="1"' in without
    refused = max_browser.post(f"{BASE}{one.pk}/commit/")
    assert refused.status_code == 422
    assert "nothing was changed" in refused.content.decode()
    max_browser.post(f"{BASE}{one.pk}/commit/", {"skip_bad": "1"})
    settle(latest())
    with scope(partner=one.partner):
        one.refresh_from_db()
    assert one.state == Upload.State.COMMITTED
    assert one.rows == 1


def test_the_rows_with_problems_come_as_a_file_that_runs_nothing(max_browser: Client) -> None:
    one = drop(max_browser, BAD.replace("ten", "=HYPERLINK(1)"))
    settle(latest())
    answer = max_browser.get(f"{BASE}{one.pk}/problems.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "2,price,'=HYPERLINK(1),Not a number" in text


def test_the_lists_of_bad_rows_lie_sealed_and_come_back_plain(max_browser: Client) -> None:
    one = drop(max_browser, BAD)
    settle(latest())
    for name in ("problems.csv", "failing.csv"):
        assert b"ten" not in (one.folder / name).read_bytes()
    assert not (one.folder / "problems.parquet").exists()
    for address in ("problems.csv", "failing/"):
        answer = max_browser.get(f"{BASE}{one.pk}/{address}")
        assert b"ten" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


PEOPLE = "order id,customer id,date,sku,quantity,price,phone of\nO1,C1,2026-01-05,S1,1,Mr Smith,Mrs Jones\n"


def test_without_the_right_to_personal_data_no_cell_is_quoted(cast: Cast) -> None:
    pat = cast.browser(cast.person("Pat", cast.alder, "manager"))
    one = drop(pat, PEOPLE)
    settle(latest())
    page = pat.get(f"{BASE}{one.pk}/").content.decode()
    assert "Row 2" in page
    assert "in column “price”" in page
    form = pat.get(f"{BASE}{one.pk}/columns/").content.decode()
    assert "phone of" in form
    refused = pat.post(f"{BASE}{one.pk}/commit/", follow=True).content.decode()
    assert "column “price”: not a number" in refused
    file = b"".join(pat.get(f"{BASE}{one.pk}/problems.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert file.splitlines()[:2] == [
        "Row,Column,Seen,Problem,Needed",
        '2,price,,Not a number,"write a number such as 1234.50, without words"',
    ]
    for text in (page, form, refused, file):
        assert "Smith" not in text
        assert "Jones" not in text
    ada = cast.browser(cast.ada)
    assert "Mr Smith" in ada.get(f"{BASE}{one.pk}/").content.decode()
    assert "Mrs Jones" in ada.get(f"{BASE}{one.pk}/columns/").content.decode()


def test_a_file_without_names_of_columns_is_refused_without_quoting_its_first_row(cast: Cast) -> None:
    pat = cast.browser(cast.person("Pat", cast.alder, "manager"))
    one = drop(pat, "1,2026-01-01,jo@smith.example\n2,2026-01-02,al@jones.example\n", "customers")
    settle(latest())
    page = pat.get(f"{BASE}{one.pk}/").content.decode()
    assert "has no row of column names" in page
    assert "smith" not in page
    assert "smith" not in pat.post(f"{BASE}{one.pk}/commit/", follow=True).content.decode()
    assert "jo@smith.example" in cast.browser(cast.ada).get(f"{BASE}{one.pk}/").content.decode()


def test_a_viewer_is_offered_no_file_of_problems(cast: Cast, max_browser: Client) -> None:
    one = drop(max_browser, BAD)
    settle(latest())
    assert "problems.csv" in max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "problems.csv" not in cast.browser(cast.vic).get(f"{BASE}{one.pk}/").content.decode()


def test_an_unknown_column_is_asked_for_and_named_by_hand(max_browser: Client) -> None:
    one = drop(max_browser, "Zettel;Wer;datum;artikelnr;menge;preis\n1;K1;31.12.2025;S1;2;3,50\n")
    settle(latest())
    page = max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "no column we recognise as Order number, Customer number" in page
    assert "Name the columns" in page
    form = max_browser.get(f"{BASE}{one.pk}/columns/").content.decode()
    assert "not found yet" in form
    assert "3,50" in form
    chosen = {"c0": "order_id", "c1": "customer_id"}
    assert max_browser.post(f"{BASE}{one.pk}/columns/", chosen).status_code == 302
    settle(latest())
    assert "1 order line will be added." in max_browser.get(f"{BASE}{one.pk}/").content.decode()
    again = max_browser.get(f"{BASE}{one.pk}/columns/").content.decode()
    assert "chosen by hand" in again


def test_two_columns_cannot_mean_the_same(max_browser: Client) -> None:
    one = drop(max_browser, BAD)
    settle(latest())
    answer = max_browser.post(f"{BASE}{one.pk}/columns/", {"c4": "price", "c5": "price"})
    assert answer.status_code == 422
    assert "Two columns are given the same meaning: price." in answer.content.decode()


def test_an_ambiguous_date_order_is_asked_and_remembered_for_the_next_file(max_browser: Client) -> None:
    text = "order id,customer id,date,sku,quantity,price\nO1,C1,03/04/2026,S1,1,2.00\nO2,C1,05/06/2026,S1,1,2.00\n"
    one = drop(max_browser, text)
    settle(latest())
    assert "can be read day first or month first" in max_browser.get(f"{BASE}{one.pk}/").content.decode()
    form = max_browser.get(f"{BASE}{one.pk}/read/").content.decode()
    assert "which day is 03/04/2026?" in form
    assert "3 Apr 2026" in form
    assert "4 Mar 2026" in form
    unanswered = max_browser.post(f"{BASE}{one.pk}/read/", {"encoding": "utf-8", "delimiter": ",", "header_row": "1"})
    assert unanswered.status_code == 422
    assert "Choose whether the day or the month comes first." in unanswered.content.decode()
    max_browser.post(f"{BASE}{one.pk}/read/", {**ANSWER, "order-2": "dmy"})
    settle(latest())
    max_browser.post(f"{BASE}{one.pk}/commit/")
    settle(latest())
    with scope(partner=one.partner):
        one.refresh_from_db()
    assert one.report["first_on"] == "2026-04-03"
    second = drop(max_browser, text.replace("O1", "O8").replace("O2", "O9"))
    settle(latest())
    with scope(partner=one.partner):
        second.refresh_from_db()
    assert second.state == Upload.State.CHECKED
    assert second.report["last_on"] == "2026-06-05"


def test_a_file_that_is_no_table_gets_a_sentence_in_the_readers_language(cast: Cast) -> None:
    browser = cast.browser(cast.min)
    answer = browser.post("/p/birch/uploads/new/", {"kind": "orders", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert answer.status_code == 302
    settle(latest())
    page = browser.get(f"/p/birch/uploads/{latest().upload_id}/", headers={"accept-language": "zh-hans"})
    assert "不是数据表" in page.content.decode()


def test_an_unused_file_can_be_removed_and_a_used_one_cannot(max_browser: Client, send: Send) -> None:
    one = drop(max_browser, BAD)
    settle(latest())
    folder = one.folder
    assert folder.is_dir()
    max_browser.post(f"{BASE}{one.pk}/discard/")
    assert not folder.exists()
    used = send("order id,customer id,date,sku\nO1,C1,2026-01-05,S1\n")
    page = max_browser.post(f"{BASE}{used.pk}/discard/", follow=True).content.decode()
    assert "undo it instead" in page


@pytest.mark.parametrize(
    "path", ["", "progress/", "read/", "columns/", "check/", "review/", "problems.csv", "failing/"]
)
def test_nobody_of_another_partner_sees_any_of_it(cast: Cast, send: Send, path: str) -> None:
    one = send("order id,customer id,date,sku\nO1,C1,2026-01-05,S1\n")
    assert cast.browser(cast.olga).get(f"{BASE}{one.pk}/{path}").status_code == 404
    assert cast.browser(cast.olga).get(f"/p/birch/uploads/{one.pk}/{path}").status_code == 404
    assert CANARY not in cast.browser(cast.max).get(BASE).content.decode()


@pytest.mark.parametrize("deed", ["commit", "withdraw", "discard", "fix"])
def test_a_viewer_cannot_change_anything(cast: Cast, send: Send, deed: str) -> None:
    one = send("order id,customer id,date,sku\nO1,C1,2026-01-05,S1\n")
    browser = cast.browser(cast.vic)
    assert browser.post(f"{BASE}{one.pk}/{deed}/").status_code == 403
    assert "Undo the upload" not in browser.get(f"{BASE}{one.pk}/").content.decode()


def test_the_list_filters_and_asks_few_questions(
    max_browser: Client, send: Send, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        send(
            f"order id,customer id,date,sku\nO{number},C1,2026-01-05,S1\n", name=f"week{number}.csv", commit=number < 2
        )
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        page = max_browser.get(f"{BASE}?state=committed").content.decode()
    assert "week0.csv" in page
    assert "week3.csv" not in page
    assert "No file matches" in max_browser.get(f"{BASE}?kind=products").content.decode()


def test_a_file_without_a_header_can_be_told_where_it_is(max_browser: Client) -> None:
    one = drop(max_browser, "1;2;3\n4;5;6\norder id;customer id;date;sku\nO1;C1;2026-01-05;S1\n")
    settle(latest())
    max_browser.post(f"{BASE}{one.pk}/read/", {"header_row": "3", "delimiter": ";", "encoding": ""})
    settle(latest())
    assert "1 order line will be added." in max_browser.get(f"{BASE}{one.pk}/").content.decode()


def test_a_correction_of_the_reading_is_kept_when_the_columns_are_corrected_next(max_browser: Client) -> None:
    one = drop(max_browser, "title;;;\norder id;customer id;date;sku\nO1;C1;2026-01-05;S1\nO2;C1;2026-01-06;S1\n")
    settle(latest())
    max_browser.post(f"{BASE}{one.pk}/read/", {**ANSWER, "delimiter": ";", "header_row": "2"})
    settle(latest())
    max_browser.post(f"{BASE}{one.pk}/columns/", {"c3": "sku"})
    settle(latest())
    with scope(partner=one.partner):
        one.refresh_from_db()
    assert one.reading["source"]["header_row"] == 2
    assert one.rows == 2


def test_a_file_in_use_is_not_offered_again(max_browser: Client, send: Send) -> None:
    text = "order id,customer id,date,sku\nO1,C1,2026-01-05,S1\n"
    send(text)
    one = drop(max_browser, text)
    settle(latest())
    page = max_browser.get(f"{BASE}{one.pk}/").content.decode()
    assert "There is nothing to do" in page
    assert "Take it into use" not in page
