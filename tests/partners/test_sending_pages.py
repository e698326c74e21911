"""The page that sends files: limits said first, pieces taken in, what was begun listed for whoever began it."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from partners import originals, vault
from partners.models import Arrival, Upload
from tests.cast import Cast

BASE = "/p/alder/uploads/"
CSV = b"sku,name\nS1,Printer\n"


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.browser(cast.max)


def announce(browser: Client, **more: Any) -> HttpResponse:
    told = {"kind": "products", "filename": "p.csv", "size": len(CSV), "modified": 1_700_000_000_000, **more}
    return browser.post(f"{BASE}arrivals/", told)


def patch(browser: Client, url: str, piece: bytes, at: object) -> HttpResponse:
    kind = "application/offset+octet-stream"
    return browser.patch(url, piece, content_type=kind, headers={"upload-offset": str(at)})


def page(browser: Client) -> str:
    return browser.get(f"{BASE}new/").content.decode()


def test_every_limit_is_said_before_a_file_is_sent(browser: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_MB, settings.ORIGINAL_DAYS, settings.INTAKE_MEMORY_MB = 123, 17, 768
    said = page(browser)
    for limit in ("123 MB", "10,000,000 rows", "500 columns", "2 GB", "300 times", "768 MB of memory", "minutes"):
        assert limit in said, limit
    assert "kept encrypted and deleted after 17 days" in said
    assert said.index("123 MB") < said.index('type="file"')


def test_a_file_in_pieces_becomes_an_upload_the_page_goes_to(browser: Client, cast: Cast) -> None:
    made = announce(browser, complete="on")
    assert made.status_code == 201
    state = made.json()
    assert (state["offset"], state["size"], state["upload"]) == (0, len(CSV), None)
    half = patch(browser, state["url"], CSV[:5], 0).json()
    assert half["offset"] == 5
    assert browser.get(state["url"]).json() == half
    whole = patch(browser, state["url"], CSV[5:], 5).json()
    with scope(partner=cast.alder):
        upload = Upload.objects.get()
        assert whole["upload"] == f"{BASE}{upload.pk}/"
        assert (upload.is_complete, upload.created_by, upload.runs.count()) == (True, cast.max, 1)
        with vault.original(upload).open() as file:
            assert file.read() == CSV


def test_what_was_begun_is_listed_for_whoever_began_it(browser: Client, cast: Cast) -> None:
    url = announce(browser, filename="orders <1>.csv").json()["url"]
    patch(browser, url, CSV[:10], 0)
    said = page(browser)
    assert re.search("orders &lt;1&gt;.csv is 50.?% here: choose the same file", said)
    assert f'data-begun="{url}"' in said
    assert 'data-modified="1700000000000"' in said
    assert f'data-size="{len(CSV)}"' in said
    assert "data-begun" not in page(cast.browser(cast.ada))
    with scope(partner=cast.alder):
        Arrival.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "data-begun" not in page(browser)


def test_what_was_begun_can_be_cancelled_with_and_without_script(browser: Client, cast: Cast) -> None:
    with_script, without = (announce(browser).json()["url"] for _ in range(2))
    assert browser.delete(with_script).status_code == 200
    assert browser.get(with_script).status_code == 404
    answer = browser.post(f"{without}cancel/", follow=True)
    assert "p.csv is cancelled" in answer.content.decode()
    with scope(partner=cast.alder):
        assert Arrival.objects.count() == 0


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"kind": "invoices"}, "invoices"),
        ({"size": 0}, "is empty"),
        ({"size": "much"}, "whole number"),
        ({"kind": "outcomes", "complete": "on"}, "cannot be a complete list"),
    ],
)
def test_what_is_not_taken_is_said_in_a_sentence(browser: Client, told: dict[str, Any], sentence: str) -> None:
    answer = announce(browser, **told)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


def test_each_thing_that_can_happen_to_a_piece_has_its_status(browser: Client, cast: Cast, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    assert announce(browser, size=2**20 + 1).status_code == 413
    url = announce(browser).json()["url"]
    assert patch(browser, url, b"x", 3).status_code == 409
    assert patch(browser, url, b"x", "here").status_code == 422
    assert patch(browser, url, b"x" * 50, 0).status_code == 413
    with scope(partner=cast.alder):
        Arrival.objects.update(held_until=timezone.now() + timedelta(seconds=20))
        assert patch(browser, url, b"x", 0).status_code == 423
        Arrival.objects.update(expires_at=timezone.now(), held_until=None)
    assert patch(browser, url, b"x", 0).status_code == 410
    assert json.loads(patch(browser, url, b"x", 0).content)["detail"]


def test_a_piece_without_the_pages_token_is_refused(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.max)
    assert announce(browser).status_code == 403
    url = announce(cast.browser(cast.max)).json()["url"]
    assert patch(browser, url, CSV, 0).status_code == 403
    assert browser.get(url).json()["offset"] == 0


def test_the_plain_form_sends_the_file_at_once_and_says_when_it_is_the_complete_list(
    browser: Client, cast: Cast
) -> None:
    file = SimpleUploadedFile("p.csv", CSV)
    assert browser.post(f"{BASE}new/", {"kind": "products", "file": file, "complete": "on"}).status_code == 302
    with scope(partner=cast.alder):
        assert Upload.objects.get().is_complete
    refused = browser.post(
        f"{BASE}new/", {"kind": "outcomes", "file": SimpleUploadedFile("o.csv", CSV), "complete": "on"}
    )
    assert refused.status_code == 422
    assert "cannot be a complete list" in refused.content.decode()


def test_the_pages_of_a_file_say_when_it_is_deleted_and_that_it_was(browser: Client, cast: Cast, settings: Any) -> None:
    url = patch(browser, announce(browser).json()["url"], CSV, 0).json()["upload"]
    assert "kept encrypted and deleted on" in browser.get(url).content.decode()
    with scope(partner=cast.alder):
        originals.shred(Upload.objects.get(), at=timezone.now())
    assert "The file itself was deleted on" in browser.get(url, follow=True).content.decode()


def test_a_body_over_the_limit_is_refused_before_it_is_read(browser: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1

    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError

        readline = read

    sizes = {"CONTENT_LENGTH": str(3 * 2**20), "wsgi.input": Unread()}
    form = {**sizes, "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = browser.generic("POST", f"{BASE}new/", **form)
    assert answer.status_code == 413
    assert "up to 2 MB" in answer.content.decode()
    assert "Split the file" in answer.content.decode()
    elsewhere = browser.generic("POST", "/accounts/login/", **form)
    assert elsewhere.status_code == 413
    script = browser.generic("PATCH", f"{BASE}arrivals/{'0' * 8}-0000-4000-8000-{'0' * 12}/", **sizes)
    assert (script.status_code, script["Content-Type"]) == (413, "application/problem+json")
