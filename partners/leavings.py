"""Where datasets are built, and what work that was killed leaves behind: nothing of it stays, and nothing else goes."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django_scopes import scope

from partners import originals
from partners.models import DatasetVersion, Partner, Upload, UploadRun
from portal.kit.runs import Run

MAKING = "making-"
RECEIVING = timedelta(hours=1)
"""No file takes this long to be received; until then its row may only not be committed yet."""
STAGED = ("staged*.parquet", "spill", "*.part")
"""What a check writes into an upload's folder and takes away again at its end."""


@contextmanager
def workshop(run: UploadRun) -> Iterator[Path]:
    """A folder for one execution of a run to build in; whatever lies in it at the end is removed."""
    place = run.upload.partner.folder / "datasets" / f"{MAKING}{run.pk}-{run.fence}"
    shutil.rmtree(place, ignore_errors=True)
    try:
        (place / "new").mkdir(parents=True)
        yield place / "new"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def tidy(partner: Partner, *, at: datetime) -> None:
    """Remove what was killed left: half-built datasets, what checks had begun, and files that were never received."""
    for place in (partner.folder / "datasets").glob(f"{MAKING}*"):
        if not _alive(place.name):
            shutil.rmtree(place, ignore_errors=True)
    with scope(partner=partner):
        for upload in Upload.objects.exclude(runs__state__in=[Run.State.QUEUED, Run.State.RUNNING]):
            for left in (one for pattern in STAGED for one in upload.folder.glob(pattern)):
                shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        for place in (*_unnamed(partner), *_never_received(partner, at)):
            shutil.rmtree(place, ignore_errors=True)
    for path in (partner.folder / originals.INCOMING).glob("*"):
        with suppress(FileNotFoundError):  # received this moment
            if path.stat().st_mtime < (at - RECEIVING).timestamp():
                path.unlink()


def _alive(name: str) -> bool:
    """Whether the execution that builds under this name still holds its run."""
    pk, _dash, fence = name.removeprefix(MAKING).partition("-")
    if not (pk.isdigit() and fence.isdigit()):
        return False
    return UploadRun.rows().filter(pk=int(pk), fence=int(fence), state=Run.State.RUNNING).exists()


def _never_received(partner: Partner, at: datetime) -> list[Path]:
    """Folders of uploads whose row never came to be."""
    known = {str(pk) for pk in Upload.objects.filter(partner=partner).values_list("pk", flat=True)}
    old = (at - RECEIVING).timestamp()
    found = []
    for place in (partner.folder / "uploads").glob("[0-9]*"):
        with suppress(FileNotFoundError):  # discarded by somebody else this moment
            if place.name not in known and max(one.stat().st_mtime for one in (place, *place.iterdir())) < old:
                found.append(place)
    return found


def _unnamed(partner: Partner) -> list[Path]:
    """Versions whose transaction never ended, moved out of the way while nobody else can make one."""
    moved = []
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        known = {str(one) for one in DatasetVersion.objects.filter(partner=partner).values_list("number", flat=True)}
        for place in (partner.folder / "datasets").glob("[0-9]*"):
            if place.name not in known:
                moved.append(place.rename(place.with_name(f"{MAKING}{place.name}")))
    return moved
