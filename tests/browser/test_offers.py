"""What to offer, in a real browser and in both languages: a refusal and its undo, white space, a pitch, a rule."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor
from tests.drills.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFERS = """
from datetime import date
from django.utils import timezone
from django_scopes import scopes_disabled
from partners.models import Customer, DatasetVersion, Partner, Product
from predictions.models import Outlook, Pointer, Prospect, Publication, Recommendation, ScoringRun
from training.models import ModelVersion
with scopes_disabled():
    alder = Partner.objects.get(slug="alder")
    alder.dataset = DatasetVersion.objects.create(partner=alder, number=1, last_on=timezone.now().date())
    alder.save()
    version = ModelVersion.objects.create(kind="recommendation", number=1, family="blend", as_of=date(2026, 10, 1),
        rows=9, horizon=90, metrics={}, card={}, digest="0" * 64)
    run = ScoringRun.objects.create(kind="recommendation", partner=alder, state="succeeded")
    cells = {"Printers": [0, 30, 0.2, 900.0], "Supplies": [30, 0, None, None]}
    made = Publication.objects.create(partner=alder, kind="recommendation", run=run, version=version,
        dataset=alder.dataset, as_of=date(2026, 10, 1), state="published", published_at=timezone.now(),
        evidence={"white_space": {"categories": ["Supplies", "Printers"],
                                  "segments": {"SMB": {"customers": 30, "cells": cells}}}})
    Pointer.objects.create(partner=alder, kind="recommendation", publication=made)
    common = {"partner": alder, "publication": made}
    printer = Product.objects.create(partner=alder, sku="PRN-1", name="Label printer", category="Printers", price=120)
    roll = Product.objects.create(partner=alder, sku="ROL-1", name="Label roll", category="Supplies", price=9.5)
    Outlook.objects.create(product=printer, expected=6.0, candidates=60, owners=12, buyers=7,
        goes_with=[{"sku": "ROL-1", "both": 34, "buyers": 120}], **common)
    for n in range(30):
        one = Customer.objects.create(partner=alder, external_id=f"C-{n:02}", name=f"Customer {n:02}", segment="SMB")
        chance = 0.3 - n / 100
        Recommendation.objects.create(customer=one, product=printer, rank=1, score=chance, probability=chance,
            expected_value=120 * chance, reason={"code": "popular", "values": {"customers": 7, "days": 90}}, **common)
        Prospect.objects.create(customer=one, fit=n / 30, intent=n / 30, expected_value=120 * chance,
            owned=["Supplies"], opportunities={"Printers": [chance, 120 * chance]}, **common)
"""


@pytest.fixture(scope="module")
def offering(site: House) -> House:
    site.script(OFFERS)
    return site


@pytest.fixture(params=["en", "zh-hans"])
def page(request: pytest.FixtureRequest, chromium: Browser, offering: House) -> Iterator[Page]:
    locale = {"en": "en-GB", "zh-hans": "zh-CN"}[request.param]
    visitor = Visitor(chromium, offering, locale=locale, viewport={"width": 1280, "height": 900})
    yield visitor.sign_in("ada@example.com").page
    assert visitor.complaints == []
    visitor.context.close()


def test_from_an_offer_to_a_rule(page: Page, offering: House) -> None:
    refuse_and_take_back(page)
    look_behind_a_segment(page)
    set_a_cut_off(page)
    make_and_remove_a_rule(page, offering)


def refuse_and_take_back(page: Page) -> None:
    page.goto("/p/alder/recommendations/")
    first = page.locator("main tbody tr").first
    expect(first).to_contain_text("Customer 00")
    first.locator("details.menu > summary").click()
    first.locator("select[name=because]").select_option("has_it")
    first.locator("input[name=note]").fill("bought one in spring")
    first.locator("button[value=wrong_product]").click()
    expect(page.locator("main tbody tr").first).to_contain_text("Customer 01")
    page.locator(".messages form button").click()
    expect(page.locator("main tbody tr").first).to_contain_text("Customer 00")
    page.locator("main tbody tr").first.locator("button[value=offered]").click()
    expect(page.locator("main tbody tr").first.locator(".badge")).to_be_visible()
    page.locator(".messages form button").click()
    expect(page.locator("main tbody tr").first.locator(".badge")).to_have_count(0)


def look_behind_a_segment(page: Page) -> None:
    page.locator("nav.tabs a").nth(1).click()
    expect(page.locator(".quad__field")).to_have_count(4)
    page.goto("/p/alder/recommendations/white-space/?by=segments")
    page.locator("a.cell--opportunity").click()
    expect(page).to_have_url(re.compile("cell=opportunity"))
    expect(page.locator(".chips .chip")).to_have_count(3)
    expect(page.locator("main tbody tr")).to_have_count(25)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def set_a_cut_off(page: Page) -> None:
    page.locator("nav.tabs a").nth(2).click()
    page.locator("main tbody a.table__main").first.click()
    page.fill("#top", "10")
    page.locator("form:has(#top) button").click()
    # 0.30 + 0.29 + … + 0.21 = 2.55 of the six, worth 306
    expect(page.locator("#cut")).to_contain_text("10")
    expect(page.locator("#cut")).to_contain_text(re.compile(r"2\.5|2\.6"))
    expect(page.locator("#cut")).to_contain_text("€306")
    expect(page.locator("tr.is-beyond")).to_have_count(15)
    expect(page.locator("svg .plot-cut")).to_be_attached()


def make_and_remove_a_rule(page: Page, site: House) -> None:
    page.locator("nav.tabs a").nth(3).click()
    page.select_option("select[name=kind]", "exclude")
    page.fill("input[name=sku]", "PRN-1")
    page.locator("form[action$='/rules/add/'] button").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.goto("/p/alder/recommendations/")
    expect(page.locator("main tbody tr")).to_have_count(0)
    page.goto("/p/alder/recommendations/rules/")
    page.locator("details.confirm > summary").click()
    page.locator("form[action$='/remove/'] button").click()
    expect(page.locator("main tbody tr")).to_have_count(0)
    assert site.rows("select count(*) from predictions_offerrule where active") == [(0,)]


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_about_offers_scrolls_sideways(chromium: Browser, offering: House, width: int, scheme: str) -> None:
    visitor = Visitor(chromium, offering, viewport={"width": width, "height": 800}, color_scheme=scheme)
    visitor.sign_in("ada@example.com")
    (pk,) = offering.rows("select id from partners_product where sku = 'PRN-1'")[0]
    for path in ("", "white-space/", "white-space/?by=segments", "products/", f"products/{pk}/", "rules/"):
        assert visitor.page.goto(f"/p/alder/recommendations/{path}").status == 200  # type: ignore[union-attr]
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert visitor.complaints == []
