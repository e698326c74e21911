"""A newcomer practises with the messy sample, from drop to done and back, in either language, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from portal.demo import messy
from tests.browser.conftest import Visitor
from tests.drills.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LINES = messy.ROWS + 4  # two blank lines, a repeated one, a total
NOBODYS = len(messy.NO_CUSTOMER) + 3  # and the blank lines and the total
NEWCOMERS = {
    "en": ("ada@example.com", "alder", "en-GB", "not a date"),
    "zh-hans": ("olga@example.com", "birch", "zh-CN", "不是日期"),
}


class Newcomer(Visitor):
    """Somebody who looks at every station on three widths."""

    def __init__(self, browser: Browser, site: House, language: str) -> None:
        email, self.slug, locale, self.not_a_date = NEWCOMERS[language]
        super().__init__(browser, site, locale=locale)
        self.language = language
        self.sign_in(email)

    def go(self, path: str) -> None:
        self.page.goto(f"/p/{self.slug}/uploads/{path}")

    def look(self) -> None:
        for width in (320, 390, 1440):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (self.page.url, width)

    def practise_file(self, folder: Path) -> Path:
        self.go("new/")
        with self.page.expect_download() as sent:
            self.page.click(f"a[href$='practice.{self.language}.csv']")
        path = folder / sent.value.suggested_filename
        sent.value.save_as(path)
        return path

    def numbers(self) -> list[int]:
        """New, changed, unchanged, left out, removed."""
        return [int(text.replace(",", "")) for text in self.page.locator(".tally dd").all_inner_texts()]


@pytest.fixture(params=["en", "zh-hans"])
def newcomer(request: pytest.FixtureRequest, chromium: Browser, site: House) -> Iterator[Newcomer]:
    one = Newcomer(chromium, site, request.param)
    yield one
    assert one.complaints == []


def test_the_messy_sample_goes_in_with_its_dates_fixed_as_a_group_and_comes_out_again(
    newcomer: Newcomer, site: House, tmp_path: Path
) -> None:
    page = newcomer.page
    file = newcomer.practise_file(tmp_path)
    page.check("input[name=kind][value=orders]")
    page.set_input_files("input[type=file]", str(file))
    newcomer.look()
    page.click("main form[enctype='multipart/form-data'] button[type=submit]")
    expect(page.locator("form[action$='/fix/'] button[type=submit]")).to_be_visible(timeout=60_000)

    assert page.get_attribute("html", "lang") == {"en": "en", "zh-hans": "zh-Hans"}[newcomer.language]
    number = page.url.rstrip("/").rpartition("/")[2]
    for station in ("", "read/", "columns/", "review/?skip_bad=1", ""):
        newcomer.go(f"{number}/{station}")
        newcomer.look()
    decide(newcomer)
    commit = page.locator("form[action$='/commit/'] button[type=submit]")
    expect(commit).to_be_visible(timeout=60_000)
    newcomer.look()

    left_out = NOBODYS + 2  # the future date and the missing one
    assert newcomer.numbers() == [LINES - left_out, 0, 0, left_out, 0]
    commit.click()
    expect(page.locator("form[action$='/withdraw/']")).to_be_attached(timeout=60_000)
    assert newcomer.numbers() == [LINES - left_out, 0, 0, left_out, 0]
    newcomer.look()
    assert orders(site, newcomer.slug) == LINES - left_out
    undo(newcomer, LINES - left_out)
    state = f"select state from partners_upload where id = {number}"
    site.wait(lambda: site.rows(state) == [("withdrawn",)], seconds=60, what="the undo")
    expect(page.locator("[data-poll]")).to_have_count(0, timeout=60_000)
    expect(page.locator("form[action$='/withdraw/']")).to_have_count(0)
    newcomer.look()


def decide(newcomer: Newcomer) -> None:
    """Read the dozen dates month first, write a number for the word, leave out what has no date that can be."""
    page = newcomer.page
    dates = cause(page, messy.HOW_MANY)
    assert newcomer.not_a_date in dates.inner_text().lower()
    dates.locator("select").select_option("parse:mdy")
    word = page.locator(".cause", has_text=re.compile(r"\btwo\b|两个"))
    word.locator("select").select_option("replace")
    word.locator("input[name$='-with']").fill("2")
    for group in page.locator(".cause:has(select)").all():
        if group.locator("select").input_value() == "":
            group.locator("select").select_option("skip")
    page.click("form[action$='/fix/'] button.btn--main")


def cause(page: Page, rows: int) -> Locator:
    """The group of problems with so many rows."""
    return page.locator(".cause").filter(has=page.locator(".cause__count", has_text=re.compile(rf"^{rows}\b|^{rows} ")))


def undo(newcomer: Newcomer, rows: int) -> None:
    """Everything of its kind goes with a first file, so its number is asked for."""
    page = newcomer.page
    page.click("details.confirm summary")
    page.click("form[action$='/withdraw/'] button[type=submit]")
    confirm = page.locator("input#confirm")
    expect(confirm).to_be_visible(timeout=60_000)
    newcomer.look()
    confirm.fill(str(rows))
    page.click("form[action$='/withdraw/'] button[type=submit]")


def orders(site: House, slug: str) -> int:
    code = f"from partners.models import Partner; print(Partner.objects.get(slug='{slug}').dataset.counts['orders'])"
    return int(site.script(code).splitlines()[-1])
