"""`manage.py ingest SLUG KIND FILE`: check a file and take it into use, here and now, or say why not."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django_scopes import scope

from partners import uploads
from partners.columns import KINDS
from partners.commands import partner_named, sentences, today, with_number
from partners.fixing import corrections, date_orders
from partners.intake.source import ENCODINGS, QUOTES, Wishes
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
        parser.add_argument(
            "--date-order",
            action="append",
            default=[],
            metavar="dmy|mdy",
            help='for dates such as 03/04/2026; "Source column=dmy" for one column',
        )
        parser.add_argument("--decimal", choices=["point", "comma"], default="", help="for numbers such as 1,234")
        parser.add_argument("--encoding", choices=ENCODINGS, default="")
        parser.add_argument("--quote", choices=QUOTES, default="", help="the mark around cells")
        parser.add_argument("--sheet", default="", help="which sheet of a spreadsheet")
        parser.add_argument("--header-row", type=int, default=0, metavar="ROW")
        parser.add_argument(
            "--fix",
            action="append",
            default=[],
            metavar='"column:cause=act[:value]"',
            help='what becomes of a group of problems: "Price:not_a_number=replace:0", "Date:not_a_date=parse:mdy"',
        )
        parser.add_argument(
            "--value",
            action="append",
            default=[],
            metavar='"column:seen=word"',
            help='what a word of the file means: "Type:Hausbesuch=visit"',
        )
        parser.add_argument(
            "--fixes", type=Path, metavar="FILE", help='JSON: {"fixes": […], "values": {…}}, as the API takes them'
        )
        parser.add_argument(
            "--complete", action="store_true", help="the complete list of its kind: older files of it are set aside"
        )
        parser.add_argument(
            "--confirm", type=int, metavar="N", help="how many rows go, when that is more than a fifth of their table"
        )
        parser.add_argument("--skip-bad", action="store_true", help="leave out rows with errors instead of refusing")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["slug"])
        wishes = Wishes(
            encoding=options["encoding"],
            quote=options["quote"],
            header_row=options["header_row"],
            sheet=options["sheet"],
            decimal=options["decimal"],
            **date_orders(options["date_order"]),
            **corrections(options["fix"], options["value"], options["fixes"]),
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
                "removed",
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
        upload = uploads.receive(
            partner,
            kind=options["kind"],
            filename=path.name,
            chunks=_chunks(path),
            by=None,
            complete=options["complete"],
        )
        answers = {name: options[name] for name in ("skip_bad", "confirm")}
        run = uploads.prepare(
            upload, UploadRun.Step.COMMIT, by=None, at=today(partner), wishes=wishes, columns=options["map"], **answers
        )
        ended = runs.run_here(run)
        assert isinstance(ended, UploadRun)
        if ended.state != run.State.SUCCEEDED:
            message = with_number(ended)
            uploads.discard(upload)
            raise Refusal(message or f"The run ended as {ended.state}; nothing was changed.")
        if "same_as" in ended.result:
            uploads.discard(upload)
        return ended


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
