"""R01 and R04: workers killed and brokers emptied in the middle of the work; everything still ends published, once."""

import os
import random
import re
from collections.abc import Iterator

import pytest

from tests.drills.house import House, house

DRILL = bool(os.environ.get("FAIRWAY_DRILLS"))
PARTNERS = 50 if DRILL else 12
KILLS = 300 if DRILL else 3
FLUSHES = 20 if DRILL else 3
RUNS = 100 if DRILL else 10
RECOVERY_SECONDS = 120

pytestmark = [pytest.mark.slow, pytest.mark.lanes]

WORLD = """
from datetime import date
from django_scopes import scope
from partners.models import DatasetVersion, Partner
from tests.worlds import canonical_orders
for number in range({partners}):
    partner = Partner.objects.create(slug=f"p{{number}}", name=f"Partner {{number}}")
    with scope(partner=partner):
        made = DatasetVersion.objects.create(partner=partner, number=1, last_on=date(2026, 5, 31), counts={{}})
        canonical_orders(made.folder, customers=40, seed=number)
        partner.dataset = made
        partner.save()
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Partners with data and a champion; a broker, a worker and a clock."""
    with house(tmp_path_factory.mktemp("drill")) as made:
        made.script(WORLD.format(partners=PARTNERS))
        trained = made.manage("train", "churn", "--families", "logistic", "--promote", check=False)
        assert trained.returncode == 0, trained.stderr
        made.start_broker()
        made.start_clock()
        yield made


def request(made: House, *, slugs: list[str | None]) -> list[int]:
    code = "from predictions.scoring import request\nfrom partners.models import Partner\n"
    for slug in slugs:
        partner = f"Partner.objects.get(slug={slug!r})" if slug else "None"
        code += f"print(request('churn', by=None, partner={partner}).pk)\n"
    return [int(pk) for pk in re.findall(r"^\d+$", made.script(code), re.MULTILINE)]


def ended(made: House, runs: list[int]) -> bool:
    marks = ",".join("?" * len(runs))
    states = made.rows(f"select state from predictions_scoringrun where id in ({marks})", *runs)
    return all(state in {"succeeded", "failed", "cancelled"} for (state,) in states)


def assert_published_once(made: House, runs: list[int], *, each: int) -> None:
    for run in runs:
        assert made.rows("select state, message from predictions_scoringrun where id=?", run)[0][0] == "succeeded"
        found = made.rows("select id, partner_id, state from predictions_publication where run_id=?", run)
        assert len(found) == len({partner for _, partner, _ in found}) == each
        for pk, partner, state in found:
            assert state in {"published", "retired"}
            rows, customers = made.rows(
                "select count(*), count(distinct customer_id) from predictions_score where publication_id=?", pk
            )[0]
            assert rows == customers == 40
            assert made.rows(
                "select count(*) from predictions_pointer where partner_id=? and kind='churn'", partner
            ) == [(1,)]


@pytest.mark.parametrize("trial", range(KILLS))
def test_a_worker_killed_mid_run_costs_nothing_but_time(built: House, trial: int) -> None:
    worker = built.start_worker()
    (run,) = request(built, slugs=[None])
    moment = random.Random(trial).randrange(PARTNERS)

    def reached() -> bool:
        done = built.rows("select count(*) from predictions_publication where run_id=?", run)[0][0]
        return bool(done > moment) or ended(built, [run])

    built.wait(reached, seconds=RECOVERY_SECONDS, what=f"{moment + 1} partners")
    finished_before = ended(built, [run])
    built.kill(worker)
    worker = built.start_worker()
    took = built.wait(lambda: ended(built, [run]), seconds=RECOVERY_SECONDS, what="recovery")
    assert_published_once(built, [run], each=PARTNERS)
    if not finished_before:
        assert built.rows("select attempts from predictions_scoringrun where id=?", run)[0][0] == 2
    print(f"killed after {moment + 1} of {PARTNERS} partners, recovered in {took:.1f} s")  # noqa: T201 - drills report
    built.kill(worker)


def test_an_emptied_broker_loses_and_doubles_nothing(built: House) -> None:
    runs = request(built, slugs=[f"p{number % PARTNERS}" for number in range(RUNS)])
    built.flush_broker()
    worker = built.start_worker()
    for done in range(0, RUNS, max(1, RUNS // FLUSHES)):
        goal = done

        def reached(goal: int = goal) -> bool:
            rows = built.rows("select count(*) from predictions_scoringrun where state='succeeded' and id>=?", runs[0])
            return bool(rows[0][0] >= goal)

        built.wait(reached, seconds=180, what=f"{goal} runs")
        built.flush_broker()
    built.wait(lambda: ended(built, runs), seconds=180, what="all runs")
    assert_published_once(built, runs, each=1)
    built.kill(worker)
