"""What is deleted because its time is over: originals, uploads nobody went on with, files half-sent."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django_scopes import scope

from partners import arrivals, feeds, leavings, originals, uploads
from partners.models import Arrival, Partner, Upload, UploadRun
from portal.kit.errors import Refusal

BUSY = [UploadRun.State.QUEUED, UploadRun.State.RUNNING]


def sweep(*, at: datetime) -> dict[str, int]:
    """Delete what is due, of every partner; how much of each."""
    done = {"originals": 0, "uploads": 0, "arrivals": 0}
    for partner in Partner.objects.all():
        with scope(partner=partner):
            leavings.tidy(partner, at=at)
            done["arrivals"] += _arrivals(partner, at)
            feeds.tidy(partner, at=at)
            for upload in _due(partner, at):
                if _forgotten(upload, at):
                    uploads.discard(upload)
                    done["uploads"] += 1
                elif upload.shredded_at is None:
                    originals.shred(upload, at=at)
                    done["originals"] += 1
    return done


def _days() -> timedelta:
    return timedelta(days=settings.ORIGINAL_DAYS)


def _due(partner: Partner, at: datetime) -> Iterator[Upload]:
    """Uploads of this age that still have something to delete; one that is being worked on waits for the next time."""
    old = Upload.objects.filter(partner=partner, created_at__lte=at - _days())
    kept = old.filter(Q(shredded_at=None) | Q(committed_at=None))
    return kept.exclude(runs__state__in=BUSY).iterator()


def _forgotten(upload: Upload, at: datetime) -> bool:
    """Never in use, and nobody has asked anything of it for as long as files are kept."""
    return upload.committed_at is None and not upload.runs.filter(queued_at__gt=at - _days()).exists()


def _arrivals(partner: Partner, at: datetime) -> int:
    """Forget files half-sent and abandoned, and the records of those that arrived; make good what a crash left."""
    count = 0
    for arrival in Arrival.objects.filter(partner=partner):
        with contextlib.suppress(Refusal):  # what cannot be made good expires
            arrivals.settled(arrival)
        if arrival.expires_at > at:
            continue
        if arrival.upload_id:
            arrival.delete()
        else:
            arrivals.abandon(arrival)
            count += 1
    _leftovers(partner, at)
    return count


def _leftovers(partner: Partner, at: datetime) -> None:
    """Folders whose row is gone: the server stopped between the two."""
    folder = partner.folder / "arrivals"
    if not folder.is_dir():
        return
    known = {str(key) for key in Arrival.objects.filter(partner=partner).values_list("key", flat=True)}
    for path in folder.iterdir():
        if path.name not in known and path.stat().st_mtime < (at - arrivals.LIFE).timestamp():
            shutil.rmtree(path, ignore_errors=True)
