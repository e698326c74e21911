"""The life of a run: claimed once, fenced, renewed, ended with a sentence, revived by relay and reaper."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from portal.kit import runs
from portal.kit.child import Ending
from portal.kit.runs import LostLease, Run, supervisor, upkeep
from portal.kit.runs.model import ATTEMPTS
from predictions.models import ScoringRun
from tests.cast import Cast

pytestmark = pytest.mark.lanes
NOW = timezone.now()


def a_run(**more: Any) -> ScoringRun:
    return ScoringRun.objects.create(kind="churn", **more)


def claimed(**more: Any) -> ScoringRun:
    run = a_run(**more)
    assert run.claim(worker="w1", at=timezone.now())
    return run


class FakeChild:
    """A child whose words and end a test decides; no process is started."""

    script: list[dict[str, Any]] = []
    end = Ending("done", result={"message": "All done."})

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> "FakeChild":
        return self

    def __exit__(self, *_: object) -> None: ...

    def words(self, pause: float) -> Iterator[dict[str, Any]]:
        yield from self.script

    def ending(self) -> Ending:
        return self.end


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> type[FakeChild]:
    fake = type("Fake", (FakeChild,), {})
    monkeypatch.setattr(supervisor, "Child", fake)
    monkeypatch.setattr(supervisor, "HEARTBEAT_SECONDS", 0)
    return fake


def test_only_one_of_two_workers_gets_a_run(db: None) -> None:
    run = a_run()
    twin = ScoringRun.objects.get(pk=run.pk)
    assert run.claim(worker="w1", at=NOW)
    assert not twin.claim(worker="w2", at=NOW)
    assert (run.state, run.fence, run.attempts, run.worker) == ("running", 1, 1, "w1")


def test_a_worker_that_lost_its_lease_writes_nothing(db: None) -> None:
    run = claimed()
    stale = ScoringRun.objects.get(pk=run.pk)
    runs.reap(at=timezone.now() + timedelta(hours=1))
    again = ScoringRun.objects.get(pk=run.pk)
    assert again.claim(worker="w2", at=timezone.now())
    assert not stale.renew(at=timezone.now(), progress=0.9)
    assert not stale.end("succeeded", at=timezone.now())
    with pytest.raises(LostLease), stale.fenced():
        raise AssertionError("the body of a lost fence must not run")
    again.refresh_from_db()
    assert (again.state, again.progress, again.worker) == ("running", 0, "w2")


def test_a_run_ends_with_the_childs_message_and_full_progress(db: None, child: type[FakeChild]) -> None:
    child.script = [{"progress": 0.4, "stage": "judging", "log": "first line"}, {"progress": None, "log": "second"}]
    run = runs.run_here(a_run())
    assert (run.state, run.message, run.progress, run.stage) == ("succeeded", "All done.", 1, "judging")
    assert [line.split(" ", 1)[1] for line in run.log.splitlines()] == ["▸ judging", "first line", "second"]


def test_a_refusal_fails_the_run_at_once_with_its_sentence(db: None, child: type[FakeChild]) -> None:
    child.end = Ending("refused", "Only 10 customers have a history: 30 are needed.")
    run = runs.run_here(a_run())
    assert (run.state, run.attempts) == ("failed", 1)
    assert run.message == "Only 10 customers have a history: 30 are needed."


def test_a_crash_is_tried_three_times_and_then_failed_with_its_cause(db: None, child: type[FakeChild]) -> None:
    child.end = Ending("crashed", "The work was ended by signal SIGSEGV.", "trace")
    run = runs.run_here(a_run())
    assert (run.state, run.attempts) == ("failed", ATTEMPTS)
    assert "SIGSEGV" in run.message
    assert "trace" in run.log


def test_a_cancelled_run_stops_at_the_next_heartbeat(db: None, child: type[FakeChild]) -> None:
    run = a_run()

    def words(_self: object, pause: float) -> Iterator[dict[str, Any]]:
        yield {"progress": 0.1}
        ScoringRun.objects.get(pk=run.pk).cancel(at=timezone.now())
        yield {"progress": 0.2}
        raise AssertionError("nothing may be heard after the cancel")

    child.words = words  # type: ignore[assignment, method-assign]
    assert runs.run_here(run).state == "cancelled"


def test_a_database_away_for_a_heartbeat_does_not_end_the_work(
    db: None, child: type[FakeChild], monkeypatch: pytest.MonkeyPatch
) -> None:
    child.script = [{"progress": 0.2}, {"log": "kept"}, {"progress": 0.6}]
    renew, calls = ScoringRun.renew, []

    def shaky(self: ScoringRun, **seen: Any) -> bool:
        calls.append(seen)
        if len(calls) == 2:
            raise OperationalError("database is locked")
        return renew(self, **seen)

    monkeypatch.setattr(ScoringRun, "renew", shaky)
    run = runs.run_here(a_run())
    assert run.state == "succeeded"
    assert "kept" in run.log


def test_a_queued_run_is_cancelled_without_a_worker(db: None) -> None:
    run = a_run()
    run.cancel(at=NOW)
    assert run.state == "cancelled"
    assert not run.claim(worker="w", at=NOW)


def test_enqueue_wakes_a_worker_only_after_commit(
    cast: Cast, no_broker: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run = a_run()
        runs.enqueue(run)
        assert no_broker == []
    assert no_broker == [("predictions.ScoringRun", run.pk)]


def test_a_broker_that_is_away_leaves_the_run_to_the_relay(
    db: None, monkeypatch: pytest.MonkeyPatch, no_broker: list[tuple[str, int]]
) -> None:
    from kombu.exceptions import OperationalError

    run = a_run()
    sending = supervisor.current_app.send_task

    def away(*_: object, **__: object) -> None:
        raise OperationalError("refused")

    monkeypatch.setattr(supervisor.current_app, "send_task", away)
    assert runs.wake(run) is False
    monkeypatch.setattr(supervisor.current_app, "send_task", sending)
    assert runs.relay(at=timezone.now() + timedelta(seconds=60)) == 1
    assert no_broker == [("predictions.ScoringRun", run.pk)]


def test_the_relay_leaves_fresh_and_claimed_runs_alone(db: None, no_broker: list[tuple[str, int]]) -> None:
    runs.wake(a_run())
    claimed()
    no_broker.clear()
    assert runs.relay(at=timezone.now() + timedelta(seconds=1)) == 0
    assert no_broker == []


def test_the_reaper_queues_a_stale_run_again_and_fails_it_at_the_third_strike(db: None) -> None:
    run = a_run()
    for strike in range(1, ATTEMPTS + 1):
        run.refresh_from_db()
        assert run.claim(worker=f"w{strike}", at=timezone.now())
        assert runs.reap(at=timezone.now() + timedelta(hours=1)) == 1
    run.refresh_from_db()
    assert run.state == "failed"
    assert runs.reap(at=timezone.now() + timedelta(hours=1)) == 0


def test_a_run_renewed_in_time_is_not_reaped(db: None) -> None:
    run = claimed()
    assert run.renew(at=timezone.now())
    assert runs.reap(at=timezone.now()) == 0
    run.refresh_from_db()
    assert run.state == "running"


def test_every_concrete_run_names_work_that_exists() -> None:
    from importlib import import_module

    for model in upkeep.concrete():
        module, _, function = model.WORK.partition(":")
        assert callable(getattr(import_module(module), function)), model


def test_a_label_that_is_no_run_is_not_run(db: None) -> None:
    with pytest.raises(TypeError):
        supervisor.find("partners.User", 1)
    assert supervisor.find("predictions.ScoringRun", 10**6) is None
    assert issubclass(ScoringRun, Run)
