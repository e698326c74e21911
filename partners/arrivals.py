"""Files on their way: announced, sent in pieces, paused and resumed, and an upload once the last byte is here.

What counts is the offset in the row; on the disk `part` holds the whole frames before it, sealed, and `tail-<offset>`
the rest. A piece is acknowledged by moving the offset, after both are safely written: after a crash in the middle of a
piece, or when two senders meet, the state is exactly what was acknowledged last.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import originals, uploads, vault
from partners.arrival_holds import Ended, Hold
from partners.columns import FACTS, KINDS
from partners.intake import sealed
from partners.intake.source import Wishes
from partners.models import Arrival, Partner, Upload, User
from portal.kit.errors import Refusal

LIFE = timedelta(days=3)
"""How long a file may lie half-sent, counted from its last piece."""
OPEN = 20
"""How many files of one partner may be on their way at once."""
DIGESTS = ("sha1", "sha256")


class TooLarge(Refusal):
    """More bytes than were announced, or than are taken."""


class Differs(Refusal):
    """A piece that is not what its sender says it is."""


@dataclass(frozen=True)
class Notice:
    """What is announced: the file, and what is wished for when it is read."""

    kind: str
    filename: str
    size: int
    wishes: Wishes = field(default_factory=Wishes)
    columns: tuple[str, ...] = ()
    complete: bool = False
    modified: int = 0
    """When the file was last changed, as its sender's computer says: it tells whether another file has its name."""


@dataclass(frozen=True)
class Piece:
    """Bytes that belong at an offset, as they come in; the digest its sender gave, if any: (algorithm, bytes)."""

    offset: int
    blocks: Iterable[bytes]
    digest: tuple[str, bytes] | None = None


def announce(partner: Partner, notice: Notice, *, by: User | None, at: datetime) -> Arrival:
    """Make room for a file. Raises Refusal for a kind, a size or a number of files that is not taken."""
    if notice.kind not in KINDS:
        known = ", ".join(KINDS)
        raise Refusal(_("“%(kind)s” is not a kind of file: choose %(kinds)s.") % {"kind": notice.kind, "kinds": known})
    name = uploads.plain_name(notice.filename)
    if notice.size < 1:
        raise Refusal(_("%(name)s is empty: send the file with its rows.") % {"name": name})
    if notice.size > settings.UPLOAD_MAX_MB * 2**20:
        raise TooLarge(originals.too_large(name).sentence)
    if notice.complete and notice.kind not in FACTS:
        raise Refusal(_("A file of outcomes adds what happened; it cannot be a complete list."))
    under_way = Arrival.objects.filter(partner=partner, upload=None, expires_at__gt=at).count()
    if under_way >= OPEN:
        words = _("%(count)s files are on their way already: finish or cancel one of them first.")
        raise Refusal(words % {"count": under_way})
    originals.folder_for(partner.folder / "arrivals")
    return Arrival.objects.create(
        partner=partner,
        kind=notice.kind,
        filename=name,
        size=notice.size,
        options={
            "wishes": notice.wishes.as_dict(),
            "columns": list(notice.columns),
            "complete": notice.complete,
            "modified": notice.modified,
        },
        created_by=by,
        expires_at=at + LIFE,
    )


def append(arrival: Arrival, piece: Piece) -> Arrival:
    """Write a piece at its offset and, when it was the last, make the upload.

    What came of a piece whose sender fell silent is kept. Raises what `Hold` raises when the offset is another or
    somebody else is writing, TooLarge, and Differs; after those nothing has changed.
    """
    with Hold(arrival, offset=piece.offset) as hold:
        offset = _write(arrival, piece, hold)
        hold.settle(offset=offset, expires_at=timezone.now() + LIFE)
    arrival.refresh_from_db()
    if offset != piece.offset:
        _tail(arrival, piece.offset).unlink(missing_ok=True)
    if arrival.offset == arrival.size:
        finish(arrival)
    return arrival


