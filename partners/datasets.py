"""Dataset versions: numbered, immutable folders of Parquet, each a pure function of the uploads it lists.

`renew` builds the next version beside the current one and swaps the pointer in the same transaction that changes the
uploads and the rows people see, so a reader is always before or after, never between. Runs in a run's child.
"""

import shutil
import uuid
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext as _

from partners.columns import FACTS
from partners.models import DatasetVersion, Partner, Upload
from partners.models.upload import UploadRun
from portal.kit.errors import Refusal

if TYPE_CHECKING:
    from partners.intake.merge import Built

TRIES = 5
Report = Callable[..., object]


def renew(
    run: UploadRun,
    *,
    report: Report,
    adding: Upload | None = None,
    removing: Upload | None = None,
    settle: Callable[[DatasetVersion | None], object],
) -> DatasetVersion | None:
    """Build the dataset with and without these uploads, and make it current. None when no facts are left.

    `settle` runs inside the transaction, after the pointer has moved. Should another run have changed the active
    uploads meanwhile, the dataset is built again from what is active now.
    """
    partner = run.upload.partner
    for _try in range(TRIES):
        uploads = _active(partner, adding, removing)
        workshop = partner.folder / "datasets" / f"making-{uuid.uuid4().hex}"
        try:
            report(stage=_("Building the dataset"), progress=0.8)
            built = _build(uploads, workshop)
            report(stage=_("Taking it into use"), progress=0.9)
            with run.fenced():
                Partner.objects.select_for_update().get(pk=partner.pk)
                if [upload.pk for upload in _active(partner, adding, removing)] != [one.pk for one in uploads]:
                    continue
                version = _publish(partner, uploads, built, workshop) if uploads else None
                Partner.objects.filter(pk=partner.pk).update(dataset=version)
                _rows(partner, version)
                settle(version)
            _tidy(partner)
            return version
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    raise Refusal(_("Other files of this partner keep changing the data: try again in a minute."))


def _active(partner: Partner, adding: Upload | None, removing: Upload | None) -> list[Upload]:
    """Uploads the dataset is made of, oldest first; the one being added comes last and so wins."""
    excluded = [one.pk for one in (adding, removing) if one]
    active = Upload.objects.active().filter(partner=partner, kind__in=FACTS).exclude(pk__in=excluded)
    return [*active, *([adding] if adding else [])]


def _build(uploads: Sequence[Upload], workshop: Path) -> "Built":
    from partners.intake import merge

    files: dict[str, list[Path]] = {}
    for upload in uploads:
        files.setdefault(upload.kind, []).append(upload.canonical)
    return merge.build(files, workshop)


def _publish(partner: Partner, uploads: Sequence[Upload], built: "Built", workshop: Path) -> DatasetVersion:
    newest = DatasetVersion.objects.filter(partner=partner).aggregate(number=Max("number"))["number"] or 0
    version = DatasetVersion.objects.create(
        partner=partner,
        number=newest + 1,
        uploads=[upload.pk for upload in uploads],
        digest=built.digest,
        counts=built.counts,
        first_on=date.fromisoformat(built.first_on) if built.first_on else None,
        last_on=date.fromisoformat(built.last_on) if built.last_on else None,
    )
    shutil.rmtree(version.folder, ignore_errors=True)  # left by a transaction that never ended
    workshop.rename(version.folder)
    return version


def _rows(partner: Partner, version: DatasetVersion | None) -> None:
    from partners import people

    people.refresh(partner, version.folder if version else None)


def _tidy(partner: Partner) -> None:
    """Drop what crashed runs left behind; versions stay, models and publications name them."""
    for left in (partner.folder / "datasets").glob("making-*"):
        if not any(left.iterdir()):
            shutil.rmtree(left, ignore_errors=True)
