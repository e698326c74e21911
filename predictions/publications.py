"""From a table of scores to what a partner sees: stage in fenced pieces, judge by gates, swap one pointer."""

import math
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from partners import erasure
from partners.models import Partner, User
from portal.kit.errors import Refusal
from predictions import rows
from predictions.models import Pointer, Publication, ScoringRun
from training import registry
from training.registry import Kind, ModelVersion

if TYPE_CHECKING:
    import pyarrow

KEPT = 12  # publications per partner and kind that keep their rows, for trends and rollback


def begun(run: ScoringRun, partner: Partner, version: ModelVersion, *, as_of: date) -> Publication:
    """This run's publication for one partner: made now, or by an earlier attempt."""
    assert partner.dataset is not None
    with run.fenced():
        publication, _made = Publication.objects.get_or_create(
            run=run,
            partner=partner,
            defaults={"kind": run.kind, "version": version, "dataset": partner.dataset, "as_of": as_of},
        )
    return publication


def stage(
    run: ScoringRun, partner: Partner, version: ModelVersion, table: "pyarrow.Table", *, as_of: date
) -> Publication:
    """Write one partner's rows where nobody looks yet. Doing it again replaces them; a lost lease writes nothing.

    Of churn, propensity and value; offers come as files: `offering`.
    """
    publication = begun(run, partner, version, as_of=as_of)
    while publication.state == Publication.State.STAGED and not _filled(run, publication, table):
        continue
    return publication


def emptied(publication: Publication) -> None:
    """Take away all rows that people would see of it."""
    for part in (publication.scores, publication.offers, publication.prospects, publication.outlooks):
        part.all().delete()


def _filled(run: ScoringRun, publication: Publication, table: "pyarrow.Table") -> bool:
    """Write the rows, without persons who were erased; False when one was erased meanwhile: then once more."""
    import pyarrow.parquet as parquet

    known = erasure.mark(publication.partner)
    table = erasure.without(publication.partner, table)
    with run.fenced():
        emptied(publication)
    publication.folder.mkdir(parents=True, exist_ok=True)
    part = publication.folder / "scores.part"
    parquet.write_table(table, part)
    part.replace(publication.folder / "scores.parquet")
    counts = _counts(table)
    judged = _gates(publication, table, counts)
    if all(gate["passed"] for gate in judged):
        rows.write(run, publication, table)
    with run.fenced():
        erasure.lock(publication.partner)
        if erasure.mark(publication.partner) != known:
            return False
        publication.counts, publication.gates = counts, judged
        publication.evidence = registry.evidence(table)
        publication.save()
    return True


def publish(publication: Publication, *, run: ScoringRun, at: datetime) -> bool:
    """Point the partner at this publication if every gate passed; False (and nothing changed) if one did not."""
    with run.fenced():
        publication.refresh_from_db()
        if publication.state != Publication.State.STAGED:
            return publication.state != Publication.State.REFUSED
        if not all(gate["passed"] for gate in publication.gates):
            publication.state = Publication.State.REFUSED
            publication.save()
            return False
        _point(publication, at=at)
    _prune(publication)
    return True


def rollback(partner: Partner, kind: str, *, by: User | None, at: datetime) -> Publication:
    """Show again what the partner saw before. Raises Refusal when there is nothing before."""
    with transaction.atomic():
        pointer = Pointer.objects.select_for_update().filter(partner=partner, kind=kind).first()
        if pointer is None or pointer.previous is None:
            raise Refusal(_("There is no earlier publication to go back to."))
        _point(pointer.previous, at=at)
    return pointer.previous


def shown(partner: Partner, kind: str) -> Publication | None:
    """The publication this partner's pages are about."""
    return shown_of(partner, kind).get(kind)


def shown_of(partner: Partner, *kinds: str) -> dict[str, Publication]:
    """The publications of these kinds that are shown, by kind; one query."""
    rows = Pointer.objects.filter(partner=partner, kind__in=kinds)
    found = {one.kind: one.publication for one in rows.select_related("publication__version", "publication__dataset")}
    for publication in found.values():
        publication.partner = partner  # at hand already: nobody asks the database for it
    return found


def _point(publication: Publication, *, at: datetime) -> None:
    pointer = Pointer.objects.select_for_update().filter(partner=publication.partner, kind=publication.kind).first()
    previous = pointer.publication if pointer else None
    if previous and previous != publication:
        Publication.objects.filter(pk=previous.pk).update(state=Publication.State.RETIRED)
    Pointer.objects.update_or_create(
        partner=publication.partner,
        kind=publication.kind,
        defaults={"publication": publication, "previous": previous},
    )
    publication.state, publication.published_at = Publication.State.PUBLISHED, at
    publication.save()


