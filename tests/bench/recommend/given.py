"""Given splits, as published tables have them: a basket held out per customer, a fifth of each customer's products.

`heldout`: every customer's last order is held out; what remains knows the order of baskets and no dates, so each is
dated one day after the one before. `topn`: distinct (customer, product) pairs of customers and products with five or
more, a random fifth held out per customer; what remains is one order per customer, all on one day.
Peers' settings are chosen by holding out once more within what remains.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from tests.bench.recommend import Asked, Line, ours, worlds
from tests.bench.recommend.history import History, Question, last_out
from tests.bench.recommend.measures import MEASURES, recall
from tests.bench.recommend.tuned import peers

START = date(2020, 1, 1)
FEWEST, SHARE = 5, 0.2
BASKETS = ("own most frequent", "TIFU-KNN", "UP-CF")
TOPN = ("item-KNN", "ALS", "EASE")


def heldout(asked: Asked) -> Iterator[Line]:
    """Recall@10 of every customer's last basket."""
    for world, frame in _frames(asked):
        turns, as_of = in_turns(frame)
        question = last_out(History.of(turns, as_of=as_of.toordinal()))
        inner = last_out(question.known)
        theirs = peers(
            asked, f"heldout-{world}", {"heldout": BASKETS}, {"heldout": (inner, "recall", 10)},
            {"heldout": (question, "recall", 10)},
        )["heldout"]  # fmt: skip
        offers = _offers(question.known, as_of=as_of, top=10)
        mine = recall(ours.lists(offers, question, 10), question.truth, 10)
        bar = 1.01 if world == "retail" else None
        yield Line(f"{world}: last basket held out, order only, recall@10", mine, theirs, bar, len(question.rows))


def topn(asked: Asked) -> Iterator[Line]:
    """Recall@20 and NDCG@20 (ideal: min(20, products held out)) of products not in the training part."""
    for world, frame in _frames(asked):
        question = parted(core(frame), seed=1)
        inner = parted(_frame(question.known), seed=2)
        kinds = {
            measure: {"choose": (inner, measure, 20), "judge": (question, measure, 20)}
            for measure in ("recall", "ndcg")
        }
        theirs = peers(
            asked, f"topn-{world}", dict.fromkeys(kinds, TOPN), {name: kind["choose"] for name, kind in kinds.items()},
            {name: kind["judge"] for name, kind in kinds.items()},
        )  # fmt: skip
        found = ours.lists(_offers(question.known, as_of=START + timedelta(days=1), top=20), question, 20)
        bar = 1.02 if world == "retail" else None
        for measure, said in (("recall", "recall@20"), ("ndcg", "NDCG@20")):
            mine = MEASURES[measure](found, question.truth, 20)
            yield Line(f"{world}: given split, unseen, {said}", mine, theirs[measure], bar, len(question.rows))


def in_turns(frame: pd.DataFrame) -> tuple[pd.DataFrame, date]:
    """The same orders dated START, the day after, … in each customer's own order; and the day after the last."""
    keys = ["customer_id", "date", "order_id"]
    orders = frame[keys].drop_duplicates().sort_values(keys)
    orders["turn"] = orders.groupby("customer_id").cumcount()
    turns = frame.merge(orders, on=keys).drop(columns="date")
    turns["date"] = START.toordinal() + turns.pop("turn")
    return turns, date.fromordinal(int(turns["date"].max()) + 1)


def core(frame: pd.DataFrame) -> pd.DataFrame:
    """Distinct pairs, thinned out until every customer and every product has FEWEST of them."""
    pairs = frame[["customer_id", "sku"]].drop_duplicates()
    while True:
        kept = pairs
        for name in ("customer_id", "sku"):
            kept = kept[kept.groupby(name)[name].transform("size") >= FEWEST]
        if len(kept) == len(pairs):
            return pairs
        pairs = kept


def parted(pairs: pd.DataFrame, *, seed: int) -> Question:
    """A random fifth of every customer's products held out (at least one), the rest dated START."""
    pairs = pairs[["customer_id", "sku"]].sort_values(["customer_id", "sku"], ignore_index=True)
    chance = pd.Series(np.random.default_rng(seed).random(len(pairs)))
    customers = pairs["customer_id"]
    place = chance.groupby(customers).rank(method="first")
    held = (place <= np.maximum(1, np.floor(SHARE * customers.groupby(customers).transform("size")))).to_numpy()
    frame = pairs.assign(order_id="O" + customers, date=START.toordinal())
    whole = History.of(frame, as_of=START.toordinal() + 1)
    code = np.searchsorted(whole.skus, frame["sku"].to_numpy(object))
    who = np.searchsorted(whole.customers, frame["customer_id"].to_numpy(object))
    flags = np.zeros((len(whole.customers), len(whole.skus)), bool)
    flags[who[held], code[held]] = True
    out = flags[whole.customer, whole.item]
    rows = np.flatnonzero(flags.any(axis=1))
    return Question(whole.only(~out), rows, whole.only(out).bought()[rows], unseen=True)


def _frames(asked: Asked) -> Iterator[tuple[str, pd.DataFrame]]:
    for world in asked.worlds:
        with worlds.folder(world) as whole:
            if whole is None:
                print(f"The orders of {world} are not on this machine: left out.")  # noqa: T201
            else:
                yield world, worlds.purchases(whole)


def _frame(known: History) -> pd.DataFrame:
    return pd.DataFrame({
        "customer_id": known.customers[known.customer], "sku": known.skus[known.item],
        "order_id": [f"O{code}" for code in known.order], "date": known.day,
    })  # fmt: skip


def _offers(known: History, *, as_of: date, top: int) -> pd.DataFrame:
    """What is offered after training on bare orders."""
    with TemporaryDirectory() as room:
        frame = _frame(known)
        frame["date"] = pd.to_datetime([date.fromordinal(int(day)) for day in frame["date"]]).date
        return ours.rows(worlds.bare(frame, Path(room) / "given"), as_of=as_of, top=top)
