"""Lists taken out of the portal: the command line's columns, as CSV, Parquet or XLSX, formulas defused."""

import csv
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django_scopes import scope

from partners.intake.cells import defused
from partners.models import Partner
from portal.kit.errors import Refusal
from predictions import offering
from predictions.models import Publication
from predictions.publications import shown
from training import registry

if TYPE_CHECKING:
    import pyarrow

KINDS = {"churn": "churn", "propensity": "propensity", "value": "value", "recommendations": "recommendation"}
MONEY = {"churn": "value_at_risk", "propensity": "expected_value"}
PIECE = 10_000
SHEET_ROWS = 2**20 - 1
NUMBERS = {
    "rank": "int64", "is_repeat": "bool_",
    **dict.fromkeys(
        ("probability", "score", "expected_value", "value_at_risk", "expected_spend", "low", "high"), "float64"
    ),
}  # fmt: skip
"""Columns of a Parquet file that are not text."""
REPEATS = ("include", "exclude", "only")


def safe(value: Any) -> Any:
    """Text that nothing in a spreadsheet would run; numbers and dates as they are."""
    return defused(value) if isinstance(value, str) else value


def columns(kind: str) -> list[str]:
    tail = ["model_version", "as_of"]
    if kind == "recommendation":
        return ["customer_id", "sku", "rank", "score", "probability", "expected_value", "reason", "is_repeat", *tail]
    reasons = ["reason_1", "reason_2", "reason_3"]
    if kind == "value":
        return ["customer_id", "expected_spend", "low", "high", "rank", *reasons, *tail]
    return ["customer_id", "probability", "band", "rank", MONEY[kind], *reasons, *tail]


