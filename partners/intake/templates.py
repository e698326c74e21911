"""Files to fill in: the column names we know and one example row, in either language."""

import csv
import io

from partners.columns import TABLES, in_language

BOM = "\ufeff"  # without it spreadsheets read Chinese as noise


def template(kind: str, language: str) -> bytes:
    """A CSV file that, filled in, is matched without a question."""
    columns = TABLES[kind].columns
    chinese = language.lower().startswith("zh")
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([in_language(column.label, language) for column in columns])
    rows.writerow([column.example[1 if chinese else 0] for column in columns])
    return (BOM + out.getvalue()).encode("utf-8")
