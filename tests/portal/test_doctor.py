"""`manage.py doctor`: what is not well is said in a sentence, with how to mend it, and ends with an error code."""

import io
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from partners.models import ErasureRun, Feed
from portal import broker, catalogues, doctor, health, pulse
from tests.cast import Cast
from tests.portal.test_broker import running

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NAMES = [
    "database", "migrations", "home", "disk", "broker", "workers", "scheduler", "engines", "accelerator",
    "pulls", "translations", "erasures", "models",
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_broker_here(settings: Any, tmp_path: Path) -> None:
    settings.REDIS_URL = broker.url(tmp_path / "broker")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Says which queues answer to the question who serves them."""

    def answer(*queues: str) -> None:
        heard = {"worker@here": [{"name": queue} for queue in queues]} if queues else None
        inspect = SimpleNamespace(active_queues=lambda: heard)
        control = SimpleNamespace(inspect=lambda timeout: inspect)
        monkeypatch.setattr(doctor, "current_app", SimpleNamespace(control=control))

    return answer


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stands in for the child process: exit code and last line."""
    return lambda code, line="": monkeypatch.setattr(doctor, "_child", lambda _program: (code, line))


def test_every_part_is_looked_at_once_and_in_order(said: Any, served: Any) -> None:
    said(0)
    served(*doctor.QUEUES)
    assert [finding.name for finding in doctor.examine(at=NOW)] == NAMES


def test_whatever_is_not_well_says_how_to_mend_it(said: Any, served: Any) -> None:
    said(1, "libgomp.so.1: cannot open shared object file")
    served()
    findings = list(doctor.examine(at=NOW))
    assert {"broker", "workers", "scheduler", "engines"} <= {f.name for f in findings if f.state == "failure"}
    for finding in findings:
        assert bool(finding.fix) == (finding.state != "ok")
        assert finding.sentence.strip()


def test_a_database_that_does_not_answer_fails_without_stopping_the_rest(
    monkeypatch: pytest.MonkeyPatch, said: Any, served: Any
) -> None:
    def fail() -> str:
        raise OperationalError("password=hunter2")

    said(0)
    served()
    monkeypatch.setattr(health, "database", fail)
    monkeypatch.setattr(health, "migrations", fail)
    findings = {finding.name: finding for finding in doctor.examine(at=NOW)}
    assert list(findings) == NAMES
    assert findings["database"].state == findings["migrations"].state == "failure"
    assert "hunter2" not in "".join(f.sentence + f.fix for f in findings.values())


def test_migrations_that_wait_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "migrations", lambda: "3 to apply")
    finding = doctor.migrations()
    assert (finding.state, finding.fix) == ("failure", "Run: manage.py migrate")
    assert "3 to apply" in finding.sentence


def test_a_home_that_cannot_be_written_is_named(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.FAIRWAY_HOME = tmp_path / "file"
    finding = doctor.home()
    assert finding.state == "failure"
    assert str(tmp_path / "file") in finding.sentence


def test_looking_at_home_leaves_nothing_in_it(settings: Any) -> None:
    assert doctor.home().state == "ok"
    assert list(Path(settings.FAIRWAY_HOME).iterdir()) == []


@pytest.mark.parametrize(("free", "state"), [(0.5, "failure"), (3, "warning"), (50, "ok")])
def test_little_disk_warns_before_it_fails(free: float, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(free=int(free * 2**30))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage)
    assert doctor.disk().state == state


@pytest.mark.parametrize(
    ("queues", "state", "words"),
    [
        (doctor.QUEUES, "ok", "worker@here"),
        (("intake", "score", "train", "upkeep"), "warning", "gpu"),
        (("intake", "upkeep"), "failure", "score, train, gpu"),
        ((), "failure", "intake, score, train, gpu, upkeep"),
    ],
)
def test_queues_nobody_serves_are_named(queues: tuple[str, ...], state: str, words: str, served: Any) -> None:
    served(*queues)
    finding = doctor.workers()
    assert finding.state == state
    assert words in finding.sentence


def test_a_broker_that_breaks_the_question_counts_as_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def inspect(timeout: float) -> None:
        raise redis.ConnectionError("gone")

    monkeypatch.setattr(doctor, "current_app", SimpleNamespace(control=SimpleNamespace(inspect=inspect)))
    assert doctor.workers().state == "failure"


@pytest.fixture
def beating(settings: Any, tmp_path: Path) -> Iterator[None]:
    with running(tmp_path / "broker"):
        yield


def test_the_schedulers_heartbeat_is_as_old_as_it_is(beating: None) -> None:
    assert doctor.scheduler(at=NOW).state == "failure"
    pulse.note(at=NOW - timedelta(seconds=40))
    assert doctor.scheduler(at=NOW).sentence == "The scheduler's last heartbeat came through 40 seconds ago."
    assert doctor.scheduler(at=NOW).state == "ok"
    assert doctor.scheduler(at=NOW + timedelta(minutes=5)).state == "failure"


def test_the_pulse_task_notes_the_moment_it_runs(beating: None) -> None:
    before = datetime.now(UTC)
    pulse.pulse()
    heard = pulse.last()
    assert heard is not None
    assert before <= heard <= datetime.now(UTC)


def test_the_broker_that_answers_is_well(beating: None) -> None:
    assert doctor.broker().state == "ok"


def test_a_missing_system_library_is_named_with_its_package(said: Any) -> None:
    said(1, "OSError: libgomp.so.1: cannot open shared object file")
    finding = doctor.engines()
    assert "libgomp.so.1" in finding.sentence
    assert "apt-get install libgomp1" in finding.fix


def test_no_gpu_is_a_normal_state_and_asks_nobody(monkeypatch: pytest.MonkeyPatch, said: Any) -> None:
    said(1, "must not be asked")
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    finding = doctor.accelerator()
    assert (finding.state, finding.sentence) == ("ok", "No GPU here: the networks train on the processor.")


@pytest.mark.parametrize(
    ("code", "line", "state"),
    [(0, "/physical_device:GPU:0", "ok"), (0, "", "warning"), (1, "ImportError", "warning")],
)
def test_a_gpu_in_sight_is_used_or_worth_a_warning(
    code: int, line: str, state: str, monkeypatch: pytest.MonkeyPatch, said: Any
) -> None:
    said(code, line)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter([Path("/dev/nvidia0")]))
    assert doctor.accelerator().state == state


