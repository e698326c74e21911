"""`manage.py person SLUG CUSTOMER_ID --out FILE`: everything held about one customer, as a ZIP."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django_scopes import scope

from partners import persons
from partners.commands import partner_named, sentences
from partners.models import Customer, PersonExport
from portal.kit import runs
from portal.kit.errors import Refusal


class Command(BaseCommand):
    help = "Write everything Fairway holds about one customer to a ZIP with JSON and CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("customer", metavar="CUSTOMER_ID", help="the partner's own number")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner, out = partner_named(options["slug"]), options["out"]
        if not out.parent.is_dir():
            raise Refusal(f"The folder {out.parent} does not exist: make it or choose another.")
        with scope(partner=partner):
            customer = Customer.objects.filter(partner=partner, external_id=options["customer"]).first()
            if customer is None:
                raise Refusal(f"{partner} has no customer {options['customer']}: check the number.")
            ended = runs.run_here(persons.prepare(customer, by=None))
            assert isinstance(ended, PersonExport)
            if ended.state != ended.State.SUCCEEDED:
                raise Refusal(ended.message or f"The run ended as {ended.state}; nothing was written.")
            with persons.opened(ended) as file:
                out.write_bytes(file.read())
        self.stdout.write(f"Wrote {out}.")
