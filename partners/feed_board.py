"""What the pages of scheduled pulls show, as plain values in the page's language."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from partners import feeds
from partners.models import Feed, FeedRun
from portal.kit import cron
from portal.kit.runs import Run

LOOKS = {
    Run.State.QUEUED: "note",
    Run.State.RUNNING: "note",
    Run.State.SUCCEEDED: "good",
    Run.State.FAILED: "bad",
    Run.State.CANCELLED: "",
}
RUNS = 5


def where(feed: Feed) -> str:
    """One line that says which folder is meant; it holds no secret."""
    place = feed.place
    if feed.way == Feed.Way.S3:
        address = place.get("endpoint") or f"https://s3.{place['region']}.amazonaws.com"
        return "/".join(filter(None, [address.rstrip("/"), place["bucket"], place.get("prefix")]))
    port = "" if place["port"] == 22 else f":{place['port']}"
    return f"{place['user']}@{place['host']}{port}:{place.get('folder') or '~'}"


def row(feed: Feed) -> dict[str, Any]:
    """A pull in the list; its last run comes along with `select_related`."""
    label, look = standing(feed)
    return {
        "feed": feed,
        "where": where(feed),
        "words": cron.sentence(feed.cron, feed.time_zone),
        "next": cron.moment(feed.next_at, zone=feed.time_zone) if feed.next_at and not feed.paused else "",
        "label": label,
        "look": look,
        "last": last(feed),
    }


def standing(feed: Feed) -> tuple[str, str]:
    if feed.way == Feed.Way.SFTP and not feed.place.get("fingerprint"):
        return _("Needs confirming"), "warn"
    if feed.paused:
        return _("Paused"), ""
    run = feed.last_run
    if feed.last_message or (run is not None and run.state == Run.State.FAILED):
        return _("In trouble"), "bad"
    return _("Active"), "good"


def last(feed: Feed) -> str:
    if feed.last_message:
        return feed.last_message
    run = feed.last_run
    if run is None:
        return _("Has not run yet.")
    return run.message or (_("Waiting for a worker") if not run.ended else run.get_state_display())


def page(feed: Feed, *, at: datetime) -> dict[str, Any]:
    """One pull: what is to be done about it first, then its plan and its last runs."""
    runs = list(feed.runs.select_related("requested_by").defer("log")[:RUNS])
    newest = runs[0] if runs else None
    return {
        **row(feed),
        "slots": [] if feed.paused else [cron.moment(one) for one in feed.next_five(after=at)],
        "runs": [_run(one) for one in runs if one.ended],
        "run": newest,
        "keys": _keys(feed, newest),
        "confirmed": feed.place.get("fingerprint", ""),
        "refused": bool(newest and newest.state == Run.State.FAILED),
    }


def _run(run: FeedRun) -> dict[str, Any]:
    return {
        "run": run,
        "what": _("Test") if run.is_test else _("Pull"),
        "look": LOOKS[Run.State(run.state)],
        "names": run.result.get("names", []),
    }


def _keys(feed: Feed, newest: FeedRun | None) -> list[dict[str, str]]:
    """Keys the server showed in the newest test and nobody has confirmed."""
    if newest is None or not newest.ended or not newest.result.get("keys"):
        return []
    shown = feeds.offered(feed)
    if feed.place.get("fingerprint") in shown:
        return []
    return [{"fingerprint": fingerprint, "type": key.split()[0]} for fingerprint, key in shown.items()]
