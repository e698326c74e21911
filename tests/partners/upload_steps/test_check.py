"""Groups of problems: what they say, how they are fixed, and what nonsense is told."""

import pytest
from django.test import Client
from django_scopes import scope

from tests.cast import Cast
from tests.partners.upload_steps.reports import (
    CHECKED,
    Made,
    at,
    failing,
    latest,
    stamp,
    text,
)


def test_each_group_says_where_what_was_seen_and_what_is_needed(made: Made, max_browser: Client) -> None:
    page = text(max_browser, made(failing(), state="refused"))
    assert "<title>Check · orders.csv · Alder Systems" in page
    assert "14 of 1,233 rows cannot be used as they are" in page
    assert "in column “Date”" in page
    assert "12 rows" in page
    assert "<code>02.13.2026</code>" in page
    assert "and 6 more" in page
    assert "write a date such as 2026-03-14" in page
    assert "Read as month first" in page
    assert "nobody-knows" not in page
    assert page.index("What stands in the way") < page.index("Good to know")
    assert "Leave out the 14 rows with errors" in page


def test_without_the_right_no_cell_is_quoted_but_the_group_can_be_fixed(made: Made, cast: Cast) -> None:
    one = made(failing(), state="refused")
    browser = cast.browser(cast.person("Pat", cast.alder, "manager"))
    page = text(browser, one)
    assert "Row 13" in page
    assert "02.13.2026" not in page
    assert browser.post(at(one, "fix/"), {"of": stamp(page), "g0": "parse:mdy"}).status_code == 302


def test_a_viewer_sees_the_problems_and_no_form(made: Made, cast: Cast) -> None:
    page = text(cast.browser(cast.vic), made(failing(), state="refused"))
    assert "Not a date" in page
    assert "Apply and check again" not in page


def test_several_groups_are_fixed_at_once_and_checked_again(made: Made, max_browser: Client) -> None:
    one = made(failing(), state="refused")
    said = {"of": stamp(text(max_browser, one)), "g0": "parse:mdy", "g0-v1": "2026-02-14", "g1": "last"}
    assert max_browser.post(at(one, "fix/"), said).status_code == 302
    assert [*latest(one).options["wishes"]["fixes"]] == [
        {"cause": "not_a_date", "column": "Date", "act": "replace", "seen": "02.14.2026", "value": "2026-02-14"},
        {"cause": "not_a_date", "column": "Date", "act": "parse", "how": "mdy"},
        {"cause": "duplicate_key", "column": "", "act": "last"},
    ]


def test_what_was_decided_is_listed_and_can_be_taken_back(made: Made, max_browser: Client) -> None:
    parse = {"cause": "not_a_date", "column": "Date", "act": "parse", "how": "mdy"}
    one = made(failing(), state="refused", wishes={"fixes": [parse, {**TWICE_LAST}]})
    page = text(max_browser, one)
    assert "Not a date in column “Date”: read as month first (12.31.2026)" in page
    assert "the last is kept" in page
    assert max_browser.post(at(one, "fix/"), {"of": stamp(page), "back": "0"}).status_code == 302
    assert [*latest(one).options["wishes"]["fixes"]] == [TWICE_LAST]


TWICE_LAST = {"cause": "duplicate_key", "column": "", "act": "last"}


def test_a_later_decision_about_the_same_group_replaces_the_earlier_one(made: Made, max_browser: Client) -> None:
    one = made(failing(), state="refused", wishes={"fixes": [{"cause": "not_a_date", "column": "Date", "act": "skip"}]})
    max_browser.post(at(one, "fix/"), {"of": stamp(text(max_browser, one)), "g0": "parse:dmy"})
    assert [fix["act"] for fix in latest(one).options["wishes"]["fixes"]] == ["parse"]


@pytest.mark.parametrize("nonsense", [
    {}, {"g0": "explode"}, {"g0": "parse:nobody-knows"}, {"g0": "replace"}, {"g0": "replace", "g0-with": "x" * 201},
    {"g77": "skip"}, {"g2": "skip"}, {"back": "0"}, {"back": "-1"}, {"back": "²"}, {"g0-v0": "y" * 5000},
    {"g0": "first"}, {"g" + "9" * 300: "skip"}, {"g²": "skip"}, {"back": "9" * 5000}, {"g0": "\x00"},
])  # fmt: skip
def test_a_nonsense_fix_gets_a_sentence_and_changes_nothing(
    made: Made, max_browser: Client, nonsense: dict[str, str]
) -> None:
    one = made(failing(), state="refused")
    answer = max_browser.post(at(one, "fix/"), {"of": stamp(text(max_browser, one)), **nonsense})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    with scope(partner=one.partner):
        assert not one.runs.exists()


def test_what_was_typed_is_still_there_after_a_refusal(made: Made, max_browser: Client) -> None:
    one = made(failing(), state="refused")
    said = {"of": stamp(text(max_browser, one)), "g0": "replace", "g0-v1": "2026-02-14", "g1": "last"}
    page = max_browser.post(at(one, "fix/"), said).content.decode()
    assert "Not a date in column “Date”: write what should stand there instead" in page
    assert 'value="2026-02-14"' in page
    assert '<option value="last" selected>' in page


def test_a_form_from_an_older_check_is_not_applied_to_other_groups(made: Made, max_browser: Client) -> None:
    one = made(failing(), state="refused")
    answer = max_browser.post(at(one, "fix/"), {"of": "0" * 16, "g0": "skip"})
    assert answer.status_code == 422
    assert "checked again since this page was made" in answer.content.decode()


def test_the_numbers_of_the_lead_add_up_to_the_rows_of_the_file(made: Made, max_browser: Client) -> None:
    page = text(max_browser, made(failing(), state="refused"))
    assert "14 of 1,233 rows cannot be used as they are" in page
    assert "1,216 rows are good already. 3 rows are left out, for reasons given below." in page
    page = text(max_browser, made(CHECKED), "check/")
    assert "3 rows are left out, for reasons given below." in page


def test_a_cause_that_only_a_newer_worker_knows_is_called_by_its_code(made: Made, max_browser: Client) -> None:
    new = {"cause": "moon_phase", "level": "error", "column": "Date", "field": "date", "count": 1,
           "examples": [{"row": 9, "value": "full"}], "values": [], "acts": ["skip"], "hows": []}  # fmt: skip
    one = made(failing(groups=[new]), state="refused")
    assert "moon_phase" in text(max_browser, one)
    answer = max_browser.post(at(one, "commit/"))
    assert answer.status_code == 422
    assert "moon_phase" in answer.content.decode()


def test_a_group_that_is_put_right_by_nobody_is_one_plain_sentence_in_chinese(made: Made, cast: Cast) -> None:
    cast.max.language = "zh-hans"
    cast.max.save()
    page = text(cast.browser(cast.max), made(CHECKED), "check/")
    assert "空行" in page
    assert '<span class="table__sub">将' not in page
