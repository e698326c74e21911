"""What a partner answered about a header, kept when its file is taken into use and given to the next file like it.

Kept is what belongs to the export itself: which column is which, how its dates and numbers are written, what its words
mean, where its header row stands, and groups of cells to be read another way. Not kept are replacements and rows left
out: they were decided about the rows a person saw, and would hide tomorrow's mistakes without a word.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from partners import uploads
from partners.intake import headers
from partners.intake.causes import PARSE
from partners.intake.source import Wishes
from partners.models import Partner, SourceMemory, Upload, User

SOURCE = ("encoding", "delimiter", "quote", "sheet", "header_row")
ANSWERS = ("date_order", "decimal")
TRIED = 10
"""So many remembered ways of reading are tried on a file whose header is not found where it usually stands."""


@dataclass(frozen=True)
class Recalled:
    """What is known about a header; empty where nothing is."""

    wishes: Wishes = field(default_factory=Wishes)
    choices: tuple[str, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)
    """For the page: the memory, and the file whose answers these are."""

    def completed(self, said: Wishes) -> Wishes:
        """What a person says now counts; the rest is as it was."""
        known = self.wishes
        answers: dict[str, Any] = {name: getattr(said, name) or getattr(known, name) for name in (*SOURCE, *ANSWERS)}
        return replace(
            said,
            **answers,
            date_orders={**known.date_orders, **said.date_orders},
            values={**known.values, **said.values},
            fixes=said.fixes or known.fixes,
        )


def digest(columns: Sequence[str]) -> str:
    """The same for headers that differ in case, spacing and punctuation only, and for rows we handed back."""
    return hashlib.sha256("\x1f".join(headers.key(column) for column in headers.own(columns)).encode()).hexdigest()


def recall(partner: Partner, *, kind: str, columns: Sequence[str]) -> Recalled:
    """What was answered about this header."""
    found = SourceMemory.objects.filter(partner=partner, kind=kind, header=digest(columns)).first()
    if not found:
        return Recalled()
    told = {"memory": found.pk, "filename": found.wishes.get("filename", ""), "used_at": found.used_at.isoformat()}
    return Recalled(Wishes.from_dict(found.wishes), tuple(found.choices), told)


def readings(partner: Partner, *, kind: str, said: Wishes) -> Iterator[tuple[Wishes, str]]:
    """Ways to read a file whose header stood elsewhere than expected, or in an encoding that had to be named before.

    With each comes the digest of the header that must be found that way.
    """
    for memory in SourceMemory.objects.filter(partner=partner, kind=kind).order_by("-used_at")[:TRIED]:
        known = Wishes.from_dict({name: memory.wishes[name] for name in SOURCE if name in memory.wishes})
        if known != Wishes():
            yield Recalled(known).completed(said), memory.header


def remember(upload: Upload, *, at: datetime) -> None:
    """Keep what was answered about this upload's header; forget what was taken back."""
    columns = upload.reading.get("source", {}).get("columns", [])
    wishes, choices = _lasting(upload.reading.get("wishes", {})), uploads.hand_made(upload)
    same: dict[str, Any] = {"partner": upload.partner, "kind": upload.kind, "header": digest(columns)}
    if not wishes and not choices:
        SourceMemory.objects.filter(**same).delete()
        return
    wishes["filename"] = upload.filename
    kept: dict[str, Any] = {"columns": list(columns), "choices": choices, "wishes": wishes, "used_at": at}
    SourceMemory.objects.update_or_create(**same, defaults=kept)


def forget(memory: SourceMemory, *, by: User | None) -> None:
    """The next file with this header is asked about again."""
    memory.delete()


def _lasting(said: dict[str, Any]) -> dict[str, Any]:
    kept = {name: said[name] for name in (*SOURCE, *ANSWERS, "date_orders", "values") if said.get(name)}
    fixes = [fix for fix in said.get("fixes", ()) if fix.get("act") == PARSE and not fix.get("seen")]
    return {**kept, "fixes": fixes} if fixes else kept
