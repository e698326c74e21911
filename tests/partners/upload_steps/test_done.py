"""The report to keep, the way back; and every station in every state."""

from typing import Any

import pytest
from django.test import Client
from django_scopes import scope

from partners.models import UploadRun
from tests.partners.upload_steps.reports import (
    CHECKED,
    CHOICES,
    Made,
    at,
    committed,
    failing,
    latest,
    running,
    text,
)


def test_the_last_page_is_a_report_to_keep(made: Made, max_browser: Client) -> None:
    fix = {"cause": "not_a_date", "column": "Date", "act": "parse", "how": "mdy"}
    page = text(max_browser, committed(made, wishes={"fixes": [fix]}))
    assert "Western (Windows-1252)" in page
    assert "10,234.50" in page
    assert "2 Jan 2026 – 1 Nov 2026" in page
    assert "read as month first" in page
    assert "The next scoring run sees it" in page
    assert "this can be undone" in page


def test_rows_of_strangers_are_told(made: Made, max_browser: Client) -> None:
    one = committed(made)
    one.report["committed"]["unknown"] = 3
    with scope(partner=one.partner):
        one.save()
    assert "3 rows name customers we do not know" in text(max_browser, one)


def test_when_its_days_are_over_undo_is_no_longer_offered(made: Made, max_browser: Client) -> None:
    one = committed(made, days=40)
    page = text(max_browser, one)
    assert "It could be undone until" in page
    assert "Undo the upload" not in page
    answer = max_browser.post(at(one, "withdraw/"))
    assert answer.status_code == 422
    assert "could be undone until" in answer.content.decode()


def test_an_undo_that_removes_much_wants_its_number_typed(made: Made, max_browser: Client) -> None:
    one = committed(made)
    with scope(partner=one.partner):
        UploadRun.objects.create(
            upload=one, step="withdraw", state="failed", message="This removes 1,209 rows.",
            result={"blocks": "confirm:1209"},
        )  # fmt: skip
    page = text(max_browser, one)
    assert "This removes 1,209 rows." in page
    assert "To confirm, type 1209" in page
    assert max_browser.post(at(one, "withdraw/"), {"confirm": "1209"}).status_code == 302
    assert latest(one).options["confirm"] == 1209


@pytest.mark.parametrize("path", ["", "read/", "columns/", "check/", "review/", "progress/"])
@pytest.mark.parametrize("state", ["running", "refused", "errors", "checked", "committed"])
def test_every_station_answers_in_every_state_and_asks_few_questions(
    made: Made, max_browser: Client, django_assert_max_num_queries: Any, path: str, state: str
) -> None:
    reports = {
        "running": lambda: made({}, state="received"),
        "refused": lambda: made({"refusal": "It is a picture.", "blocks": ""}, state="refused"),
        "errors": lambda: made(failing(choices=CHOICES), state="refused"),
        "checked": lambda: made(CHECKED),
        "committed": lambda: committed(made),
    }
    one = reports[state]()
    if state == "running":
        running(one)
    with django_assert_max_num_queries(15):
        answer = max_browser.get(at(one, path), follow=True)
    assert answer.status_code == 200
