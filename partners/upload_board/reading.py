"""How a file was read: each finding with what it rests on, and the dates only a person can read."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.columns import TABLES, in_language
from partners.models import Upload
from partners.upload_board import first_rows, language
from portal.kit import numbers

FORMATS = {"csv": gettext_lazy("Text with separators (CSV)"), "xlsx": "Excel (XLSX)", "parquet": "Parquet"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": gettext_lazy("UTF-16 (big endian)"),
    "gb18030": "GB18030 / GBK",
    "cp1252": gettext_lazy("Western (Windows-1252)"),
}
MARKS = {'"': '"…"', "'": "'…'", "none": gettext_lazy("No quotation marks")}
SLASHED = re.compile(r"(\d{1,2})[-/] ?(\d{1,2})[-/] ?(\d{4}|\d{2})(?!\d)")
AMBIGUOUS = "03/04/2026"
LAYOUT = ("encoding", "delimiter", "quote", "sheet", "header_row")
"""What decides which cells there are: changed, the columns have to be matched anew."""


@dataclass(frozen=True)
class Finding:
    """One fact about the file. `how` and `look`: how sure, as a badge; `seen`: what it rests on."""

    name: str
    label: str
    value: str
    seen: str
    how: str
    look: str


@dataclass(frozen=True)
class DateColumn:
    """One column of dates. `chosen`: dmy, mdy or nothing; `asked`: nobody but a person can know."""

    index: int
    source: str
    label: str
    example: str
    day_first: str
    month_first: str
    chosen: str
    asked: bool
    by_hand: bool
    slashed: bool


def context(upload: Upload, *, personal: bool, form: Any = None) -> dict[str, Any]:
    """What the page of this station shows; with a form, each finding stands beside the field that corrects it."""
    found = findings(upload)

    def bound(name: str) -> Any:
        return form[name] if form and name in form.fields else None

    seen = {finding.name for finding in found}
    return {
        "findings": [(finding, bound(finding.name)) for finding in found],
        "others": [bound(name) for name in LAYOUT if name not in seen and bound(name)],
        "dates": [(column, bound(f"order-{column.index}")) for column in dates(upload, personal=personal)],
        "decimals": decimals(upload),
        "first": first_rows(upload, personal=personal),
        "remembered": (upload.reading.get("remembered") or {}).get("filename", ""),
    }


def findings(upload: Upload) -> list[Finding]:
    """Format, encoding, separator, sheet, row of names: whatever its format has."""
    source = upload.reading.get("source", {})
    if not source:
        return []
    told = [
        ("format", _("Format"), str(FORMATS.get(source["format"], source["format"])), _size(upload)),
        ("encoding", _("Encoding"), str(ENCODINGS.get(source.get("encoding", ""), "")), _about_encoding(source)),
        ("delimiter", _("Cells are parted by"), _sign(source.get("delimiter", "")), _about_cells(source)),
        ("quote", _("Quotation marks"), _marks(source), _("They may stand around cells that hold a separator.")),
        ("sheet", _("Sheet"), source.get("sheet", ""), _about_sheets(source)),
        ("header_row", _("Row with the column names"), str(source.get("header_row") or ""), _about_header(source)),
    ]
    wishes = upload.reading.get("wishes", {})
    return [
        Finding(name, label, value, seen, *_sureness(name, source, wishes))
        for name, label, value, seen in told
        if value
    ]


def _sureness(name: str, source: dict[str, Any], wishes: dict[str, Any]) -> tuple[str, str]:
    if wishes.get(name):
        return _("set by hand"), "note"
    if name == "encoding" and source.get("encoding") == "cp1252":
        return _("likely"), "warn"
    return _("certain") if name in ("format", "sheet") else _("detected"), "good"


def _size(upload: Upload) -> str:
    columns = len(upload.reading["source"].get("columns", ()))
    return ngettext("%(count)s column", "%(count)s columns", columns) % {"count": columns}


def _about_encoding(source: dict[str, Any]) -> str:
    return {
        "gb18030": _("Not UTF-8; read as Chinese, all of it fits."),
        "cp1252": _("Neither UTF-8 nor Chinese fits: look whether letters such as é and ü are right below."),
    }.get(source.get("encoding", ""), _("All of the file fits."))


def _about_cells(source: dict[str, Any]) -> str:
    count = len(source.get("columns", ()))
    return ngettext("Parts the names into %(count)s cell.", "Parts the names into %(count)s cells.", count) % {
        "count": count
    }


def _about_sheets(source: dict[str, Any]) -> str:
    sheets = source.get("sheets", ())
    if len(sheets) < 2:
        return _("The only sheet with a table.")
    return _("One of %(count)s: %(names)s.") % {"count": len(sheets), "names": ", ".join(sheets[:6])}


def _about_header(source: dict[str, Any]) -> str:
    above, names = source.get("header_row", 0) - 1, [name.strip() for name in source.get("columns", ()) if name.strip()]
    shown = " · ".join(names[:4]) + (" …" if len(names) > 4 else "")
    if above < 1:
        return _("It reads: %(names)s") % {"names": shown}
    words = ngettext(
        "The row above it is no data. It reads: %(names)s",
        "The %(count)s rows above it are no data. It reads: %(names)s",
        above,
    )
    return words % {"count": above, "names": shown}


def _sign(delimiter: str) -> str:
    names = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": "|"}
    return str(names.get(delimiter, delimiter))


def _marks(source: dict[str, Any]) -> str:
    return str(MARKS[source.get("quote") or '"']) if source["format"] == "csv" else ""


def decimals(upload: Upload) -> str:
    """How the number columns were read, once they were."""
    plan, table = upload.reading.get("plan", {}), TABLES[upload.kind]
    said = [
        f"{in_language(table[name].label, language())}: {_('comma') if sign == 'comma' else _('point')}"
        for name, sign in plan.get("decimals", {}).items()
        if name in table
    ]
    return " · ".join(said)


def dates(upload: Upload, *, personal: bool) -> list[DateColumn]:
    """Every date column with how its days and months are read, those that need an answer first."""
    matches = [match for match in upload.mapping.get("matches", []) if match["role"] == "field"]
    table = TABLES[upload.kind]
    found = [_date_column(upload, match, personal) for match in matches if table[match["field"]].type == "date"]
    return sorted(found, key=lambda column: not column.asked)


def _date_column(upload: Upload, match: dict[str, Any], personal: bool) -> DateColumn:
    wishes, source = upload.reading.get("wishes", {}), match["source"]
    wished = wishes.get("date_orders", {}).get(source) or wishes.get("date_order", "")
    asked = source in asked_columns(upload)
    told = upload.report.get("values", {}) if asked else {}
    samples = [told["example"]] if told.get("column") == source and told.get("example") else match["samples"]
    example = next((one for one in samples if _both(one)), "")
    shown = example if example and personal else AMBIGUOUS
    day_first, month_first = _both(shown) or ("", "")
    planned = upload.reading.get("plan", {}).get("date_orders", {}).get(match["field"], "")
    return DateColumn(
        index=match["index"],
        source=source,
        label=in_language(TABLES[upload.kind][match["field"]].label, language()),
        example=shown,
        day_first=day_first,
        month_first=month_first,
        chosen=wished or ("" if asked else planned),
        asked=asked,
        by_hand=bool(wished),
        slashed=asked or any(SLASHED.match(one.strip()) for one in match["samples"]),
    )


def asked_columns(upload: Upload) -> list[str]:
    """The columns whose order of day and month only a person can know."""
    if upload.report.get("code") != "ask_date_order":
        return []
    values = upload.report.get("values", {})
    return [*dict.fromkeys([values.get("column", ""), *values.get("columns", [])])]


def _both(example: str) -> tuple[str, str] | None:
    """What the two readings of a date such as 03/04/2026 are, in words; nothing where only one makes sense."""
    found = SLASHED.match(example.strip())
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    year += 0 if year > 99 else 1900 if year >= 70 else 2000
    try:
        return numbers.day(date(year, second, first)), numbers.day(date(year, first, second))
    except ValueError:
        return None
