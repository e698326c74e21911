"""Persons erased for good: asked for with `request`, done by a run's child, kept out afterwards by a keyed hash.

The hash is stored in the transaction that queues the run, so from that moment on no check, dataset or scoring lets the
person in again, whatever was under way. Upper storeys enter their modules in KEEPERS and say what they hold.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scope

from partners import vault
from partners.erasing.persons import Persons
from partners.models import Customer, Erasure, ErasureRun, Partner, User
from portal.kit import runs
from portal.kit.errors import Refusal

if TYPE_CHECKING:
    import pyarrow

    from partners.intake.erased import Erased

KEEPERS: list[str] = []
"""Modules of upper storeys. Each may define `before(partner, datasets, at=)`: what learned from these datasets is
marked; `folders(partner)`: where else files of this partner lie; `forget(partner, customers, persons)`: rows that
point at these customers without a foreign key; `told(customer)`: what it knows of one customer, for an export."""
WORDLESS: set[str] = set()
"""Labels of vast tables whose texts are codes and goods: no use in reading them through for a name."""
AGAIN = timedelta(minutes=10)


def request(partner: Partner, numbers: Sequence[str], *, by: User | None) -> ErasureRun:
    """Queue the erasure of these customers. Raises Refusal for a number this partner does not have."""
    run = prepare(partner, numbers, by=by)
    runs.enqueue(run)
    return run


def prepare(partner: Partner, numbers: Sequence[str], *, by: User | None) -> ErasureRun:
    wanted = {plain(number) for number in numbers} - {""}
    with scope(partner=partner), transaction.atomic():
        lock(partner)
        if not wanted:
            raise Refusal(_("Nobody is named: give the numbers of the customers to erase."))
        customers = Customer.objects.filter(partner=partner, external_id__in=wanted)
        _refuse_unknown(partner, wanted - {one.external_id for one in customers})
        persons = Persons.of(customers) | Persons(frozenset(wanted))
        run = ErasureRun.objects.create(partner=partner, options=persons.as_dict(), requested_by=by)
        remember(run, persons)
    return run


def _refuse_unknown(partner: Partner, unknown: set[str]) -> None:
    """A number erased before may be asked for again; any other must be a customer's."""
    digest = vault.digester(partner)
    before = set(Erasure.objects.filter(partner=partner, of=Erasure.Of.NUMBER).values_list("digest", flat=True))
    strange = sorted(number for number in unknown if digest(_number(number)) not in before)
    if strange:
        words = _("%(partner)s has no customer %(numbers)s: check the number. Nothing was erased.")
        raise Refusal(words % {"partner": partner, "numbers": ", ".join(strange[:5])})


def remember(run: ErasureRun, persons: Persons) -> None:
    """Store the hashes. An address that another customer uses too is not hashed: that customer stays."""
    partner, digest = run.partner, vault.digester(run.partner)
    others = Customer.objects.filter(partner=partner).exclude(external_id__in=persons.numbers)
    kept = set(others.annotate(low=Lower("email")).filter(low__in=persons.emails).values_list("low", flat=True))
    hashed = [(Erasure.Of.NUMBER, digest(_number(number))) for number in persons.numbers]
    hashed += [(Erasure.Of.EMAIL, digest(_email(email))) for email in persons.emails - kept]
    rows = [
        Erasure(partner=partner, of=of, digest=made, run=run, requested_by=run.requested_by)
        for of, made in sorted(hashed)
    ]
    Erasure.objects.bulk_create(rows, ignore_conflicts=True)


def plain(text: str) -> str:
    """A number or an address as intake reads it from a cell."""
    return unicodedata.normalize("NFKC", text).strip()


def _number(text: str) -> str:
    return f"number:{plain(text)}"


def _email(text: str) -> str:
    return f"email:{plain(text).casefold()}"


def lock(partner: Partner) -> None:
    """Whoever stores a hash and whoever shows new data wait for each other here."""
    Partner.objects.select_for_update().get(pk=partner.pk)


def mark(partner: Partner) -> int:
    """Grows with every person erased: who finds it grown did part of the work with somebody who is gone."""
    return Erasure.objects.filter(partner=partner).aggregate(newest=Max("pk"))["newest"] or 0


def erased(partner: Partner) -> "Erased | None":
    """The persons nobody may bring back; None where nobody was erased. For a run's child."""
    kept = set(Erasure.objects.filter(partner=partner).values_list("of", "digest"))
    if not kept:
        return None
    from partners.intake.erased import Erased

    digest = vault.digester(partner)
    return Erased(
        number=lambda text: (Erasure.Of.NUMBER, digest(_number(text))) in kept,
        email=lambda text: (Erasure.Of.EMAIL, digest(_email(text))) in kept,
    )


def among(partner: Partner, numbers: "pyarrow.ChunkedArray") -> list[str]:
    """Which of these customers' numbers belong to somebody who was erased."""
    import pyarrow as pa

    from partners.intake import erased as question

    known = erased(partner)
    return numbers.filter(pa.array(question.among(numbers, known.number))).unique().to_pylist() if known else []


def named(partner: Partner, file: Path) -> Persons:
    """Who in this Parquet file with customers' numbers was erased; for work that began before they were."""
    import pyarrow.parquet as pq

    if not mark(partner) or not file.is_file():
        return Persons()
    with pq.ParquetFile(file) as opened:
        if "customer_id" not in opened.schema_arrow.names:
            return Persons()
        return Persons(frozenset(among(partner, opened.read(columns=["customer_id"])["customer_id"])))


def without(partner: Partner, table: "pyarrow.Table") -> "pyarrow.Table":
    """A table with customers' numbers, without those who were erased; should work in flight have made rows of them
    again, those go too."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (gone := among(partner, table["customer_id"])):
        return table
    Customer.objects.filter(partner=partner, external_id__in=gone).delete()
    return table.filter(pc.invert(pc.is_in(table["customer_id"], value_set=pa.array(gone, pa.string()))))


def clean(partner: Partner, files: Sequence[Path], persons: Persons | None = None) -> bool:
    """Take erased persons out of files that were written meanwhile; whether there were any."""
    from partners.erasing import parquet

    found = False
    for file in files:
        gone = named(partner, file) if persons is None else persons
        found |= bool(gone.numbers) and file.is_file() and parquet.rewrite([file], gone)
    return found


def since(partners: Sequence[Partner], at: datetime) -> datetime | None:
    """When somebody was erased at one of these partners while work that began then was under way; None if nobody."""
    late = Q(erased_at__gte=at) | Q(run__ended_at__gte=at) | Q(run__ended_at=None, run__isnull=False)
    return Erasure.objects.filter(late, partner__in=partners).aggregate(newest=Max("erased_at"))["newest"]


def again(*, at: datetime) -> int:
    """Queue anew what failed for good: an erasure is repeated until it is complete. Returns how many."""
    failed = ErasureRun.rows().filter(state=ErasureRun.State.FAILED, ended_at__lt=at - AGAIN)
    return failed.update(state=ErasureRun.State.QUEUED, attempts=0, dispatched_at=None, queued_at=at, ended_at=None)


def asked(what: str) -> Iterator[Callable[..., Any]]:
    """The functions of this name that upper storeys offer."""
    for name in KEEPERS:
        if found := getattr(import_module(name), what, None):
            yield found


def work(run: ErasureRun, report: Any) -> dict[str, Any]:
    """What the child does; the heavy imports happen there."""
    from partners.erasing.work import erase

    language = (run.requested_by.language if run.requested_by else "") or run.partner.language
    with translation.override(language):
        return erase(run, report)
