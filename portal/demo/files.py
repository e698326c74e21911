"""Write the world as the files its partners would upload; the truth goes beside them, never inside."""

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter

from portal.demo.dresses import DRESSES, SPOKEN_ZH, Dress
from portal.demo.partners import Partner
from portal.demo.world import PartnerWorld, World

ORDER = ("customers", "products", "orders", "subscriptions", "interactions")


@dataclass(frozen=True)
class File:
    """One file waiting to be uploaded."""

    slug: str
    kind: str
    path: Path


def write(world: World, folder: Path) -> list[File]:
    """Write all uploads to `folder`/SLUG/KIND.EXT, the truth to `folder`, and world.json last, as the seal."""
    written = [file for each in world.partners for file in write_partner(each, folder)]
    pq.write_table(pa.concat_tables([each.truth for each in world.partners]), folder / "truth.parquet")
    told = [_owned(each.future, each.partner) for each in world.partners]
    pq.write_table(pa.concat_tables(told), folder / "future.parquet")
    seal = {
        "seed": world.seed,
        "until": world.until.isoformat(),
        "partners": [each.partner.slug for each in world.partners],
    }
    (folder / "world.json").write_text(json.dumps(seal))
    return written


def write_partner(world: PartnerWorld, folder: Path) -> list[File]:
    """Write one partner's files, in the order in which they should be uploaded."""
    dress = DRESSES[world.partner.dress]
    home = folder / world.partner.slug
    home.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in ORDER:
        if kind in world.tables:
            path = home / f"{kind}.{dress.kind(kind)}"
            WRITERS[dress.kind(kind)](dressed(world.tables[kind], kind, world.partner), path, dress)
            written.append(File(world.partner.slug, kind, path))
    return written


def dressed(table: pa.Table, kind: str, partner: Partner) -> pa.Table:
    """The table with the partner's headers, without the columns its system does not export, in its words."""
    headers = DRESSES[partner.dress].headers[kind]
    if partner.chinese and kind == "interactions":
        spoken = [SPOKEN_ZH[each] for each in table["kind"].to_pylist()]
        table = table.set_column(table.schema.get_field_index("kind"), "kind", pa.array(spoken))
    if "available" in table.column_names and partner.dress != "lake":
        words = ("是", "否") if partner.chinese else ("yes", "no")
        said = pc.if_else(table["available"], *words)
        table = table.set_column(table.schema.get_field_index("available"), "available", said)
    return table.select(list(headers)).rename_columns(list(headers.values()))


def _csv(table: pa.Table, path: Path, dress: Dress) -> None:
    for place, name in enumerate(table.column_names):
        if pa.types.is_date(table.schema.field(place).type):
            table = table.set_column(place, name, pc.strftime(table[name], format=dress.dates))
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(delimiter=dress.delimiter, quoting_style="needed"))
    raw = sink.getvalue().to_pybytes()
    path.write_bytes(raw if dress.encoding == "utf-8" else raw.decode().encode(dress.encoding))


def _xlsx(table: pa.Table, path: Path, dress: Dress) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, table.column_names)
        columns = [column.to_pylist() for column in table.columns]
        for number, row in enumerate(zip(*columns, strict=True), start=1):
            sheet.write_row(number, 0, row)


def _parquet(table: pa.Table, path: Path, dress: Dress) -> None:
    pq.write_table(table, path, compression="zstd")


def _owned(table: pa.Table, partner: Partner) -> pa.Table:
    return table.add_column(0, "partner", pa.array([partner.slug] * len(table)))


WRITERS = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
