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
    rows = records(publication, language=partner.language, top=top, repeat=repeat)
    part = out.with_name(f".{out.name}.part")
    try:
        count = {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}[form](part, columns(kind), rows)
        part.replace(out)
    except OSError as error:
        raise Refusal(
            _("%(file)s could not be written: %(error)s.") % {"file": out, "error": error.strerror}
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return count


def records(publication: Publication, *, language: str, top: int | None, repeat: str) -> Iterator[dict[str, Any]]:
    """The publication's rows in rank order, reasons in words; those already gone rank after all others."""
    table = _table(publication)
    if publication.kind == "recommendation":
        table = _cut(table, top=top or 20, repeat=repeat)
    else:
        table = table.sort_by([("rank", "ascending")])
        table = table.slice(0, top) if top else table
    for row in (row for piece in table.to_batches(max_chunksize=PIECE) for row in piece.to_pylist()):
        row["model_version"], row["as_of"] = str(publication.version), publication.as_of.isoformat()
        if publication.kind == "recommendation":
            row["reason"] = registry.offer_sentence(json.loads(row["reason"]), language) if row["reason"] else ""
        else:
            told = [registry.sentence(reason, language) for reason in json.loads(row["reasons"] or "[]")][:3]
            row.update({f"reason_{n}": told[n - 1] if len(told) >= n else "" for n in (1, 2, 3)})
            row[MONEY.get(publication.kind, "money")] = row.get("money")
        yield {name: row.get(name) for name in columns(publication.kind)}


def _table(publication: Publication) -> "pyarrow.Table":
    import pyarrow.compute as pc
    import pyarrow.parquet as parquet

    path = publication.folder / "scores.parquet"
    if not path.exists():
        raise Refusal(_("The rows of this publication are gone: score again to export."))
    table = parquet.read_table(path)
    # Of a labelled file those marked as gone are known answers, not predictions.
    return table.filter(pc.invert(table["gone"])) if publication.version.outcome == "labelled" else table


def _cut(table: "pyarrow.Table", *, top: int, repeat: str) -> "pyarrow.Table":
    """The best `top` per customer after the repeat switch, ranked again from 1."""
    import pandas as pd
    import pyarrow as pa

    frame = table.to_pandas()
    if repeat != "include":
        frame = frame[frame["is_repeat"] == (repeat == "only")]
    frame = frame.sort_values(["customer_id", "rank"], kind="stable")
    frame["rank"] = frame.groupby("customer_id").cumcount() + 1
    return pa.Table.from_pandas(pd.DataFrame(frame[frame["rank"] <= top]), preserve_index=False)


def _csv(path: Path, names: list[str], rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow([safe(row[name]) for name in names])
            count += 1
    return count


def _parquet(path: Path, names: list[str], rows: Iterator[dict[str, Any]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    schema = pa.schema([(name, getattr(pa, NUMBERS.get(name, "string"))()) for name in names])
    count = 0
    with parquet.ParquetWriter(path, schema) as writer:
        while piece := list(islice(rows, PIECE)):
            writer.write_table(pa.Table.from_pylist(piece, schema))
            count += len(piece)
    return count


def _xlsx(path: Path, names: list[str], rows: Iterator[dict[str, Any]]) -> int:
    from xlsxwriter import Workbook

    number = 0
    with path.open("wb") as file:
        book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("Fairway")
        sheet.write_row(0, 0, names)
        for number, row in enumerate(islice(rows, SHEET_ROWS), 1):
            sheet.write_row(number, 0, [safe(row[name]) for name in names])
        sheet.freeze_panes(1, 0)
        book.close()
    if next(rows, None) is not None:
        raise Refusal(_("A sheet holds %(rows)s rows at most: take a shorter list, or CSV.") % {"rows": SHEET_ROWS})
    return number
