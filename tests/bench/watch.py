"""How long work took and how much memory it had, in this process and in the children it started."""

import contextlib
import os
import resource
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PAUSE = 0.02
MB = 2**20


@dataclass
class Measured:
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds of processor time of this process and its children."""
    child: float = 0.0
    """Most resident memory of any child, MB."""
    growth: float = 0.0
    """How much more this process had at most than at the start, MB."""


def middle(runs: list[Measured], name: str) -> float:
    return median(getattr(run, name) for run in runs)


@contextlib.contextmanager
def watched() -> Iterator[Measured]:
    found, over = Measured(), threading.Event()
    start, used, before = time.monotonic(), _processor(), _resident(os.getpid())

    def look() -> None:
        while not over.wait(PAUSE):
            found.growth = max(found.growth, _resident(os.getpid()) - before)
            for child in _children():
                found.child = max(found.child, _resident(child, peak=True))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()
        found.seconds, found.processor = time.monotonic() - start, _processor() - used


def _processor() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def _children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def _resident(pid: int, *, peak: bool = False) -> float:
    """Resident memory in MB, or the most it ever was; 0 for a process that is gone."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(wanted):
                return int(line.split()[1]) * 1024 / MB
    return 0.0
