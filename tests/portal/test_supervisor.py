"""The supervisor: what dies comes back, ever more slowly; what it started ends with it, however it ends."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.supervisor import LOG_BYTES, PAUSES, Program, Supervisor, how_it_ended

FOREVER = [sys.executable, "-c", "import signal, time; print('on', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(600)",
]


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(holds: object, *, seconds: float = 20) -> bool:
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


class Said(list[str]):
    pass


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def supervisor(said: Said, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr("portal.supervisor.PAUSES", (0.05, 0.1, 0.2))
    found = Supervisor(say=said.append)
    yield found
    monkeypatch.setattr("portal.supervisor.GRACE_SECONDS", 0.1)
    found.stop()


def program(tmp_path: Path, argv: list[str] = FOREVER, **more: object) -> Program:
    return Program("thing", argv, dict(os.environ), tmp_path / "logs" / "thing.log", **more)  # type: ignore[arg-type]


def pid(found: Program) -> int:
    assert found.process is not None
    return found.process.pid


def test_a_killed_program_is_started_again_and_the_terminal_says_so(
    supervisor: Supervisor, said: Said, tmp_path: Path
) -> None:
    thing = program(tmp_path)
    supervisor.start(thing)
    first = pid(thing)
    os.kill(first, signal.SIGKILL)
    assert supervisor.wait(lambda: thing.running and pid(thing) != first, seconds=20)
    assert said == [f"thing ended with signal SIGKILL; starting it again in 0.05 s. Its log: {thing.log}"]


def test_a_program_that_fails_is_quoted_with_its_last_words(supervisor: Supervisor, said: Said, tmp_path: Path) -> None:
    complaint = "import sys; print('one'); sys.exit('Port is taken')"
    supervisor.start(program(tmp_path, [sys.executable, "-c", complaint]))
    assert supervisor.wait(lambda: len(said) >= 2, seconds=20)
    assert said[0].startswith("thing ended with exit code 1; starting it again")
    assert said[1] == "  Port is taken"


def test_each_early_death_makes_the_next_pause_longer_and_a_calm_life_forgives(tmp_path: Path) -> None:
    thing = program(tmp_path)
    thing.started = 1000.0
    early = [thing.pause(now=1001.0) for _ in range(len(PAUSES) + 2)]
    assert early == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert thing.pause(now=2000.0) == PAUSES[0]


def test_a_program_meant_to_run_once_is_not_started_again(supervisor: Supervisor, said: Said, tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "raise SystemExit(3)"]
    supervisor.start(program(tmp_path, failing, once=True, advice="Try again."))
    assert supervisor.wait(lambda: not supervisor.programs, seconds=20)
    assert said == ["thing ended with exit code 3. Try again."]


def test_a_program_that_ends_well_once_is_not_worth_a_word(supervisor: Supervisor, said: Said, tmp_path: Path) -> None:
    supervisor.start(program(tmp_path, [sys.executable, "-c", ""], once=True))
    assert supervisor.wait(lambda: not supervisor.programs, seconds=20)
    assert said == []


def test_what_a_program_prints_goes_to_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    thing = program(tmp_path)
    supervisor.start(thing)
    assert thing.log is not None
    assert supervisor.wait(lambda: thing.log.read_text() == "on\n", seconds=20)  # type: ignore[union-attr]


def test_stopping_ends_everything_the_first_started_last(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[str] = []
    real = Program.send

    def send(self: Program, sign: int) -> None:
        if sign == signal.SIGTERM:
            ends.append(self.name)
        real(self, sign)

    monkeypatch.setattr(Program, "send", send)
    for name in ("broker", "worker", "web"):
        supervisor.start(Program(name, FOREVER, dict(os.environ), tmp_path / f"{name}.log"))
    pids = [pid(found) for found in supervisor.programs]
    supervisor.stop()
    assert ends == ["web", "worker", "broker"]
    assert not any(map(alive, pids))


def test_a_program_that_will_not_end_is_killed_when_its_grace_is_over(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.supervisor.GRACE_SECONDS", 0.2)
    thing = program(tmp_path, STUBBORN)
    supervisor.start(thing)
    assert until(lambda: thing.log and thing.log.read_text() == "on\n")
    supervisor.stop()
    assert thing.process is not None
    assert thing.process.returncode == -signal.SIGKILL


def test_a_log_that_grew_too_long_starts_anew_and_keeps_its_past_once(tmp_path: Path) -> None:
    thing = program(tmp_path)
    assert thing.log is not None
    thing.log.parent.mkdir()
    thing.log.write_bytes(b"x" * (LOG_BYTES + 1))
    thing.trim()
    assert thing.log.stat().st_size == 0
    assert thing.log.with_suffix(".1.log").stat().st_size == LOG_BYTES + 1


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    thing = program(tmp_path)
    assert thing.log is not None
    thing.log.parent.mkdir()
    thing.log.write_text("short")
    thing.trim()
    assert thing.log.read_text() == "short"


@pytest.mark.parametrize(("code", "words"), [(-9, "signal SIGKILL"), (2, "exit code 2")])
def test_an_end_is_named_for_people(code: int, words: str) -> None:
    assert how_it_ended(code) == words


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_program_outlives_its_supervisor(sign: int, tmp_path: Path) -> None:
    """Even when the supervisor itself is killed with -9 and can do nothing any more."""
    script = textwrap.dedent(f"""
        import os, pathlib
        from portal.supervisor import Program, Supervisor
        supervisor = Supervisor(say=print)
        supervisor.catch_signals()
        for name in ("one", "two"):
            program = Program(name, {FOREVER!r}, dict(os.environ), pathlib.Path({str(tmp_path)!r}) / name)
            supervisor.start(program)
        print(*(program.process.pid for program in supervisor.programs), flush=True)
        supervisor.watch()
        supervisor.stop()
    """)
    boss = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    with boss:
        assert boss.stdout is not None
        pids = [int(word) for word in boss.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(alive, pids))
        boss.send_signal(sign)
        boss.wait(timeout=20)
        assert until(lambda: not any(map(alive, pids)))
