"""Heavy or untrusted work in a spawned subprocess under memory and time limits; its end becomes a sentence.

The child is a fresh interpreter, never a fork: LightGBM and TensorFlow hang in forked children. It speaks JSON lines
on its own pipe: `{"progress": .4, "stage": "judge", "log": "…"}`, and at the end `{"done": {…}}` or `{"refused": "…"}`.
"""

import contextlib
import json
import os
import queue
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from django.conf import settings
from django.utils.translation import gettext as _

from portal.kit import native
from portal.kit.start import WITHOUT

HEAD, TAIL = 1000, 4000
LOOK_SECONDS = 0.05
MARGIN = 1.5
"""The kernel counts what is set aside as well as what is used; between the two limits only the watcher acts."""
FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
"""Where the kernel counts what is reserved: Arrow's own allocator would reserve a gibibyte before it holds anything."""
EXHAUSTED = ("MemoryError", "bad_alloc", "memory allocation of", "malloc of size", "Out of Memory", "Cannot allocate")
"""What Python, C++, Rust, Arrow and DuckDB say when an allocation fails."""
EXCEPTION = re.compile(r"(?:\w+\.)*(?P<name>[A-Z]\w*)(?::|$)")
"""The last line of a traceback: the class, with its module where it has one, and what it says."""


@dataclass(frozen=True)
class Ending:
    """How a child ended: done, refused, crashed or lost."""

    kind: str
    sentence: str = ""
    detail: str = ""
    result: dict[str, Any] = field(default_factory=dict)


class Child:
    """A watcher ends it when it takes more than its memory or its time. `strict`, for bytes nobody trusts, lets the
    kernel refuse half as much again at once, which no watcher could notice in time; GPU libraries cannot have it, since
    they set aside far more than they use. `without`: packages it is not to import, though others would like to.
    """

    def __init__(
        self,
        arguments: list[str],
        *,
        memory_mb: int,
        seconds: int,
        strict: bool = False,
        without: Sequence[str] = (),
        module: str = "portal.kit.work",
    ) -> None:
        self.memory_mb, self.seconds, self.strict = memory_mb, seconds, strict
        read, write = os.pipe()
        libraries = native.environment(Path(settings.FAIRWAY_HOME) / "native")
        pipe = {"FAIRWAY_PIPE": str(write), "FAIRWAY_PARENT": str(os.getpid()), WITHOUT: ",".join(without)}
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[write],
            env={**os.environ, **libraries, **(FRUGAL if strict else {}), **pipe, "PYTHONPATH": _path()},
            start_new_session=True,
        )
        os.close(write)
        if strict:
            _limit_memory(self.process.pid, memory_mb)
        self._started = time.monotonic()
        self._words: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._errors = b""
        self._last: dict[str, Any] = {}
        self._limit = ""
        self._gone = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, daemon=True),
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
        self._gone.set()
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
            yield word

    def ending(self) -> Ending:
        code = self.process.wait()
        self._gone.set()
        for thread in self._threads:
            thread.join(timeout=5)
        detail = self._errors.decode("utf-8", "replace")
        if self._limit:
            return Ending("refused", self._too_slow() if self._limit == "time" else self._too_much_memory(), detail)
        if "done" in self._last and code == 0:
            return Ending("done", result=self._last["done"])
        if "refused" in self._last:
            return Ending("refused", self._last["refused"], result=self._last.get("result", {}))
        if self.strict and any(sign in detail for sign in EXHAUSTED):
            return Ending("refused", self._too_much_memory(), detail)
        return Ending("crashed", _cause(code, detail), detail)

    def _watch(self) -> None:
        """Look at time and memory twenty times a second: memory is taken by the gigabyte in one."""
        while not self._limit and not self._gone.wait(LOOK_SECONDS):
            self._check_limits()

    def _check_limits(self) -> None:
        if time.monotonic() - self._started > self.seconds:
            self._limit = "time"
        elif resident_mb(self.process.pid) > self.memory_mb:
            self._limit = "memory"
        if self._limit:
            self.kill()

    def _too_slow(self) -> str:
        words = _("Stopped after %(seconds)s seconds, the time limit: send less data or raise the limit.")
        return words % {"seconds": self.seconds}

    def _too_much_memory(self) -> str:
        words = _("Stopped at %(memory)s MB of memory, the limit: send less data or raise the limit.")
        return words % {"memory": self.memory_mb}

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
            first = b""  # what went wrong stands first, or, in Python, last; between them are stack frames
            for line in pipe:
                if len(first) < HEAD:
                    first = self._errors = (first + line)[:HEAD]
                else:
                    self._errors = first + (self._errors[len(first) :] + line)[-TAIL:]


def _limit_memory(pid: int, memory_mb: int) -> None:
    """Private writable memory of the child, as the kernel counts it; on systems without this only the watcher stays."""
    if hasattr(resource, "prlimit"):
        most = int(memory_mb * MARGIN) * 2**20
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))


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
    """What people are told; the text of an error may hold paths or values, so it stays in the run's log."""
    if code < 0:
        return _("The work was ended by signal %(name)s.") % {"name": signal.Signals(-code).name}
    last = detail.strip().splitlines()[-1] if detail.strip() else ""
    if "MemoryError" in last:
        return _("The work ran out of memory.")
    named = EXCEPTION.match(last)
    words = _("The work stopped unexpectedly (%(error)s); tell the operator the reference.")
    return words % {"error": named["name"] if named else f"exit {code}"}