def export(partner: Partner, what: str, out: Path, *, form: str, top: int | None, repeat: str) -> int:
    """Write what the partner is shown to a file, whole or not at all; returns the rows. Raises Refusal."""
    kind = KINDS[what]
    with scope(partner=partner):
        publication = shown(partner, kind)
    if publication is None:
        raise Refusal(
            _("%(partner)s has no published %(what)s yet: run “score %(kind)s --publish” first.")
            % {"partner": partner, "what": what, "kind": kind}
        )
    if not out.parent.is_dir():
        raise Refusal(_("The folder %(folder)s does not exist: make it or choose another.") % {"folder": out.parent})
    sheet = _offers(publication, language=partner.language, top=top or 20, repeat=repeat)
    if kind != "recommendation":
        sheet = _pieces(kind, records(publication, language=partner.language, top=top))
    part = out.with_name(f".{out.name}.part")
    try:
        count = {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}[form](part, kind, sheet)
        part.replace(out)
    except OSError as error:
        raise Refusal(
            _("%(file)s could not be written: %(error)s.") % {"file": out, "error": error.strerror}
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return count


def records(publication: Publication, *, language: str, top: int | None) -> Iterator[dict[str, Any]]:
    """The publication's rows in rank order, reasons in words; those already gone rank after all others."""
    table = _table(publication).sort_by([("rank", "ascending")])
    table = table.slice(0, top) if top else table
    for row in (row for piece in table.to_batches(max_chunksize=PIECE) for row in piece.to_pylist()):
        row["model_version"], row["as_of"] = str(publication.version), publication.as_of.isoformat()
        told = [registry.sentence(reason, language) for reason in json.loads(row["reasons"] or "[]")][:3]
        row.update({f"reason_{n}": told[n - 1] if len(told) >= n else "" for n in (1, 2, 3)})
        row[MONEY.get(publication.kind, "money")] = row.get("money")
        yield {name: row.get(name) for name in columns(publication.kind)}


def _pieces(kind: str, rows: Iterator[dict[str, Any]]) -> "Iterator[pyarrow.Table]":
    import pyarrow as pa

    schema = _schema(kind)
    while piece := list(islice(rows, PIECE)):
        yield pa.Table.from_pylist(piece, schema)


def _schema(kind: str) -> "pyarrow.Schema":
    import pyarrow as pa

    return pa.schema([(name, getattr(pa, NUMBERS.get(name, "string"))()) for name in columns(kind)])


def _table(publication: Publication) -> "pyarrow.Table":
    import pyarrow.compute as pc
    import pyarrow.parquet as parquet

    table = parquet.read_table(_there(publication.folder / "scores.parquet"))
    # Of a labelled file those marked as gone are known answers, not predictions.
    return table.filter(pc.invert(table["gone"])) if publication.version.outcome == "labelled" else table


def _there(path: Path) -> Path:
    if not path.exists():
        raise Refusal(_("The rows of this publication are gone: score again to export."))
    return path


def _offers(publication: Publication, *, language: str, top: int, repeat: str) -> "Iterator[pyarrow.Table]":
    """The best `top` per customer after the repeat switch, ranked again from 1, some ten thousand rows at a time.

    The file is sorted by customer and rank, so that a running count of the last customer is all that is remembered.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    last, counted = None, 0
    for piece in offering.pieces(_there(publication.folder / offering.OFFERS)):
        table = piece if repeat == "include" else piece.filter(pc.equal(piece["is_repeat"], repeat == "only"))
        if not table.num_rows:
            continue
        rank, last, counted = _running(table["customer_id"].combine_chunks(), last, counted)
        table = table.set_column(table.column_names.index("rank"), "rank", rank)
        table = table.filter(pc.less_equal(rank, top))
        told = _sentences(table["reason"].combine_chunks(), language)
        same = {"model_version": str(publication.version), "as_of": publication.as_of.isoformat()}
        made = {name: table[name] for name in columns("recommendation") if name not in same}
        made |= {"reason": told} | {name: pa.repeat(value, table.num_rows) for name, value in same.items()}
        yield pa.table(made).cast(_schema("recommendation"))


def _running(customers: "pyarrow.Array", last: str | None, counted: int) -> "tuple[pyarrow.Array, str, int]":
    """1, 2, 3 … per customer, going on from the `last` one of the piece before; and the same for the next piece."""
    import numpy as np
    import pyarrow as pa

    runs = customers.dictionary_encode()
    code = runs.indices.to_numpy()
    first = np.flatnonzero(np.diff(code, prepend=-1))
    count = np.arange(len(code)) - np.repeat(first, np.diff(np.append(first, len(code)))) + 1
    names = runs.dictionary
    if names[0].as_py() == last:
        count[: first[1] if len(first) > 1 else len(code)] += counted
    return pa.array(count), names[len(names) - 1].as_py(), int(count[-1])


def _sentences(reasons: "pyarrow.Array", language: str) -> "pyarrow.Array":
    """Reasons in words; each distinct one is put into words once. Rows nobody reads have none."""
    import pyarrow as pa

    coded = reasons.fill_null("{}").dictionary_encode()
    told = [registry.offer_sentence(json.loads(one), language) for one in coded.dictionary.to_pylist()]
    return pa.array(told, pa.string()).take(coded.indices)


def _defused(table: "pyarrow.Table") -> "pyarrow.Table":
    """Every text as a cell that nothing in a spreadsheet would run; only distinct texts are looked at."""
    import pyarrow as pa

    for number, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            coded = table[field.name].combine_chunks().dictionary_encode()
            texts = pa.array([safe(text) for text in coded.dictionary.to_pylist()], pa.string())
            table = table.set_column(number, field, texts.take(coded.indices))
    return table


def _csv(path: Path, kind: str, pieces: "Iterator[pyarrow.Table]") -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns(kind))
        for piece in pieces:
            writer.writerows(zip(*(column.to_pylist() for column in _defused(piece).columns), strict=True))
            count += piece.num_rows
    return count


def _parquet(path: Path, kind: str, pieces: "Iterator[pyarrow.Table]") -> int:
    import pyarrow.parquet as parquet

    count = 0
    with parquet.ParquetWriter(path, _schema(kind)) as writer:
        for piece in pieces:
            writer.write_table(piece)
            count += piece.num_rows
    return count


def _xlsx(path: Path, kind: str, pieces: "Iterator[pyarrow.Table]") -> int:
    from xlsxwriter import Workbook

    number, fits = 0, True
    with path.open("wb") as file:
        book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("Fairway")
        sheet.write_row(0, 0, columns(kind))
        for piece in pieces:
            if not (fits := number + piece.num_rows <= SHEET_ROWS):
                break
            for row in zip(*(column.to_pylist() for column in _defused(piece).columns), strict=True):
                number += 1
                sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)
        book.close()
    if not fits:
        raise Refusal(_("A sheet holds %(rows)s rows at most: take a shorter list, or CSV.") % {"rows": SHEET_ROWS})
    return number
