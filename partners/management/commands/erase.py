"""`manage.py erase SLUG CUSTOMER_ID…`: erase customers of a partner for good, here and now."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from partners import erasure
from partners.commands import partner_named, sentences
from portal.kit import runs
from portal.kit.errors import Refusal


class Command(BaseCommand):
    help = "Erase customers from everything Fairway holds. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("customers", nargs="+", metavar="CUSTOMER_ID", help="the partner's own numbers")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        run = erasure.prepare(partner_named(options["slug"]), options["customers"], by=None)
        ended = runs.run_here(run)
        if ended.state != run.State.SUCCEEDED:
            raise Refusal(ended.message or f"The erasure ended as {ended.state}; it will be repeated by a worker.")
        self.stdout.write(ended.message)
        if options["json"]:
            self.stdout.write(json.dumps({"run": ended.pk, **ended.result}, ensure_ascii=False))
