"""Which encoding a text file is in: byte order mark, UTF-8, UTF-16, GB18030 or cp1252, in this order of proof."""

import codecs
from pathlib import Path

import numpy as np

CHUNK = 4 * 2**20
HEAD = 2**20


def detect(path: Path) -> str:
    """The codec name. UTF-8 is proved over the whole file; the others are told apart by their byte patterns."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if wide := _unmarked_utf16(head):
        return wide
    if valid(path, "utf-8"):
        return "utf-8"
    return "gb18030" if _looks_chinese(head) and valid(path, "gb18030") else "cp1252"


def bom_length(path: Path, encoding: str) -> int:
    """Bytes to skip before the text starts."""
    with path.open("rb") as file:
        head = file.read(4)
    marks = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    mark = marks.get(encoding, b"")
    return len(mark) if mark and head.startswith(mark) else 0


def valid(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                if encoding != "utf-8" or not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 without a mark shows zero bytes at every other place (delimiters, digits and line ends are ASCII)."""
    if len(head) < 4 or b"\x00" not in head:
        return ""
    zeros = np.frombuffer(head[: len(head) // 2 * 2], dtype=np.uint8).reshape(-1, 2) == 0
    even, odd = zeros.mean(axis=0)
    if odd > 0.2 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 and odd < 0.02 else ""


def _looks_chinese(head: bytes) -> bool:
    """Chinese text in GB18030 comes in pairs of two high bytes; accented Western letters stand alone among ASCII."""
    pairs = lone = place = 0
    length = len(head)
    while place < length - 1 and pairs + lone < 20_000:
        first = head[place]
        if first < 0x80:
            place += 1
        elif 0xA1 <= head[place + 1] <= 0xFE and 0xA1 <= first <= 0xF7:
            pairs, place = pairs + 1, place + 2
        else:
            lone, place = lone + 1, place + 2
    return pairs > 0 and pairs >= 4 * lone
