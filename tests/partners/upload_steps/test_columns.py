"""Which column is which, and what its words mean."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.partners.upload_steps.reports import (
    CHECKED,
    CHOICES,
    Made,
    at,
    latest,
    text,
)


def test_what_is_needed_stands_on_top_and_the_rest_is_said(made: Made, max_browser: Client) -> None:
    page = text(max_browser, made(CHECKED), "columns/")
    order = [page.index(f'id="h{place}"') for place in (1, 0, 2, 4, 5)]
    assert order == sorted(order), "needed and doubtful first, left out last"
    assert "have a look" in page
    assert "Nothing of ours has this name." in page
    assert "call Mrs Jones" in page


def test_words_of_a_column_that_knows_only_some_are_mapped(made: Made, max_browser: Client) -> None:
    one = made({**CHECKED, "choices": CHOICES})
    page = text(max_browser, one, "columns/")
    assert "What the words in “Returned” mean" in page
    assert page.index('id="w4-1"') < page.index('id="w4-0"'), "what nobody knows comes first"
    assert max_browser.post(at(one, "columns/"), {"w4-0": "true", "w4-1": "false"}).status_code == 302
    assert latest(one).options["wishes"]["values"] == {"Returned": {"RMA": "false"}}


def test_a_form_of_words_never_grows_past_what_a_form_may_send(made: Made, max_browser: Client) -> None:
    many = [{"value": f"word {place}", "count": 1, "read_as": None} for place in range(200)]
    one = made({**CHECKED, "choices": {"Returned": {"field": "is_return", "values": many}}})
    page = text(max_browser, one, "columns/")
    assert page.count('name="w4-') == 100
    assert "100 more words are not shown." in page


def test_no_word_of_a_cell_is_shown_without_the_right(made: Made, cast: Cast) -> None:
    one = made({**CHECKED, "choices": CHOICES})
    page = text(cast.browser(cast.person("Pat", cast.alder, "manager")), one, "columns/")
    assert "RMA" not in page
    assert "Jones" not in page


@pytest.mark.parametrize("nonsense", [
    {"c99": "date"}, {"c0": "no_such_field"}, {"row_number": "y" * 9000}, {"c0": "date", "c2": "date"},
    {"w4-1": "perhaps"},
])  # fmt: skip
def test_nonsense_about_columns_is_told_and_keeps_what_was_chosen(
    made: Made, max_browser: Client, nonsense: dict[str, str]
) -> None:
    one = made({**CHECKED, "choices": CHOICES})
    answer = max_browser.post(at(one, "columns/"), {"c5": "attribute", **nonsense})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
