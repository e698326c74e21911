"""From the simulator's arrays to Arrow tables with Fairway's column names, in the partner's language."""

from datetime import date

import numpy as np
import pyarrow as pa

from portal.demo.behaviour import RETURN, WHY, Lines, Setting
from portal.demo.causes import CAUSES, FADE, NEVER, PRICE, RIVAL, SUPPORT
from portal.demo.goods import CATEGORIES
from portal.demo.interactions import Talks
from portal.demo.names import INDUSTRY_ZH
from portal.demo.people import CONTRACTS, SEGMENTS, TERMS
from portal.demo.subscriptions import Contracts, renewals

TRACES = {SUPPORT: ["trouble", "complaint"], RIVAL: ["rival"], PRICE: ["price"], FADE: ["budget"]}


def dates(days: np.ndarray, start: date, *, known: np.ndarray | None = None) -> pa.Array:
    """Day numbers as date32; null where not `known`."""
    safe = days if known is None else np.where(known, days, 0)
    return pa.array((np.datetime64(start) + safe).astype("datetime64[D]"), mask=None if known is None else ~known)


def customer_table(at: Setting, held: Contracts, *, history: int, start: date) -> pa.Table:
    """Who they are, plus the attributes a partner's own system would export."""
    people, chinese = at.people, at.partner.chinese
    # On file stands what a customer last paid: nobody sets the field to 0 when one leaves.
    seen = np.minimum(at.fate.left[held.who] - 1, history - 1)
    running = (held.started <= seen) & (held.ended > seen)
    monthly = np.bincount(held.who[running], weights=held.amount[running], minlength=len(people))
    word = 1 if chinese else 0
    industry = [INDUSTRY_ZH[each][0] for each in people.industry] if chinese else list(people.industry)
    segment = [(each.name, each.name_zh)[word] for each in SEGMENTS]
    return pa.table(
        {
            "customer_id": pa.array(people.id, pa.string()),
            "name": pa.array(people.name, pa.string()),
            "email": [f"it@{each.lower()}.{at.partner.slug}.example" for each in people.id],
            "phone": [
                f"400-555-{number:04d}" if chinese else f"+1 555 01{number:04d}" for number in range(len(people))
            ],
            "segment": [segment[each] for each in people.segment],
            "industry": industry,
            "region": pa.array(people.region, pa.string()),
            "city": pa.array(people.city, pa.string()),
            "country": [at.partner.country] * len(people),
            "since": dates(people.joined, start),
            "monthly_value": np.round(monthly, 2),
            "employees": people.staff,
            "contract": [CONTRACTS[each][word] for each in people.contract],
            "terms": [TERMS[each][word] for each in people.terms],
            "manager": pa.array(people.manager, pa.string()),
        }
    )


def product_table(at: Setting) -> pa.Table:
    """The vendor's catalogue at this partner's prices."""
    goods, chinese = at.goods, at.partner.chinese
    shelf = [each.name_zh if chinese else each.name for each in CATEGORIES]
    return pa.table(
        {
            "sku": pa.array(goods.sku, pa.string()),
            "name": pa.array(goods.name_zh if chinese else goods.name, pa.string()),
            "category": [shelf[each] for each in goods.category],
            "price": np.round(goods.price * at.partner.rate, 2),
            "cost": np.round(goods.cost * at.partner.rate, 2),
            "available": goods.available,
        }
    )


def order_table(at: Setting, bought: Lines, *, start: date, told: bool = False) -> pa.Table:
    """Order lines; `told` adds why each was bought (truth only, never uploaded)."""
    letters = "RT" if at.partner.kind == "distributor" else "R"
    number = [
        f"{letters if why == RETURN else ''}{100000 + order}"
        for order, why in zip(bought.order, bought.why, strict=True)
    ]
    key = bought.order
    first = np.zeros(len(key), dtype=np.int64)
    sort = np.argsort(key, kind="stable")
    run = np.flatnonzero(np.diff(key[sort], prepend=-1))
    first[sort] = np.arange(len(key)) - np.repeat(run, np.diff(np.append(run, len(key))))
    names = at.goods.name_zh if at.partner.chinese else at.goods.name
    columns = {
        "order_id": pa.array(number, pa.string()),
        "line": first + 1,
        "customer_id": pa.array(at.people.id[bought.who], pa.string()),
        "date": dates(bought.day, start),
        "sku": pa.array(at.goods.sku[bought.product], pa.string()),
        "product_name": pa.array(names[bought.product], pa.string()),
        "quantity": bought.quantity,
        "price": bought.price,
        "amount": np.round(bought.quantity * bought.price, 2),
    }
    if told:
        columns["why"] = [WHY[each] for each in bought.why]
    return pa.table(columns)


