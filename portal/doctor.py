"""What `manage.py doctor` looks at: each finding is a sentence, and each that is not fine says how to mend it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import ErasureRun, Feed
from portal import catalogues, health, pulse
from portal.kit import native
from training.models import ModelVersion

QUEUES = ("intake", "score", "train", "gpu", "upkeep")
LITTLE_GB, TIGHT_GB = 1, 5
ANSWER_SECONDS = 2.0
ENGINE_SECONDS = 120
GPUS = """
from training.ml.device import BACKENDS, backend, count
print(f"{BACKENDS[backend()]}: {count()}" if count() else "")
"""


@dataclass(frozen=True)
class Finding:
    name: str
    state: str  # ok, warning or failure
    sentence: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def examine(*, at: datetime) -> Iterator[Finding]:
    """Every finding, in the order in which one thing depends on another. A check that breaks is a failure itself."""
    checks: dict[str, Callable[[], Finding]] = {
        "database": database,
        "migrations": migrations,
        "home": home,
        "disk": disk,
        "broker": broker,
        "workers": workers,
        "scheduler": lambda: scheduler(at=at),
        "engines": engines,
        "accelerator": accelerator,
        "pulls": pulls,
        "translations": translations,
        "erasures": erasures,
        "models": models,
    }
    for name, check in checks.items():
        try:
            yield check()
        except (DatabaseError, OSError, ValueError, LookupError) as error:
            sentence = _("This could not be looked at: %(name)s (%(error)s).")
            told = sentence % {"name": name, "error": type(error).__name__}
            yield Finding(name, "failure", told, _("Mend what stands above first."))


def database() -> Finding:
    kind = connection.vendor
    try:
        health.database()
    except DatabaseError as error:
        return Finding(
            "database",
            "failure",
            _("The %(kind)s database does not answer (%(why)s).") % {"kind": kind, "why": type(error).__name__},
            _("Check DATABASE_URL and that its server runs and lets this machine in."),
        )
    return Finding("database", "ok", _("The %(kind)s database answers.") % {"kind": kind})


def migrations() -> Finding:
    answer = health.migrations()
    if answer == "ok":
        return Finding("migrations", "ok", _("Every migration is applied."))
    sentence = _("The database is older than the program: %(what)s.") % {"what": answer}
    return Finding("migrations", "failure", sentence, _("Run: manage.py migrate"))


def home() -> Finding:
    folder = Path(settings.FAIRWAY_HOME)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sentence = _("FAIRWAY_HOME, %(folder)s, cannot be written: %(why)s.")
        fix = _("Give the folder to the user Fairway runs as, or name another in FAIRWAY_HOME.")
        return Finding("home", "failure", sentence % {"folder": folder, "why": error.strerror}, fix)
    return Finding("home", "ok", _("FAIRWAY_HOME, %(folder)s, can be written.") % {"folder": folder})


def disk() -> Finding:
    free = shutil.disk_usage(settings.FAIRWAY_HOME).free / 2**30
    state = "failure" if free < LITTLE_GB else "warning" if free < TIGHT_GB else "ok"
    sentence = _("%(free).1f GB are free where FAIRWAY_HOME lies.") % {"free": free}
    fix = "" if state == "ok" else _("Free some space, or move FAIRWAY_HOME to a larger disk.")
    return Finding("disk", state, sentence, fix)


def broker() -> Finding:
    answer = health._ask(health.broker)
    if answer == "ok":
        return Finding("broker", "ok", _("The broker answers."))
    return Finding(
        "broker",
        "failure",
        _("The broker does not answer (%(why)s). Pages work; new work waits.") % {"why": answer},
        _("On one machine: make run. With a Redis of your own: check REDIS_URL and that it runs."),
    )


def workers() -> Finding:
    """Whether somebody serves every queue. `gpu` may go unserved: the train queue's worker takes its place."""
    try:
        heard = current_app.control.inspect(timeout=ANSWER_SECONDS).active_queues() or {}
    except Exception:  # noqa: BLE001 - every transport has its own kinds; all mean nobody was heard
        heard = {}
    served = {queue["name"] for queues in heard.values() for queue in queues}
    missing = [queue for queue in QUEUES if queue not in served]
    if not missing:
        names = ", ".join(sorted(heard))
        return Finding("workers", "ok", _("Workers serve every queue: %(names)s.") % {"names": names})
    if missing == ["gpu"]:
        return Finding("workers", "warning", _("No worker serves the queue gpu."), _start_workers())
    sentence = _("No worker serves: %(queues)s.") % {"queues": ", ".join(missing)}
    return Finding("workers", "failure", sentence, _start_workers())


def _start_workers() -> str:
    return _("On one machine: make run. Elsewhere start a worker for it, as docs/deploy.md shows.")


