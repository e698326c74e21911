"""Failing rows come back in the format they came in, with a reason, and can be corrected and sent again."""

import codecs
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine as calamine

from partners.intake import mapping, profile, read, returned, sniff
from partners.intake.erased import Erased
from partners.intake.source import Wishes
from partners.intake.spool import Spool
from tests.partners.intake.files import canonical, causes, checked, write

HEAD = ["order id", "customer id", "date", "sku", "price"]
GOOD = ["O1", "C1", "2026-01-05", "S1", 1.5]


def handed_back(path: Path, kind: str = "orders", *, language: str = "en", erased: Erased | None = None) -> Path | None:
    checked(path, kind)
    out = path.parent / "out"
    source = sniff.sniff(path)
    return returned.write_original(
        returned.Sent(path, source), out / "problems.parquet", out, language=language, erased=erased
    )


def test_blocks_kept_from_reading_give_the_same_file(tmp_path: Path) -> None:
    rows = [[f"O{n}", "C1", "soon" if n % 7 == 0 else "2026-01-05", 'S "1"', "1,5"] for n in range(50)]
    rows += [["O50", "C1"], ["O51", "C1", "2026-01-05", "S1\nS2", "ten"]]
    path = write(tmp_path / "a.csv", [HEAD, *rows])
    back = handed_back(path)
    assert back
    again, source = back.read_bytes(), sniff.sniff(path)
    found = mapping.suggest("orders", source.columns, read.sample(path, source))
    with closing(Spool(tmp_path)) as spool:
        profile.plan(path, source, found, wishes=Wishes(), spool=spool)
        sent = returned.Sent(path, source, spool)
        assert returned.write_original(sent, back.parent / "problems.parquet", back.parent, language="en") == back
    assert back.read_bytes() == again


@pytest.mark.parametrize(
    ("encoding", "mark", "delimiter"),
    [("utf-8", codecs.BOM_UTF8, ";"), ("utf-8", b"", ","), ("utf-16-le", codecs.BOM_UTF16_LE, "\t"),
     ("gb18030", b"", ","), ("cp1252", b"", ";")],
)  # fmt: skip
def test_text_keeps_its_encoding_its_mark_and_its_delimiter(
    tmp_path: Path, encoding: str, mark: bytes, delimiter: str
) -> None:
    name = "Müller" if encoding == "cp1252" else "海港办公有限公司的客户"
    rows = [[*HEAD, "remarks"], *([f"O{n}", "C1", "2026-01-05", "S1", "1", name] for n in range(20))]
    rows[5][4] = "ten"
    path = tmp_path / "a.csv"
    text = "\r\n".join(delimiter.join(row) for row in rows)
    path.write_bytes(mark + text.encode(encoding))
    back = handed_back(path)
    assert back == tmp_path / "out" / "failing.csv"
    raw = back.read_bytes()
    assert raw.startswith(mark)
    reason = "price: Not a number: write a number such as 1234.50, without words"
    reason = f'"{reason}"' if delimiter == "," else reason
    wanted = [delimiter.join([*rows[0], "Row", "Reason"]), delimiter.join([*rows[5], "6", reason])]
    assert raw[len(mark) :].decode(encoding).splitlines() == wanted


def test_the_reason_speaks_the_language_of_the_person(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEAD, GOOD, ["O2", "C1", "soon", "S1", "ten"]])
    back = handed_back(path, language="zh-hans")
    assert back
    head, row = back.read_text(encoding="utf-8").splitlines()
    assert head.endswith("行,原因")
    assert "date: 不是日期" in row
    assert "price: 不是数字" in row


def test_a_spreadsheet_keeps_the_types_of_its_cells(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEAD, GOOD, ["O2", "C1", datetime(2026, 1, 5), "=SUM(1)", "ten"], ["O3", "", 46000, 7, 1]]
    path = write(tmp_path / "a.xlsx", [[str(cell) if cell == "=SUM(1)" else cell for cell in row] for row in rows[:2]])
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Sales")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    back = handed_back(path)
    assert back == tmp_path / "out" / "failing.xlsx"
    found = calamine.CalamineWorkbook.from_path(str(back)).get_sheet_by_name("Sales").to_python()
    assert found[0] == [*HEAD, "Row", "Reason"]
    assert found[1][:6] == ["O2", "C1", datetime(2026, 1, 5).date(), "=SUM(1)", "ten", 3.0]
    assert len(found) == 2


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [HEAD, GOOD, ["O2", "C1", "soon", "S1", 2.5]])
    back = handed_back(path)
    assert back
    assert pq.read_table(back).to_pylist() == [
        dict(zip(HEAD, ["O2", "C1", "soon", "S1", 2.5], strict=True))
        | {"Row": 2, "Reason": "date: Not a date: write a date such as 2026-03-14"}
    ]


def test_lines_that_are_no_rows_come_back_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEAD, GOOD])
    path.write_text(path.read_text() + 'O2,C1\nO3,C1,2026-01-05,"S1,2\nO4,C1,2026-01-05,S1,2,3,4\n')
    back = handed_back(path)
    assert back
    lines = back.read_text().splitlines()
    assert lines[1].startswith("O2,C1,,,,3,Too few columns")
    assert lines[2].startswith('O3,C1,2026-01-05,"S1,2",,4,A quotation mark')
    assert lines[3].startswith("O4,C1,2026-01-05,S1,2,3,4,5,Too many columns")


def test_a_file_without_failing_rows_has_nothing_to_hand_back(tmp_path: Path) -> None:
    assert handed_back(write(tmp_path / "a.csv", [HEAD, GOOD])) is None


def test_formulas_are_defused_and_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [["customer id", "name", "signup date"], ["+C1", "=1+1", "soon"], ["-5", "@home", "later"]]
    back = handed_back(write(tmp_path / "a.csv", rows), "customers")
    assert back
    assert [line.split(",")[:2] for line in back.read_text().splitlines()[1:]] == [["'+C1", "'=1+1"], ["-5", "'@home"]]
    corrected = tmp_path / "again" / "b.csv"
    corrected.parent.mkdir()
    corrected.write_text(back.read_text().replace("soon", "2026-01-01").replace("later", "2026-01-02"))
    report = checked(corrected, "customers")
    assert causes(report) == {}
    assert report.reading["attributes"] == {}
    assert [(row["customer_id"], row["name"]) for row in canonical(corrected)] == [("+C1", "=1+1"), ("-5", "@home")]


def test_our_own_columns_are_none_of_a_corrected_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[*HEAD, "Row", "Reason"], [*GOOD, 17, "wrong"]])
    source = sniff.sniff(path)
    found = mapping.suggest("orders", source.columns, read.sample(path, source))
    assert [(match.role, match.why) for match in found.matches[-2:]] == [("ignored", "handed_back")] * 2


def test_rows_of_erased_persons_are_not_handed_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEAD, ["O2", "C1", "soon", "S1", 1], ["O3", "C2", "soon", "S1", 1]])
    path.write_text(path.read_text() + "O4,C1\n")
    back = handed_back(path, erased=Erased(lambda cell: cell == "C1", lambda cell: False))
    assert back
    assert [line[:5] for line in back.read_text().splitlines()[1:]] == ["O3,C2"]
