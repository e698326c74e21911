"""`manage.py score KIND`: score one partner or all here and now, and publish when asked."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from partners.commands import date_argument, partner_named, sentences
from portal.kit import runs
from portal.kit.errors import Refusal
from predictions.scoring import prepare
from training.models import Kind


class Command(BaseCommand):
    help = "Score customers with the champion of a kind; --publish shows the result to the partner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=Kind.values)
        parser.add_argument("--partner", metavar="SLUG", help="without it, every active partner with data")
        parser.add_argument("--as-of", type=date_argument, metavar="DATE")
        parser.add_argument("--publish", action="store_true")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["partner"]) if options["partner"] else None
        run = prepare(options["kind"], by=None, partner=partner, as_of=options["as_of"], publish=options["publish"])
        run = runs.run_here(run)  # type: ignore[assignment]
        if run.state != run.State.SUCCEEDED:
            raise Refusal(run.message or f"The run ended as {run.state}.")
        self.stdout.write(run.message)
        if options["json"]:
            self.stdout.write(json.dumps({**run.result, "run": run.pk, "kind": run.kind, "published": run.publish}))
