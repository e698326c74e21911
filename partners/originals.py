"""Files as they were sent: sealed under their partner's key, in a folder nothing serves, opened only by a run's child.

They are gone after some days, and so are the lists of their bad rows; what was taken into use stays.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _

from partners import vault
from partners.intake import sealed
from partners.models import Partner, Upload
from portal.kit.errors import Refusal

FREE = 2**28
BLOCK = 2**20
INCOMING = "incoming"
"""The folder of files that are being received; `leavings` empties it of what was broken off."""
HANDED_BACK = ("failing.*", "problems.csv")
LISTS = ("original", "original.part", "failing.*", "problems.*")
"""What holds rows as they were sent. `canonical.parquet` is not one of them: the datasets are made of it."""


@dataclass(frozen=True)
class Held:
    """A file that is here, sealed, and belongs to no upload yet; size and SHA-256 are of the plain bytes."""

    path: Path
    size: int
    sha256: str


@contextmanager
def received(partner: Partner, chunks: Iterable[bytes], *, name: str) -> Iterator[Held]:
    """Seal what comes, which may take long, before a transaction begins; what nobody adopted is gone at the end.

    Raises Refusal when it grows beyond the limit.
    """
    limit = settings.UPLOAD_MAX_MB * 2**20
    size, digest = 0, hashlib.sha256()
    folder_for(partner.folder / INCOMING)
    path = partner.folder / INCOMING / uuid4().hex
    try:
        with sealed.Writer(path, vault.key_of(partner)) as file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise too_large(name)
                digest.update(chunk)
                file.write(chunk)
        yield Held(path, size, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)


def adopt(upload: Upload, complete: Path) -> None:
    """Make a sealed file that is on this disk already the original of this upload; `complete` stays where it is."""
    folder_for(upload.folder)
    upload.original.unlink(missing_ok=True)  # left by a crash before this number was given out again
    os.link(complete, upload.original)


def folder_for(path: Path) -> None:
    """Make the folder, for us alone; refuse when the disk is nearly full."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(path).free < FREE:
        raise Refusal(_("The server has no room for files at the moment: tell its operator. Nothing was changed."))


def too_large(name: str) -> Refusal:
    words = _("%(name)s is larger than %(limit)s MB, the limit: split it by date or send it as Parquet.")
    return Refusal(words % {"name": name, "limit": settings.UPLOAD_MAX_MB})


@contextmanager
def unbroken(upload: Upload) -> Iterator[None]:
    """While the file is read: what shows that it is not what was stored becomes a sentence."""
    try:
        yield
    except sealed.Broken as error:
        words = _("%(name)s was altered or damaged on the server’s disk after it arrived: send it again.")
        raise Refusal(words % {"name": upload.filename}) from error


def seal_lists(upload: Upload) -> None:
    """Seal the lists of bad rows, which hold rows as they were sent, under the partner's key."""
    key = vault.key_of(upload.partner)
    for path in [one for pattern in HANDED_BACK for one in upload.folder.glob(pattern)]:
        part = path.with_name(f"{path.name}.part")
        with path.open("rb") as plain, sealed.Writer(part, key) as file:
            while block := plain.read(BLOCK):
                file.write(block)
        part.replace(path)


def refuse_shredded(upload: Upload) -> None:
    if upload.shredded_at:
        told = {"name": upload.filename, "day": upload.partner.clock(upload.shredded_at).date().isoformat()}
        raise Refusal(_("%(name)s was deleted on %(day)s, as every file is: send it again to read it anew.") % told)


def know_digest(upload: Upload) -> None:
    """A file that came in pieces has no digest yet; the first child that reads it makes one."""
    if upload.sha256:
        return
    digest = hashlib.sha256()
    with vault.original(upload).open() as file:
        while block := file.read(BLOCK):
            digest.update(block)
    upload.sha256 = digest.hexdigest()
    upload.save(update_fields=["sha256"])


def shred(upload: Upload, *, at: datetime) -> None:
    """Delete the file and the lists of its bad rows; what was taken into use stays."""
    for pattern in LISTS:
        for path in upload.folder.glob(pattern):
            path.unlink(missing_ok=True)
    upload.shredded_at = at
    upload.save(update_fields=["shredded_at"])