def test_an_engine_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_args: object, timeout: float, **_rest: object) -> None:
        raise subprocess.TimeoutExpired("python", timeout)

    monkeypatch.setattr(doctor.subprocess, "run", hang)
    assert doctor._child("while True: pass") == (1, "no answer in 120 seconds")


def test_a_child_answers_with_its_code_and_its_last_line() -> None:
    assert doctor._child("print('one'); print('two')") == (0, "two")
    code, line = doctor._child("raise SystemExit('broken')")
    assert (code, line) == (1, "broken")


def test_translations_out_of_date_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "stale", lambda: [Path("locale/zh_Hans/LC_MESSAGES/django.po")])
    finding = doctor.translations()
    assert finding.state == "warning"
    assert "zh_Hans" in finding.sentence


def test_the_command_prints_a_line_each_and_fails_naming_what_is_not_well(said: Any, served: Any) -> None:
    said(0)
    served(*doctor.QUEUES)
    out = io.StringIO()
    with pytest.raises(CommandError, match="Not well: broker, scheduler"):
        call_command("doctor", stdout=out)
    assert "FAILURE  The broker does not answer" in out.getvalue()
    assert "→ On one machine: make run" in out.getvalue()


def test_with_json_the_last_line_is_one_object(said: Any, served: Any) -> None:
    said(0)
    served(*doctor.QUEUES)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", json=True, stdout=out)
    found = json.loads(out.getvalue().splitlines()[-1])
    assert found["ok"] is False
    assert [check["name"] for check in found["checks"]] == NAMES
    assert set(found["checks"][0]) == {"name", "state", "sentence", "fix"}


def test_all_well_ends_well(said: Any, served: Any, beating: None) -> None:
    said(0)
    served(*doctor.QUEUES)
    pulse.note(at=datetime.now(UTC))
    out = io.StringIO()
    call_command("doctor", json=True, stdout=out)
    assert json.loads(out.getvalue())["ok"] is True


def test_an_erasure_that_failed_is_a_failure_until_it_is_complete(cast: Cast) -> None:
    run = ErasureRun.rows().create(partner=cast.alder, state="failed")
    assert (doctor.erasures().state, bool(doctor.erasures().fix)) == ("failure", True)
    ErasureRun.rows().filter(pk=run.pk).update(state="succeeded")
    assert doctor.erasures().state == "ok"


def test_an_sftp_pull_needs_ssh_on_the_machine(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _name: None)
    assert doctor.pulls().state == "ok", "nobody pulls from anywhere"
    Feed.rows().create(partner=cast.alder, name="Nightly", kind="orders", way="sftp", cron="0 4 * * *", next_at=NOW)
    assert (doctor.pulls().state, "openssh-client" in doctor.pulls().fix) == ("failure", True)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert doctor.pulls().state == "ok"


def test_a_champion_that_learned_from_persons_erased_since_asks_for_training(cast: Cast) -> None:
    assert doctor.models().state == "ok"
    cast.version(erasure_at=NOW)
    assert (doctor.models().state, "none of them" in doctor.models().sentence) == ("ok", True)
    cast.version(alias="champion", erasure_at=NOW)
    found = doctor.models()
    assert (found.state, "2 model versions" in found.sentence) == ("warning", True)
    assert "churn-network-2" in found.sentence
    assert "Train again" in found.fix
