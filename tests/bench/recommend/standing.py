"""Standing at a day: rank for the next basket, all products (`next`) and those never bought before (`new`).

Peers' settings are chosen one horizon earlier, on what was known then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from tests.bench.recommend import Asked, Line, ours, worlds
from tests.bench.recommend.history import History, Question, next_basket
from tests.bench.recommend.measures import ndcg
from tests.bench.recommend.tuned import peers

TOP = 10
NAMES = {
    "next": ("own most frequent", "own decayed", "TIFU-KNN", "ALS", "EASE"),
    "new": ("ALS", "EASE", "UP-CF"),
}
FACTORS = {"next": 1.06, "new": 1.6}
CHANCES = {"next": "chances of the ten offers shown, repeats", "new": "chances of the ten offers shown, new products"}
SAID = {"next": "next basket, all products", "new": "next basket, never bought before"}


def measure(asked: Asked, *, kind: str) -> Iterator[Line]:
    """NDCG@10 (ideal: min(10, basket)) of ours and of every peer, per market."""
    for world in asked.worlds:
        found = _figures(asked, world)
        if found is None:
            print(f"The orders of {world} are not on this machine: left out.")  # noqa: T201
            continue
        (mine, theirs, n), held = found[kind], found[f"{kind} held"]
        bar = FACTORS[kind] if world == "retail" else None
        yield Line(f"{world}, {asked.day}: {SAID[kind]}, NDCG@10", mine, theirs, bar, n)
        yield Line(f"{world}, {asked.day}: {CHANCES[kind]}: said / was", held[0], n=held[2])


@cache
def _figures(asked: Asked, world: str) -> dict[str, tuple[float, dict[str, float], int]] | None:
    """Per kind: ours, the peers, customers; and how its chances held. One training serves both kinds."""
    with worlds.folder(world) as whole, TemporaryDirectory() as room:
        if whole is None:
            return None
        day = asked.day
        log = History.of(worlds.purchases(whole), as_of=day.toordinal())
        questions, earlier = (_kinds(log, day - timedelta(days=back)) for back in (0, ours.HORIZON))
        offers = ours.rows(worlds.seen(whole, Path(room) / "seen", until=day), as_of=day, top=TOP)
    theirs = peers(
        asked, f"standing-{world}-{day}", NAMES,
        {kind: (question, "ndcg", TOP) for kind, question in earlier.items()},
        {kind: (question, "ndcg", TOP) for kind, question in questions.items()},
    )  # fmt: skip
    reached = {kind: (_reached(offers, q), theirs[kind], len(q.rows)) for kind, q in questions.items()}
    people = offers["customer_id"].nunique()
    held = {f"{kind} held": (_held(offers, log, day, repeat=kind == "next"), {}, people) for kind in questions}
    return reached | held


def _kinds(log: History, day: date) -> dict[str, Question]:
    question = next_basket(log, day=day.toordinal(), horizon=ours.HORIZON)
    return {"next": question, "new": question.newly()}


def _held(offers: pd.DataFrame, log: History, day: date, *, repeat: bool) -> float:
    """Purchases that the chances of each customer's first ten offers add up to, over those within the horizon."""
    first = offers[offers.groupby("customer_id").cumcount() < TOP]
    first = first[first["is_repeat"] == repeat]
    start = day.toordinal()
    later = log.only((log.day >= start) & (log.day < start + ours.HORIZON))
    bought = pd.DataFrame({"customer_id": log.customers[later.customer], "sku": log.skus[later.item]}).drop_duplicates()
    was = len(first.merge(bought, on=["customer_id", "sku"]))
    return float(first["probability"].sum()) / max(1, was)


def _reached(offers: pd.DataFrame, question: Question) -> float:
    return ndcg(ours.lists(offers, question, TOP), question.truth, TOP)
