"""Heavy or untrusted work in a spawned subprocess under memory and time limits; its end becomes a sentence.

The child is a fresh interpreter, never a fork: LightGBM and TensorFlow hang in forked children. It speaks JSON lines
on its own pipe: `{"progress": .4, "stage": "judge", "log": "…"}`, and at the end `{"done": {…}}` or `{"refused": "…"}`.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from django.conf import settings
from django.utils.translation import gettext as _

from portal.kit import native

TAIL = 4000


@dataclass(frozen=True)
class Ending:
    """How a child ended: done, refused, crashed or lost."""

    kind: str
    sentence: str = ""
    detail: str = ""
    result: dict[str, Any] = field(default_factory=dict)


class Child:
    def __init__(self, arguments: list[str], *, memory_mb: int, seconds: int, module: str = "portal.kit.work") -> None:
        self.memory_mb, self.seconds = memory_mb, seconds
        read, write = os.pipe()
        libraries = native.environment(Path(settings.FAIRWAY_HOME) / "native")
        pipe = {"FAIRWAY_PIPE": str(write), "FAIRWAY_PARENT": str(os.getpid())}
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[write],
            env={**os.environ, **libraries, **pipe, "PYTHONPATH": _path()},
            start_new_session=True,
        )
        os.close(write)
        self._started = time.monotonic()
        self._words: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors = b""
        self._last: dict[str, Any] = {}
        self._limit = ""
        self._threads = [
            threading.Thread(target=self._listen, args=[os.fdopen(read, "rb")], daemon=True),
            threading.Thread(target=self._overhear, args=[self.process.stderr], daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join(timeout=5)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def words(self, pause: float) -> Iterator[dict[str, Any]]:
        """What the child says; an empty word at least every `pause` seconds so that the lease can be renewed."""
        while True:
            try:
                word = self._words.get(timeout=pause)
            except queue.Empty:
                word = {}
            if word is None:
                return
            if "done" in word or "refused" in word:
                self._last = word
                word = {}
            self._check_limits()
            yield word

    def ending(self) -> Ending:
        code = self.process.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        detail = self._errors.decode("utf-8", "replace")[-TAIL:]
        if self._limit:
            return Ending("refused", self._limit, detail)
        if "done" in self._last and code == 0:
            return Ending("done", result=self._last["done"])
        if "refused" in self._last:
            return Ending("refused", self._last["refused"], result=self._last.get("result", {}))
        return Ending("crashed", _cause(code, detail), detail)

    def _check_limits(self) -> None:
        if self._limit:
            return
        if time.monotonic() - self._started > self.seconds:
            self._limit = _("Stopped after %(seconds)s seconds, the time limit: send less data or raise the limit.") % {
                "seconds": self.seconds
            }
            self.kill()
        elif resident_mb(self.process.pid) > self.memory_mb:
            self._limit = _("Stopped at %(memory)s MB of memory, the limit: send less data or raise the limit.") % {
                "memory": self.memory_mb
            }
            self.kill()

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                try:
                    self._words.put(json.loads(line))
                except ValueError:
                    continue
        self._words.put(None)

    def _overhear(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None
        with pipe:
            for line in pipe:
                self._errors = (self._errors + line)[-TAIL:]


def _path() -> str:
    """Our own modules first, wherever the command was started from."""
    return os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]))


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB; 0 once it is gone, or where /proc does not exist."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, IndexError, ValueError):
        return 0.0


def _cause(code: int, detail: str) -> str:
    if code < 0:
        return _("The work was ended by signal %(name)s.") % {"name": signal.Signals(-code).name}
    last = detail.strip().splitlines()[-1] if detail.strip() else ""
    if "MemoryError" in last:
        return _("The work ran out of memory.")
    return _("The work stopped unexpectedly: %(error)s") % {"error": last or f"exit {code}"}
