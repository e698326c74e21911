"""Lines into records: true row numbers, and no quote that swallows its neighbours."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.intake import lines, read, sniff
from partners.intake.read import Block
from partners.intake.source import Wishes
from tests.partners.intake.files import write


def blocks(path: Path, **more: int) -> list[Block]:
    found = list(read.blocks(path, sniff.sniff(path), **more))
    assert all(block.table.num_rows + len(block.rejected) == block.lines for block in found)
    return found


def rows(path: Path, **more: int) -> dict[int, list[str]]:
    return {
        int(row): [column[place].as_py() for column in block.table.columns]
        for block in blocks(path, **more)
        for place, row in enumerate(block.rows)
    }


def rejected(path: Path, **more: int) -> list[tuple[int, str]]:
    return [(row, cause) for block in blocks(path, **more) for row, cause, _ in block.rejected]


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """2,000 rows with one of everything that goes wrong."""
    text = ["id,name,value"] + [f'{number},"name {number}",{number}' for number in range(2, 2002)]
    text[100] = '101,"never closed,1'
    text[200] = '201,"over\ntwo lines",1'
    text[300] = '301,5" pipe,1'
    text[400] = ""
    text[500] = "501,1"
    text[600] = "601,1,2,3"
    text[700] = "701,1,2,,"
    text[800] = '801,5" pipe,"opened'
    text[900] = '901,"said ""yes""",1'
    path = tmp_path / "untidy.csv"
    path.write_text("\n".join(text) + "\n")
    return path


@pytest.mark.parametrize("block_bytes", [400, 7_000, 2**24])
def test_each_fault_costs_exactly_its_own_row_whatever_the_block_size(untidy: Path, block_bytes: int) -> None:
    assert rejected(untidy, block_bytes=block_bytes) == [
        (101, "unterminated_quote"),
        (501, "too_few_columns"),
        (601, "too_many_columns"),
        (801, "unterminated_quote"),
    ]
    found = rows(untidy, block_bytes=block_bytes)
    assert sum(block.lines for block in blocks(untidy, block_bytes=block_bytes)) == 2000
    assert found[201] == ["201", "over\ntwo lines", "1"]
    assert found[301] == ["301", '5" pipe', "1"]
    assert found[401] == ["", "", ""] or found[401][1] == ""
    assert found[701] == ["701", "1", "2"]
    assert found[901] == ["901", 'said "yes"', "1"]
    assert found[2001][0] == "2001"


def test_one_unclosed_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    text = ["id,name"] + [f"{number},n" for number in range(20_000)]
    text[400] = '399,"n'
    (tmp_path / "a.csv").write_text("\n".join(text))
    assert rejected(tmp_path / "a.csv") == [(401, "unterminated_quote")]
    assert len(rows(tmp_path / "a.csv")) == 19_999


MARKS = ['"', "'", ""]


@pytest.mark.parametrize("mark", MARKS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_a_csv_writer_wrote_is_read_back_exactly(mark: str, data: st.DataObject) -> None:
    cell = st.text(alphabet="ab\"',\n " if mark else "ab\"' ", max_size=6)
    table = data.draw(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=12))
    out = io.StringIO("" if mark else "".join(f"{','.join(row)}\n" for row in table))
    if mark:
        csv.writer(out, lineterminator="\n", quotechar=mark).writerows(table)
    found = lines.parse(out.getvalue().encode(), width=3, delimiter=",", final=True, quote=mark)
    assert found.rejected == []
    assert [[column[place].as_py() for column in found.table.columns] for place in range(found.count)] == table


@pytest.mark.parametrize("mark", MARKS)
@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="a\"',\n", max_size=60))
def test_whatever_the_text_every_record_is_accounted_for_once(mark: str, text: str) -> None:
    found = lines.parse(text.encode(), width=2, delimiter=",", final=True, quote=mark)
    assert found.table.num_rows + len(found.rejected) == found.count
    numbers = sorted([*found.rows.tolist(), *(row for row, _, _ in found.rejected)])
    assert numbers == list(range(found.count))


