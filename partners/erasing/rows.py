"""Rows of the database that name the persons: theirs deleted, mentions in texts struck out."""

import logging
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import FieldDoesNotExist
from django.db import OperationalError, connection, models
from django_scopes import scopes_disabled

from partners import erasure
from partners.erasing import others, quoted
from partners.erasing.persons import STRUCTURE, Persons
from partners.models import Customer, Erasure, ErasureRun, Feed, Partner, Product, Upload, User
from portal.kit.runs import Run

logger = logging.getLogger(__name__)
PIECE = 500
MESSAGES = "_messages"
CODES = {*STRUCTURE, "object_id", "sha256", "digest", "worker", "stage", "path", "version"}
QUIET = (Customer, Product, Erasure, ErasureRun, Feed, Partner, User)
"""Customers are deleted whole, an erasure forgets by itself whom it is about; the others name no customers."""


def delete(partner: Partner, persons: Persons) -> int:
    """Their customer rows and everything that hangs on them; how many customers."""
    customers = Customer.objects.filter(partner=partner, external_id__in=persons.numbers)
    keys = list(customers.values_list("pk", flat=True))
    for forget in erasure.asked("forget"):
        forget(partner, keys, persons)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    for start in range(0, len(keys), PIECE):
        Customer.objects.filter(pk__in=keys[start : start + PIECE]).delete()
    return len(keys)


def strike_out(partner: Partner, persons: Persons) -> int:
    """Mentions in texts and JSON of any table of this partner, in the admin's diary and in sessions; how many rows."""
    struck, network = 0, others.everywhere(partner, persons.distinct)
    with scopes_disabled():
        for model in apps.get_models():
            path = "" if model in QUIET or model._meta.label_lower in erasure.WORDLESS else _to_partner(model)
            if path:
                struck += _strike(model, model._base_manager.filter(**{path: partner}), persons)
            if path and issubclass(model, Run):  # the network's runs speak of every partner
                rows = model.rows().filter(**{f"{path}__isnull": True})
                struck += _strike(model, rows, network)
        struck += _strike(LogEntry, LogEntry.objects.all(), network)
    return struck + _sessions(network)


def _to_partner(model: type[models.Model]) -> str:
    """The path from a model to its partner: its own field, or the one of a row it belongs to; empty for none."""
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.name == "partner" and field.related_model is Partner:
            return "partner"
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model not in (Partner, User):
            try:
                field.related_model._meta.get_field("partner")
            except FieldDoesNotExist:
                continue
            return f"{field.name}__partner"
    return ""


def _strike(model: type[models.Model], rows: Any, persons: Persons) -> int:
    alone = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
    names = [field.attname for field in model._meta.concrete_fields if _speaks(field) and field.name not in alone]
    if not names:
        return 0
    struck = 0
    scrubbed = quoted.scrubbed if model is Upload else _scrubbed
    for row in rows.values("pk", *names).iterator(chunk_size=PIECE):
        was = {name: row[name] for name in names}
        changed = {name: new for name, new in scrubbed(was, persons).items() if new != was[name]}
        if changed:
            model._base_manager.filter(pk=row["pk"]).update(**changed)
            struck += 1
    return struck


def _scrubbed(row: dict[str, Any], persons: Persons) -> dict[str, Any]:
    return {name: persons.scrubbed(value) for name, value in row.items()}


def _speaks(field: Any) -> bool:
    """Fields that may hold words: not choices, keys, addresses of ours, or what must be unique."""
    if field.unique or field.choices or field.remote_field or field.name in CODES:
        return False
    if isinstance(field, models.SlugField | models.EmailField):
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def _sessions(persons: Persons) -> int:
    """Messages not yet shown may name somebody; they are forgotten, the person stays signed in."""
    struck = 0
    for session in Session.objects.iterator(chunk_size=PIECE):
        held = session.get_decoded()
        if MESSAGES in held and persons.names(str(held.pop(MESSAGES))):
            session.session_data = Session.objects.encode(held)
            session.save(update_fields=["session_data"])
            struck += 1
    return struck


def forget_pages() -> None:
    """SQLite keeps what was deleted in unused parts of its file until they are written over: do that now."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except OperationalError as error:
        logger.warning("the database was busy and is not compacted: %s", error)
