"""The messy sample is offered to newcomers, in both languages."""

import pytest
from django.utils import timezone

from tests.cast import Cast

FIRST = {"en": ("Sales export", "utf-8-sig"), "zh-hans": ("销售明细导出", "gb18030")}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_newcomer_can_practise_with_an_untidy_file_in_either_language(cast: Cast, language: str) -> None:
    browser = cast.browser(cast.max)
    address = f"/p/alder/uploads/practice.{language}.csv"
    for page in ("/p/alder/uploads/", "/p/alder/uploads/new/"):
        assert f'href="{address}"' in browser.get(page).content.decode()
    answer = browser.get(address)
    title, encoding = FIRST[language]
    assert answer.content.decode(encoding).startswith(title)
    assert str(timezone.localdate().year) in answer.content.decode(encoding)
    assert ".csv" in answer["Content-Disposition"]


def test_there_is_no_third_language_and_nothing_for_viewers(cast: Cast) -> None:
    assert cast.browser(cast.max).get("/p/alder/uploads/practice.tlh.csv").status_code == 404
    viewer = cast.browser(cast.vic)
    assert viewer.get("/p/alder/uploads/practice.en.csv").status_code == 403
    assert "practice." not in viewer.get("/p/alder/uploads/").content.decode()
