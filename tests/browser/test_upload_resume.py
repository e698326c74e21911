"""A large file from a page in a real browser: paused, the page reloaded, gone on with, and whole at the end."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor
from tests.drills.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEW = "/p/alder/uploads/new/"
SPEED = 3_000_000
CONTENT = """
import hashlib
from django_scopes import scopes_disabled
from partners import vault
from partners.models import Upload
with scopes_disabled():
    for upload in Upload.objects.filter(filename={name!r}).order_by("pk"):
        with vault.original(upload).open() as file:
            print("sent", upload.size, hashlib.sha256(file.read()).hexdigest())
"""


@pytest.fixture(scope="module")
def ada(chromium: Browser, site: House) -> Visitor:
    """Ada, on a line of 3 MB a second upwards."""
    visitor = Visitor(chromium, site).sign_in("ada@example.com")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SPEED}
    visitor.context.new_cdp_session(visitor.page).send("Network.emulateNetworkConditions", slow)
    return visitor


def products(path: Path, rows: int) -> Path:
    lines = (f"S{number:06},{hashlib.sha256(b'%d' % number).hexdigest()}\n" for number in range(rows))
    path.write_text("sku,name\n" + "".join(lines))
    return path


def begin(page: Page, file: Path) -> None:
    page.goto(NEW)
    page.check("input[name=kind][value=products]")
    page.set_input_files("input[type=file]", str(file))
    expect(page.locator("[data-upload-box]")).to_be_hidden()
    page.click("[data-upload-acts] button[type=submit]")
    expect(page.locator("[data-upload-resume]")).to_be_hidden()
    expect(page.locator("[data-upload-acts]")).to_be_hidden()


def arrived(site: House, file: Path) -> None:
    content = file.read_bytes()
    told = [line for line in site.script(CONTENT.format(name=file.name)).splitlines() if line.startswith("sent")]
    assert told == [f"sent {len(content)} {hashlib.sha256(content).hexdigest()}"]


def half_way(site: House, page: Page, share: float) -> None:
    bar = page.locator("[data-upload-bar]")
    site.wait(lambda: float(bar.get_attribute("value") or 0) > share, seconds=60, what=f"a share of {share}")


def test_a_paused_file_goes_on_after_the_page_was_reloaded(ada: Visitor, site: House, tmp_path: Path) -> None:
    page, file = ada.page, products(tmp_path / "catalogue.csv", 280_000)
    assert file.stat().st_size > 20 * 10**6
    begin(page, file)
    half_way(site, page, 0.3)
    expect(page.locator("[data-upload-numbers]")).to_contain_text("left")
    page.click("[data-upload-pause]")
    expect(page.locator("[data-upload-live]")).to_contain_text("Paused")
    expect(page.locator("[data-upload-resume]")).to_be_focused()
    page.click("[data-upload-resume]")
    half_way(site, page, 0.5)
    page.click("[data-upload-pause]")
    page.reload()
    begun = page.locator("[data-begun]")
    expect(begun).to_contain_text("catalogue.csv is")
    page.set_input_files("input[type=file]", str(file))
    expect(page.locator("[data-upload-live]")).to_contain_text("A part of catalogue.csv is here already")
    assert page.is_checked("input[name=kind][value=products]")
    page.click("[data-upload-acts] button[type=submit]")
    expect(page.locator("[data-upload-numbers]")).to_contain_text("%")
    page.wait_for_url(lambda url: not url.endswith("/new/"), timeout=60_000, wait_until="commit")
    arrived(site, file)
    assert ada.complaints == []


def test_a_lost_connection_is_said_and_the_file_goes_on_by_itself(ada: Visitor, site: House, tmp_path: Path) -> None:
    page, file = ada.page, products(tmp_path / "second.csv", 100_000)
    begin(page, file)
    half_way(site, page, 0.1)
    page.route("**/arrivals/**", lambda request: request.abort())
    expect(page.locator("[data-upload-live]")).to_contain_text("The connection was lost")
    page.unroute("**/arrivals/**")
    page.wait_for_url(lambda url: not url.endswith("/new/"), timeout=60_000, wait_until="commit")
    arrived(site, file)


def test_a_cancelled_file_leaves_nothing_to_go_on_with(ada: Visitor, site: House, tmp_path: Path) -> None:
    page, file = ada.page, products(tmp_path / "third.csv", 100_000)
    begin(page, file)
    half_way(site, page, 0.1)
    page.click("[data-upload-cancel]")
    expect(page.locator("[data-upload-acts]")).to_be_visible()
    expect(page.locator("[data-begun]")).to_have_count(0)
    assert site.rows("SELECT count(*) FROM partners_arrival WHERE filename = ?", "third.csv") == [(0,)]


def test_without_script_the_form_sends_the_file_at_once(chromium: Browser, site: House, tmp_path: Path) -> None:
    plain = Visitor(chromium, site, java_script_enabled=False).sign_in("ada@example.com")
    file = products(tmp_path / "plain.csv", 500)
    plain.page.goto(NEW)
    plain.page.check("input[name=kind][value=products]")
    plain.page.set_input_files("input[type=file]", str(file))
    plain.page.click("[data-upload-acts] button[type=submit]")
    plain.page.wait_for_url(lambda url: not url.endswith("/new/"))
    arrived(site, file)
