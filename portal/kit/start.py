"""A child starts quickly: what it can do without it does not import, and while it imports nothing is swept up."""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec

WITHOUT = "FAIRWAY_WITHOUT"
"""The environment's list of such packages, parted by commas."""


class Absent:
    """A finder for packages that are to seem not installed, so that others make do without them as they can."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if name in self.names:
            raise ModuleNotFoundError(f"No module named {name!r} for this work", name=name)
        return None


def leave_out(listed: str) -> None:
    """From now on these packages, parted by commas, are not to be had."""
    if names := [name for name in listed.split(",") if name]:
        sys.meta_path.insert(0, Absent(names))


@contextmanager
def importing() -> Iterator[None]:
    """Hardly anything an import makes is garbage: looking for some costs a fifth of the time it takes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
