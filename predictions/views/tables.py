"""A list as a file: streamed, readable by spreadsheets in both languages, nothing in it runs."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_scopes import scope

from partners.models import Partner
from portal.kit.errors import Refusal
from portal.kit.numbers import whole
from predictions.exports import safe

BOM = "\ufeff"  # without it spreadsheets read Chinese as noise
SHEET_ROWS = 50_000  # a sheet is made while its reader waits
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_file(lines: Iterable[list[Any]], *, partner: Partner, name: str) -> StreamingHttpResponse:
    body = _body(lines, partner=partner, language=get_language() or "en")
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _body(lines: Iterable[list[Any]], *, partner: Partner, language: str) -> Iterator[str]:
    """The rows are read while they are sent, after the view has returned: scope and language are opened again."""
    writer = csv.writer(Echo())
    yield BOM
    with scope(partner=partner), override(language):
        for line in lines:
            yield writer.writerow([safe(cell) for cell in line])


def xlsx_file(lines: Iterable[list[Any]], *, about: Sequence[tuple[str, str]], name: str) -> FileResponse:
    """A sheet of typed cells, and one that says what they are. Raises Refusal when there are too many rows."""
    from xlsxwriter import Workbook

    file = BytesIO()  # a few megabytes at SHEET_ROWS
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(str(_("Offers")))
    for number, line in enumerate(lines):
        if number > SHEET_ROWS:
            book.close()
            raise Refusal(
                _("A sheet made at once holds %(rows)s rows at most: filter the list, or take it as CSV.")
                % {"rows": whole(SHEET_ROWS)}
            )
        sheet.write_row(number, 0, [safe(cell) for cell in line], None if number else bold)
    sheet.freeze_panes(1, 0)
    told = book.add_worksheet(str(_("About")))
    told.set_column(0, 0, 24)
    told.set_column(1, 1, 60)
    for number, (what, said) in enumerate(about):
        told.write_string(number, 0, what, bold)
        told.write_string(number, 1, safe(said))
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=SHEET)