def _write(arrival: Arrival, piece: Piece, hold: Hold) -> int:
    """The piece, onto the disk and behind what is there; the offset it ends at."""
    algorithm, told = piece.digest or ("sha1", b"")
    digest, offset = hashlib.new(algorithm, usedforsecurity=False), piece.offset
    writer = _writer(arrival)
    try:
        for block in piece.blocks:
            offset += len(block)
            if offset > arrival.size:
                raise TooLarge(
                    _("%(name)s was announced with %(size)s bytes and more are coming: announce it anew.")
                    % {"name": arrival.filename, "size": f"{arrival.size:,}"}
                )
            digest.update(block)
            hold.renew()
            writer.write(block)
        if piece.digest and digest.digest() != told:
            raise Differs(_("This piece is not what its checksum says; it was dropped: send it again."))
        if offset == arrival.size:
            writer.close()
        else:
            _keep(arrival, offset, writer.pause())
    except FileNotFoundError as error:  # cancelled from elsewhere: its folder is gone
        raise Ended(arrival) from error
    finally:
        writer.abort()
    return offset


def _writer(arrival: Arrival) -> sealed.Writer:
    key, part = vault.key_of(arrival.partner), arrival.folder / "part"
    if arrival.offset == 0:
        originals.folder_for(arrival.folder)
        return sealed.Writer(part, key)
    try:
        with sealed.Reader(_tail(arrival, arrival.offset), key) as file:
            return sealed.Writer.resume(part, key, size=arrival.offset, tail=file.readall())
    except (sealed.Broken, FileNotFoundError) as error:
        raise Ended(arrival) from error


def _tail(arrival: Arrival, offset: int) -> Path:
    return arrival.folder / f"tail-{offset}"


def _keep(arrival: Arrival, offset: int, tail: bytes) -> None:
    path = _tail(arrival, offset)
    fresh = path.with_suffix(".new")
    with sealed.Writer(fresh, vault.key_of(arrival.partner)) as file:
        file.write(tail)
    fresh.rename(path)


def finish(arrival: Arrival) -> Upload:
    """The upload of a file whose last byte is here, its check asked for; made once, however often this is called."""
    with transaction.atomic():
        held = Arrival.objects.select_for_update().get(pk=arrival.pk)
        if held.upload is None:
            held.upload = _upload(held)
            held.save(update_fields=["upload"])
    shutil.rmtree(arrival.folder, ignore_errors=True)
    arrival.refresh_from_db()
    assert held.upload is not None
    return held.upload


def _upload(held: Arrival) -> Upload:
    options: Mapping[str, Any] = held.options
    whole = originals.Held(held.folder / "part", held.size, sha256="")  # the child that reads it first makes the digest
    told: dict[str, Any] = {"kind": held.kind, "filename": held.filename, "complete": options["complete"]}
    try:
        upload = uploads.take(held.partner, whole, by=held.created_by, **told)
    except FileNotFoundError as error:
        raise Ended(held) from error
    try:
        uploads.request_check(
            upload,
            by=held.created_by,
            at=held.partner.clock(timezone.now()).date(),
            wishes=Wishes.from_dict(options["wishes"]),
            columns=options["columns"],
        )
    except BaseException:
        shutil.rmtree(upload.folder, ignore_errors=True)
        raise
    return upload


def abandon(arrival: Arrival) -> None:
    """Forget a file that is not wholly here."""
    if arrival.upload_id:
        told = {"name": arrival.filename, "number": arrival.upload_id}
        raise Refusal(_("%(name)s has arrived and is upload %(number)s: remove or undo it there.") % told)
    if Arrival.objects.filter(pk=arrival.pk, upload=None).delete()[0]:
        shutil.rmtree(arrival.folder, ignore_errors=True)


def settled(arrival: Arrival) -> Arrival:
    """The arrival as it should stand: a crash between the last byte and the upload is made good here."""
    if arrival.upload_id is None and arrival.offset == arrival.size:
        finish(arrival)
    return arrival


def under_way(partner: Partner, *, by: User, at: datetime) -> list[Arrival]:
    """What this person has begun to send from a page and can go on with; programs know their own."""
    found = Arrival.objects.filter(partner=partner, created_by=by, upload=None, expires_at__gt=at)
    return [one for one in found if one.options.get("modified")]
