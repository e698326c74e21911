"""A file is read the same whether it lies plain or sealed."""

from pathlib import Path

import pytest

from partners.intake import encoding, mapping, read, sniff
from partners.intake.stored import Stored, stored
from tests.partners.intake.files import write

ROWS = [["customer id", "name", "mrr"], *[[f"C{number}", f"Größe {number}", number / 4] for number in range(1, 301)]]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_first_rows_come_under_the_files_own_headers(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"a.{ending}", ROWS)
    shown = read.first_rows(path, sniff.sniff(path))
    assert shown["columns"] == ROWS[0]
    assert shown["rows"][0] == ["C1", "Größe 1", "0.25"]
    assert len(shown["rows"]) == 20


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_sealed_file_is_read_as_the_plain_one_is(tmp_path: Path, ending: str) -> None:
    sealed = pytest.importorskip("partners.intake.sealed")
    plain, key = write(tmp_path / f"a.{ending}", ROWS), bytes(range(32))
    with (tmp_path / "original").open("wb") as file:
        writer = sealed.Writer(file, key)
        writer.write(plain.read_bytes())
        writer.close()
    file = Stored(tmp_path / "original", key)
    assert file.size == plain.stat().st_size
    source = sniff.sniff(file, name=plain.name)
    assert source == sniff.sniff(plain)
    assert read.sample(file, source).equals(read.sample(plain, source))
    assert mapping.suggest("customers", source.columns, read.sample(file, source)).missing() == []


def test_a_sealed_text_has_the_encoding_of_the_plain_one(tmp_path: Path) -> None:
    sealed = pytest.importorskip("partners.intake.sealed")
    writer = sealed.Writer(tmp_path / "original", bytes(32))
    writer.write("客户编号,名称\n".encode("gb18030") * 200)
    writer.close()
    assert encoding.detect(Stored(tmp_path / "original", bytes(32))) == "gb18030"


def test_a_key_never_shows(tmp_path: Path) -> None:
    assert "secret" not in repr(Stored(tmp_path / "original", b"secret"))
    assert stored(tmp_path / "a.csv") == Stored(tmp_path / "a.csv")
