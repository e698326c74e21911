"""`manage.py doctor`: is everything there that Fairway needs, and if not, what to do."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import doctor

SIGNS = {"ok": "ok      ", "warning": "warning ", "failure": "FAILURE "}


class Command(BaseCommand):
    help = "Check database, broker, workers, scheduler, disk and engines; say how to mend what is not well."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, **options: Any) -> None:
        findings = []
        for finding in doctor.examine(at=timezone.now()):
            findings.append(finding)
            if not options["json"]:
                self._print(finding)
        failed = [finding.name for finding in findings if finding.state == "failure"]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not failed, "checks": [found.as_dict() for found in findings]}))
        if failed:
            raise CommandError(_("Not well: %(names)s.") % {"names": ", ".join(failed)})

    def _print(self, finding: doctor.Finding) -> None:
        self.stdout.write(f"{SIGNS[finding.state]} {finding.sentence}")
        if finding.fix:
            self.stdout.write(f"         → {finding.fix}")
        self.stdout.flush()
