"""G36: persons erased are nowhere, in rows, files, Parquet, originals, exports, mail, Redis; models say so."""

import json
import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import redis

from portal import broker
from tests.drills.house import PAUSE, House, house

LARGE = bool(os.environ.get("FAIRWAY_DRILLS"))
ERASED, STAYING, KILLS = (100, 200, 8) if LARGE else (10, 50, 1)
CANARY = "canary"
UNTIL = date(2026, 6, 1)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")

PLANT = """
from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMessage
from django.utils import timezone
from django_scopes import scope
from partners import persons, uploads
from partners.models import ApiKey, Customer, Partner, Upload, UploadRun, User
from portal.kit import runs
from portal.models import IdempotentRequest
from predictions import deeds

partner = Partner.objects.get(slug="alder")
user = User.objects.create_user("ada@example.com", "correct horse battery", name="Ada")
key = ApiKey.objects.create(partner=partner, name="nightly", digest="d")
with scope(partner=partner):
    numbers = Customer.objects.filter(external_id__startswith="CANARY").order_by("external_id")
    bad = uploads.receive(partner, kind="orders", filename="Canary Person 0000.csv", by=user,
                          chunks=[open({bad!r}, "rb").read()])
    runs.run_here(uploads.prepare(bad, UploadRun.Step.CHECK, by=user, at=timezone.localdate()))
    runs.run_here(persons.prepare(numbers[0], by=user))
    for customer in numbers:
        deeds.act(customer, "called", by=user, at=timezone.now(), note="spoke with " + customer.name)
        outcome = deeds.judge(customer, "saved", by=user, at=timezone.now(), note=customer.email)
        IdempotentRequest.objects.create(api_key=key, value=customer.external_id, digest="0", made="outcome",
                                         made_id=outcome.pk)
    other = Customer.objects.exclude(external_id__startswith="CANARY").first()
    deeds.act(other, "called", by=user, at=timezone.now(), note="sent by " + numbers[0].name)
    for run in UploadRun.objects.filter(upload=bad):
        UploadRun.objects.filter(pk=run.pk).update(log="looking at " + numbers[1].external_id)
LogEntry.objects.create(user=user, content_type=ContentType.objects.get_for_model(User), object_id="1",
                        object_repr=numbers[0].name, action_flag=ADDITION, change_message=numbers[1].email)
session = SessionStore()
session["_messages"] = "[[\\"__json_message\\",0,25,\\"" + numbers[0].name + " is recorded\\"]]"
session.save()
EmailMessage("About " + numbers[0].name, "and 今天", "a@example.com", ["b@example.com"]).send()
print(bad.pk)
"""
DUMP = """
from django.apps import apps
from django.contrib.sessions.models import Session
from django_scopes import scopes_disabled
from partners import vault
from partners.models import Upload
with scopes_disabled():
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            print(model._meta.label, row)
    for session in Session.objects.all():
        print("session", session.get_decoded())
    for upload in Upload.objects.all():
        if upload.original.exists():
            with vault.original(upload).open() as file:
                print("original", upload.pk, repr(file.read().decode("utf-8", "replace")))
"""
ASK = """
from partners import erasure
from partners.models import Partner
print(erasure.request(Partner.objects.get(slug="alder"), {numbers!r}, by=None).pk)
"""
TRAIN = ("train", "churn", "--partner", "alder", "--families", "logistic", "--budget", "5", "--promote")
SCORE = ("score", "churn", "--partner", "alder", "--publish")


def person(number: int) -> str:
    return f"CANARY-{number:04d}"


def files(folder: Path) -> dict[str, Path]:
    """Customers, orders, contacts and outcomes of persons to be erased and of others, and a file with errors."""
    numbers = [person(n) for n in range(ERASED)] + [f"C-{n:04d}" for n in range(STAYING)]
    spoken = {
        one: ("Canary Person" if one.startswith("CANARY") else "Steady Buyer") + f" {one[-4:]}" for one in numbers
    }
    mail = {one: f"{spoken[one].replace(' ', '.').lower()}@example.net" for one in numbers}
    lines = {
        "customers": ["customer id,name,e-mail,telephone,account manager"],
        "orders": ["order id,customer id,date,sku,description,quantity,price"],
        "interactions": ["customer id,date,type,notes"],
        "outcomes": ["customer id,date,outcome,note"],
    }
    for place, one in enumerate(numbers):
        lines["customers"].append(f"{one},{spoken[one]},{mail[one]},+49 555 {place:06d},{spoken[one]} jr")
        last = UNTIL - timedelta(days=120 if place % 3 == 0 else 3 + place % 20)
        for back in range(16):
            day = last - timedelta(days=30 * back + (place * 7 + back * 3) % 5)
            lines["orders"].append(f"O{place}-{back},{one},{day},S{(place + back) % 6},Thing,{1 + back % 3},10.5")
        told = numbers[0] if place == len(numbers) - 1 else one
        lines["interactions"].append(f"{one},{UNTIL - timedelta(days=40)},call,spoke of {spoken[told]}")
        lines["outcomes"].append(f"{one},{UNTIL},saved,{spoken[one]} stays")
    bad = [lines["orders"][0], f"OX,{person(0)},some day,S1,Thing,1,1", f"{person(1)},{mail[person(1)]}"]
    made = {}
    for kind, rows in {**lines, "bad": bad}.items():
        made[kind] = folder / f"{kind}.csv"
        made[kind].write_text("\n".join(rows) + "\n", encoding="utf-8")
    return made


