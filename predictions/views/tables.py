"""A list as a file: streamed, readable by spreadsheets in both languages, nothing in it runs."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override
from django_scopes import scope

from partners.models import Partner
from predictions.exports import safe

BOM = "\ufeff"  # without it spreadsheets read Chinese as noise


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
