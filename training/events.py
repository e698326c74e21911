"""What people answered to offers, as training is told it: upper storeys enter their modules in TELLERS."""

from datetime import date
from importlib import import_module
from pathlib import Path

from partners.models import Partner

TELLERS: list[str] = []
"""Modules of upper storeys. Each defines `tell(partner, folder, before=)`: a Parquet file in the folder with what was
answered before that day (customer_id, sku, verdict, on), without erased persons; None where nothing was."""


def told(partner: Partner, folder: Path, *, before: date) -> Path | None:
    """The file of the first who has one. It lies in the run's own workshop and goes with it."""
    files = (import_module(name).tell(partner, folder, before=before) for name in TELLERS)
    return next((file for file in files if file is not None), None)
