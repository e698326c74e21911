"""A process that ends with the one that started it, however that one ends: no orphan after kill -9."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# Looked up before any fork: a child between fork and exec may not load libraries.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int, *, sign: int = signal.SIGKILL) -> None:
    """Called in a new process: the kernel ends it when the thread that made it ends. Elsewhere than Linux: nothing."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:  # the parent died between fork and prctl
        os._exit(1)
