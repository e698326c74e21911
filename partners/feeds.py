"""Scheduled pulls: a bucket or an SFTP folder that is looked into by the clock. Connections are made in a run's child.

`create` and `change` keep what an owner said; `request_test`, `start` and `run_now` queue runs; `work` is what the
child does (partners.feeding).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from partners import vault
from partners.feeding import hosts, s3, ssh
from partners.models import Feed, FeedRun, Partner, User
from portal.kit import runs
from portal.kit.errors import Refusal
from portal.kit.runs import Run
from portal.kit.schedules import start_due as start_due_of

MOST = 20
"""Pulls of one partner."""
HISTORY = timedelta(days=90)
"""How long what a run said is kept."""
PINS = ("host_key", "fingerprint")


def create(feed: Feed, *, by: User | None, at: datetime, secret: str = "") -> Feed:
    """Save a new pull and ask for its first test. SFTP gets a key pair of its own; S3 brings its secret key."""
    if Feed.objects.filter(partner=feed.partner).count() >= MOST:
        raise Refusal(_("There are %(most)s pulls already: delete one of them first.") % {"most": MOST})
    _refuse_taken(feed)
    feed.place = _judged(feed.way, feed.place)
    if feed.way == Feed.Way.SFTP:
        private, feed.place["public_key"] = ssh.key_pair(f"fairway-{feed.partner.slug}")
    else:
        private = secret.encode()
    with transaction.atomic():
        feed.secret = vault.seal(feed.partner, private)
        feed.plan(after=at)
        feed.save()
        request_test(feed, by=by, at=at)
    return feed


def change(feed: Feed, *, at: datetime, place: Mapping[str, Any], secret: str = "") -> Feed:
    """Keep what was corrected. A new host has to prove itself anew; a new address has to be given its secret anew."""
    _refuse_taken(feed)
    place = _judged(feed.way, place)
    moved = any(feed.place.get(name) != place.get(name) for name in ("host", "port", "endpoint", "access_key"))
    if feed.way == Feed.Way.S3 and moved and not secret:
        raise Refusal(_("Another address or access key needs its secret key: enter it too."), blocks="secret")
    if feed.way == Feed.Way.SFTP:
        place = _repinned(feed.place, place, moved=moved)
    feed.place = dict(place)
    if secret:
        feed.secret = vault.seal(feed.partner, secret.encode())
    feed.replan(at=at)
    feed.save(
        update_fields=["name", "kind", "cron", "time_zone", "pattern", "takes", "place", "secret", "next_at"],
    )
    return feed


def _repinned(before: Mapping[str, Any], place: Mapping[str, Any], *, moved: bool) -> dict[str, Any]:
    """The server's confirmed key stays until the host moves or somebody names another; our own stays in any case."""
    said = {name: value for name, value in place.items() if value or name not in PINS}
    stays = not moved and said.get("fingerprint", before.get("fingerprint")) == before.get("fingerprint")
    pinned = {name: before[name] for name in PINS if stays and name in before}
    return {**pinned, **said, "public_key": before["public_key"]}


def request_test(feed: Feed, *, by: User | None, at: datetime) -> FeedRun:
    """Look whether the folder can be reached; nothing is fetched."""
    return _queue(feed, slot=f"{feed._meta.label_lower}:{feed.pk}{FeedRun.TEST}{at:%Y-%m-%dT%H:%M:%S.%fZ}", by=by)


def trust(feed: Feed, fingerprint: str) -> None:
    """Pin the key the server showed in a test. Raises Refusal for one it did not show."""
    shown = offered(feed)
    if fingerprint not in shown:
        raise Refusal(_("The server has not shown this key: test the connection again and compare."))
    feed.place = {**feed.place, "host_key": shown[fingerprint], "fingerprint": fingerprint}
    feed.save(update_fields=["place"])


def offered(feed: Feed) -> dict[str, str]:
    """Fingerprint → key, as the server showed them in the newest test that asked for them."""
    newest = feed.runs.filter(slot__contains=FeedRun.TEST).order_by("-pk").first()
    keys = newest.result.get("keys", []) if newest else []
    return {ssh.fingerprint(key): key for key in keys}


def start(feed: Feed, *, at: datetime, slot: str | None = None, by: User | None = None) -> FeedRun:
    """Look into the folder now. Raises Refusal while it is being looked into."""
    return _queue(feed, slot=slot or feed.slot_by_hand(at=at), by=by)


def run_now(feed: Feed, *, by: User | None, at: datetime) -> FeedRun:
    """Start outside the plan, for a person or a program."""
    return start(feed, at=at, by=by)


def pause(feed: Feed) -> None:
    Feed.rows().filter(pk=feed.pk).update(paused=True)


def resume(feed: Feed, *, at: datetime) -> None:
    feed.replan(at=at)
    Feed.rows().filter(pk=feed.pk).update(paused=False, next_at=feed.next_at)


def remove(feed: Feed) -> None:
    """Forget a pull, its keys and its history; what it fetched stays."""
    if feed.runs.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).exists():
        raise Refusal(_("“%(name)s” is being worked on: wait until that has ended.") % {"name": feed.name})
    feed.delete()


def tidy(partner: Partner, *, at: datetime) -> int:
    """Forget what runs of long ago said, and how many that were; the files they fetched stay known."""
    old = FeedRun.objects.filter(feed__partner=partner, ended_at__lt=at - HISTORY)
    last = Feed.objects.filter(partner=partner, last_run__isnull=False).values("last_run")
    return old.exclude(pk__in=last).delete()[0]


def start_due(*, at: datetime) -> list[Run]:
    """Every partner's: the clock belongs to nobody, so each start opens the scope of its own partner."""
    return start_due_of(Feed, start, at=at)


def work(run: FeedRun, report: Any) -> dict[str, Any]:
    """What the child does; connections and heavy imports happen there."""
    from partners.feeding.pull import do

    return do(run, report)


def _queue(feed: Feed, *, slot: str, by: User | None) -> FeedRun:
    with scope(partner=feed.partner), transaction.atomic():
        held = Feed.objects.select_for_update(of=("self",)).select_related("partner").get(pk=feed.pk)
        if not held.partner.is_active:
            raise Refusal(_("“%(name)s” belongs to a partner that is closed.") % {"name": held.name})
        if held.runs.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).exists():
            raise Refusal(_("“%(name)s” is being worked on: wait until that has ended.") % {"name": held.name})
        run = FeedRun.objects.create(feed=held, slot=slot, requested_by=by)
        Feed.rows().filter(pk=feed.pk).update(last_run=run, last_message="")
    runs.enqueue(run)
    return run


def _judged(way: str, place: Mapping[str, Any]) -> dict[str, Any]:
    """What can be said about an address without asking anybody; names are resolved in the child."""
    if way == Feed.Way.S3:
        s3.endpoint(dict(place), allowed=settings.PULL_HOSTS)
        return dict(place)
    return {**place, "host": hosts.plain(place["host"])}


def _refuse_taken(feed: Feed) -> None:
    if Feed.objects.filter(partner=feed.partner, name=feed.name).exclude(pk=feed.pk).exists():
        raise Refusal(
            _("There is a pull called “%(name)s” already: choose another name.") % {"name": feed.name}, blocks="name"
        )