def scheduler(*, at: datetime) -> Finding:
    fix = _("On one machine: make run. Elsewhere start exactly one: celery --app portal beat")
    try:
        heard = pulse.last()
    except Exception:  # noqa: BLE001 - whatever the broker's trouble is, its own check names it
        heard = None
    if heard is None:
        return Finding("scheduler", "failure", _("No heartbeat of the scheduler was seen."), fix)
    age = (at - heard).total_seconds()
    sentence = _("The scheduler's last heartbeat came through %(age).0f seconds ago.") % {"age": age}
    return Finding("scheduler", "ok", sentence) if age < 120 else Finding("scheduler", "failure", sentence, fix)


def engines() -> Finding:
    """LightGBM is loaded in a child; it needs a system library that a bare machine may lack."""
    code, said = _child("import lightgbm")
    if code == 0:
        return Finding("engines", "ok", _("Gradient boosting can be loaded."))
    sentence = _("Gradient boosting cannot be loaded: %(why)s") % {"why": said}
    return Finding("engines", "failure", sentence, _("Debian or Ubuntu: apt-get install libgomp1. Then make install."))


def accelerator() -> Finding:
    """No GPU is a normal state. The networks' backend is asked, in a child, only where a device is in sight."""
    if not any(Path("/dev").glob("nvidia[0-9]*")):
        return Finding("accelerator", "ok", _("No GPU here: the networks train on the processor."))
    code, said = _child(GPUS)
    if code == 0 and said:
        return Finding("accelerator", "ok", _("GPUs the networks train on: %(found)s.") % {"found": said})
    sentence = _("There is a GPU the networks cannot use: they train on the processor.")
    return Finding("accelerator", "warning", sentence, _("Install the GPU build, as docs/deploy.md shows."))


def _child(program: str) -> tuple[int, str]:
    """Exit code and last line of a small Python program in a process of its own."""
    libraries = native.environment(Path(settings.FAIRWAY_HOME) / "native")
    quiet = {**os.environ, **libraries, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=ENGINE_SECONDS,
            env=quiet,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, _("no answer in %(seconds)s seconds") % {"seconds": ENGINE_SECONDS}
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def pulls() -> Finding:
    """SFTP folders are read by the system's own ssh; nobody needs it who pulls from none."""
    count = Feed.rows().filter(way=Feed.Way.SFTP, paused=False).count()
    if not count or shutil.which("ssh"):
        return Finding("pulls", "ok", _("Scheduled pulls have the programs they need."))
    sentence = ngettext(
        "%(count)s scheduled pull reads an SFTP folder, and there is no ssh here.",
        "%(count)s scheduled pulls read SFTP folders, and there is no ssh here.",
        count,
    )
    fix = _("Debian or Ubuntu, on every host with a worker of the queue intake: apt-get install openssh-client")
    return Finding("pulls", "failure", sentence % {"count": count}, fix)


def translations() -> Finding:
    stale = catalogues.stale()
    if not stale:
        return Finding("translations", "ok", _("The translations are compiled."))
    names = ", ".join(po.parent.parent.name for po in stale)
    sentence = _("Translations are not compiled: %(names)s.") % {"names": names}
    return Finding("translations", "warning", sentence, _("Run: python -m portal.catalogues"))


def erasures() -> Finding:
    """What failed for good is queued again by the clock; who reads this may look why."""
    failed = ErasureRun.rows().filter(state=ErasureRun.State.FAILED).count()
    if not failed:
        return Finding("erasures", "ok", _("Every erasure is complete or under way."))
    sentence = ngettext("%(count)s erasure is not complete.", "%(count)s erasures are not complete.", failed)
    fix = _("It is repeated every few minutes while the scheduler runs; the admin’s list of erasure runs says why.")
    return Finding("erasures", "failure", sentence % {"count": failed}, fix)


def models() -> Finding:
    """Versions that answer, or could be rolled back to, and learned from persons erased since."""
    marked = list(ModelVersion.objects.exclude(erasure_at=None).select_related("partner").order_by("pk"))
    answering = [str(one) for one in marked if one.alias == ModelVersion.Alias.CHAMPION]
    if not marked:
        return Finding("models", "ok", _("No model learned from persons erased since."))
    sentence = ngettext(
        "%(count)s model version learned from persons erased since; answering now: %(names)s.",
        "%(count)s model versions learned from persons erased since; answering now: %(names)s.",
        len(marked),
    )
    told = {"count": len(marked), "names": ", ".join(answering) or _("none of them")}
    fix = _("Train again and promote: the new version has not seen them.")
    return Finding("models", "warning" if answering else "ok", sentence % told, fix if answering else "")
