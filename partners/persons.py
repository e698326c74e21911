"""Everything Fairway holds about one customer, for that customer: one ZIP with JSON and CSV, kept for a day.

A run's child makes it, because it reads Parquet. Values are those of the data: ISO dates, decimal points, codes
instead of words of any language.
"""

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_scopes import scope

from partners import erasure, originals, vault
from partners.intake.cells import defused
from partners.intake.stored import Stored
from partners.intake.templates import BOM
from partners.models import Customer, Partner, PersonExport, Upload, User
from partners.models.person import KEPT
from portal.kit import runs

FORMAT = "fairway-person-1"
FACTS = ("orders", "subscriptions", "interactions")
FRESH = timedelta(minutes=10)
Report = Callable[..., object]
Row = dict[str, Any]


def request(customer: Customer, *, by: User | None) -> PersonExport:
    run = prepare(customer, by=by)
    runs.enqueue(run)
    return run


def prepare(customer: Customer, *, by: User | None) -> PersonExport:
    """The run row; one that is under way is not asked for twice."""
    open_ones = PersonExport.objects.filter(
        customer=customer, state__in=[PersonExport.State.QUEUED, PersonExport.State.RUNNING]
    )
    return open_ones.first() or PersonExport.objects.create(
        partner=customer.partner, customer=customer, requested_by=by
    )


def ready(customer: Customer, *, at: datetime, within: timedelta = KEPT) -> list[PersonExport]:
    """The exports of this customer that can still be fetched, newest first."""
    made = PersonExport.objects.filter(
        customer=customer, state=PersonExport.State.SUCCEEDED, ended_at__gt=at - min(within, KEPT)
    )
    return [run for run in made.select_related("partner") if run.file.is_file()]


def opened(run: PersonExport) -> IO[bytes]:
    """The ZIP, unsealed while it is read."""
    return Stored(run.file, vault.key_of(run.partner)).open()


def told(run: PersonExport) -> Row:
    """What the JSON in the ZIP says."""
    with opened(run) as file, zipfile.ZipFile(file) as packed:
        found: Row = json.loads(packed.read("person.json"))
    return found


def tidy(*, at: datetime) -> int:
    """Delete exports older than a day, and their rows; how many."""
    old = [run for run in PersonExport.rows().filter(queued_at__lt=at - KEPT) if run.ended]
    for run in old:
        assert isinstance(run, PersonExport)
        run.file.unlink(missing_ok=True)
    return PersonExport.rows().filter(pk__in=[run.pk for run in old]).delete()[0]


def work(run: PersonExport, report: Report) -> dict[str, Any]:
    """What the child does. Doing it again writes the same file again."""
    from partners.intake import sealed

    language = (run.requested_by.language if run.requested_by else "") or run.partner.language
    with scope(partner=run.partner), translation.override(language):
        held = gather(run.customer, report, at=timezone.now())
        originals.folder_for(run.folder)
        part = run.file.with_suffix(".part")
        with sealed.Writer(part, vault.key_of(run.partner)) as file:
            file.write(packed(held))
        os.replace(part, run.file)
        return {"message": _("Ready: it can be fetched for a day.")}


def gather(customer: Customer, report: Report, *, at: datetime) -> Row:
    """By table: the row people see, every fact, what was computed and recorded, and each file that brought it."""
    partner = customer.partner
    report(stage=_("Reading the data"), progress=0.1)
    held: Row = {
        "format": FORMAT,
        "made_at": at,
        "partner": {"slug": partner.slug, "name": partner.name},
        "customer": _customer(customer),
        **{kind: _facts(partner, kind, customer.external_id) for kind in FACTS},
    }
    for tell in erasure.asked("told"):
        held |= tell(customer)
    report(stage=_("Looking through the files sent"), progress=0.5)
    return held | {"uploads": list(_uploads(partner, customer.external_id))}


def _customer(customer: Customer) -> Row:
    skipped = {"id", "partner", "external_id"}
    fields = [field.name for field in Customer._meta.concrete_fields if field.name not in skipped]
    return {"customer_id": customer.external_id} | {name: getattr(customer, name) for name in fields}


def _facts(partner: Partner, kind: str, number: str) -> list[Row]:
    from partners.intake import tables

    if partner.dataset is None or not (source := tables.relation(partner.dataset.folder, kind)):
        return []
    return _selected(source, number)


def _uploads(partner: Partner, number: str) -> Iterator[Row]:
    """Every file that still says something of them, undone ones included, with the rows as they were read."""
    from partners.intake import tables

    for upload in Upload.objects.filter(partner=partner).order_by("pk"):
        rows = _selected(tables.scan([upload.canonical]), number) if _has_customers(upload.canonical) else []
        if rows:
            yield {
                "upload": upload.pk,
                "file": upload.filename,
                "kind": upload.kind,
                "state": upload.state,
                "sent_at": upload.created_at,
                "in_use_since": upload.committed_at,
                "original_deleted_at": upload.shredded_at,
                "rows": rows,
            }


def _has_customers(path: Path) -> bool:
    import pyarrow.parquet as pq

    return path.is_file() and "customer_id" in pq.read_schema(path).names


def _selected(source: str, number: str) -> list[Row]:
    """The rows of one customer; `source` is made of our own paths, the number is bound."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "512MB"}) as database:
        answer = database.execute(f"SELECT * FROM {source} WHERE customer_id = ?", [number])  # noqa: S608
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def packed(held: Row) -> bytes:
    """One JSON file with everything, and the tables once more for spreadsheets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", json.dumps(held, default=_plain, ensure_ascii=False, indent=1))
        for name, rows in {**held, "customer": [_flat(held["customer"])]}.items():
            if isinstance(rows, list) and rows:
                archive.writestr(f"{name}.csv", _csv(rows))
    return out.getvalue()


def _flat(customer: Row) -> Row:
    return {name: value for name, value in customer.items() if name != "attributes"} | customer["attributes"]


def _csv(rows: list[Row]) -> str:
    names = [name for name in rows[0] if name != "rows"]
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow([defused(name) for name in names])
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    value = "" if value is None else value
    return defused(value) if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> Any:
    """What JSON does not know: dates and moments in ISO, the rest as text."""
    if isinstance(value, bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def file_name(run: PersonExport) -> str:
    """Without a name or a number in it: names of files travel."""
    return f"customer-{run.customer_id}-{run.queued_at:%Y-%m-%d}.zip"