@pytest.mark.parametrize("block_bytes", [60, 2**24])
def test_apostrophes_around_cells_are_quotation_marks(tmp_path: Path, block_bytes: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("'id','name','size'\n'1','Doe, Ann',5\n'2','O''Hara','5\" pipe'\n'3','two\nlines',7\n'4','open,8\n")
    assert sniff.sniff(path).quote == "'"
    assert sniff.sniff(path).columns == ("id", "name", "size")
    found = rows(path, block_bytes=block_bytes)
    assert found[2] == ["1", "Doe, Ann", "5"]
    assert found[3] == ["2", "O'Hara", '5" pipe']
    assert found[4] == ["3", "two\nlines", "7"]
    assert rejected(path, block_bytes=block_bytes) == [(5, "unterminated_quote")]


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n1,O'Brien\n2,'t Hooft\n3,Jess'\n4,'Bob'\n",
        'id,name\n"1","O\'Brien"\n"2","\'t Hooft"\n"3","\'x\'"\n',
        "id,name\n'001,Ann\n'002,Bob\n'003,Cy\n'004,Di\n",
    ],
)
def test_apostrophes_in_names_are_letters(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert sniff.sniff(path).quote == '"'
    assert len(rows(path)) == text.count("\n") - 1


def test_a_person_can_say_that_there_are_no_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,size\n1,"5 inch\n2,"7 inch"\n')
    source = sniff.sniff(path, wishes=Wishes(quote="none"))
    (block,) = read.blocks(path, source)
    assert block.table.column("c1").to_pylist() == ['"5 inch', '"7 inch"']
    assert block.rejected == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_text_is_read_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        ("客户编号;客户名称\n" + "".join(f"{n};上海诚信律师事务所{n}\n" for n in range(50))).encode(encoding)
    )
    assert rows(path)[2] == ["0", "上海诚信律师事务所0"]
    assert len(rows(path, block_bytes=101)) == 50


def test_german_text_in_windows_code_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Kundennummer;Name\n1;Müller für Österreich\n2;Größe Übermaß\n".encode("cp1252"))
    assert rows(path) == {2: ["1", "Müller für Österreich"], 3: ["2", "Größe Übermaß"]}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(tmp_path: Path, delimiter: str, ending: str) -> None:
    path = tmp_path / "a.csv"
    text = ending.join(delimiter.join(row) for row in [("name", "betrag"), ("a", "1.5"), ("b", "2.5")])
    path.write_bytes(text.encode())
    assert rows(path) == {2: ["a", "1.5"], 3: ["b", "2.5"]}


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Kunde;Menge;Betrag\n1;2,5;3,5\n2;1,5;9,5\n")
    assert sniff.sniff(path).delimiter == ";"


def test_title_rows_above_the_header_count_but_are_not_data(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Sales export - all branches;;\n;;\nid;date;qty\n1;2026-01-01;5\n")
    assert sniff.sniff(path).header_row == 3
    assert rows(path) == {4: ["1", "2026-01-01", "5"]}


def test_a_spreadsheets_rows_keep_the_numbers_it_shows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["Report"], [], ["id", "name", "day"], ["A", "x", 45000], [], ["B", "y", 3.5]])
    found = rows(path)
    assert found[4] == ["A", "x", "45000"]
    assert found[5] == ["", "", ""]
    assert found[6] == ["B", "y", "3.5"]


def test_parquet_keeps_its_types_and_counts_from_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [["id", "price"], [7, 1.5], [8, None]])
    assert rows(path) == {1: [7, 1.5], 2: [8, None]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_nul_deep_in_a_text_file_is_dropped(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    text = "id,name\n" + "".join(f"{n},编号 {n}\n" for n in range(600)) + "A\x00B,Ann\x00 Ltd\nX,1,2\x00,3\n"
    path.write_bytes(text.encode(encoding))
    assert rows(path)[602] == ["AB", "Ann Ltd"]
    assert [text for block in blocks(path) for _, _, text in block.rejected] == ["X,1,2,3"]


def test_a_nul_in_a_spreadsheet_or_a_parquet_file_is_dropped(tmp_path: Path) -> None:
    table = [["id", "na\x00me"], ["A\x00", "Ann\x00 Ltd"], ["B", None]]
    sheet, parquet = (write(tmp_path / f"a.{ending}", table) for ending in ("xlsx", "parquet"))
    assert sniff.sniff(sheet).columns == sniff.sniff(parquet).columns == ("id", "name")
    assert rows(sheet) == {2: ["A", "Ann Ltd"], 3: ["B", ""]}
    assert rows(parquet) == {1: ["A", "Ann Ltd"], 2: ["B", None]}


def test_a_nul_in_a_dictionary_of_a_parquet_file_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": pa.array(["A\x00", "B", "A\x00"]).dictionary_encode()}), path)
    assert rows(path) == {1: ["A"], 2: ["B"], 3: ["A"]}
