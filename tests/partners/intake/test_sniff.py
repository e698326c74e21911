"""What is not a table is refused with a sentence; what is one is described."""

import zipfile
from pathlib import Path

import pytest

from partners.intake import sniff
from partners.intake.refusals import REFUSALS, IntakeRefusal, sentence
from partners.intake.source import Source, Wishes
from tests.partners.intake.files import write


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: it has 0 bytes"),
        (b"\n \r\n\n", "is empty: it holds nothing but blank"),
        (b"%PDF-1.7 ...", "is a PDF, not a table"),
        (b"\x1f\x8b\x08\x00", "is a gzip archive"),
        (b"<html><table><tr><td>1</td></tr></table>", "is a web page or XML"),
        (b"PK\x03\x04garbage", "is damaged"),
        (b"PAR1garbage", "is damaged"),
        (b"\xd0\xcf\x11\xe0garbage", "is damaged"),
        (b"a\x00b\x00\x01\x02\x00\xff" * 20, "binary data"),
        (b"1,2026-01-01,5\n2,2026-01-02,6\n", "has no row of column names: row 1 reads “1”, “2026-01-01”, “5”"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(IntakeRefusal) as refused:
        sniff.sniff(path)
    assert words in refused.value.sentence
    assert "export.csv" in refused.value.sentence
    assert "export.csv" in sentence(refused.value.code, refused.value.values, "zh-hans")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeRefusal, match=r"orders\.csv was not found"):
        sniff.sniff(tmp_path / "orders.csv")


def test_an_archive_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("orders.csv", "id\n1\n")
    with pytest.raises(IntakeRefusal, match="is a ZIP archive, not a spreadsheet"):
        sniff.sniff(tmp_path / "a.xlsx")


def test_a_packed_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (120 * 2**20))
    with pytest.raises(IntakeRefusal, match=r"unpacks to [\d,]+ times its size; we take up to 300:"):
        sniff.sniff(tmp_path / "a.xlsx")


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[f"name{letter}x" for letter in range(501)], ["1"] * 501])
    with pytest.raises(IntakeRefusal, match="has 501 columns; we take up to 500"):
        sniff.sniff(path)


@pytest.mark.parametrize(
    ("name", "encoding"), [("张伟", "gb18030"), ("Zoë", "cp1252"), ("张伟", "utf-8"), ("Zoe", "utf-8")]
)
def test_names_after_a_megabyte_of_ascii_still_tell_the_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    plain = b"".join(b"C%06d,Ann Example of the north,2026-01-05,19.90\n" % number for number in range(30_000))
    path.write_bytes(b"id,name,date,price\n" + plain + f"C9,{name},2026-01-05,5\n".encode(encoding) * 3)
    assert sniff.sniff(path).encoding == encoding


def test_the_fullest_sheet_is_read_and_another_can_be_asked_for(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("Notes").write_row(0, 0, ["Printed by", "Ann"])
        data = book.add_worksheet("Data")
        for number in range(5):
            data.write_row(number, 0, ["id", "name"] if not number else [number, "x"])
    assert sniff.sniff(tmp_path / "a.xlsx").sheet == "Data"
    asked = sniff.sniff(tmp_path / "a.xlsx", wishes=Wishes(sheet="Notes"))
    assert (asked.sheet, asked.columns) == ("Notes", ("Printed by", "Ann"))


def test_corrections_win_over_detection(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title;x\nid;name\n1;a\n")
    assert sniff.sniff(path, wishes=Wishes(header_row=2)).columns == ("id", "name")
    assert sniff.sniff(path, wishes=Wishes(delimiter=",", header_row=2)).columns == ("id;name",)


def test_a_reading_survives_being_stored(tmp_path: Path) -> None:
    source = sniff.sniff(write(tmp_path / "a.csv", [["id", "name"], [1, "x"]]))
    assert Source.from_dict(source.as_dict()) == source
    wishes = Wishes(date_order="dmy", date_orders={"d": "mdy"})
    assert Wishes.from_dict(wishes.as_dict()) == wishes
    assert Wishes.from_dict({"nonsense": 1}) == Wishes()


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_speaks_both_languages_with_the_same_values(code: str) -> None:
    import string

    english, chinese = REFUSALS[code]["en"], REFUSALS[code]["zh-hans"]

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert fields(chinese) <= fields(english)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
