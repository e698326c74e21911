"""What a commit or an undo would do to the data, counted before anything changes. Runs in a run's child."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from partners import datasets, removals
from partners.intake import tables
from partners.intake.difference import difference, missing
from partners.intake.merge import DIMENSIONS, Built
from partners.models import DatasetVersion, Partner, Upload


def preview(upload: Upload) -> dict[str, Any]:
    """Created, updated, unchanged and removed rows, with some of them; `against`: the dataset compared with."""
    dataset = Partner.objects.select_related("dataset").get(pk=upload.partner_id).dataset
    aside = datasets.set_aside(upload.partner, upload) if upload.is_complete else None
    found = difference(
        upload.canonical,
        dataset.folder if dataset else None,
        upload.kind,
        brings=_brings(upload),
        aside=None if aside is None else [one.canonical for one in aside],
        current=dataset.counts.get(upload.kind, 0) if dataset else 0,
    )
    report = upload.report
    skipped = report.get("skipped", 0) + report.get("rejected", 0)
    return {**asdict(found), "skipped": skipped, "against": dataset.number if dataset else 0}


def up_to_date(upload: Upload, current: DatasetVersion | None) -> dict[str, Any]:
    """The preview its check saved, or another one where the data have changed since."""
    saved = upload.report.get("preview", {})
    fits = saved.get("against") == (current.number if current else 0)
    return saved if fits else preview(upload)


def weigh_undo(upload: Upload, new: Built, current: DatasetVersion | None, *, confirm: int | None) -> int:
    """How many rows of its table go with this upload.

    Raises Refusal when they are more than a fifth and nobody typed how many.
    """
    if current is None or upload.pk not in current.uploads:
        return 0
    removed = _lost(upload, new, current)
    removals.refuse_unconfirmed(removed, current.counts.get(upload.kind, 0), confirm=confirm)
    return removed


def _lost(upload: Upload, new: Built, current: DatasetVersion) -> int:
    if upload.kind in DIMENSIONS:
        others = [one.canonical for one in datasets.made_of(upload.partner, removing=upload) if one.kind == upload.kind]
        return missing(new.folder, upload.kind, tables.scan([upload.canonical]), tables.scan(others) if others else "")
    if not upload.is_complete:  # nothing comes back that was not there: what is fewer is what goes
        return current.counts.get(upload.kind, 0) - new.counts.get(upload.kind, 0)
    held, left = tables.relation(current.folder, upload.kind), tables.relation(new.folder, upload.kind)
    return missing(new.folder, upload.kind, held, left)


def _brings(upload: Upload) -> Sequence[str]:
    """The columns this file holds itself; what was worked out from them is not compared."""
    return [one["field"] for one in upload.mapping.get("matches", []) if one["role"] == "field" and one["field"]]
