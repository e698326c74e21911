"""Keeps a handful of programs running on one machine, and leaves none behind, however it ends itself.

Each program leads a session of its own, so that Ctrl-C reaches only us and we end them in order; and each asks the
kernel to be killed when we die (`PR_SET_PDEATHSIG`). That signal goes by *thread*: programs are started from the
main thread only, which lives as long as we do.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from portal.kit.parent import die_with_parent

CALM_SECONDS = 60.0  # alive this long: the next death starts again with the shortest pause
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
GRACE_SECONDS = 6.0
LOG_BYTES = 10 * 2**20


@dataclass
class Program:
    """What to run, and how it is doing. `log`: None writes to our output.

    `once`: not started again when it ends; `advice` is what to do then, if it failed.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None = None
    once: bool = False
    advice: str = ""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0  # when to start it again
    deaths: int = field(default=0)

    def start(self) -> None:
        parent = os.getpid()
        output = None
        if self.log:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            output = self.log.open("ab")
        try:
            self.process = subprocess.Popen(  # noqa: S603 - the caller's own programs
                list(self.argv),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent),
            )
        finally:
            if output:
                output.close()
        self.started, self.due = time.monotonic(), 0.0

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def pause(self, *, now: float) -> float:
        """Seconds to wait before the next start: longer with each early death."""
        self.deaths = 0 if now - self.started > CALM_SECONDS else self.deaths + 1
        return PAUSES[min(self.deaths, len(PAUSES)) - 1] if self.deaths else PAUSES[0]

    def send(self, sign: int) -> None:
        """Signal the program itself for a polite end; its whole group when it must go."""
        if self.process is None:
            return
        try:
            if sign == signal.SIGKILL:
                os.killpg(self.process.pid, sign)
            elif self.running:
                self.process.send_signal(sign)
        except ProcessLookupError:
            pass

    def last_line(self) -> str:
        """What the program said last, for the person at the terminal."""
        if not self.log or not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 2000))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def trim(self) -> None:
        """Keep the log under LOG_BYTES. The program appends, so emptying the file in place loses no handle."""
        if self.log and self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".1.log"))
            os.truncate(self.log, 0)


def how_it_ended(code: int) -> str:
    if code < 0:
        return _("signal %(name)s") % {"name": signal.Signals(-code).name}
    return _("exit code %(code)s") % {"code": code}


class Supervisor:
    """Starts programs in order, restarts those that die, and ends all of them, last started first."""

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self.say = say
        self.programs: list[Program] = []
        self.ending = threading.Event()
        self._trimmed = time.monotonic()

    def catch_signals(self) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda *_seen: self.ending.set())

    def start(self, program: Program) -> None:
        self.programs.append(program)
        program.start()

    def wait(self, until: Callable[[], bool], *, seconds: float) -> bool:
        """Keep everything running until `until()` holds; False when time is up or we are told to end."""
        last = time.monotonic() + seconds
        while not self.ending.is_set() and time.monotonic() < last:
            if until():
                return True
            self.step()
            self.ending.wait(0.1)
        return False

    def watch(self) -> None:
        """Keep everything running until told to end."""
        while not self.ending.wait(0.2):
            self.step()

    def step(self) -> None:
        now = time.monotonic()
        for program in list(self.programs):
            if program.process is not None and not program.running:
                self._bury(program, now=now)
            elif program.process is None and now >= program.due:
                program.start()
        if now - self._trimmed > 60:
            self._trimmed = now
            for program in self.programs:
                program.trim()

    def _bury(self, program: Program, *, now: float) -> None:
        assert program.process is not None
        code = program.process.returncode
        program.send(signal.SIGKILL)  # what it left in its group
        program.process = None
        if program.once:
            self.programs.remove(program)
            if code:
                sentence = _("%(name)s ended with %(how)s.") % {"name": program.name, "how": how_it_ended(code)}
                self.say(f"{sentence} {program.advice}".strip())
            return
        pause = program.pause(now=now)
        program.due = now + pause
        sentence = _("%(name)s ended with %(how)s; starting it again in %(pause)s s. Its log: %(log)s")
        how = how_it_ended(code)
        self.say(sentence % {"name": program.name, "how": how, "pause": f"{pause:g}", "log": program.log or "–"})
        if code > 0 and (line := program.last_line()):
            self.say(f"  {line}")

    def stop(self) -> None:
        """End everything: those that use the broker first, politely, then by force; the first started goes last."""
        self._end(self.programs[1:])
        self._end(self.programs[:1])

    def _end(self, group: list[Program]) -> None:
        for program in reversed(group):
            program.send(signal.SIGTERM)
        last = time.monotonic() + GRACE_SECONDS
        while any(program.running for program in group) and time.monotonic() < last:
            time.sleep(0.05)
        for program in group:
            program.send(signal.SIGKILL)
            if program.process is not None:
                program.process.wait()
