"""Sealed files give back what was written, anywhere in them, and nothing at all once a byte is not as it was."""

import io
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.intake import sealed
from partners.intake.sealed import FRAME, HEADER, STORED, Broken, Reader, Writer

KEY = b"k" * 32
SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 12345]


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def seal(path: Path, data: bytes, key: bytes = KEY) -> Path:
    with Writer(path, key) as writer:
        for start in range(0, len(data), 300_000):
            writer.write(data[start : start + 300_000])
    return path


def read_all(path: Path, key: bytes = KEY) -> bytes:
    with Reader(path, key) as reader:
        return reader.read()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(tmp_path: Path, size: int) -> None:
    path = seal(tmp_path / "file", content(size))
    with Reader(path, KEY) as reader:
        assert reader.size == size
        assert reader.read() == content(size)
    assert sealed.is_sealed(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_of_the_content_shows(tmp_path: Path) -> None:
    text = b"customer_id,name\nC-1,Canary Ltd\n" * 1000
    first, second = seal(tmp_path / "a", text).read_bytes(), seal(tmp_path / "b", text).read_bytes()
    assert b"Canary" not in first
    assert first[HEADER:] != second[HEADER:], "the same content twice does not look the same"


def test_a_file_object_can_be_written_to_as_well(tmp_path: Path) -> None:
    held = io.BytesIO()
    with Writer(held, KEY) as writer:
        writer.write(b"abc")
    (tmp_path / "file").write_bytes(held.getvalue())
    assert read_all(tmp_path / "file") == b"abc"


@settings(max_examples=40, deadline=None)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from([0, 1, 2]), st.integers(-(3 * FRAME), 3 * FRAME), st.integers(-1, FRAME + 99))
    )
)
def test_seeking_and_reading_is_that_of_a_plain_file(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int, int]]
) -> None:
    data = content(2 * FRAME + 12345)
    path = tmp_path_factory.getbasetemp() / "seeking"
    if not path.exists():
        seal(path, data)
    with Reader(path, KEY) as reader:
        plain = io.BytesIO(data)
        for whence, offset, length in moves:
            base = (0, plain.tell(), len(data))[whence]
            if base + offset >= 0:
                assert reader.seek(offset, whence) == plain.seek(base + offset)
            assert reader.read(length) == plain.read(length)
            assert reader.tell() == plain.tell()
        with pytest.raises(ValueError, match="before the beginning"):
            reader.seek(-1)


def test_a_flipped_bit_is_seen_wherever_it_is(tmp_path: Path) -> None:
    data = content(2 * FRAME + 500)
    path = seal(tmp_path / "file", data)
    good, dice = path.read_bytes(), random.Random(1)
    places = [*range(HEADER), *(HEADER + n * STORED for n in range(3)), len(good) - 1]
    for place in [*places, *(dice.randrange(len(good)) for _ in range(60))]:
        path.write_bytes(good[:place] + bytes([good[place] ^ 1 << dice.randrange(8)]) + good[place + 1 :])
        with pytest.raises(Broken):
            read_all(path)


def test_a_file_cut_off_anywhere_is_not_even_opened(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", content(2 * FRAME + 500))
    good = path.read_bytes()
    ends = [0, 3, HEADER, HEADER + 5, HEADER + 28, HEADER + STORED - 1, HEADER + STORED, HEADER + 2 * STORED]
    for end in [*ends, HEADER + 2 * STORED + 20, len(good) - 1]:
        path.write_bytes(good[:end])
        with pytest.raises(Broken):
            Reader(path, KEY)


def test_a_file_with_more_behind_it_is_not_opened(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", content(FRAME))
    good = path.read_bytes()
    for more in (b"x", os.urandom(28), os.urandom(STORED), good[HEADER:]):
        path.write_bytes(good + more)
        with pytest.raises(Broken):
            Reader(path, KEY)


def test_frames_cannot_be_swapped_dropped_or_borrowed(tmp_path: Path) -> None:
    path = seal(tmp_path / "file", content(3 * FRAME))
    other = seal(tmp_path / "other", content(3 * FRAME)).read_bytes()
    good = path.read_bytes()
    head, parts = good[:HEADER], [good[HEADER + n * STORED : HEADER + (n + 1) * STORED] for n in range(3)]
    borrowed = other[HEADER : HEADER + STORED]
    for shape in (
        [parts[1], parts[0], parts[2]],
        [parts[0], parts[2]],
        [parts[0], parts[0], parts[2]],
        [parts[0], parts[1]],
        [borrowed, parts[1], parts[2]],
    ):
        path.write_bytes(head + b"".join(shape))
        with pytest.raises(Broken):
            read_all(path)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        Reader(seal(tmp_path / "file", b"abc"), b"x" * 32)


def test_a_plain_file_is_not_taken_for_a_sealed_one(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"sku,name\n")
    assert not sealed.is_sealed(tmp_path / "plain")
    with pytest.raises(Broken):
        Reader(tmp_path / "plain", KEY)


@pytest.mark.parametrize("cut", [1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME])
def test_a_paused_file_goes_on_as_if_never_interrupted(tmp_path: Path, cut: int) -> None:
    data, path = content(2 * FRAME + 777), tmp_path / "file"
    writer = Writer(path, KEY)
    writer.write(data[:cut])
    tail = writer.pause()
    with pytest.raises(Broken):  # it is not a whole file yet
        Reader(path, KEY)
    lost = Writer.resume(path, KEY, size=cut, tail=tail)
    lost.write(os.urandom(3 * FRAME))  # a piece that was never acknowledged
    lost.abort()
    with Writer.resume(path, KEY, size=cut, tail=tail) as again:
        again.write(data[cut:])
    assert read_all(path) == data


def test_going_on_at_another_place_than_was_paused_at_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    writer = Writer(path, KEY)
    writer.write(b"abc")
    tail = writer.pause()
    for size, held in ((4, tail), (3, b"ab"), (FRAME + 3, tail)):
        with pytest.raises(Broken):
            Writer.resume(path, KEY, size=size, tail=held)


def test_an_exception_while_writing_leaves_nothing_readable(tmp_path: Path) -> None:
    with pytest.raises(TypeError), Writer(tmp_path / "file", KEY) as writer:
        writer.write("not bytes")  # type: ignore[arg-type]
    with pytest.raises(Broken):
        Reader(tmp_path / "file", KEY)
