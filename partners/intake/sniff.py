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
from partners.intake.lines import dialect
from partners.intake.read import sheet, workbook
from partners.intake.refusals import IntakeRefusal
from partners.intake.source import (
    DELIMITERS,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED,
    Source,
    Wishes,
)
from partners.intake.stored import Stored, stored

HEAD_BYTES = 512 * 1024
HEAD_ROWS = 200
DATA_LIKE = re.compile(
    r"^[\s£$€¥￥(+-]*\d[\d\s.,'’/:()%T+-]*(?:[ap]m)?$|^(?:yes|no|true|false|null|nan)$|^\S+@\S+\.\S+$", re.IGNORECASE
)


def sniff(file: Path | Stored, *, name: str = "", wishes: Wishes | None = None) -> Source:
    """The reading of this file, with a person's corrections on top. Raises Refusal for what cannot be read."""
    file, wishes = stored(file), wishes or Wishes()
    name = name or file.name
    kind = _format(file, name)
    if kind == "parquet":
        source = _parquet(file, name)
    elif kind == "xlsx":
        source = _spreadsheet(file, name, wishes)
    else:
        source = _text(file, name, wishes)
    if len(source.columns) > MAX_COLUMNS:
        raise IntakeRefusal("too_many_columns", name=name, count=len(source.columns), limit=MAX_COLUMNS)
    return replace(source, size=file.size)


def _format(original: Stored, name: str) -> str:
    if not original.path.is_file():
        raise IntakeRefusal("not_found", name=name)
    size = original.size
    if size == 0:
        raise IntakeRefusal("empty_file", name=name)
    if size > MAX_BYTES:
        raise IntakeRefusal("too_large", name=name, size=size // 2**20, limit=MAX_BYTES // 2**20)
    with original.open() as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        _refuse_bomb(original, name)
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


def _refuse_bomb(original: Stored, name: str) -> None:
    try:
        with original.open() as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise IntakeRefusal("damaged", name=name, detail="ZIP") from None
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_UNPACKED:
        raise IntakeRefusal("unpacks_too_large", name=name, size=f"{unpacked // 2**20:,}")
    if unpacked > 100 * 2**20 and unpacked / packed > MAX_RATIO:
        raise IntakeRefusal("unpacks_too_much", name=name, ratio=f"{unpacked // packed:,}", limit=MAX_RATIO)
    names = {member.filename for member in members}
    if not any(entry.startswith("xl/") or entry == "content.xml" for entry in names):
        raise IntakeRefusal("zip_archive", name=name)


def _parquet(original: Stored, name: str) -> Source:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with original.open() as file:
            about = pq.read_metadata(file)
            names, rows = about.schema.to_arrow_schema().names, about.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise IntakeRefusal("damaged", name=name, detail=str(error).splitlines()[0][:120]) from None
    if rows > MAX_ROWS:  # a few kilobytes can claim billions: refused before the first of them is read
        raise IntakeRefusal("too_many_rows", rows=f"{rows:,}", limit=f"{MAX_ROWS:,}")
    return Source(format="parquet", columns=tuple(without_nul(column) for column in names))


def _spreadsheet(original: Stored, name: str, wishes: Wishes) -> Source:
    import python_calamine as calamine

    try:
        sheets = tuple(workbook(original).sheet_names)
        if "\x00" in "".join(sheets):
            raise ValueError("sheet name")
        best: tuple[int, str, list[list[str]]] | None = None
        for one in [wishes.sheet] if wishes.sheet in sheets else sheets:
            page = sheet(original, one)
            rows = []
            for index, cells in enumerate(page.iter_rows()):
                if index >= HEAD_ROWS:
                    break
                rows.append([as_text(cell) for cell in cells])
            filled = page.height * page.width
            if best is None or filled > best[0]:
                best = (filled, one, rows)
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise IntakeRefusal("damaged", name=name, detail=str(error)[:120]) from None
    if best is None or not any(any(row) for row in best[2]):
        raise IntakeRefusal("only_blank", name=name)
    header, columns = _header(best[2], name, wishes.header_row)
    return Source(format="xlsx", columns=_trimmed(columns), header_row=header, sheet=best[1], sheets=sheets)


def _text(original: Stored, name: str, wishes: Wishes) -> Source:
    encoding = wishes.encoding or encodings.detect(original)
    skip = encodings.bom_length(original, encoding)
    with original.open() as file:
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
    if skip + len(raw) < original.size:
        text = text[: text.rfind("\n") + 1] or text
    candidates = (wishes.delimiter,) if wishes.delimiter else DELIMITERS
    quote = wishes.quote or _quote(text, candidates)
    delimiter, _ = _delimiter(text, quote, candidates)
    header, columns = _header(_records(text, delimiter, quote), name, wishes.header_row)
    return Source(
        format="csv",
        columns=columns,
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        header_row=header,
        carriage_returns=returns,
    )


def _records(text: str, delimiter: str, quote: str) -> list[list[str]]:
    """The first records; blank lines count, as they do in a spreadsheet."""
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), **dialect(delimiter, quote.replace("none", ""))):
            records.append([cell.strip() for cell in record])
            if len(records) >= HEAD_ROWS:
                break
    except csv.Error:
        pass
    return records


def _quote(text: str, candidates: tuple[str, ...]) -> str:
    """Apostrophes are quotation marks where most words begin and end with one; within names they are letters."""
    if text.count("'") < 4:
        return '"'
    (_, plain), (delimiter, score) = (_delimiter(text, quote, candidates) for quote in ('"', "'"))
    cells = [cell for record in _records(text, delimiter, "none") for cell in record if cell]
    words = [cell for cell in cells if not DATA_LIKE.match(cell)]
    marked = sum(len(word) > 1 and word[0] == word[-1] == "'" for word in words)
    return "'" if score >= plain and marked > len(words) / 2 else '"'


def _delimiter(text: str, quote: str, candidates: tuple[str, ...]) -> tuple[str, float]:
    """The candidate under which most rows have the same width and the first of them reads like names, not like data.

    With it comes how well it does.
    """
    best, best_score = candidates[0], 0.0
    for candidate in candidates:
        records = _records(text, candidate, quote)
        widths = [len(record) for record in records if any(record)]
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        width, count = wide.most_common(1)[0]
        first = next(record for record in records if len(record) == width)
        score = count / len(widths) * (1.0 if _reads_like_names(first) else 0.3) * (1 + min(width, 50) / 200)
        if score > best_score:
            best, best_score = candidate, score
    return best, best_score


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
