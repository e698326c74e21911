"""R16: the same idempotency key and body many times at once, from many threads, makes one object."""

import os
from collections.abc import Iterator

import pytest

from tests.drills.house import House, house

REQUESTS = 100 if os.environ.get("FAIRWAY_DRILLS") else 24
THREADS = 12

PROGRAM = """
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_scopes import scope
from partners import keys
from partners.models import ApiKey, Partner, Upload
from portal.kit.runs import supervisor
from portal.models import IdempotentRequest

supervisor.wake = lambda run: True
partner = Partner.objects.create(slug="alder", name="Alder")
_key, secret = keys.issue(ApiKey(partner=partner, name="program"), by=None, at=timezone.now())

def send(number):
    try:
        body = b"sku\\nS1\\n" if number % 10 else b"sku\\nS2\\n"
        answer = Client(SERVER_NAME="localhost").post(
            "/api/v1/uploads/", {{"kind": "products", "file": SimpleUploadedFile("p.csv", body)}},
            headers={{"authorization": "Bearer " + secret, "idempotency-key": "once"}},
        )
        return number % 10 == 0, answer.status_code, answer.json().get("id")
    finally:
        connections.close_all()

with ThreadPoolExecutor({threads}) as pool:
    answers = Counter(pool.map(send, range(1, {requests} + 1)))
with scope(partner=partner):
    print(Upload.objects.count(), IdempotentRequest.objects.count())
for (other, status, pk), times in sorted(answers.items(), key=str):
    print(other, status, pk, times)
"""


@pytest.fixture
def built(tmp_path: object) -> Iterator[House]:
    with house(tmp_path / "drill", FAIRWAY_API_RATE="100000/min") as made:  # type: ignore[operator]
        yield made


def test_one_key_makes_one_upload_however_many_ask_at_once(built: House) -> None:
    told = built.script(PROGRAM.format(threads=THREADS, requests=REQUESTS)).splitlines()
    counts, *answers = [line for line in told if not line.startswith("{")]
    assert counts == "1 1"
    # Nine of ten send one body, one of ten another: whichever came first made the object, the other is refused.
    kinds = {(other, status) for other, status, _pk, _times in (line.split() for line in answers)}
    assert kinds in ({("False", "202"), ("True", "422")}, {("False", "422"), ("True", "202")}), answers
    assert len({pk for _other, _status, pk, _times in (line.split() for line in answers)} - {"None"}) == 1
