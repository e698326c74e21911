"""`manage.py export churn|propensity|value|recommendations SLUG --out FILE`: the published list as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from partners.commands import partner_named, sentences
from portal.kit.errors import Refusal
from predictions.exports import KINDS, REPEATS, export

FORMATS = ("csv", "parquet", "xlsx")


class Command(BaseCommand):
    help = "Write what a partner is shown to a CSV, Parquet or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=list(KINDS))
        parser.add_argument("slug")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument("--format", choices=FORMATS, help="default: by the file's ending, else csv")
        parser.add_argument("--top", type=int, metavar="N", help="customers of a list, or offers per customer")
        parser.add_argument("--repeat", choices=REPEATS, default="include", help="products bought before")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["slug"])
        if options["top"] is not None and options["top"] < 1:
            raise Refusal(f"--top is {options['top']}: write a number from 1 up.")
        ending = options["out"].suffix.lstrip(".").lower()
        form = options["format"] or (ending if ending in FORMATS else "csv")
        rows = export(partner, options["what"], options["out"], form=form, top=options["top"], repeat=options["repeat"])
        self.stdout.write(f"Wrote {rows} rows to {options['out']}.")
