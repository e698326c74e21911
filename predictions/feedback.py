"""What people answered to offers, for those who learn from it: refused for good, accepted and bought as events."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django_scopes import scope

from partners import erasure
from partners.models import Partner
from predictions.models import Outcome

if TYPE_CHECKING:
    import pyarrow
    from django.db.models import QuerySet

TAUGHT = (Outcome.Verdict.ACCEPTED, Outcome.Verdict.BOUGHT, Outcome.Verdict.WRONG_PRODUCT)


def refused(partner: Partner) -> dict[str, list[str]]:
    """By customer number, the SKUs somebody called wrong for them; taken back, they count no more."""
    rows = _said(partner, [Outcome.Verdict.WRONG_PRODUCT]).values_list("customer__external_id", "product__sku")
    found: dict[str, list[str]] = {}
    for number, sku in sorted(set(rows)):
        found.setdefault(number, []).append(sku)
    return found


def events(partner: Partner, *, before: date) -> "pyarrow.Table":
    """What was answered before a day: customer_id, sku, verdict, on; nothing of persons who were erased.

    Verdicts are accepted, bought and wrong_product. Answers about no product in particular teach nothing about any.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = {"customer_id": pa.string(), "sku": pa.string(), "verdict": pa.string(), "on": pa.date32()}
    with scope(partner=partner):  # a training has none: it is about many partners
        rows = (
            _said(partner, list(TAUGHT))
            .filter(on__lt=before)
            .order_by("on", "customer__external_id", "product__sku", "pk")
            .values_list("customer__external_id", "product__sku", "verdict", "on")
        )
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        table = pa.table({name: pa.array(values, kinds[name]) for name, values in zip(kinds, columns, strict=True)})
        gone = pa.array(erasure.among(partner, table["customer_id"]), pa.string())
    return table.filter(pc.invert(pc.is_in(table["customer_id"], value_set=gone)))


def tell(partner: Partner, folder: Path, *, before: date) -> Path | None:
    """The events of a partner as a Parquet file in a training's workshop; None where there are none."""
    import pyarrow.parquet as parquet

    table = events(partner, before=before)
    if not table.num_rows:
        return None
    file = folder / f"events-{partner.pk}.parquet"
    parquet.write_table(table, file)
    return file


def _said(partner: Partner, verdicts: list[str]) -> "QuerySet[Outcome]":
    rows = Outcome._base_manager.filter(undone_at=None, partner=partner, product__isnull=False)
    return rows.filter(verdict__in=verdicts)
