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
from partners.models import ApiKey, Arrival, Partner, Upload
from portal.kit.runs import supervisor
from portal.models import IdempotentRequest

supervisor.wake = lambda run: True
partner = Partner.objects.create(slug="alder", name="Alder")
_key, secret = keys.issue(ApiKey(partner=partner, name="program"), by=None, at=timezone.now())
standing = {{"authorization": "Bearer " + secret, "idempotency-key": "once"}}

def whole(client, body):
    file = SimpleUploadedFile("p.csv", body)
    return client.post("/api/v1/uploads/", {{"kind": "products", "file": file}}, headers=standing)

def announced(client, body):
    said = {{"tus-resumable": "1.0.0", "upload-length": str(ord(body[-2:-1])),
            "upload-metadata": "filename cC5jc3Y=,kind cHJvZHVjdHM="}}
    return client.post("/api/v1/arrivals/", "", content_type="text/plain", headers={{**standing, **said}})

def send(number):
    try:
        body = b"sku\\nS1\\n" if number % 10 else b"sku\\nS2\\n"
        answer = {way}(Client(SERVER_NAME="localhost"), body)
        return number % 10 == 0, answer.status_code, answer.json().get("id")
    finally:
        connections.close_all()

with ThreadPoolExecutor({threads}) as pool:
    answers = Counter(pool.map(send, range(1, {requests} + 1)))
with scope(partner=partner):
    print(Upload.objects.count() + Arrival.objects.count(), IdempotentRequest.objects.count())
for (other, status, pk), times in sorted(answers.items(), key=str):
    print(other, status, pk, times)
"""


@pytest.fixture
def built(tmp_path: object) -> Iterator[House]:
    with house(tmp_path / "drill", FAIRWAY_API_RATE="100000/min") as made:  # type: ignore[operator]
        yield made


@pytest.mark.parametrize(("way", "made"), [("whole", "202"), ("announced", "201")])
def test_one_key_makes_one_object_however_many_ask_at_once(built: House, way: str, made: str) -> None:
    told = built.script(PROGRAM.format(threads=THREADS, requests=REQUESTS, way=way)).splitlines()
    counts, *answers = [line for line in told if not line.startswith("{")]
    assert counts == "1 1"
    # Nine of ten send one body, one of ten another: whichever came first made the object, the other is refused.
    kinds = {(other, status) for other, status, _pk, _times in (line.split() for line in answers)}
    assert kinds in ({("False", made), ("True", "422")}, {("False", "422"), ("True", made)}), answers
    assert len({pk for _other, _status, pk, _times in (line.split() for line in answers)} - {"None"}) == 1
