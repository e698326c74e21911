"""How a file was read: what was found, what is asked, what is shown early."""

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from partners.models import SourceMemory, UploadRun
from tests.cast import Cast
from tests.partners.upload_steps.reports import (
    CHECKED,
    Made,
    at,
    latest,
    running,
    text,
)


def test_the_first_rows_are_shown_while_the_rest_is_still_being_checked(made: Made, max_browser: Client) -> None:
    one = made({}, state="received")
    running(one)
    assert "data-poll-done" not in text(max_browser, one, "progress/")
    one.report = {"first_rows": {"columns": ["No", "Cust"], "rows": [["O1", "Mrs Jones"], ["O2", None]]}}
    with scope(partner=one.partner):
        one.save()
    assert f'data-poll-done="{at(one)}"' in text(max_browser, one, "progress/"), "the page is loaded with the rows"
    page = text(max_browser, one)
    assert "The file is being read and checked" in page
    assert "Mrs Jones" in page
    assert f'data-poll="{at(one, "progress/")}?rows=1"' in page
    assert "data-poll-done" not in text(max_browser, one, "progress/?rows=1")


def test_the_first_rows_are_not_for_those_who_see_no_personal_data(made: Made, cast: Cast) -> None:
    one = made({"first_rows": {"columns": ["No", "Cust"], "rows": [["O1", "Mrs Jones"]]}}, state="received")
    running(one)
    page = text(cast.browser(cast.vic), one)
    assert "The first rows of the file" in page
    assert "Jones" not in page


def test_each_finding_says_what_it_rests_on_and_how_sure_it_is(made: Made, max_browser: Client) -> None:
    page = text(max_browser, made(CHECKED, wishes={"delimiter": ";"}), "read/")
    assert "Neither UTF-8 nor Chinese fits" in page
    assert "likely" in page
    assert "set by hand" in page
    assert "The 2 rows above it are no data. It reads: No · Cust · Date · Shipped …" in page
    assert "03/04/2026 is 3 Apr 2026, or 4 Mar 2026." in page


def test_every_ambiguous_column_is_asked_on_one_form_with_its_own_example(made: Made, max_browser: Client) -> None:
    asked = {"code": "ask_date_order", "values": {"column": "Date", "example": "05/06/2026"}, "refusal": "…"}
    one = made(asked, state="refused")
    assert "One question before the rows can be read" in text(max_browser, one)
    form = text(max_browser, one, "read/")
    assert "“Date”: which day is 05/06/2026?" in form
    assert "5 Jun 2026" in form
    assert "6 May 2026" in form
    answer = max_browser.post(
        at(one, "read/"), {"order-2": "mdy", "encoding": "cp1252", "delimiter": ";", "header_row": 3}
    )
    assert answer.status_code == 302
    assert latest(one).options["wishes"]["date_orders"] == {"Date": "mdy"}


def test_numbers_that_may_be_thousands_are_asked_about_and_the_field_has_to_be_answered(
    made: Made, max_browser: Client
) -> None:
    values = {"column": "Price", "example": "1.000", "point": "1", "comma": "1000", "columns": {"Price": "1.000"}}
    one = made({"code": "ask_decimal", "values": values, "refusal": "…"}, state="refused")
    assert "One question before the rows can be read" in text(max_browser, one)
    assert "can be read as 1, with a decimal point" in text(max_browser, one, "read/")
    same = {"encoding": "cp1252", "delimiter": ";", "header_row": "3"}
    assert "Choose the decimal sign." in max_browser.post(at(one, "read/"), same).content.decode()
    assert max_browser.post(at(one, "read/"), {**same, "decimal": "comma"}).status_code == 302
    assert latest(one).options["wishes"]["decimal"] == "comma"


def test_the_quotation_marks_are_shown_and_can_be_corrected(made: Made, max_browser: Client) -> None:
    one = made(CHECKED)
    assert "Quotation marks" in text(max_browser, one, "read/")
    told = {"encoding": "cp1252", "delimiter": ";", "header_row": "3", "quote": "none"}
    assert max_browser.post(at(one, "read/"), told).status_code == 302
    assert latest(one).options["wishes"]["quote"] == "none"