def subscription_table(at: Setting, held: Contracts, *, history: int, start: date) -> pa.Table:
    """Contracts as known on the anchor date: an end still to come is not in it."""
    seen = np.flatnonzero(held.started < history)
    next_term = renewals(held, history=history)[seen]
    return pa.table(
        {
            "subscription_id": [f"S{50000 + each}" for each in seen],
            "customer_id": pa.array(at.people.id[held.who[seen]], pa.string()),
            "sku": pa.array(at.goods.sku[held.product[seen]], pa.string()),
            "started": dates(held.started[seen], start),
            "ended": dates(held.ended[seen], start, known=held.ended[seen] < history),
            "renews_on": dates(next_term, start),
            "quantity": held.seats[seen].astype(float),
            "monthly_amount": held.amount[seen],
        }
    )


def interaction_table(at: Setting, said: Talks, *, history: int, start: date) -> pa.Table:
    """Conversations before the anchor."""
    seen = said.day < history
    return pa.table(
        {
            "interaction_id": [f"I{200000 + each}" for each in np.flatnonzero(seen)],
            "customer_id": pa.array(at.people.id[said.who[seen]], pa.string()),
            "date": dates(said.day[seen], start),
            "kind": pa.array(said.kind[seen], pa.string()),
            "text": pa.array(said.text[seen], pa.string()),
            "sentiment": said.sentiment[seen],
        }
    )


def truth_table(at: Setting, bought: Lines, held: Contracts, said: Talks, *, history: int, start: date) -> pa.Table:
    """What the simulator knows and the portal must find out: one row per customer."""
    people, fate = at.people, at.fate
    count = len(people)
    ahead = (bought.day >= history) & (bought.why != RETURN)
    upcoming = np.full(count, NEVER)
    np.minimum.at(upcoming, bought.who[ahead], bought.day[ahead])
    quarter = bought.where(ahead & (bought.day < history + 90))
    last = np.zeros(count, dtype=np.int64)
    np.maximum.at(last, held.who, held.ended)
    spent = np.bincount(quarter.who, weights=quarter.quantity * quarter.price, minlength=count)
    met = fate.since < NEVER
    return pa.table(
        {
            "partner": [at.partner.slug] * count,
            "customer_id": pa.array(people.id, pa.string()),
            "cause": [CAUSES[each] for each in fate.cause],
            "since": dates(fate.since, start, known=met),
            "left_on": dates(fate.left, start, known=fate.left < NEVER),
            "dose": np.where(met, np.round(fate.dose, 3), 0.0),
            "price_factor": np.round(fate.raised, 3),
            "season": pa.array(fate.season + 1, pa.int64(), mask=fate.season < 0),
            "visible": traces(at, bought, said, history=history),
            "next_order": dates(upcoming, start, known=upcoming < NEVER),
            "orders_90": _orders_of(quarter, count),
            "spent_90": np.round(spent, 2),
            "subscription_ended": dates(last, start, known=(last > 0) & (last < NEVER)),
        }
    )


def traces(at: Setting, bought: Lines, said: Talks, *, history: int) -> np.ndarray:
    """Did each customer's cause leave a trace before day `history`: a talk, or a product bought before and after?"""
    fate, count = at.fate, len(at.people)
    told = np.zeros(count, dtype=bool)
    for cause, topics in TRACES.items():
        known = np.isin(said.topic, topics) & (said.day < history) & (said.day >= fate.since[said.who])
        told[said.who[known]] |= fate.cause[said.who[known]] == cause
    pair = bought.who * len(at.goods) + bought.product
    after = (bought.day >= fate.since[bought.who]) & (bought.day < history)
    both = np.intersect1d(pair[after], pair[bought.day < fate.since[bought.who]])
    paid = np.zeros(count, dtype=bool)
    paid[both // len(at.goods)] = True
    faded = (fate.cause == FADE) & (fate.since < history - 45)
    return told | (paid & (fate.cause == PRICE)) | faded


def _orders_of(found: Lines, count: int) -> np.ndarray:
    _, first = np.unique(found.order, return_index=True)
    return np.bincount(found.who[first], minlength=count)
