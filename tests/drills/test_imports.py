"""R13: imports killed at random points leave the data as before or as after, never between, and no rubbish for ever."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.drills.house import PAUSE, ROOT, House, house

DRILL = bool(os.environ.get("FAIRWAY_DRILLS"))
ROWS = 1_000_000 if DRILL else 20_000
KILLS = 100 if DRILL else 6
CUSTOMERS = ROWS // 50

pytestmark = pytest.mark.slow

STATE = """
import json
from django.db.models import Count, Sum
from django_scopes import scope
from partners.intake import merge
from partners.models import Customer, DatasetVersion, Partner, Upload
partner = Partner.objects.get(slug="quay")
with scope(partner=partner):
    made, people = partner.dataset, Customer.objects.present().aggregate(rows=Count("pk"), spend=Sum("spend"))
    print(json.dumps({
        "digest": made.digest if made else "",
        "bytes": merge.digest(made.folder) if made else "",
        "counts": made.counts if made else {},
        "people": [people["rows"], round(people["spend"] or 0)],
        "in_use": Upload.objects.active().filter(kind="orders").count(),
        "versions": sorted(DatasetVersion.objects.values_list("number", flat=True)),
    }))
"""
RECOVER = """
from datetime import timedelta
from django.utils import timezone
from partners import leavings
from partners.models import Partner, UploadRun
from portal.kit import runs
runs.reap(at=timezone.now() + timedelta(hours=1))
for run in UploadRun.rows().open().order_by("pk"):
    runs.run_here(run)
leavings.tidy(Partner.objects.get(slug="quay"), at=timezone.now() + timedelta(hours=2))
"""
UNDO = """
from django.utils import timezone
from django_scopes import scope
from partners import uploads
from partners.models import Partner, Upload
from portal.kit import runs
with scope(partner=Partner.objects.get(slug="quay")):
    newest = Upload.objects.active().last()
    runs.run_here(uploads.prepare_withdraw(newest, by=None, at=timezone.now().date()))
"""


@dataclass
class Quay:
    """One partner with a first file in use, and a second file to be killed over."""

    house: House
    more: Path
    before: dict[str, Any]
    after: dict[str, Any]
    seconds: float
    """What an import of the second file takes when nobody kills it."""

    def ingest(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "manage.py"), "ingest", "quay", "orders", str(self.more)]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, cwd=ROOT, env=self.house.environment, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def folders(self) -> list[str]:
        return sorted(path.name for path in self.house.home.glob("partners/*/datasets/*"))

    def rubbish(self) -> list[str]:
        """What lies in uploads' folders beside what belongs there."""
        kept = {"original", "canonical.parquet", "problems.parquet", "problems.csv", "failing.csv"}
        return [str(path) for path in self.house.home.glob("partners/*/uploads/*/*") if path.name not in kept]


def state(made: House, *, first: str = "") -> dict[str, Any]:
    """What the database and the files say, after these lines were run."""
    found = json.loads(made.script(first + STATE).splitlines()[-1])
    assert found["digest"] == found["bytes"], "the files are those the version names"
    return dict(found)


def alike(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(found[name] == wanted[name] for name in ("digest", "counts", "people", "in_use"))


def write(path: Path, *, first: int, last: int, price: int) -> Path:
    rows = (f"O{n},C{n % CUSTOMERS},2026-0{1 + n % 9}-05,S{n % 40},{1 + n % 3},{price}\n" for n in range(first, last))
    with path.open("w") as file:
        file.write("order id,customer id,date,sku,quantity,price\n")
        file.writelines(rows)
    return path


@pytest.fixture(scope="module")
def quay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quay]:
    """The second file corrects a tenth of the first one's rows and adds a twentieth: parts, keys and people change."""
    home = tmp_path_factory.mktemp("quay")
    first = write(home / "first.csv", first=0, last=ROWS, price=2)
    more = write(home / "more.csv", first=ROWS * 9 // 10, last=ROWS * 21 // 20, price=3)
    with house(home / "house") as made:
        made.manage("createpartner", "quay", "--name", "Quay")
        made.manage("ingest", "quay", "orders", str(first))
        before = state(made)
        began = time.monotonic()
        made.manage("ingest", "quay", "orders", str(more))
        seconds = time.monotonic() - began
        after = state(made)
        assert alike(state(made, first=UNDO), before)
        yield Quay(made, more, before, after, seconds)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in listed]


def kill(quay: Quay, program: subprocess.Popen[bytes], dice: random.Random) -> str:
    """SIGKILL at a random moment: the child alone, as an out-of-memory killer does, or everything, as a power cut."""
    until = time.monotonic() + dice.uniform(0.2, 0.9) * quay.seconds
    whole = dice.random() < 0.5
    while time.monotonic() < until and program.poll() is None:
        PAUSE.wait(0.01)
    if program.poll() is not None:
        return "too late"
    if whole:
        os.killpg(program.pid, signal.SIGKILL)  # the child dies with its parent
        program.wait()
        return "everything"
    for child in children(program.pid):
        os.kill(child, signal.SIGKILL)
    program.wait(timeout=600)  # it tries again by itself
    return "the child"


@pytest.mark.parametrize("trial", range(KILLS))
def test_an_import_killed_at_any_moment_is_before_or_after_and_never_between(quay: Quay, trial: int) -> None:
    program = quay.ingest()
    killed = kill(quay, program, random.Random(trial))
    found = state(quay.house)
    assert alike(found, quay.before) or alike(found, quay.after), f"between, after {killed} was killed"
    found = state(quay.house, first=RECOVER)
    done = alike(found, quay.after)
    assert done or (killed == "everything" and alike(found, quay.before)), "nothing had been asked for yet"
    assert quay.folders() == sorted(map(str, found["versions"]))
    assert quay.rubbish() == []
    print(f"killed {killed}: {'after' if done else 'before'}")  # noqa: T201 - drills report
    if done:
        assert alike(state(quay.house, first=UNDO), quay.before)
