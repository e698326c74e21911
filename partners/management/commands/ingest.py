"""`manage.py ingest SLUG KIND FILE`: check a file and take it into use, here and now, or say why not."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand
from django.utils import timezone
from django_scopes import scope

from partners import uploads
from partners.columns import KINDS
from partners.commands import partner_named, sentences
from partners.intake.source import ENCODINGS, Wishes
from partners.models import Partner, UploadRun
from portal.kit import runs
from portal.kit.errors import Refusal

CHUNK = 2**20


class Command(BaseCommand):
    help = "Read a file of a partner (CSV, XLSX or Parquet), check every row, and take it into use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("kind", metavar="KIND", help=" ".join(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar='"Source column=field"',
            help='what a column is; "#row=customer_id" takes the row number; =ignore and =attribute also work',
        )
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="", help="for dates such as 03/04/2026")
        parser.add_argument("--decimal", choices=["point", "comma"], default="", help="for numbers such as 1,234")
        parser.add_argument("--encoding", choices=ENCODINGS, default="")
        parser.add_argument("--sheet", default="", help="which sheet of a spreadsheet")
        parser.add_argument("--header-row", type=int, default=0, metavar="ROW")
        parser.add_argument("--skip-bad", action="store_true", help="leave out rows with errors instead of refusing")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["slug"])
        wishes = Wishes(
            encoding=options["encoding"],
            header_row=options["header_row"],
            sheet=options["sheet"],
            date_order=options["date_order"],
            decimal=options["decimal"],
        )
        with scope(partner=partner):
            ended = self._ingest(partner, options, wishes)
        result = ended.result
        self.stdout.write(ended.message)
        for warning in result["warnings"]:
            self.stdout.write(f"  {warning}")
        if options["json"]:
            keys = (
                "rows",
                "lines",
                "skipped",
                "rejected",
                "created",
                "updated",
                "unchanged",
                "warnings",
                "dataset",
                "upload",
            )
            told = {key: result.get(key) for key in keys}
            self.stdout.write(json.dumps({**told, "same": "same_as" in result}, ensure_ascii=False))

    def _ingest(self, partner: Partner, options: dict[str, Any], wishes: Wishes) -> UploadRun:
        path: Path = options["file"]
        if not path.is_file():
            raise Refusal(f"There is no file {path}: check the path. Nothing was changed.")
        upload = uploads.receive(partner, kind=options["kind"], filename=path.name, chunks=_chunks(path), by=None)
        today = timezone.localdate(timezone=ZoneInfo(partner.time_zone))
        run = uploads.prepare(upload, UploadRun.Step.COMMIT, by=None, at=today, wishes=wishes, columns=options["map"])
        run.options["skip_bad"] = options["skip_bad"]
        run.save(update_fields=["options"])
        ended = runs.run_here(run)
        assert isinstance(ended, UploadRun)
        if ended.state != run.State.SUCCEEDED:
            message = ended.message
            uploads.discard(upload)
            raise Refusal(message or f"The run ended as {ended.state}; nothing was changed.")
        if "same_as" in ended.result:
            uploads.discard(upload)
        return ended


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
