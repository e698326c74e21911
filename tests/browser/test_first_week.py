"""The first week of a partner and its vendor, in a real browser: upload, train, list, customer, outcome, roll back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visitor
from tests.drills.house import House
from tests.worlds import orders_csv

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def ada(chromium: Browser, site: House) -> Iterator[Visitor]:
    visitor = Visitor(chromium, site)
    yield visitor.sign_in("ada@example.com")
    assert visitor.complaints == []


@pytest.fixture(scope="module")
def vera(chromium: Browser, site: House) -> Iterator[Visitor]:
    visitor = Visitor(chromium, site)
    yield visitor.sign_in("vera@example.com")
    assert visitor.complaints == []


def test_a_partner_uploads_a_file_and_takes_it_into_use(ada: Visitor, site: House) -> None:
    page = ada.page
    expect(page.locator("h1")).to_contain_text("Alder Systems")
    page.goto("/p/alder/uploads/new/")
    page.check("input[name=kind][value=orders]")
    page.set_input_files("input[type=file]", str(orders_csv(site.home / "orders.csv", customers=90)))
    page.click("main form[enctype='multipart/form-data'] button[type=submit]")
    commit = page.locator("form[action$='/commit/'] button[type=submit]")
    expect(commit).to_be_visible(timeout=60_000)
    assert "1,800 order lines will be added." in ada.text()
    commit.click()
    expect(page.locator("form[action$='/withdraw/']")).to_be_attached(timeout=60_000)
    page.goto("/p/alder/uploads/")
    assert "90 customers" in ada.text()


def train(vera: Visitor, button: str) -> None:
    page = vera.page
    page.goto("/admin/training/recipe/")
    page.click("#result_list a >> text=Churn of the network")
    page.click(f"text={button}")
    if page.locator("main form button[type=submit], #content form [type=submit]").count() and "/do/" in page.url:
        page.click("#content form [type=submit]")
    page.wait_for_url(re.compile(r"/admin/training/trainingrun/\d+/change/"))
    expect(page.locator("#content")).to_contain_text("is ready", timeout=120_000)


def test_the_vendor_makes_a_recipe_trains_and_promotes(vera: Visitor) -> None:
    page = vera.page
    page.goto("/admin/training/recipe/add/")
    page.fill("input[name=name]", "Churn of the network")
    page.fill("input[name=outcome]", "inactivity:90")
    page.check("input[name=families][value=logistic]")
    page.click("[name=_save]")
    train(vera, "Train and promote")
    page.goto("/admin/training/modelversion/")
    assert "Champion" in vera.text()


def test_the_list_comes_by_itself_and_a_customer_gets_an_outcome_and_an_undo(ada: Visitor, site: House) -> None:
    site.wait(
        lambda: site.rows("select count(*) from predictions_pointer where kind='churn'") == [(1,)],
        seconds=90,
        what="the first list",
    )
    page = ada.page
    page.goto("/p/alder/churn/")
    page.locator("main table tbody a").first.click()
    page.wait_for_url(re.compile(r"/p/alder/customers/\d+/"))
    assert re.search(r"(High|Medium|Low)\s*·\s*\d+\s*%", ada.text())
    page.click("button:has-text('Saved')")
    expect(page.locator("body")).to_contain_text("Undo")
    assert site.rows("select count(*) from predictions_outcome where verdict='saved' and undone_at is null") == [(1,)]
    page.locator("button:has-text('Undo')").first.click()
    page.wait_for_load_state()
    assert site.rows("select count(*) from predictions_outcome where undone_at is null") == [(0,)]


def test_another_partner_sees_none_of_it(chromium: Browser, site: House, ada: Visitor) -> None:
    olga = Visitor(chromium, site).sign_in("olga@example.com")
    for path in ("/p/birch/", "/p/birch/churn/", "/p/birch/uploads/", "/p/birch/recommendations/"):
        assert olga.page.goto(path).status == 200
        assert "Alder" not in olga.text()
        assert "C1" not in olga.text().split()
    for path in ("/p/alder/", "/p/alder/churn/", ada.page.url, "/p/alder/churn.csv", "/p/alder/uploads/"):
        assert olga.page.goto(path).status == 404
    assert olga.page.goto("/admin/").status in {403, 404}


def test_the_vendor_promotes_a_second_version_and_rolls_back(vera: Visitor, site: House) -> None:
    page = vera.page
    train(vera, "Train now")
    page.goto("/admin/training/modelversion/")
    page.click("#result_list a >> text=churn-network-2")
    page.click("text=Promote")
    page.fill("[name=reason]", "fresher data")
    page.click("#content form [type=submit]")
    expect(page.locator("body")).to_contain_text("churn-network-2")
    assert site.rows("select v.number from training_champion c join training_modelversion v on v.id=c.version_id") == [
        (2,)
    ]
    page.click("text=Roll back")
    page.fill("[name=reason]", "the first was better")
    page.click("#content form [type=submit]")
    expect(page.locator("body")).to_contain_text("churn-network-1")
    assert site.rows("select v.number from training_champion c join training_modelversion v on v.id=c.version_id") == [
        (1,)
    ]
    deeds = site.rows("select deed, reason from training_promotion order by id")
    assert deeds[-2:] == [("promote", "fresher data"), ("rollback", "the first was better")]


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways(chromium: Browser, site: House, width: int, scheme: str) -> None:
    visitor = Visitor(chromium, site, viewport={"width": width, "height": 800}, color_scheme=scheme)
    visitor.sign_in("ada@example.com")
    for path in ("", "churn/", "recommendations/", "uploads/", "uploads/new/", "team/"):
        visitor.page.goto(f"/p/alder/{path}")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert visitor.complaints == []


def test_the_interface_speaks_chinese_when_asked(chromium: Browser, site: House) -> None:
    visitor = Visitor(chromium, site, locale="zh-CN")
    visitor.page.goto("/accounts/login/")
    assert "登录" in visitor.text()
    visitor.sign_in("ada@example.com")
    visitor.page.goto("/p/alder/churn/")
    assert visitor.page.get_attribute("html", "lang") == "zh-Hans"
