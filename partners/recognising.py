"""The child's first look at an upload: how its file is read, which column is which, and what was answered before."""

from pathlib import Path
from typing import TYPE_CHECKING

from partners import memories
from partners.intake import mapping as matching
from partners.intake import sniff
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import Source, Wishes
from partners.intake.stored import Stored
from partners.models import Upload

if TYPE_CHECKING:
    import pyarrow as pa


def table_in_use(upload: Upload) -> Path | None:
    """The table of the current dataset that this upload would change, where it is one file."""
    dataset = upload.partner.dataset
    return dataset.folder / f"{upload.kind}.parquet" if dataset else None


def reading(upload: Upload, original: Stored, said: Wishes, *, fresh: bool) -> tuple[Source, memories.Recalled]:
    """The reading of the file, and what was answered about its header before.

    Only a fresh file, or one whose header has become another, is completed from memory: a person who sees a check's
    report sends back what is to stay of it.
    """
    ways, refused, plain = [(said, "")], None, None
    if fresh:
        ways += memories.readings(upload.partner, kind=upload.kind, said=said)
    for wishes, header in ways:
        try:
            source = sniff.sniff(original, name=upload.filename, wishes=wishes)
        except IntakeRefusal as refusal:
            refused = refused or refusal
            continue
        plain = plain or source  # as said: what is remembered is only tried after it
        same = memories.digest(source.columns) == memories.digest(upload.reading.get("source", {}).get("columns", ()))
        if not fresh and same:
            return source, memories.Recalled()
        found = memories.recall(upload.partner, kind=upload.kind, columns=source.columns)
        if found.told and header in ("", memories.digest(source.columns)):
            return sniff.sniff(original, name=upload.filename, wishes=found.completed(said)), found
        if not fresh:
            return source, found
    if refused or not plain:
        raise refused or AssertionError("the file was read as said, or refused")
    return plain, memories.Recalled()


def matched(upload: Upload, source: Source, sample: "pa.Table", columns: list[str]) -> matching.Mapping:
    found = matching.suggest(upload.kind, source.columns, sample)
    upload.mapping = found.as_dict()
    found = matching.override(found, columns)
    upload.mapping = found.as_dict()
    return found
