"""Which encoding a text file is in: byte order mark, UTF-8, UTF-16, GB18030 or cp1252, in this order of proof."""

import codecs
from pathlib import Path

import numpy as np

from partners.intake.stored import Stored, stored

CHUNK = 4 * 2**20
HEAD = 2**20
ENOUGH = 20_000
"""So many letters beyond ASCII say what they are."""


def detect(path: Path | Stored) -> str:
    """The codec name. UTF-8 is proved over the whole file; the others are told apart by their byte patterns."""
    with stored(path).open() as file:
        head = file.read(HEAD)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if wide := _unmarked_utf16(head):
        return wide
    start = _first_beyond_ascii(path)
    if valid(path, "utf-8", start=start):
        return "utf-8"
    return "gb18030" if _looks_chinese(path, start) and valid(path, "gb18030", start=start) else "cp1252"


def bom_length(path: Path | Stored, encoding: str) -> int:
    """Bytes to skip before the text starts."""
    with stored(path).open() as file:
        head = file.read(4)
    marks = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    mark = marks.get(encoding, b"")
    return len(mark) if mark and head.startswith(mark) else 0


def valid(path: Path | Stored, encoding: str, *, start: int = 0) -> bool:
    """Does all of the file from this byte on make sense in this encoding?"""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with stored(path).open() as file:
        file.seek(start)
        try:
            while chunk := file.read(CHUNK):
                if encoding not in ("utf-8", "gb18030") or not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _first_beyond_ascii(path: Path | Stored) -> int:
    """Where the first chunk starts that holds more than ASCII: nothing before it tells these encodings apart."""
    start = 0
    with stored(path).open() as file:
        while (chunk := file.read(CHUNK)) and chunk.isascii():
            start += len(chunk)
    return start


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 without a mark shows zero bytes at every other place (delimiters, digits and line ends are ASCII)."""
    if len(head) < 4 or b"\x00" not in head:
        return ""
    zeros = np.frombuffer(head[: len(head) // 2 * 2], dtype=np.uint8).reshape(-1, 2) == 0
    even, odd = zeros.mean(axis=0)
    if odd > 0.2 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 and odd < 0.02 else ""


def _looks_chinese(path: Path | Stored, start: int) -> bool:
    """Chinese text in GB18030 comes in pairs of two high bytes; accented Western letters stand alone among ASCII.

    Looked for in the whole file: names may come after megabytes of numbers.
    """
    pairs = lone = 0
    with stored(path).open() as file:
        file.seek(start)
        while pairs + lone < ENOUGH and (chunk := file.read(CHUNK)):
            if not chunk.isascii():
                found, alone = _pairs(chunk + file.readline(HEAD))  # no pair is cut at the end of a line
                pairs, lone = pairs + found, lone + alone
    return pairs > 0 and pairs >= 4 * lone


def _pairs(text: bytes) -> tuple[int, int]:
    """How many high bytes come in pairs as in Chinese text, and how many stand alone."""
    pairs = lone = after = 0
    for place in np.flatnonzero(np.frombuffer(text, dtype=np.uint8) >= 0x80)[: 2 * ENOUGH].tolist():
        if place < after or place + 1 == len(text):
            continue
        after = place + 2
        if 0xA1 <= text[place] <= 0xF7 and 0xA1 <= text[place + 1] <= 0xFE:
            pairs += 1
        else:
            lone += 1
    return pairs, lone
