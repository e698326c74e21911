"""Four weeks of calls, offers and outcomes at a demo partner, true to what the simulator knows about each customer."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone
from django_scopes import scope

from partners.intake import tables
from partners.models import Customer, Membership, Partner, Product, User
from portal.demo.randomness import stream
from predictions import deeds
from predictions.models import Action, Outcome, Score
from predictions.publications import shown

CALLED = 0.12  # share of the list somebody worked through, from the top
OFFERED = 12  # offers that somebody wrote down
NOTES = {
    "en": {
        "lost": ("Has signed with another supplier.", "Will not renew, too late."),
        "saved": ("Agreed on a better price.", "Problem solved, stays with us.", "New contact, orders again."),
        "not_a_risk": ("Was only on holiday.", "Buys in season.", "Moved offices, orders soon."),
        "contacted": ("Left a message.", "Asked to call back next week."),
    },
    "zh-hans": {
        "lost": ("已与其他供应商签约。", "不再续约，太晚了。"),
        "saved": ("已谈妥更优惠的价格。", "问题已解决，继续合作。", "新联系人，重新下单。"),
        "not_a_risk": ("只是在休假。", "季节性采购。", "正在搬办公室，很快下单。"),
        "contacted": ("已留言。", "约定下周再联系。"),
    },
}


def live(partner: Partner, truth: dict[str, dict[str, Any]], *, since: date, until: date, seed: int) -> int:
    """Record deeds between `since` and `until` on the list shown now. Returns how many; 0 when there are some already.

    truth: customer number → its row of the truth table.
    """
    with scope(partner=partner):
        publication = shown(partner, "churn")
        if publication is None or Action.objects.filter(partner=partner).exists():
            return 0
        listed = Score.objects.of(publication).listed().select_related("customer").order_by("rank")
        top = list(listed[: max(12, int(listed.count() * CALLED))])
        rng = stream(seed, partner.slug, "history")
        staff = [each.user for each in Membership.objects.filter(partner=partner, role__in=["owner", "manager"])]
        made = 0
        for row in top:
            if rng.random() < 0.8 and row.customer.external_id in truth:
                by = staff[int(rng.integers(len(staff)))]
                made += _work_on(row.customer, truth[row.customer.external_id], by=by, span=(since, until), rng=rng)
        return made + _offers(partner, staff, since=since, until=until, rng=rng)


def _work_on(
    customer: Customer, fact: dict[str, Any], *, by: Any, span: tuple[date, date], rng: np.random.Generator
) -> int:
    """One call or mail, and for most customers what became of it some days later."""
    days = (span[1] - span[0]).days
    day = span[0] + timedelta(days=int(rng.integers(1, max(days - 6, 2))))
    kind = str(rng.choice([Action.Kind.CALLED, Action.Kind.MAILED, Action.Kind.VISITED], p=[0.65, 0.25, 0.1]))
    deeds.act(customer, kind, by=by, at=_at(day, rng, customer))
    if rng.random() < 0.2:
        due = span[1] + timedelta(days=int(rng.integers(0, 9)))
        deeds.act(customer, Action.Kind.PLANNED, by=by, at=_at(day, rng, customer), due_on=due)
        return 2
    verdict = _verdict(fact, day, rng)
    settled = min(day + timedelta(days=int(rng.integers(1, 6))), span[1] - timedelta(days=1))
    notes = NOTES["en" if customer.partner.language == "en" else "zh-hans"][verdict]
    deeds.judge(customer, verdict, by=by, at=_at(settled, rng, customer), note=notes[int(rng.integers(len(notes)))])
    return 2


def _offers(partner: Partner, staff: list[User], *, since: date, until: date, rng: np.random.Generator) -> int:
    """Offers made a few days before customers first bought a product, and a few that did not suit."""
    firsts = _first_purchases(partner, since=since, until=until)
    chosen = [firsts[int(place)] for place in rng.permutation(len(firsts))[:OFFERED]]
    for number, (customer_id, sku, day) in enumerate(chosen):
        customer = Customer.objects.get(partner=partner, external_id=customer_id)
        product = Product.objects.get(partner=partner, sku=sku)
        by, offered = staff[int(rng.integers(len(staff)))], max(since, day - timedelta(days=int(rng.integers(2, 9))))
        if number % 4 == 3:
            others = list(Product.objects.filter(partner=partner).exclude(pk=product.pk))
            product = others[int(rng.integers(len(others)))]
            deeds.act(customer, Action.Kind.OFFERED, by=by, at=_at(offered, rng, customer), product=product)
            deeds.judge(customer, Outcome.Verdict.WRONG_PRODUCT, by=by, at=_at(day, rng, customer), product=product)
        else:
            deeds.act(customer, Action.Kind.OFFERED, by=by, at=_at(offered, rng, customer), product=product)
            deeds.judge(customer, Outcome.Verdict.BOUGHT, by=by, at=_at(day, rng, customer), product=product)
    return 2 * len(chosen)


def _first_purchases(partner: Partner, *, since: date, until: date) -> list[tuple[str, str, date]]:
    """(customer, product, day) of products bought for the first time between the two days."""
    import duckdb

    assert partner.dataset is not None
    source = tables.relation(partner.dataset.folder, "orders")
    rows = duckdb.execute(f"SELECT customer_id, sku, min(date) FROM {source} GROUP BY ALL").fetchall()  # noqa: S608 - our own
    return sorted(row for row in rows if since + timedelta(days=9) <= row[2] < until)


def _verdict(fact: dict[str, Any], day: date, rng: np.random.Generator) -> str:
    """What a caller would learn: who has left is lost; who stays is saved or was no risk; some cannot be reached."""
    if rng.random() < 0.2:
        return str(Outcome.Verdict.CONTACTED)
    if fact["left_on"] is not None and fact["left_on"] <= day + timedelta(days=30):
        return str(Outcome.Verdict.LOST)
    if fact["cause"] in ("none", "seasonal") or fact["since"] is None or fact["since"] > day:
        return str(Outcome.Verdict.NOT_A_RISK)
    return str(Outcome.Verdict.SAVED)


def _at(day: date, rng: np.random.Generator, customer: Customer) -> datetime:
    hour = time(int(rng.integers(9, 17)), int(rng.integers(60)))
    return timezone.make_aware(datetime.combine(day, hour), ZoneInfo(customer.partner.time_zone))
