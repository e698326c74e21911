"""Three schedulers in three processes tick at the same moment, over and over: every slot is started exactly once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.house import ROOT, house

SCHEDULERS = 3
SLOTS = 200 if os.environ.get("FAIRWAY_DRILLS") else 20

pytestmark = pytest.mark.slow

WORLD = """
from datetime import datetime, timezone
from django_scopes import scope
from partners.models import DatasetVersion, Partner
from predictions.models import ScoringSchedule
from training.models import Champion, ModelVersion
partner = Partner.objects.create(slug="alder", name="Alder")
with scope(partner=partner):
    partner.dataset = DatasetVersion.objects.create(partner=partner, number=1)
partner.save()
version = ModelVersion.objects.create(kind="churn", number=1, family="logistic", as_of="2026-01-01", alias="champion")
Champion.objects.create(kind="churn", version=version)
ScoringSchedule.objects.create(
    name="Every minute", kind="churn", cron="* * * * *", next_at=datetime(2026, 3, 28, 23, 55, tzinfo=timezone.utc)
)
"""

# Each process waits at the gate until all are ready, then ticks once a minute of a simulated clock.
SCHEDULER = """
import os, pathlib
from datetime import datetime, timedelta, timezone
from threading import Event
from predictions import schedules
gate, me = pathlib.Path(os.environ["GATE"]), os.environ["SCHEDULER"]
(gate / me).touch()
while len(list(gate.iterdir())) < {count}:
    Event().wait(0.02)
for minute in range({slots}):
    schedules.start_due(at=datetime(2026, 3, 28, 23, 55, tzinfo=timezone.utc) + timedelta(minutes=minute))
"""


def test_three_schedulers_start_every_slot_once(tmp_path: Path) -> None:
    with house(tmp_path / "home") as made:
        made.script(WORLD)
        gate = tmp_path / "gate"
        gate.mkdir()
        code = SCHEDULER.format(count=SCHEDULERS, slots=SLOTS)
        started = [
            subprocess.Popen(
                [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
                cwd=ROOT,
                env={**made.environment, "GATE": str(gate), "SCHEDULER": str(number)},
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(SCHEDULERS)
        ]
        ends = [(one.communicate(timeout=300)[1], one.returncode) for one in started]
        assert [code for _said, code in ends] == [0] * SCHEDULERS, "\n".join(said for said, _code in ends)
        slots = [slot for (slot,) in made.rows("select slot from predictions_scoringrun order by slot")]
        ((next_at,),) = made.rows("select next_at from predictions_scoringschedule")
    assert len(slots) == len(set(slots)) == SLOTS
    assert slots[0].endswith("2026-03-28T23:55Z")
    assert str(next_at).startswith("2026-03-29 00:15") or SLOTS != 20
