"""`manage.py demo`: build the demo world, or go on where an earlier call was stopped."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from partners.commands import sentences
from partners.models import Partner
from portal.demo import accounts, build
from portal.kit.errors import Refusal


class Command(BaseCommand):
    help = "Build the demo world: a vendor, its partners, their data, models and lists, and users to sign in as."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, help=f"another seed, another world (default {build.SEED})")
        parser.add_argument("--scale", choices=["full", "small"], help="eight partners (default) or three tiny ones")
        parser.add_argument("--judge", action="store_true", help="hold the published lists against the planted truth")
        parser.add_argument("--fresh", action="store_true", help="remove the demo world there is and build a new one")

    @sentences
    def handle(self, *args: Any, seed: int | None, scale: str | None, fresh: bool, judge: bool, **options: Any) -> None:
        accounts.allowed()
        if Partner._meta.db_table not in connection.introspection.table_names():
            raise Refusal("The database has no tables yet: run “manage.py migrate” first, or “make run”.")
        if fresh:
            build.forget()
        if judge and not (build.begun() or build.finished()):
            raise Refusal("There is no demo world to judge yet: run “manage.py demo” first.")
        made = build.plan(seed=seed, scale=scale, today=timezone.localdate())
        if judge:
            from portal.demo import verdict  # pandas is for this question only

            for sentence in verdict.sentences(made):
                self._say(sentence)
            return
        if build.finished():
            self._say("The demo world is there already; nothing was changed. Add --fresh to build it anew.")
            self._logins(accounts.sign_ups())
            return
        self._logins(build.build(made, say=self._say))

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _logins(self, logins: list[accounts.Login]) -> None:
        self._say(f"\nSign in with the password {accounts.PASSWORD} as")
        for login in logins:
            self._say(f"  {login.email:<26} {login.role:<8} {login.slug or 'Northline Systems'}")
        self._say("These accounts exist for the demo only (FAIRWAY_DEMO or DEBUG is on).\n")
