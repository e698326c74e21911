"""Reports made by hand, and what the tests of the stations ask of a browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from django_scopes import scope

from partners.models import Upload, UploadRun

Made = Callable[..., Upload]

SOURCE = {
    "format": "csv", "encoding": "cp1252", "delimiter": ";", "header_row": 3, "sheets": [], "sheet": "",
    "columns": ["No", "Cust", "Date", "Shipped", "Kind of order", "Remarks"],
}  # fmt: skip
MATCHES = [
    ("No", "field", "order_id", 0.98, ("O1", "O2")),
    ("Cust", "field", "customer_id", 0.7, ("C1",)),
    ("Date", "field", "date", 0.98, ("03/04/2026",)),
    ("Art", "field", "sku", 0.98, ("S1",)),
    ("Returned", "field", "is_return", 0.98, ("y", "n")),
    ("Remarks", "ignored", "", 0.0, ("call Mrs Jones",)),
]
DATES = {
    "cause": "not_a_date", "level": "error", "column": "Date", "field": "date", "count": 12,
    "examples": [{"row": row, "value": f"02.{row}.2026"} for row in range(13, 25)],
    "values": [{"value": "02.13.2026", "count": 7}, {"value": "02.14.2026", "count": 5}],
    "acts": ["skip", "replace", "parse"], "hows": ["dmy", "mdy", "nobody-knows"],
}  # fmt: skip
TWICE = {
    "cause": "duplicate_key", "level": "error", "column": "", "field": "", "count": 2,
    "examples": [{"row": 9, "value": ""}], "values": [], "acts": ["skip", "first", "last"], "hows": [],
}  # fmt: skip
BLANK = {
    "cause": "blank_row", "level": "warning", "column": "", "field": "", "count": 3,
    "examples": [{"row": 60, "value": ""}], "values": [], "acts": [], "hows": [],
}  # fmt: skip
CHOICES = {
    "Returned": {"field": "is_return", "values": [{"value": "y", "count": 3, "read_as": "true"},
                                                  {"value": "RMA", "count": 2, "read_as": None}]},
}  # fmt: skip
PREVIEW = {
    "created": 5, "updated": 1204, "unchanged": 7, "removed": 0, "current": 2000,
    "sample": [{"change": "updated", "key": {"order_id": "O1", "sku": "S1"},
                "columns": {"price": [2.5, 3.0], "product_name": ["Ink", "Blue ink"]}}],
}  # fmt: skip
CHECKED = {"lines": 1233, "good": 1216, "rejected": 14, "skipped": 3, "groups": [BLANK], "preview": PREVIEW}


def mapping() -> dict[str, Any]:
    names = ("source", "role", "field", "confidence", "samples")
    found = [
        {**dict(zip(names, match, strict=True)), "index": place, "why": "", "by_hand": False}
        for place, match in enumerate(MATCHES)
    ]
    return {"kind": "orders", "matches": found, "row_number": ""}


def at(one: Upload, path: str = "") -> str:
    return f"/p/alder/uploads/{one.pk}/{path}"


def text(browser: Client, one: Upload, path: str = "") -> str:
    return browser.get(at(one, path)).content.decode()


def latest(one: Upload) -> UploadRun:
    with scope(partner=one.partner):
        run = one.runs.order_by("-pk").first()
    assert run is not None
    return run


def running(one: Upload, **more: Any) -> UploadRun:
    with scope(partner=one.partner):
        return UploadRun.objects.create(upload=one, step="check", state="running", stage="Reading every row", **more)


def failing(**changes: Any) -> dict[str, Any]:
    return {**CHECKED, "groups": [DATES, TWICE, BLANK], **changes}


def stamp(page: str) -> str:
    return page.split('name="of" value="')[1].split('"')[0]


def committed(made: Made, **more: Any) -> Upload:
    report = {**CHECKED, "committed": {"created": 5, "updated": 1204, "unchanged": 7}, "first_on": "2026-01-02",
              "last_on": "2026-11-01", "totals": {"customers": 88, "amount": 10234.5}}  # fmt: skip
    moment = timezone.now() - timedelta(days=more.pop("days", 0))
    return made(report, state="committed", committed_at=moment, **more)