def test_another_layout_forgets_the_columns_chosen_by_hand_and_the_fixes(made: Made, max_browser: Client) -> None:
    fix = {"cause": "not_a_date", "column": "Date", "act": "skip"}
    one = made(CHECKED, wishes={"fixes": [fix], "encoding": "cp1252"})
    max_browser.post(at(one, "read/"), {"encoding": "cp1252", "delimiter": ",", "header_row": "3"})
    wishes = latest(one).options["wishes"]
    assert (wishes["delimiter"], wishes["encoding"], wishes["fixes"]) == (",", "cp1252", [])


def test_what_is_not_moved_keeps_what_was_decided(made: Made, max_browser: Client) -> None:
    fix = {"cause": "not_a_date", "column": "Date", "act": "skip"}
    one = made(CHECKED, wishes={"fixes": [fix]})
    same = {"encoding": "cp1252", "delimiter": ";", "header_row": "3", "decimal": "comma", "complete": "on"}
    max_browser.post(at(one, "read/"), same)
    assert [*latest(one).options["wishes"]["fixes"]] == [fix]
    assert latest(one).options["wishes"]["decimal"] == "comma"
    with scope(partner=one.partner):
        one.refresh_from_db()
    assert one.is_complete


@pytest.mark.parametrize("nonsense", [
    {"encoding": "morse"}, {"header_row": "-1"}, {"header_row": "9" * 400}, {"order-2": "purple"},
    {"delimiter": "x" * 5000},
])  # fmt: skip
def test_nonsense_about_the_reading_is_told_and_changes_nothing(
    made: Made, max_browser: Client, nonsense: dict[str, str]
) -> None:
    one = made(CHECKED)
    assert max_browser.post(at(one, "read/"), nonsense).status_code == 422
    with scope(partner=one.partner):
        assert not one.runs.exists()


def test_a_file_whose_check_broke_off_can_be_read_again(made: Made, max_browser: Client) -> None:
    one = made({}, state="received")
    with scope(partner=one.partner):
        UploadRun.objects.create(upload=one, step="check", state="failed", message="The work stopped unexpectedly.")
    page = text(max_browser, one)
    assert "This file has not been checked; nothing was changed." in page
    assert "The work stopped unexpectedly." in page
    assert "Have it read again" in page
    assert f"Reference {latest(one).key}" in page
    said = {"encoding": "cp1252", "delimiter": ";", "header_row": "3"}
    assert max_browser.post(at(one, "read/"), said).status_code == 302


def test_what_was_remembered_is_said_and_can_be_forgotten(made: Made, max_browser: Client, cast: Cast) -> None:
    one = made(CHECKED, wishes={"date_orders": {"Date": "dmy"}})
    with scope(partner=cast.alder):
        kept = SourceMemory.objects.create(partner=cast.alder, kind="orders", header="h", used_at=timezone.now())
        one.reading["remembered"] = {"memory": kept.pk, "filename": "orders-august.csv"}
        one.mapping["matches"][0]["by_hand"] = True
        one.save()
    page = text(max_browser, one, "columns/")
    assert "Read and matched as in orders-august.csv" in page
    assert ">as in orders-august.csv<" in page
    assert max_browser.post(at(one, "forget/")).status_code == 302
    assert latest(one).options["wishes"]["date_orders"] == {}
    assert latest(one).options["columns"] == []
    with scope(partner=cast.alder):
        assert not SourceMemory.objects.exists()
        one.refresh_from_db()
    assert "remembered" not in one.reading


@pytest.mark.parametrize(("code", "values", "offered"), [
    ("empty_file", {"name": "orders.csv"}, False), ("zip_archive", {"name": "orders.csv"}, False),
    ("no_rows", {"name": "orders.csv"}, True),
])  # fmt: skip
def test_another_way_of_reading_is_offered_only_where_it_can_help(
    made: Made, max_browser: Client, code: str, values: dict[str, str], offered: bool
) -> None:
    page = text(max_browser, made({"code": code, "values": values, "refusal": "…"}, state="refused"))
    assert ("Correct how it is read" in page) is offered
    assert "Send another file" in page
