"""What would change, before it does."""

import pytest
from django.test import Client
from django_scopes import scope

from partners.models import UploadRun
from tests.cast import Cast
from tests.partners.upload_steps.reports import (
    CHECKED,
    PREVIEW,
    Made,
    at,
    failing,
    latest,
    text,
)


def test_the_review_says_the_consequence_and_shows_what_changes(made: Made, max_browser: Client) -> None:
    page = text(max_browser, made(CHECKED))
    assert "5 order lines will be added, 1,204 order lines will be updated" in page
    assert "7 order lines will stay as now, 17 rows left out." in page
    assert "Blue ink" in page
    assert '<del><span class="sr">was </span>2.5</del>' in page
    assert "1 remark about rows left out" in page
    assert "Columns not used: Remarks." in page


def test_words_people_wrote_are_reviewed_by_right_only(made: Made, cast: Cast) -> None:
    page = text(cast.browser(cast.vic), made(CHECKED))
    assert "2.5" in page
    assert "Blue ink" not in page


def test_a_list_that_removes_much_wants_its_number_typed(made: Made, max_browser: Client) -> None:
    one = made({**CHECKED, "preview": {**PREVIEW, "removed": 1300}}, is_complete=True)
    page = text(max_browser, one)
    assert "To confirm, type 1300" in page
    for typed, sentence in (
        ("", "type the number: 1300"),
        ("13", "not the number"),
        ("lots", "is not a number"),
        ("²", "is not a number"),
    ):
        answer = max_browser.post(at(one, "commit/"), {"confirm": typed})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert max_browser.post(at(one, "commit/"), {"confirm": "1,300"}).status_code == 302
    assert latest(one).options["confirm"] == 1300


def test_review_is_closed_while_errors_stand_in_the_way(made: Made, max_browser: Client) -> None:
    assert "What stands in the way" in text(max_browser, made(failing(), state="refused"), "review/")


def test_numbers_counted_against_older_data_say_so(made: Made, max_browser: Client, cast: Cast) -> None:
    counted = {**CHECKED, "preview": {**PREVIEW, "against": 0}}
    assert "The data have changed" not in text(max_browser, made(counted))
    cast.dataset(cast.alder)
    assert "The data have changed since this was counted" in text(max_browser, made(counted))


def test_a_run_that_failed_is_told_with_its_reference(made: Made, max_browser: Client) -> None:
    for one, path in ((made(CHECKED), "review/"), (made(failing(), state="refused"), "check/")):
        with scope(partner=one.partner):
            UploadRun.objects.create(upload=one, step="commit", state="failed", message="The disk is full.")
        for page in (text(max_browser, one), text(max_browser, one, path)):
            assert "The disk is full." in page
            assert f"Nothing was changed. Reference {latest(one).key}" in page


def test_a_failure_is_told_until_another_run_went_well(made: Made, max_browser: Client) -> None:
    one = made(CHECKED)
    with scope(partner=one.partner):
        UploadRun.objects.create(upload=one, step="commit", state="failed", message="The disk is full.")
        UploadRun.objects.create(upload=one, step="check", state="succeeded", message="Checked.")
    assert "The disk is full." not in text(max_browser, one)


@pytest.mark.parametrize(("name", "linked"), [("vic", False), ("max", True)])
def test_only_those_who_may_correct_are_led_to_reading_and_columns(
    made: Made, cast: Cast, name: str, linked: bool
) -> None:
    one = made(CHECKED)
    page = text(cast.browser(getattr(cast, name)), one)
    assert (f'<a class="steps__at" href="{at(one, "read/")}"' in page) is linked
    assert (f'<a class="steps__at" href="{at(one, "columns/")}"' in page) is linked
    assert f'<a class="steps__at" href="{at(one, "check/")}"' in page
