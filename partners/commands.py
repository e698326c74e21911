"""What every command of the product shares: a refusal is one sentence on stderr and a non-zero exit."""

import argparse
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError, connection
from django.utils import timezone

from partners import removals
from partners.models import Partner
from portal.kit.errors import Refusal
from portal.kit.runs import Run

Handle = TypeVar("Handle", bound=Callable[..., Any])


def sentences(handle: Handle) -> Handle:
    """Turn a Refusal into the sentence Django prints on stderr before it exits with 1."""

    @wraps(handle)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return handle(*args, **options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except (OperationalError, ProgrammingError) as error:
            if Partner._meta.db_table in connection.introspection.table_names():
                raise
            raise CommandError("The database has no tables yet: run “manage.py migrate” first.") from error

    return guarded  # type: ignore[return-value]


def date_argument(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{raw}” is not a date: write it as 2026-03-01.") from error


def today(partner: Partner) -> date:
    """The day it is at the partner."""
    return partner.clock(timezone.now()).date()


def with_number(run: Run) -> str:
    """What a run that failed says, and the option that carries the number it asks for."""
    number = removals.asked_for(run.result.get("blocks", ""))
    return f"{run.message} (--confirm {number})" if number else run.message


def partner_named(slug: str) -> Partner:
    found = Partner.objects.select_related("dataset").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Partner.objects.values_list("slug", flat=True)[:20]) or "none yet"
        raise Refusal(f"There is no partner “{slug}”: make it with createpartner, or use one of: {known}.")
    if not found.is_active:
        raise Refusal(f"Partner “{slug}” is closed: activate it in the admin first.")
    return found