@pytest.fixture
def built(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "drill") as made:
        yield made


def hits(built: House) -> list[str]:
    """Every place that still says the word, whatever it is wrapped in."""
    found = [line[:300] for line in built.script(DUMP).splitlines() if CANARY in line.lower()]
    for path in sorted(one for one in built.home.rglob("*") if one.is_file()):
        raw = path.read_bytes().lower()
        if CANARY in path.name.lower() or any(CANARY.encode(encoding) in raw for encoding in ENCODINGS):
            found.append(str(path.relative_to(built.home)))
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            cells = {name: str(table[name].to_pylist()).lower() for name in table.column_names}
            found += [f"{path.name}:{name}" for name, told in cells.items() if CANARY in told]
    return found


def kept_by_the_broker(built: House) -> list[str]:
    here = redis.Redis(unix_socket_path=str(broker.socket(built.broker_folder)))
    with redis.Redis.from_url(built.redis) if built.redis else here as client:
        return [str(key) for key in client.scan_iter() if CANARY.encode() in (client.dump(key) or b"").lower()]


@pytest.mark.slow
def test_persons_erased_are_nowhere_and_do_not_come_back(built: House, tmp_path: Path) -> None:
    made = files(tmp_path)
    built.manage("createpartner", "alder", "--name", "Alder")
    for kind in ("customers", "orders", "interactions", "outcomes"):
        built.manage("ingest", "alder", kind, str(made[kind]))
    built.manage(*TRAIN)
    for _ in range(2):
        built.manage(*SCORE)
    built.script(PLANT.format(bad=str(made["bad"])))
    before = hits(built)
    places = ("partners.Customer ", "predictions.Action ", "admin.LogEntry ", "session ", "original ", "mail/",
              "partners.UploadRun ", "people.parquet:name", "scores.parquet:customer_id")  # fmt: skip
    assert [place for place in places if not any(place in one for one in before)] == [], "the canaries are planted"

    erase(built)
    assert kept_by_the_broker(built) == []
    assert hits(built) == []
    told = json.loads(built.script(STATE))
    assert told["versions"] == [True]
    assert told["customers"] == STAYING
    assert "train again" in str(told["doctor"]).lower()

    for kind in ("customers", "orders", "interactions", "outcomes"):
        built.manage("ingest", "alder", kind, str(made[kind]))
    built.manage(*TRAIN)
    built.manage(*SCORE)
    assert hits(built) == []
    told = json.loads(built.script(STATE))
    assert told["versions"] == [True, False]
    assert told["customers"] == STAYING


def erase(built: House) -> None:
    """By a worker that is killed at random moments, and started again, until it is done."""
    built.start_broker()
    dice, numbers = random.Random(36), [person(n) for n in range(ERASED)]
    pk = int(built.script(ASK.format(numbers=numbers)).splitlines()[-1])
    clock = built.start_clock()

    def state() -> str:
        """After three kills a run has failed for good; the clock queues it again, here without its ten minutes."""
        found = str(built.rows("SELECT state FROM partners_erasurerun WHERE id = ?", pk)[0][0])
        return found if found != "failed" else built.script(AGAIN) and "queued"

    for _ in range(KILLS):
        worker = built.start_worker(queues="upkeep")
        built.wait(lambda: state() != "queued", seconds=120, what="the erasure to start")
        PAUSE.wait(dice.uniform(0.5, 4))
        built.kill(worker)
    built.start_worker(queues="upkeep")
    built.wait(lambda: state() == "succeeded", seconds=300, what="the erasure to end")
    built.kill(clock)
    ended = built.rows("SELECT message FROM partners_erasurerun WHERE id = ?", pk)
    assert ended == [(f"{ERASED} customers are erased.",)]


AGAIN = """
from datetime import timedelta
from django.utils import timezone
from partners import erasure
print(erasure.again(at=timezone.now() + timedelta(hours=1)))
"""
STATE = """
import json
from django_scopes import scopes_disabled
from partners.models import Customer
from portal import doctor
from training.models import ModelVersion
with scopes_disabled():
    print(json.dumps({
        "versions": [bool(one.erasure_at) for one in ModelVersion.objects.order_by("pk")],
        "customers": Customer.objects.filter(is_present=True).count(),
        "doctor": doctor.models().as_dict(),
    }))
"""
