"""`demo --judge`: today's published churn lists against the truth, in sentences with figures and their n."""

from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
from django_scopes import scope

from partners.intake import tables
from partners.models import Partner
from portal.demo import recovery
from portal.demo.build import Plan
from portal.kit.errors import Refusal
from predictions.publications import shown


def joined(made: Plan) -> pd.DataFrame:
    """Published scores of all partners of the plan with the truth beside them. Raises Refusal without any list."""
    parts = []
    for each in made.partners:
        partner = Partner.objects.select_related("dataset").filter(slug=each.slug).first()
        if partner is None or partner.dataset is None:
            continue
        with scope(partner=partner):
            publication = shown(partner, "churn")
        if publication is None:
            continue
        scores = pq.read_table(publication.folder / "scores.parquet").to_pandas()
        source = tables.relation(partner.dataset.folder, "orders")
        orders = duckdb.execute(f"SELECT customer_id, date, quantity FROM {source}").df()  # noqa: S608 - our own
        last = orders[orders["quantity"] > 0].groupby("customer_id")["date"].max()
        truth = pd.read_parquet(made.folder / "truth.parquet", filters=[("partner", "==", each.slug)])
        parts.append(recovery.joined(scores, truth, last))
    if not parts:
        raise Refusal("No demo partner has a published churn list yet: run “manage.py demo” to the end first.")
    return pd.concat(parts, ignore_index=True)


def sentences(made: Plan) -> list[str]:
    """What the lists are worth, one line per question."""
    frame = joined(made)
    told = [
        _compared("Planted leavers against customers who go on ordering", recovery.leavers(frame, until=made.until)),
        _compared("No order in 90 days against any", recovery.silent(frame, until=made.until)),
        _compared("The same among seasonal buyers only", recovery.seasonal(frame, until=made.until)),
    ]
    for cause, found in recovery.reasons(frame, until=made.until).items():
        of_its = f"{found['named']} of {found['n']} of its leavers ({_percent(found['share'])})"
        told.append(f"{cause}: among the reasons of {of_its}, and of {_percent(found['falsely'])} of other leavers")
    return told


def _compared(question: str, found: dict[str, Any]) -> str:
    return (
        f"{question}: AUC {found['auc']:.3f} ({found['low']:.3f}–{found['high']:.3f}), recency {found['recency']:.3f} "
        f"(n = {found['n']:,}, {found['positive']:,} of them positive)"
    )


def _percent(share: float) -> str:
    return "–" if share != share else f"{share:.0%}"
