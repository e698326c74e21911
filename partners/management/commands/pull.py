"""`manage.py pull SLUG [NAME]`: look into a partner's folders here and now and fetch what is new."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django_scopes import scope

from partners import feeds
from partners.commands import partner_named, sentences
from partners.models import Feed, FeedRun, Partner
from portal.kit import runs
from portal.kit.errors import Refusal


class Command(BaseCommand):
    help = "Look into the folders of a partner's scheduled pulls now, and fetch, check and take what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("name", nargs="?", help="one pull by its name; all of the partner's without it")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["slug"])
        with scope(partner=partner):
            ended = [(feed, self._pull(feed)) for feed in _chosen(partner, options["name"])]
        for feed, run in ended:
            self.stdout.write(f"{feed.name}: {run.message}")
        if options["json"]:
            told = [{"name": feed.name, "state": run.state, "message": run.message} for feed, run in ended]
            self.stdout.write(json.dumps({"pulls": told}, ensure_ascii=False))
        if failed := [feed.name for feed, run in ended if run.state != FeedRun.State.SUCCEEDED]:
            raise Refusal(f"Not everything was fetched: {', '.join(failed)}.")

    def _pull(self, feed: Feed) -> FeedRun:
        ended = runs.run_here(feeds.run_now(feed, by=None, at=timezone.now()))
        assert isinstance(ended, FeedRun)
        return ended


def _chosen(partner: Partner, name: str | None) -> list[Feed]:
    found = list(Feed.objects.filter(partner=partner))
    chosen = [feed for feed in found if name in (None, feed.name)]
    if not chosen:
        known = ", ".join(f"“{feed.name}”" for feed in found) or "none yet"
        raise Refusal(f"There is no such pull: use the name of one of: {known}. Owners add them on the Data pages.")
    return chosen
