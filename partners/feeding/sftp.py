"""An SFTP folder through OpenSSH's connection: the few messages of SFTP version 3 that reading takes.

The protocol is spoken here rather than typed into the `sftp` program: its commands are text, in which a hostile file
name is a command, and its listings are text too, without seconds. Messages carry names as counted bytes, so there is
nothing to quote. Source: draft-ietf-secsh-filexfer-02, which every server speaks.
"""

import stat
import struct
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from partners.feeding import hosts, ssh
from partners.feeding.folder import LIST_SECONDS, LISTED, Clock, Entry, grown, is_plain, seconds_for, too_many, too_slow
from portal.kit.errors import Refusal

INIT, VERSION, OPEN, CLOSE, READ, LSTAT, OPENDIR, READDIR = 1, 2, 3, 4, 5, 7, 11, 12
STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105
OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED = 0, 1, 2, 3
PACKET = 512 * 2**10
BLOCK = 32 * 2**10
AHEAD = 32
SILENCE = 30.0
FOR_READING = 1


@contextmanager
def opened(place: dict[str, Any], private: bytes, *, allowed: list[str]) -> Iterator["Directory"]:
    address = hosts.checked(place["host"], place["port"], allowed=allowed)
    with ssh.connected(place, address, private) as connection:
        yield Directory(connection, place)


