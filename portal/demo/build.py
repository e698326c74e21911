"""Build the demo: the world's files, partners, uploads, models, lists and four weeks of work. Resumable at any step."""

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from partners.models import Partner
from portal.demo import accounts, history, messy, steps
from portal.demo.accounts import Login
from portal.demo.dresses import DRESSES
from portal.demo.files import File, write
from portal.demo.partners import Partner as DemoPartner
from portal.demo.partners import cast
from portal.demo.world import simulate
from portal.kit.errors import Refusal

SEED = 7
AGO = 28  # days between the list of last month and today's
BUDGETS = {"full": 60, "small": 20}
# The smallest first: customers are on their pages while the order lines are still being read.
KINDS = ("products", "customers", "subscriptions", "interactions", "orders")
AT_ONCE = 2  # kinds trained and scored side by side
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is being built; read back from the folder when an earlier call was cut short."""

    seed: int
    scale: str
    until: date
    folder: Path

    @property
    def partners(self) -> tuple[DemoPartner, ...]:
        return cast(self.scale)

    @property
    def shown(self) -> list[DemoPartner]:
        return [each for each in self.partners if each.demo]

    @property
    def files(self) -> list[File]:
        return [
            File(each.slug, kind, self.folder / each.slug / f"{kind}.{DRESSES[each.dress].kind(kind)}")
            for each in self.partners
            for kind in KINDS
        ]


def home() -> Path:
    return Path(settings.FAIRWAY_HOME) / "demo"


def finished() -> bool:
    """Is there a whole demo world, in the folder and in the database?"""
    seal = home() / "done.json"
    if not seal.exists():
        return False
    slugs = json.loads(seal.read_text())["partners"]
    return Partner.objects.filter(slug__in=slugs, dataset__isnull=False).count() == len(slugs)


def begun() -> bool:
    """Was a demo world begun and not finished? `manage.py demo` will go on with it."""
    return (home() / "plan.json").exists() and not finished()


def plan(*, today: date, seed: int | None = None, scale: str | None = None) -> Plan:
    """The plan an earlier call left, else this call's. Raises Refusal when what is asked for is another world."""
    note = home() / "plan.json"
    if not note.exists():
        home().mkdir(parents=True, exist_ok=True)
        asked = {"seed": SEED if seed is None else seed, "scale": scale or "full", "until": today.isoformat()}
        note.write_text(json.dumps(asked))
    found = json.loads(note.read_text())
    if (seed is not None and seed != found["seed"]) or (scale and scale != found["scale"]):
        raise Refusal(
            _(
                "There is a demo world of scale %(scale)s and seed %(seed)s already: "
                "add --fresh to remove it and build another."
            )
            % {"scale": found["scale"], "seed": found["seed"]}
        )
    until = date.fromisoformat(found["until"])
    return Plan(seed=found["seed"], scale=found["scale"], until=until, folder=home() / "world")


def forget() -> None:
    """Remove the demo's partners, people and files; models it trained stay in the registry."""
    accounts.forget([each.slug for each in cast()])
    shutil.rmtree(home(), ignore_errors=True)


def build(made: Plan, *, say: Say) -> list[Login]:
    """Do what is left to do of a plan; returns the logins. Raises Refusal with the sentence of a failed step."""
    begin = time.monotonic()

    def tell(sentence: str) -> None:
        say(f"{time.monotonic() - begin:6.1f} s  {sentence}")

    _write(made, tell)
    for each in made.partners:
        accounts.partner_row(each)
    logins = accounts.sign_ups()
    slugs = [each.slug for each in made.shown]
    _ingest(made, tell, slugs)
    _last_month(made, tell)
    _ingest(made, tell, [each.slug for each in made.partners if not each.demo])
    _today(made, tell)
    (home() / "done.json").write_text(json.dumps({"partners": [each.slug for each in made.partners]}))
    tell(_("The demo world is ready."))
    return logins


def _write(made: Plan, tell: Say) -> None:
    if (made.folder / "world.json").exists():
        return
    shutil.rmtree(made.folder, ignore_errors=True)
    made.folder.mkdir(parents=True)
    world = simulate(until=made.until, seed=made.seed, scale=made.scale)
    for language in ("en", "zh-hans"):
        (made.folder / f"messy-orders-{language}.csv").write_bytes(messy.sample(language, until=made.until))
    write(world, made.folder)
    lines = sum(len(each.tables["orders"]) for each in world.partners)
    tell(
        _("Simulated %(partners)s partners with %(lines)s order lines; the truth lies in %(folder)s.")
        % {"partners": len(world.partners), "lines": f"{lines:,}", "folder": made.folder}
    )


def _ingest(made: Plan, tell: Say, slugs: list[str]) -> None:
    for slug in slugs:
        rows = [steps.ingest(file, at=made.until) for file in made.files if file.slug == slug and file.path.exists()]
        if any(rows):
            tell(_("%(partner)s: %(files)s files are in use.") % {"partner": slug, "files": len(rows)})


def _last_month(made: Plan, tell: Say) -> None:
    """The list the demo partners had four weeks ago, from a model of that day, and what they did with it."""
    day = made.until - timedelta(days=AGO)
    version = steps.train("churn", as_of=day, budget=BUDGETS[made.scale] // 4)
    tell(_("%(version)s learned from the demo partners' data up to %(day)s.") % {"version": version, "day": day})
    truth = _truth(made)
    for each in made.shown:
        partner = Partner.objects.get(slug=each.slug)
        steps.score("churn", as_of=day, partner=partner)
        done = history.live(partner, truth[each.slug], since=day, until=made.until, seed=made.seed)
        steps.backdate(partner, day=day)
        tell(_("%(partner)s: last month's list, %(deeds)s deeds since.") % {"partner": each.slug, "deeds": done})


def _today(made: Plan, tell: Say) -> None:
    """Today's lists and offers; the two kinds share nothing, so they are made side by side."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for done in [pool.submit(_published, kind, made, tell) for kind in ("churn", "recommendation")]:
            done.result()


def _published(kind: str, made: Plan, tell: Say) -> None:
    try:
        version = steps.train(kind, as_of=made.until, budget=BUDGETS[made.scale])
        tell(_("%(version)s learned from all partners that share their data.") % {"version": version})
        sentence = steps.score(kind, as_of=made.until)
        tell(f"{version}: {sentence}")
    finally:
        if current_thread() is not main_thread():
            connection.close()


def _truth(made: Plan) -> dict[str, dict[str, dict[str, Any]]]:
    import pyarrow.parquet as pq

    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in pq.read_table(made.folder / "truth.parquet").to_pylist():
        found.setdefault(row["partner"], {})[row["customer_id"]] = row
    return found
