"""Dataset versions: numbered, immutable folders of Parquet, each a pure function of the uploads it lists.

`renew` builds the next version beside the current one and swaps the pointer in the same transaction that changes the
uploads and the rows people see, so a reader is always before or after, never between. Runs in a run's child.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import erasure, leavings
from partners.columns import FACTS
from partners.models import DatasetVersion, ErasureRun, Partner, Upload
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
    weigh: "Callable[[Built, DatasetVersion | None], object]",
    settle: Callable[[DatasetVersion | None], object],
) -> DatasetVersion | None:
    """Build the dataset with and without these uploads, and make it current. None when no facts are left.

    `weigh` sees what was built and what is current before anything changes, and may refuse. `settle` runs inside the
    transaction, after the pointer has moved. Should another run have changed the active uploads meanwhile, the dataset
    is built again from what is active now.
    """
    from partners import people

    partner = run.upload.partner
    for _try in range(TRIES):
        state = _state(partner, adding, removing)
        with leavings.workshop(run) as workshop:
            report(stage=_("Building the dataset"), progress=0.8)
            before = state.current.folder if state.current and state.current.folder.is_dir() else None
            built = _build(partner, state.uploads, workshop, before)
            weigh(built, state.current)
            report(stage=_("Taking it into use"), progress=0.9)
            with people.pending(workshop, before, room=workshop.parent) as pending, run.fenced():
                erasure.lock(partner)
                if _state(partner, adding, removing) != state:
                    continue
                pending.write(partner)
                version = _publish(partner, state.uploads, built, workshop) if state.uploads else None
                Partner.objects.filter(pk=partner.pk).update(dataset=version)
                settle(version)
        leavings.tidy(partner, at=timezone.now())
        return version
    raise Refusal(_("Other files of this partner keep changing the data: try again in a minute."))


@dataclass(frozen=True)
class _State:
    """What a version is built from; another one means building again."""

    uploads: list[Upload]
    current: DatasetVersion | None
    erased: int


def _state(partner: Partner, adding: Upload | None, removing: Upload | None) -> _State:
    current = DatasetVersion.objects.filter(pk=Partner.objects.values("dataset").get(pk=partner.pk)["dataset"]).first()
    return _State(made_of(partner, adding=adding, removing=removing), current, erasure.mark(partner))


def made_of(partner: Partner, *, adding: Upload | None = None, removing: Upload | None = None) -> list[Upload]:
    """The uploads a dataset is made of, oldest first; the one being added comes last and so wins.

    A complete list sets older ones of its kind aside.
    """
    excluded = [one.pk for one in (adding, removing) if one]
    active = Upload.objects.active().filter(partner=partner, kind__in=FACTS).exclude(pk__in=excluded)
    listed = [*active, *([adding] if adding else [])]
    since = {one.kind: place for place, one in enumerate(listed) if one.is_complete}
    return [one for place, one in enumerate(listed) if place >= since.get(one.kind, 0)]


def set_aside(partner: Partner, upload: Upload) -> list[Upload]:
    """The uploads in use that this one replaces when it is taken into use as a complete list."""
    return [one for one in made_of(partner) if one.kind == upload.kind and one.pk != upload.pk]


def _build(partner: Partner, uploads: Sequence[Upload], out: Path, before: Path | None) -> "Built":
    from partners.intake import merge

    if ErasureRun.objects.filter(partner=partner).exclude(state=ErasureRun.State.SUCCEEDED).exists():
        erasure.clean(partner, [upload.canonical for upload in uploads])
    files: dict[str, dict[str, Path]] = {}
    for upload in uploads:
        files.setdefault(upload.kind, {})[str(upload.pk)] = upload.canonical
    return merge.build(files, out, before=before)


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
