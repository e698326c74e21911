"""`manage.py train KIND`: train a model here and now, and say how good it is."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Max
from django.utils import timezone

from partners.commands import date_argument, partner_named, sentences
from portal.kit import runs
from portal.kit.errors import Refusal
from portal.kit.runs import Run
from training import allowances
from training.models import Kind, Recipe, TrainingRun
from training.runs import prepare, recipe_for


class Command(BaseCommand):
    help = "Train a model of a kind, for one partner or for the network, and register it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=Kind.values)
        parser.add_argument("--partner", metavar="SLUG", help="one partner's own model; without it, network-wide")
        parser.add_argument("--as-of", type=date_argument, metavar="DATE", help="nothing dated on or after it is seen")
        parser.add_argument("--horizon", type=int, metavar="DAYS")
        parser.add_argument(
            "--gap", type=int, default=0, metavar="DAYS", help="days between the newest data and the days that count"
        )
        parser.add_argument(
            "--outcome", default="", help="inactivity:DAYS, subscription:DAYS, purchase:DAYS[:CATEGORY], labelled"
        )
        parser.add_argument("--families", default="", help="comma-separated; empty: all that suit")
        parser.add_argument("--budget", type=int, default=600, metavar="SECONDS")
        parser.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="COLUMN",
            help="use this column although it alone tells the outcome too well; may be repeated; the recipe remembers",
        )
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--promote", action="store_true", help="make the new version champion")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        partner = partner_named(options["partner"]) if options["partner"] else None
        families = [name.strip() for name in options["families"].split(",") if name.strip()]
        newest = Recipe.objects.aggregate(pk=Max("pk"))["pk"] or 0
        recipe = recipe_for(
            options["kind"],
            partner=partner,
            outcome=options["outcome"],
            horizon=options["horizon"],
            gap=options["gap"],
            families=families,
            budget=options["budget"],
        )
        try:
            if options["allow"]:
                allowances.allow(recipe, *options["allow"])
            ended = self._train(recipe, options)
        except Refusal:
            if recipe.pk > newest:  # made for this command, which came to nothing: leave no trace
                recipe.delete()
            raise
        self._say(ended, as_json=options["json"])

    def _train(self, recipe: Recipe, options: dict[str, Any]) -> Run:
        run = prepare(
            recipe,
            by=None,
            today=timezone.localdate(),
            as_of=options["as_of"],
            promote=options["promote"],
            seed=options["seed"],
        )
        ended = runs.run_here(run, echo=None if options["json"] else self._echo)
        if ended.state != ended.State.SUCCEEDED:
            raise Refusal(ended.message or f"The run ended as {ended.state}.")
        return ended

    def _echo(self, word: dict[str, Any]) -> None:
        if line := word.get("log") or word.get("stage"):
            self.stdout.write(f"  {line}")

    def _say(self, run: Run, *, as_json: bool) -> None:
        assert isinstance(run, TrainingRun)
        run.refresh_from_db()
        self.stdout.write(run.message)
        if as_json:
            self.stdout.write(json.dumps({**run.result, "run": run.pk, "as_of": run.as_of.isoformat()}))
