"""Files gone wrong in every way a seed can think of, read as uploads: `python -m tests.drills.malformed SEED COUNT`.

Prints one JSON object: how many were reported on, refused with a sentence, and what escaped (which must be nothing).
Run as a program of its own, so that a crash of a parser is seen as one.
"""

import io
import json
import random
import signal
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = ("customers", "products", "orders", "subscriptions", "interactions", "outcomes")
SECONDS = 60
HEADER = ["order id", "customer id", "date", "sku", "description", "quantity", "price", "outcome", "name", "e-mail",
          "subscription id", "start date", "kind"]  # fmt: skip
PIECES = [
    '"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "\x00", "\ufeff", "\u202e", "=1+1", "-", "NaN", "1e309", "-0", "∞",
    "31/02/2026", "0000-00-00", "9999-12-31", "２０２６年１月５日", " ", "<table>", "{}", "\U0001f600", "ß", "é",
    "合计", "Total", "99999999999999999999", "1.23457E+11", "#REF!", "'", "NULL", "true", "%s", "../../x", "\x1b[31m",
]  # fmt: skip


def rows(chance: random.Random) -> list[list[Any]]:
    made: list[list[Any]] = [list(HEADER)]
    for number in range(chance.choice([0, 1, 5, 40])):
        row: list[Any] = [f"O{number}", f"C{number % 7}", "2026-01-05", "S1", "x y", 1 + number % 3, 2.5]
        made.append([*row, "contacted", "Cyan Ltd", "a@example.com", f"A{number}", "2025-06-30", "call"])
    return made


def as_csv(table: list[list[Any]], chance: random.Random) -> bytes:
    sign = chance.choice([",", ";", "\t", "|"])
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252"])
    return "\n".join(sign.join(map(str, row)) for row in table).encode(encoding, "replace")


def as_xlsx(table: list[list[Any]], chance: random.Random) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            sheet.write_row(number + chance.choice([0, 0, 0, 2]), 0, row)
    return out.getvalue()


def as_parquet(table: list[list[Any]], chance: random.Random) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    body = table[1:] or [[None] * len(HEADER)]
    columns = {
        name: pa.array([None if row[index] is None else str(row[index]) for row in body], pa.string())
        for index, name in enumerate(HEADER)
    }
    odd = chance.choice(["", "nested", "binary", "decimal", "time"])
    if odd:
        count = len(body)
        columns[chance.choice(HEADER)] = {
            "nested": pa.array([[1, 2]] * count),
            "binary": pa.array([b"\xff\xfe"] * count),
            "decimal": pa.array(["1.5"] * count).cast(pa.decimal128(20, 3)),
            "time": pa.array([2**62] * count, pa.timestamp("ns")),
        }[odd]
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


FORMATS: dict[str, Callable[[list[list[Any]], random.Random], bytes]] = {
    "csv": as_csv, "xlsx": as_xlsx, "parquet": as_parquet,
}  # fmt: skip


def broken_cells(table: list[list[Any]], chance: random.Random) -> list[list[Any]]:
    """Cells replaced, rows cut or lengthened, headers lost or doubled."""
    for _ in range(chance.choice([0, 1, 4, 30])):
        row = chance.choice(table)
        if row:
            row[chance.randrange(len(row))] = "".join(chance.choices(PIECES, k=chance.choice([1, 1, 3])))
    if chance.random() < 0.2:
        chance.choice(table)[:] = chance.choice([[], [""] * 3, HEADER * 2, ["x"] * 700])
    return [list(row) for row in table]


def broken_bytes(good: bytes, chance: random.Random) -> bytes:
    """Cut off, changed, with something put in, taken out or said twice."""
    bad = bytearray(good)
    if not bad:
        return good
    how = chance.choice(["keep", "cut", "flip", "put", "drop", "twice"])
    place, many = chance.randrange(len(bad)), chance.choice([1, 3, 20, 400])
    if how == "cut":
        del bad[place:]
    elif how == "flip":
        for _ in range(many):
            bad[chance.randrange(len(bad))] = chance.choice([0, 255, 34, 44, 10, 13, chance.randrange(256)])
    elif how == "put":
        bad[place:place] = chance.choice([chance.randbytes(many), chance.choice(PIECES).encode() * many])
    elif how == "drop":
        del bad[place : place + many]
    elif how == "twice":
        bad[place:place] = bad[: chance.randrange(1, len(bad) + 1)]
    return bytes(bad)


def broken_member(good: bytes, chance: random.Random) -> bytes:
    """A workbook whose parts are whole but whose XML is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        target = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, broken_bytes(content, chance) if name == target else content)
    return out.getvalue()


def one(chance: random.Random) -> tuple[str, bytes]:
    ending = chance.choice(["csv", "csv", "xlsx", "parquet"])
    table = rows(chance)
    if ending == "parquet":
        return ending, broken_bytes(as_parquet(table, chance), chance)
    good = FORMATS[ending](broken_cells(table, chance), chance)
    if ending == "xlsx" and chance.random() < 0.6:
        return ending, broken_member(good, chance)
    return ending, broken_bytes(good, chance)


def judge(content: bytes, ending: str, folder: Path, kind: str) -> str:
    """ "reported", "refused", or what escaped."""
    from partners.intake.refusals import IntakeRefusal
    from tests.partners.intake.files import checked

    path = folder / f"file.{ending}"
    path.write_bytes(content)
    signal.alarm(SECONDS)
    try:
        checked(path, kind)
    except IntakeRefusal as refusal:
        return "refused" if len(refusal.sentence) > 10 else "refused without a sentence"
    except BaseException as error:  # noqa: BLE001 - whatever comes out here is the finding
        return f"{type(error).__name__}: {error}"[:300]
    finally:
        signal.alarm(0)
    return "reported"


def main(seed: int, count: int) -> None:
    told: Counter[str] = Counter()
    escaped: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + count):
            chance = random.Random(number)
            kind = chance.choice(KINDS)
            ending, content = one(chance)
            said = judge(content, ending, Path(folder), kind)
            told[said if said in ("reported", "refused") else "escaped"] += 1
            if said not in ("reported", "refused"):
                escaped.append(f"seed {number} ({kind}, {ending}): {said}")
    sys.stdout.write(json.dumps({**told, "found": escaped[:20]}) + "\n")


if __name__ == "__main__":

    def late(*_: object) -> None:
        raise TimeoutError(f"still reading after {SECONDS} s")

    signal.signal(signal.SIGALRM, late)
    main(int(sys.argv[1]), int(sys.argv[2]))
