"""Scheduled pulls in a real house against a real SFTP server: by the clock, and killed at random moments."""

import json
import os
import random
import time
from collections.abc import Iterator

import pytest

from tests.drills.house import House, house
from tests.partners.feeding.servers import Sshd, sshd

DRILLS = bool(os.environ.get("FAIRWAY_DRILLS"))
KILLS = 30 if DRILLS else 1
FILES = 3 if DRILLS else 2
ROWS = 40
SECONDS = 240

pytestmark = pytest.mark.slow

WORLD = """
import json, os
from django.utils import timezone
from django_scopes import scope
from partners import feeds, vault
from partners.models import Feed, FeedRun, Partner
partner = Partner.objects.create(slug="alder", name="Alder")
place = json.loads({place!r})
with scope(partner=partner):
    feed = Feed(partner=partner, name="Nightly", kind="orders", way="sftp", place=place, cron="0 4 * * *")
    feeds.create(feed, by=None, at=timezone.now())
    feed.secret = vault.seal(partner, {private!r})
    feed.save()
    FeedRun.objects.all().delete()
"""
START = """
from django.utils import timezone
from django_scopes import scopes_disabled
from partners import feeds
from partners.models import Feed
with scopes_disabled():
    print(feeds.run_now(Feed.objects.get(), by=None, at=timezone.now()).pk)
"""
DUE = """
from datetime import timedelta
from django.utils import timezone
from partners.models import Feed
Feed.rows().update(next_at=timezone.now() - timedelta(days=3))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as made:
        yield made


@pytest.fixture(scope="module")
def built(server: Sshd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("house"), FAIRWAY_PULL_HOSTS="127.0.0.1") as made:
        made.script(WORLD.format(place=json.dumps(server.place), private=server.private))
        made.start_broker()
        made.start_clock()
        yield made


def put(server: Sshd, trial: int) -> None:
    for number in range(FILES):
        rows = "".join(f"O{trial}-{number}-{row},C{row},2026-01-05,S1,1,{row}\n" for row in range(ROWS))
        text = f"order id,customer id,date,sku,quantity,price\n{rows}"
        server.put(f"orders-{trial:03}-{number}.csv", text.encode(), changed=time.time() - 3600 + number)


def ended(built: House, run: int) -> bool:
    return built.rows("select state from partners_feedrun where id=?", run)[0][0] not in ("queued", "running")


def assert_taken_once(built: House, run: int, trial: int) -> None:
    assert built.rows("select state, message from partners_feedrun where id=?", run)[0][0] == "succeeded"
    found = built.rows(
        "select f.path, f.message, u.state from partners_feedfile f join partners_upload u on u.id = f.upload_id "
        "where f.path like ? order by f.path",
        f"%orders-{trial:03}-%",
    )
    assert [(message, state) for _path, message, state in found] == [(f"{ROWS} rows are in use.", "committed")] * FILES
    names = built.rows("select filename, count(*) from partners_upload group by filename having count(*) > 1")
    assert names == []
    assert [path.name for path in built.home.glob("partners/*/pulls/*")] == []


def test_the_clock_starts_what_is_due_once(built: House, server: Sshd) -> None:
    worker = built.start_worker()
    put(server, 999)
    built.script(DUE)
    built.wait(
        lambda: built.rows("select count(*) from partners_feedrun where state='succeeded'")[0][0],
        seconds=SECONDS,
        what="the clock's pull",
    )
    (run,) = built.rows("select id, slot from partners_feedrun")
    assert "by-hand" not in run[1]
    assert_taken_once(built, run[0], 999)
    built.kill(worker)


@pytest.mark.parametrize("trial", range(KILLS))
def test_a_pull_killed_at_any_moment_takes_each_file_once(built: House, server: Sshd, trial: int) -> None:
    dice = random.Random(trial)
    put(server, trial)
    before = built.rows("select count(*) from partners_upload")[0][0]
    worker = built.start_worker()
    run = int(built.script(START))
    question, goal = dice.choice(
        [
            ("select count(*) from partners_feedrun where state='running' and id=?", 1),
            ("select count(*) from partners_upload where ?>0", before + dice.randint(1, FILES)),
            (
                "select count(*) from partners_upload where state='committed' and ?>0",
                before + dice.randint(1, FILES - 1),
            ),
            ("select count(*) from partners_uploadrun where state='running' and ?>0", 1),
        ]
    )
    built.wait(
        lambda: ended(built, run) or built.rows(question, run)[0][0] >= goal,
        seconds=SECONDS,
        what=f"{question} {goal}",
    )
    built.kill(worker)
    worker = built.start_worker()
    built.wait(lambda: ended(built, run), seconds=SECONDS, what="recovery")
    built.kill(worker)
    assert_taken_once(built, run, trial)