class Directory:
    def __init__(self, connection: ssh.Connection, place: dict[str, Any]) -> None:
        self._connection, self._place = connection, place
        self._held, self._number = bytearray(), 0
        self._abandoned: set[int] = set()
        self._clock = Clock(SILENCE)
        self._folder = (place.get("folder") or ".").encode()
        self._post(INIT, struct.pack(">I", 3), number=None)
        kind, _body = self._packet()
        if kind != VERSION:
            raise self._garbled()

    def entries(self) -> list[Entry]:
        self._clock = Clock(LIST_SECONDS)
        handle = self._opened(OPENDIR, _text(self._folder))
        found: list[Entry] = []
        seen = 0
        while True:
            kind, body = self._asked(READDIR, _text(handle))
            if kind == STATUS and body.number() == EOF:
                break
            if kind != NAME:
                raise self._refused(body if kind == STATUS else None)
            for _one in range(body.number()):
                seen += 1
                name, _long, attributes = body.text(), body.text(), body.attributes()
                if seen > LISTED:
                    raise too_many()
                if entry := self._entry(name, attributes):
                    found.append(entry)
        self._asked(CLOSE, _text(handle))
        return found

    def entry(self, entry: Entry) -> Entry | None:
        self._clock = Clock(SILENCE)
        kind, body = self._asked(LSTAT, _text(entry.handle))
        if kind == STATUS:
            if body.number() in (NO_SUCH_FILE, PERMISSION_DENIED):
                return None
            raise self._garbled()
        return self._entry(entry.handle.rpartition(b"/")[2], body.attributes())

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """In order, with a window of questions under way; a file that is longer or shorter than listed is refused."""
        self._clock = Clock(seconds_for(entry))
        handle = self._opened(OPEN, _text(entry.handle) + struct.pack(">II", FOR_READING, 0))
        asked: deque[tuple[int, int, int]] = deque()
        answers: dict[int, bytes] = {}
        place = 0
        try:
            while place < entry.size or asked:
                while place < entry.size and len(asked) < AHEAD:
                    length = min(BLOCK, entry.size - place)
                    asked.append((self._read(handle, place, length), place, length))
                    place += length
                piece = self._piece(asked[0][0], answers, {one[0] for one in asked})
                _number, start, length = asked.popleft()
                yield piece
                if left := length - len(
                    piece
                ):  # a server may send less than asked: the rest comes before anything else
                    start += len(piece)
                    asked.appendleft((self._read(handle, start, left), start, left))
        finally:
            self._abandoned |= {one[0] for one in asked} - answers.keys()
        kind, body = self._asked(READ, _text(handle) + struct.pack(">QI", entry.size, 1))
        if kind != STATUS or body.number() != EOF:
            raise grown()
        self._asked(CLOSE, _text(handle))

    def _read(self, handle: bytes, start: int, length: int) -> int:
        return self._post(READ, _text(handle) + struct.pack(">QI", start, length))

    def _piece(self, wanted: int, answers: dict[int, bytes], asked: set[int]) -> bytes:
        """The answer to one question; those that come before it are kept."""
        while wanted not in answers:
            kind, number, body = self._answer()
            if number not in asked or number in answers:
                raise self._garbled()
            if kind == STATUS:
                answers[number] = b""
                raise grown() if body.number() == EOF else self._refused(None)
            piece = body.text() if kind == DATA else b""
            if not 0 < len(piece) <= BLOCK:
                raise self._garbled()
            answers[number] = piece
        return answers.pop(wanted)

    def _opened(self, kind: int, question: bytes) -> bytes:
        answer, body = self._asked(kind, question)
        if answer != HANDLE:
            raise self._refused(body if answer == STATUS else None)
        return body.text()

    def _asked(self, kind: int, question: bytes) -> tuple[int, "Body"]:
        asked = self._post(kind, question)
        answer, number, body = self._answer()
        if number != asked:
            raise self._garbled()
        return answer, body

    def _answer(self) -> tuple[int, int, "Body"]:
        """The next answer that somebody still waits for."""
        while True:
            kind, body = self._packet()
            number = body.number()
            if number not in self._abandoned:
                return kind, number, body
            self._abandoned.remove(number)

    def _post(self, kind: int, question: bytes, *, number: int | None = 0) -> int:
        if number is not None:
            self._number += 1
            question = struct.pack(">I", self._number) + question
        try:
            self._connection.send(struct.pack(">IB", len(question) + 1, kind) + question)
        except OSError:
            raise ssh.ended(self._connection, self._place) from None
        return self._number

    def _packet(self) -> tuple[int, "Body"]:
        length = struct.unpack(">I", self._bytes(4))[0]
        if not 1 <= length <= PACKET:
            raise self._garbled()
        packet = self._bytes(length)
        return packet[0], Body(packet[1:], self._garbled)

    def _bytes(self, count: int) -> bytes:
        while len(self._held) < count:
            piece = self._connection.receive(min(self._clock.check(), SILENCE))
            if piece is None:
                raise too_slow()
            if not piece:
                raise ssh.ended(self._connection, self._place)
            self._held += piece
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _entry(self, name: bytes, attributes: tuple[int, int, int] | None) -> Entry | None:
        """Plain files only: no folder, no link, no device; and no name that is a path."""
        shown = _shown(name)
        if not is_plain(shown) or attributes is None:
            return None
        size, mode, changed = attributes
        if not stat.S_ISREG(mode):
            return None
        handle = self._folder.rstrip(b"/") + b"/" + name
        return Entry(name=shown, path=_shown(handle), size=size, changed=float(changed), handle=handle)

    def _refused(self, body: "Body | None") -> Refusal:
        code = body.number() if body else None
        known = {"folder": self._place.get("folder") or ".", "user": self._place["user"]}
        if code == NO_SUCH_FILE:
            return Refusal(_("There is no folder “%(folder)s” for “%(user)s”: check its path.") % known)
        if code == PERMISSION_DENIED:
            return Refusal(_("“%(user)s” may not read “%(folder)s”: ask who runs the server for the right.") % known)
        return self._garbled()

    def _garbled(self) -> Refusal:
        words = _("%(host)s answered in a way that is not SFTP: ask who runs it.")
        return Refusal(words % {"host": self._place["host"]})


class Body:
    """What stands in a packet, taken off from the front; whatever does not fit is the server's error, not ours."""

    def __init__(self, content: bytes, garbled: Any) -> None:
        self._content, self._place, self._garbled = content, 0, garbled

    def _take(self, count: int) -> bytes:
        if self._place + count > len(self._content):
            raise self._garbled()
        self._place += count
        return self._content[self._place - count : self._place]

    def number(self) -> int:
        return int.from_bytes(self._take(4))

    def text(self) -> bytes:
        return self._take(self.number())

    def attributes(self) -> tuple[int, int, int] | None:
        """Size, mode and time of change; None when the server does not tell all three."""
        flags = self.number()
        size = int.from_bytes(self._take(8)) if flags & 1 else None
        if flags & 2:
            self._take(8)
        mode = self.number() if flags & 4 else None
        changed = None
        if flags & 8:
            self._take(4)
            changed = self.number()
        if flags & 0x80000000:
            for _pair in range(2 * self.number()):
                self.text()
        return None if size is None or mode is None or changed is None else (size, mode, changed)


def _text(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _shown(name: bytes) -> str:
    """As people read it; empty when it is neither UTF-8 nor GB18030, so that nothing is guessed."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
