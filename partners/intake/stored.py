"""A file as intake reads it: plain on disk, or sealed and opened with its partner's key while it is read."""

import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, cast

BUFFER = 2**20


@dataclass(frozen=True)
class Stored:
    """One original. The key never shows, neither in a log nor in a traceback."""

    path: Path
    key: bytes | None = field(default=None, repr=False)

    def open(self) -> IO[bytes]:
        """The plain bytes from the start; the file can be sought."""
        if self.key is None:
            return self.path.open("rb")
        from partners.intake.sealed import Reader

        return io.BufferedReader(cast(io.RawIOBase, Reader(self.path, self.key)), BUFFER)

    @cached_property
    def size(self) -> int:
        """How many plain bytes it holds."""
        if self.key is None:
            return self.path.stat().st_size
        from partners.intake.sealed import Reader

        with Reader(self.path, self.key) as file:
            return file.size

    @property
    def name(self) -> str:
        return self.path.name


def stored(file: Path | Stored) -> Stored:
    """A path is a plain file."""
    return Stored(file) if isinstance(file, Path) else file