def _prune(publication: Publication) -> None:
    """Forget the rows of publications too old for trends and rollback; their summary row stays."""
    mine = {"partner": publication.partner, "kind": publication.kind}
    pointers = Pointer.objects.filter(**mine).values_list("publication", "previous")
    kept = {pk for pair in pointers for pk in pair}
    been_shown = [Publication.State.PUBLISHED, Publication.State.RETIRED]
    kept |= set(
        Publication.objects.filter(**mine, state__in=been_shown).order_by("-pk").values_list("pk", flat=True)[:KEPT]
    )
    for old in Publication.objects.filter(**mine, pk__lt=publication.pk).exclude(pk__in=kept).order_by("-pk")[:50]:
        if old.folder.exists():
            emptied(old)
            shutil.rmtree(old.folder, ignore_errors=True)


def _counts(table: "pyarrow.Table") -> dict[str, Any]:
    """What the publication holds, in JSON numbers: a sum over a broken table is 0 here and a failed gate below."""
    import pyarrow.compute as pc

    counts: dict[str, Any] = {"rows": table.num_rows, "customers": len(table["customer_id"].unique())}
    if "gone" not in table.column_names or not table.num_rows:
        return counts
    listed = table.filter(pc.invert(table["gone"]))
    counts["gone"], counts["listed"] = table.num_rows - listed.num_rows, listed.num_rows
    for name, column in (("expected", "probability"), ("money", "money")):
        total = pc.sum(listed[column]).as_py() or 0.0
        counts[name] = round(total, 2) if math.isfinite(total) else 0.0
    counts["told"] = pc.sum(pc.not_equal(table["reasons"], "[]")).as_py() or 0
    for band in ("high", "medium", "low"):
        counts[band] = pc.sum(pc.equal(listed["band"], band)).as_py() or 0
    return counts


def _gates(publication: Publication, table: "pyarrow.Table", counts: dict[str, Any]) -> list[dict[str, Any]]:
    import numpy as np

    column = "expected_spend" if publication.kind == Kind.VALUE else "probability"
    values = table[column].drop_null().cast("float64").to_numpy()
    seen = Seen(table.num_rows, counts["customers"], table.num_rows - int(np.isfinite(values).sum()))
    if column == "probability":
        seen.outside = int((~((values >= 0) & (values <= 1))).sum())
        seen.apart = len(np.unique(values)) if len(values) >= 30 else 2
    return gates(publication, seen)


@dataclass
class Seen:
    """What the gates look at. broken: rows without a finite number; outside: beyond 0 … 1; apart: unlike chances;
    barred: there would be rows, had the partner's rules not barred them all."""

    rows: int
    customers: int
    broken: int
    outside: int | None = None
    apart: int | None = None
    barred: bool = False


def gates(publication: Publication, seen: Seen) -> list[dict[str, Any]]:
    """Each gate with its number, so that a refusal names what failed. See docs/runs.md."""
    made = [
        {"name": "rows", "passed": seen.rows > 0 or seen.barred, "seen": seen.rows},
        {"name": "numbers", "passed": seen.broken == 0, "seen": seen.broken},
    ]
    if seen.outside is not None:
        made.append({"name": "range", "passed": seen.outside == 0, "seen": seen.outside})
    if seen.apart is not None:
        made.append({"name": "distribution", "passed": seen.apart > 1, "seen": seen.apart})
    enough = seen.customers * 2 >= _expected(publication)
    return [*made, {"name": "count", "passed": enough, "seen": seen.customers}]


def _expected(publication: Publication) -> float:
    """How many customers the list shown had, shrunk as the data shrank since: an undone upload is no accident. Offers
    made under other rules may be to any number: to reach fewer customers can be just what was asked for."""
    pointer = Pointer.objects.filter(partner=publication.partner, kind=publication.kind).first()
    if pointer is None:
        return 0
    shown = pointer.publication
    if shown.evidence.get("rules") != publication.evidence.get("rules"):
        return 0
    then, since = (one.dataset.counts.get("customers", 0) for one in (shown, publication))
    return float(shown.counts.get("customers", 0)) * (min(1.0, since / then) if then else 1.0)
