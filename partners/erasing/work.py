"""One erasure from beginning to end. Each step may be done again; nothing is forgotten of whom it is about before
everything else is done."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from partners import erasure
from partners.erasing import leftovers, others, parquet, rows
from partners.erasing.persons import Persons
from partners.models import DatasetVersion, ErasureRun, Partner, UploadRun

PAUSE = 0.5
LEFT = timedelta(minutes=10)
Report = Callable[..., object]


def erase(run: ErasureRun, report: Report) -> dict[str, Any]:
    """Look, remember, mark models, then remove: rows, tables, originals and the rest; at last forget who it was."""
    if not run.options.get("numbers"):
        return {"message": _("Erased."), **run.result}
    partner, persons = run.partner, Persons.from_dict(run.options)
    with scope(partner=partner):
        _wait_for_earlier(run)
        roots = folders(partner)
        parquet.tidy(roots, before=timezone.now() - LEFT)
        report(stage=_("Looking for what names them"), progress=0.05)
        persons, uploads, datasets = _remembered(run, roots, persons)
        persons = others.apart(partner, roots, persons)
        report(stage=_("Removing rows"), progress=0.3)
        with run.fenced():
            rows.delete(partner, persons)
        struck = rows.strike_out(partner, persons)
        report(stage=_("Writing tables anew"), progress=0.4)
        files = sum(parquet.rewrite(names, persons) for names in parquet.files(roots))
        for version in DatasetVersion.objects.filter(partner=partner, pk__in=datasets):
            _recount(version)
        report(stage=_("Deleting files as they were sent"), progress=0.7)
        shredded = leftovers.shred_originals(partner, persons, holding=uploads, before=run.queued_at, at=timezone.now())
        leftovers.delete_exports(partner)
        mentions = leftovers.delete_mentions(roots, persons) + leftovers.strike_mails(persons)
        report(stage=_("Looking once more"), progress=0.9)
        _wait_for_checks(partner, at=timezone.now())
        struck += rows.strike_out(partner, persons)
        with run.fenced():
            rows.delete(partner, persons)  # whom work in flight may have brought back meanwhile
            count = len(persons.numbers)
            result = {"customers": count, "tables": files, "originals": shredded, "mentions": struck + mentions}
            ErasureRun.objects.filter(pk=run.pk).update(options={}, result=result)
        rows.forget_pages()
    words = ngettext("%(count)s customer is erased.", "%(count)s customers are erased.", count)
    return {"message": words % {"count": count}, **result}


def _wait_for_earlier(run: ErasureRun) -> None:
    """Two at once would write the same files anew."""
    earlier = ErasureRun.objects.filter(partner=run.partner, pk__lt=run.pk, state=ErasureRun.State.RUNNING)
    while earlier.filter(lease_until__gt=timezone.now()).exists():
        time.sleep(PAUSE)


def _wait_for_checks(partner: Partner, *, at: datetime) -> None:
    """What began to read tables before they were clean may still quote them in its report."""
    reading = UploadRun.objects.filter(upload__partner=partner, state=UploadRun.State.RUNNING, started_at__lte=at)
    while reading.filter(lease_until__gt=timezone.now()).exists():
        time.sleep(PAUSE)


def folders(partner: Partner) -> list[Path]:
    """Where files of this partner lie, in all storeys; walked whole, so that a new kind of file is found too."""
    found = [partner.folder]
    for more in erasure.asked("folders"):
        found += more(partner)
    return [folder for folder in found if folder.is_dir()]


def _remembered(run: ErasureRun, roots: list[Path], persons: Persons) -> tuple[Persons, set[int], set[int]]:
    """What the files add to whom we look for, kept on the run before anything is removed; models are marked."""
    partner = run.partner
    uploads, numbers = set(run.options.get("uploads", [])), set()
    asked_for = Persons(persons.numbers)
    for names in parquet.files(roots):
        if not parquet.numbered(names[0], asked_for):
            continue
        persons |= parquet.told(names[0], asked_for)
        uploads |= {pk for name in names if (pk := _below(name, partner.folder / "uploads"))}
        numbers |= {number for name in names if (number := _below(name, partner.folder / "datasets"))}
    held = DatasetVersion.objects.filter(partner=partner, number__in=numbers).values_list("pk", flat=True)
    datasets = {*run.options.get("datasets", []), *held}
    with run.fenced():
        erasure.lock(partner)
        run.options = {**persons.as_dict(), "uploads": sorted(uploads), "datasets": sorted(datasets)}
        run.save(update_fields=["options"])
        erasure.remember(run, persons)
        for before in erasure.asked("before"):
            before(partner, datasets, at=run.queued_at)
    return persons, uploads, datasets


def _below(path: Path, folder: Path) -> int:
    """The number of the upload or dataset a file lies in; 0 for a file elsewhere."""
    name = path.relative_to(folder).parts[0] if path.is_relative_to(folder) else ""
    return int(name) if name.isdigit() else 0


def _recount(version: DatasetVersion) -> None:
    """A dataset that lost rows says so: its counts and its digest are those of what is left."""
    from partners.intake import merge

    version.counts, version.digest = merge.counts(version.folder), merge.digest(version.folder)
    version.save(update_fields=["counts", "digest"])
