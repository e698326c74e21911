"""A whole house with its web server, and a real browser: Debian's Chromium. Skipped loudly where there is none."""

import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.drills.house import House, house

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PASSWORD = "correct horse battery"

PEOPLE = f"""
from partners.models import Membership, Partner, User
alder = Partner.objects.create(slug="alder", name="Alder Systems", currency="EUR")
birch = Partner.objects.create(slug="birch", name="Birch 北辰", currency="CNY", language="zh-hans")
ada = User.objects.create_user("ada@example.com", {PASSWORD!r}, name="Ada")
olga = User.objects.create_user("olga@example.com", {PASSWORD!r}, name="Olga")
Membership.objects.create(user=ada, partner=alder, role="owner", sees_personal_data=True)
Membership.objects.create(user=olga, partner=birch, role="owner", sees_personal_data=True)
User.objects.create_superuser("vera@example.com", {PASSWORD!r}, name="Vera")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM: install Debian's package to walk the product in a browser")
    with house(tmp_path_factory.mktemp("site")) as made:
        made.script(PEOPLE)
        made.start_broker()
        made.start_worker()
        made.start_clock()
        made.port = free_port()
        made.start_web(made.port)
        made.wait(lambda: _answers(made.url("/readyz")), seconds=60, what="the web server")
        yield made


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM: install Debian's package to walk the product in a browser")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser of their own, who notices what a page must never do: call away or break a policy."""

    def __init__(self, browser: Browser, site: House, **options: Any) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(base_url=site.url(""), **options)
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("request", self._foreign)

    def _foreign(self, request: Any) -> None:
        if not request.url.startswith((self.site.url(""), "data:", "blob:")):
            self.complaints.append(f"asked {request.url}")

    def sign_in(self, email: str) -> "Visitor":
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self

    def text(self) -> str:
        return self.page.inner_text("body")
