"""What a bucket and an SFTP folder have in common: a bounded listing of plain files, and a stream of each."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from django.utils.translation import gettext as _

from portal.kit.errors import Refusal

LISTED = 100_000
NAME = 255
PATH = 1024
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")
LIST_SECONDS = 120.0
FILE_SECONDS = 120.0
SLOWEST = 100_000
"""Bytes a second below which a file is given up: half a gigabyte may take an hour and a half, not a week."""


@dataclass(frozen=True)
class Entry:
    """A plain file in the folder. `handle` is what the server calls it, `name` what we show and match."""

    name: str
    path: str
    size: int
    changed: float
    handle: bytes = b""

    @property
    def version(self) -> str:
        return f"{self.size}-{self.changed:.3f}"


class Folder(Protocol):
    """An open bucket or folder. Every method raises Refusal with a sentence, and never waits for ever."""

    def entries(self) -> list[Entry]: ...

    def entry(self, entry: Entry) -> Entry | None:
        """The same file as it is now; None when it is gone."""

    def chunks(self, entry: Entry) -> Iterator[bytes]: ...


class Clock:
    """Seconds that run out. Raises Refusal in `check`."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._until - time.monotonic()

    def check(self) -> float:
        if self.left <= 0:
            raise too_slow()
        return self.left


def seconds_for(entry: Entry) -> float:
    return FILE_SECONDS + entry.size / SLOWEST


def too_slow() -> Refusal:
    return Refusal(
        _("The server answers too slowly, so the connection was ended: ask who runs it. The next pull tries again.")
    )


def grown() -> Refusal:
    return Refusal(_("The file changed while it was fetched; the next pull fetches it again."))


def too_many() -> Refusal:
    return Refusal(
        _(
            "The folder holds more than %(limit)s files: name a folder of its own for this kind of file, or move old "
            "files away. Nothing was fetched."
        )
        % {"limit": f"{LISTED:,}"}
    )


def is_plain(name: str) -> bool:
    """A name that can be stored, shown and fetched: neither a path nor letters that act on a screen."""
    return 0 < len(name) <= NAME and "/" not in name and "\\" not in name and name.isprintable()


def matching(entries: Iterable[Entry], pattern: str) -> list[Entry]:
    """Files the pattern means, oldest first. Hidden ones and those another program still writes are passed over."""
    wanted = pattern.lower()
    found = [
        entry
        for entry in entries
        if is_plain(entry.name)
        and len(entry.path) <= PATH
        and (not entry.name.startswith(".") or wanted.startswith("."))
        and not entry.name.lower().endswith(UNFINISHED)
        and fnmatchcase(entry.name.lower(), wanted)
    ]
    return sorted(found, key=lambda entry: (entry.changed, entry.name))
