"""What is this file? Format, encoding, delimiter, sheet and header row, from its first rows."""

import csv
import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from partners.intake import encoding as encodings
from partners.intake.cells import as_text, without_nul
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import DELIMITERS, MAX_BYTES, MAX_COLUMNS, Source, Wishes

HEAD_BYTES = 512 * 1024
HEAD_ROWS = 200
MAX_UNPACKED = 2 * 2**30
MAX_RATIO = 300
DATA_LIKE = re.compile(
    r"^[\s£$€¥￥(+-]*\d[\d\s.,'’/:()%T+-]*(?:[ap]m)?$|^(?:yes|no|true|false|null|nan)$|^\S+@\S+\.\S+$", re.IGNORECASE
)


def sniff(path: Path, *, name: str = "", wishes: Wishes | None = None) -> Source:
    """The reading of this file, with a person's corrections on top. Raises Refusal for what cannot be read."""
    wishes, name = wishes or Wishes(), name or path.name
    kind = _format(path, name)
    size = path.stat().st_size
    if kind == "parquet":
        source = _parquet(path, name)
    elif kind == "xlsx":
        source = _spreadsheet(path, name, wishes)
    else:
        source = _text(path, name, wishes)
    if len(source.columns) > MAX_COLUMNS:
        raise IntakeRefusal("too_many_columns", name=name, count=len(source.columns), limit=MAX_COLUMNS)
    return replace(source, size=size)


def _format(path: Path, name: str) -> str:
    if not path.is_file():
        raise IntakeRefusal("not_found", name=name)
    size = path.stat().st_size
    if size == 0:
        raise IntakeRefusal("empty_file", name=name)
    if size > MAX_BYTES:
        raise IntakeRefusal("too_large", name=name, size=size // 2**20, limit=MAX_BYTES // 2**20)
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        _refuse_bomb(path, name)
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xlsx"
    for magic, what in (
        (b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip archive"), (b"\x89PNG", "a picture"), (b"7z\xbc\xaf", "a 7z archive"),
        (b"Rar!", "a RAR archive"), (b"SQLite format", "a database"), (b"\xff\xd8\xff", "a picture"),
    ):  # fmt: skip
        if head.startswith(magic):
            raise IntakeRefusal("not_a_table", name=name, what=what)
    if re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml)", head, re.IGNORECASE):
        raise IntakeRefusal("web_page", name=name)
    return "csv"


def _refuse_bomb(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise IntakeRefusal("damaged", name=name, detail="ZIP") from None
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_UNPACKED or (unpacked > 100 * 2**20 and unpacked / packed > MAX_RATIO):
        raise IntakeRefusal("unpacks_too_large", name=name, size=f"{unpacked // 2**20:,}")
    names = {member.filename for member in members}
    if not any(entry.startswith("xl/") or entry == "content.xml" for entry in names):
        raise IntakeRefusal("zip_archive", name=name)


def _parquet(path: Path, name: str) -> Source:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise IntakeRefusal("damaged", name=name, detail=str(error).splitlines()[0][:120]) from None
    return Source(format="parquet", columns=tuple(without_nul(column) for column in schema.names))


def _spreadsheet(path: Path, name: str, wishes: Wishes) -> Source:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = tuple(book.sheet_names)
        if "\x00" in "".join(sheets):
            raise ValueError("sheet name")
        best: tuple[int, str, list[list[str]]] | None = None
        for sheet in [wishes.sheet] if wishes.sheet in sheets else sheets:
            page = book.get_sheet_by_name(sheet)
            rows = []
            for index, cells in enumerate(page.iter_rows()):
                if index >= HEAD_ROWS:
                    break
                rows.append([as_text(cell) for cell in cells])
            filled = page.height * page.width
            if best is None or filled > best[0]:
                best = (filled, sheet, rows)
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise IntakeRefusal("damaged", name=name, detail=str(error)[:120]) from None
    if best is None or not any(any(row) for row in best[2]):
        raise IntakeRefusal("only_blank", name=name)
    header, columns = _header(best[2], name, wishes.header_row)
    return Source(format="xlsx", columns=_trimmed(columns), header_row=header, sheet=best[1], sheets=sheets)


def _text(path: Path, name: str, wishes: Wishes) -> Source:
    encoding = wishes.encoding or encodings.detect(path)
    skip = encodings.bom_length(path, encoding)
    with path.open("rb") as file:
        file.seek(skip)
        raw = file.read(HEAD_BYTES)
    text = raw.decode(encoding, errors="replace").lstrip("\ufeff")
    if not text.strip():
        raise IntakeRefusal("only_blank", name=name)
    if "\x00" in text[:4096]:
        raise IntakeRefusal("not_a_table", name=name, what="binary data")
    text = without_nul(text)
    returns = "\n" not in text and "\r" in text
    if returns:
        text = text.replace("\r", "\n")
    if skip + len(raw) < path.stat().st_size:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = wishes.delimiter or _delimiter(text)
    header, columns = _header(_records(text, delimiter), name, wishes.header_row)
    return Source(
        format="csv",
        columns=columns,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header,
        carriage_returns=returns,
    )


def _records(text: str, delimiter: str) -> list[list[str]]:
    """The first records; blank lines count, as they do in a spreadsheet."""
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            records.append([cell.strip() for cell in record])
            if len(records) >= HEAD_ROWS:
                break
    except csv.Error:
        pass
    return records


def _delimiter(text: str) -> str:
    """The candidate under which most rows have the same width and the first of them reads like names, not like data."""
    best, best_score = ",", 0.0
    for candidate in DELIMITERS:
        widths = [len(record) for record in _records(text, candidate) if any(record)]
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        width, count = wide.most_common(1)[0]
        first = next(record for record in _records(text, candidate) if len(record) == width)
        score = count / len(widths) * (1.0 if _reads_like_names(first) else 0.3) * (1 + min(width, 50) / 200)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _reads_like_names(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(bool(DATA_LIKE.match(cell)) for cell in filled) <= 0.3 * len(filled)


def _header(rows: list[list[str]], name: str, wished: int) -> tuple[int, tuple[str, ...]]:
    """Number (from 1) and cells of the header row: the first row as wide as the table whose cells read like names."""
    if wished:
        if wished > len(rows):
            raise IntakeRefusal("no_such_row", name=name, row=wished)
        return wished, tuple(rows[wished - 1])
    filled = [sum(1 for cell in row if cell) for row in rows]
    usual = Counter(count for count in filled if count).most_common()
    wide = max((width for width, count in usual if count >= 0.1 * len(rows)), default=max(filled, default=0))
    for index, row in enumerate(rows[:50]):
        if filled[index] >= max(1, 0.6 * wide) and _reads_like_names(row):
            return index + 1, tuple(row)
    first = next((index for index, count in enumerate(filled) if count), 0)
    shown = ", ".join(f"“{cell}”" for cell in rows[first][:3])
    raise IntakeRefusal("no_header", name=name, row=first + 1, shown=shown)


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty columns at the right that spreadsheets like to add."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells
