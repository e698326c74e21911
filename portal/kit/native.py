"""System libraries a bare machine may lack, and where the installed wheels bring a copy."""

import ctypes
import os
import sys
import sysconfig
from functools import cache
from pathlib import Path

OPENMP = "libgomp.so.1"


@cache
def has_openmp() -> bool:
    try:
        ctypes.CDLL(OPENMP)
    except OSError:
        return False
    return True


def bundled_openmp() -> Path | None:
    """The copy scikit-learn's wheel brings for itself, under a name of its own."""
    libraries = Path(sysconfig.get_path("platlib")) / "scikit_learn.libs"
    return next(iter(sorted(libraries.glob("libgomp-*.so*"))), None)


def environment(folder: Path) -> dict[str, str]:
    """What to add to a child's environment so that LightGBM finds OpenMP, which its wheel leaves to the system.

    A library's search path is read when a process starts, so only a child can be helped; `folder` gets a link under
    the name that is asked for.
    """
    if sys.platform != "linux" or has_openmp():
        return {}
    found = bundled_openmp()
    if found is None:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / OPENMP
    if not link.exists():
        part = folder / f"{OPENMP}.{os.getpid()}"
        part.unlink(missing_ok=True)
        part.symlink_to(found)
        part.replace(link)
    others = os.environ.get("LD_LIBRARY_PATH", "")
    return {"LD_LIBRARY_PATH": f"{folder}:{others}" if others else str(folder)}
