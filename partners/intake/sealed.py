"""Sealed files: AES-256-GCM in frames of 1 MiB, written in a stream and read anywhere. No Django.

A header (magic, version, salt) gives the file a key of its own; each frame has a random nonce and is bound to the
header, its number and whether it is the last (Hoang, Reyhanitabar, Rogaway, Vizár: Online authenticated encryption
and its nonce-reuse misuse-resistance, CRYPTO 2015, “STREAM”). So frames cannot be altered, cut off, swapped, dropped
or taken from another file; and a file that is written on after a crash never uses a nonce twice.
"""

import io
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"FWSEAL\x00\x01"
SALT = 16
HEADER = len(MAGIC) + SALT
FRAME = 2**20
NONCE, TAG = 12, 16
STORED = NONCE + FRAME + TAG


class Broken(Exception):
    """The bytes are not what was sealed under this key: altered, cut off, or sealed under another one."""


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def frames(size: int) -> int:
    """How many whole frames lie before the last one of a content of this size; the last is never empty but alone."""
    return max(0, size - 1) // FRAME


def _cipher(key: bytes, header: bytes) -> AESGCM:
    if header[: len(MAGIC)] != MAGIC or len(header) != HEADER:
        raise Broken("this is not a sealed file")
    return AESGCM(HKDF(SHA256(), 32, salt=header[len(MAGIC) :], info=b"fairway sealed file").derive(key))


def _bound(header: bytes, number: int, last: bool) -> bytes:
    return header + number.to_bytes(8) + (b"\x01" if last else b"\x00")


class Writer:
    """Seals what is written; nothing can be read before `close`. A path is created with mode 0600."""

    def __init__(self, target: Path | BinaryIO, key: bytes) -> None:
        if isinstance(target, Path):
            self._file: BinaryIO = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        else:
            self._file = target
        self._owned = isinstance(target, Path)
        self._header = MAGIC + os.urandom(SALT)
        self._file.write(self._header)
        self._begin(key, number=0, tail=b"")

    @classmethod
    def resume(cls, path: Path, key: bytes, *, size: int, tail: bytes) -> Self:
        """Go on where `pause` was called at this size; whatever was written to the file since is forgotten."""
        end = HEADER + frames(size) * STORED
        if len(tail) != size - frames(size) * FRAME or path.stat().st_size < end:
            raise Broken("the file is not as it was paused")
        self = cls.__new__(cls)
        self._file, self._owned = path.open("r+b"), True
        self._header = self._file.read(HEADER)
        self._begin(key, number=frames(size), tail=tail)
        self._file.truncate(end)
        self._file.seek(end)
        return self

    def _begin(self, key: bytes, *, number: int, tail: bytes) -> None:
        self._cipher = _cipher(key, self._header)
        self._number, self._held = number, bytearray(tail)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > FRAME:  # one frame is held back: it may be the last
            self._seal(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]
        return len(data)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        nonce = os.urandom(NONCE)
        sealed = self._cipher.encrypt(nonce, plain, _bound(self._header, self._number, last))
        self._file.write(nonce + sealed)
        self._number += 1

    def pause(self) -> bytes:
        """Leave the file unfinished, safely on the disk. The returned tail is not in it: keep it for `resume`."""
        self._leave()
        return bytes(self._held)

    def close(self) -> None:
        """Seal the last frame; from now on the file can be read."""
        self._seal(bytes(self._held), last=True)
        self._leave()

    def abort(self) -> None:
        """Close the file as it is; unless it was closed by `close`, nothing can be read of it."""
        if self._owned:
            self._file.close()

    def _leave(self) -> None:
        try:
            self._file.flush()
            if self._owned:
                os.fsync(self._file.fileno())
        finally:
            self.abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


class Reader(io.RawIOBase):
    """The content of a sealed file, readable anywhere. Opening it proves the key and the length; raises Broken."""

    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__()
        self._file = path.open("rb")
        try:
            self._header = self._file.read(HEADER)
            self._cipher = _cipher(key, self._header)
            body = os.fstat(self._file.fileno()).st_size - HEADER
            self._last = max(0, -(-body // STORED) - 1)
            self.size = body - (self._last + 1) * (NONCE + TAG)
            self._place, self._cached, self._plain = 0, -1, b""
            if self.size < self._last * FRAME or (self._last and self.size == self._last * FRAME):
                raise Broken("the file is cut off")
            self._frame(self._last)
        except Broken:
            self._file.close()
            raise

    def _frame(self, number: int) -> bytes:
        if number != self._cached:
            self._file.seek(HEADER + number * STORED)
            stored = self._file.read(STORED)
            bound = _bound(self._header, number, number == self._last)
            try:
                self._plain = self._cipher.decrypt(stored[:NONCE], stored[NONCE:], bound)
            except (InvalidTag, ValueError):
                raise Broken(f"frame {number} is not what was sealed") from None
            self._cached = number
        return self._plain

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as the content goes: readers of columns and archives know no short reads."""
        into, done = memoryview(buffer).cast("B"), 0
        while done < len(into) and self._place < self.size:
            number, start = divmod(self._place, FRAME)
            piece = self._frame(number)[start : start + len(into) - done]
            into[done : done + len(piece)] = piece
            done, self._place = done + len(piece), self._place + len(piece)
        return done

    def readall(self) -> bytes:
        return self.read(max(0, self.size - self._place)) or b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._plain = b""
        self._file.close()
        super().close()
