"""Damaged files of every format end in a report or a sentence, never in a crash."""

import random
from pathlib import Path

import pytest

from portal.kit.errors import Refusal
from tests.partners.intake.files import checked, write

ROWS = [["order id", "customer id", "date", "sku", "description", "quantity", "price"]] + [
    [f"O{number}", f"C{number % 9}", "2026-01-05", "S1", "x y", 1 + number % 3, 2.5] for number in range(60)
]
TRIES = 25


def damage(good: bytes, chance: random.Random) -> bytes:
    """Cut off, with some bytes changed, or with some put in."""
    bad = bytearray(good)
    how = chance.random()
    if how < 0.3:
        return bytes(bad[: chance.randrange(1, len(bad))])
    if how < 0.8:
        for _ in range(chance.choice([1, 3, 20])):
            bad[chance.randrange(len(bad))] = chance.choice([0, 255, 34, 44, 10, 13, chance.randrange(256)])
        return bytes(bad)
    place = chance.randrange(len(bad))
    bad[place:place] = chance.randbytes(chance.choice([1, 10, 200]))
    return bytes(bad)


def sentence_for(path: Path) -> str:
    """Why the file was refused; empty when it could be reported on."""
    try:
        checked(path, "orders")
    except Refusal as refusal:
        return refusal.sentence
    return ""


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_damaged_file_is_reported_or_refused(tmp_path: Path, ending: str) -> None:
    chance = random.Random(11)
    good = write(tmp_path / f"good.{ending}", ROWS).read_bytes()
    path = tmp_path / f"bad.{ending}"
    outcomes = {"reported": 0, "refused": 0}
    for _ in range(TRIES):
        path.write_bytes(damage(good, chance))
        outcomes["refused" if sentence_for(path) else "reported"] += 1
    assert outcomes["refused"] > 0
    assert sum(outcomes.values()) == TRIES
