"""`manage.py undo SLUG UPLOAD`: build the data again without one upload, here and now, or say why not."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django_scopes import scope

from partners import uploads
from partners.commands import partner_named, sentences, today, with_number
from partners.models import Partner, Upload, UploadRun
from portal.kit import runs
from portal.kit.errors import Refusal


class Command(BaseCommand):
    help = "Undo an upload of a partner: the data become as if it had never been sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("upload", type=int, metavar="UPLOAD", help="its number, as ingest --json tells it")
        parser.add_argument(
            "--confirm", type=int, metavar="N", help="how many rows go, when that is more than a fifth of their table"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["slug"])
        with scope(partner=partner):
            ended = self._undo(partner, options["upload"], confirm=options["confirm"])
        self.stdout.write(ended.message)
        if options["json"]:
            told = {key: ended.result.get(key) for key in ("upload", "removed", "dataset")}
            self.stdout.write(json.dumps(told, ensure_ascii=False))

    @staticmethod
    def _undo(partner: Partner, pk: int, *, confirm: int | None) -> UploadRun:
        upload = Upload.objects.filter(partner=partner, pk=pk).first()
        if upload is None:
            active = Upload.objects.filter(partner=partner).active().order_by("-pk")[:10]
            known = ", ".join(f"{one.pk} ({one.filename})" for one in active) or "none"
            raise Refusal(f"Partner “{partner.slug}” has no upload {pk}: those in use are {known}.")
        run = uploads.prepare_withdraw(upload, by=None, at=today(partner), confirm=confirm)
        ended = runs.run_here(run)
        assert isinstance(ended, UploadRun)
        if ended.state != run.State.SUCCEEDED:
            raise Refusal(with_number(ended) or f"The run ended as {ended.state}; nothing was changed.")
        return ended
