"""Everything on disk that is no table of ours: originals, lists of bad rows, exports, mails that were never sent."""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings

from partners import originals, vault
from partners.erasing.persons import Persons
from partners.intake import read, sniff
from partners.intake.parse import as_strings
from partners.intake.source import Wishes
from partners.intake.stored import Stored
from partners.models import Partner, Upload

RULE = b"-" * 79 + b"\n"  # what Django's file backend writes after each mail


def shred_originals(partner: Partner, persons: Persons, *, holding: set[int], before: datetime, at: datetime) -> int:
    """Delete files as they were sent that name them, and the lists made of those; how many."""
    shredded = 0
    for upload in Upload.objects.filter(partner=partner, created_at__lte=before):
        if upload.pk in holding or any(mentions(one, upload.filename, persons) for one in _kept(upload)):
            originals.shred(upload, at=upload.shredded_at or at)
            shredded += 1
    return shredded


def _kept(upload: Upload) -> Iterator[Stored]:
    for pattern in originals.LISTS:
        for path in sorted(upload.folder.glob(pattern)):
            yield vault.original(upload) if path == upload.original else Stored(path)


def mentions(file: Stored, name: str, persons: Persons) -> bool:
    """Whether a file in any format we read names one of them. What cannot be read is taken to."""
    try:
        source = sniff.sniff(file, name=file.name if file.key is None else name, wishes=Wishes())
        for block in read.blocks(file, source):
            columns = (as_strings(column).drop_null().unique().to_pylist() for column in block.table.columns)
            if any(persons.names(cell) for cells in columns for cell in cells):
                return True
            if any(persons.names(text) for _row, _cause, text in block.rejected):
                return True
    except Exception:  # noqa: BLE001 - broken, half sent, no table: nobody can say that they are not in it
        return True
    return False


def delete_mentions(roots: Iterable[Path], persons: Persons) -> int:
    """Other files of the partner that name them, archives included; how many. Tables and originals are not for us."""
    deleted = 0
    for root in roots:
        for path in sorted(root.rglob("*")):
            own = path.suffix == ".parquet" or path.name.startswith("original") or "arrivals" in path.parts
            if not own and path.is_file() and _names(path, persons):
                path.unlink(missing_ok=True)
                deleted += 1
    return deleted


def _names(path: Path, persons: Persons) -> bool:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return any(persons.names(packed.read(one).decode("utf-8", "replace")) for one in packed.namelist())
    raw = path.read_bytes()
    return any(persons.names(raw.decode(encoding, "replace")) for encoding in ("utf-8", "utf-16-le", "gb18030"))


def delete_exports(partner: Partner) -> None:
    """Everybody's: they are sealed, live for a day, and one may speak of another customer; they are soon made anew."""
    shutil.rmtree(partner.folder / "persons", ignore_errors=True)


def strike_mails(persons: Persons) -> int:
    """Mails kept as files because no server is set: those that name them go, the others stay; how many went."""
    gone = 0
    folder = Path(settings.EMAIL_FILE_PATH)
    for path in sorted(folder.glob("*.log")) if folder.is_dir() else ():
        mails = [one for one in path.read_bytes().split(RULE) if one.strip()]
        kept = [one for one in mails if not persons.names(_spoken(one))]
        if len(kept) < len(mails):
            gone += len(mails) - len(kept)
            path.write_bytes(b"".join(one + RULE for one in kept)) if kept else path.unlink()
    return gone


def _spoken(raw: bytes) -> str:
    """A mail's headers and texts, decoded."""
    mail = message_from_bytes(raw, policy=policy.default)
    texts = [str(value) for value in mail.values()]
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            texts.append(str(part.get_content()))
    return "\n".join(texts)
