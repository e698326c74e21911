"""Which sources and which head serve."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.ml.recommenders.worlds import TODAY, baskets, random_world
from training.ml.recommenders import blend, choice, lessons, splits
from training.ml.recommenders.interface import Baskets

FOUR = ("popularity", "frequency", "ease", "item_knn")


def regulars(count: int = 300) -> Baskets:
    """Everybody buys the one product of theirs every month, and now and then something of the same half."""
    draw = np.random.default_rng(3)
    lines = set()
    for customer in range(count):
        own = customer % 20
        for ago in range(5 + customer % 25, 400, 30):
            lines.add((f"c{customer:03}", f"p{own:02}", ago))
            if draw.random() < 0.4:
                lines.add((f"c{customer:03}", f"p{draw.integers(10) + 10 * (own // 10):02}", ago))
    return baskets(lines)


def stands(world: Baskets) -> list[lessons.Stand]:
    looks = splits.looks([world], [TODAY - 60, TODAY - 120], horizon=60, split="time", seed=7)
    return [lessons.stands(look, [[0]], families=frozenset(FOUR), sample=lessons.Sample(7))[0] for look in looks]


def test_a_source_that_adds_nothing_goes_and_what_always_stays_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "UNCERTAIN", 1.0)
    found = choice.choose(stands(regulars()), sources=FOUR, seed=7)
    assert set(found.sources) | set(found.dropped) == set(FOUR)
    assert {"popularity", "frequency", "ease"} <= set(found.sources)
    assert all(abs(loss) < 0.05 for loss in found.dropped.values())


def test_where_nothing_can_be_said_every_source_stays() -> None:
    found = choice.choose(stands(random_world(3, customers=40, items=20, lines=900)), sources=FOUR, seed=7)
    assert found.sources == FOUR
    assert found.dropped == {}


def test_the_slower_head_must_be_worth_it() -> None:
    assert choice._best({"linear": 0.300, "shallow": 0.301, "boosted": 0.302}) == "boosted"
    assert choice._best({"linear": 0.300, "shallow": 0.301, "boosted": 0.3012}) == "linear"
    assert choice._best({"prior": 0.0}) == "prior"


def test_customers_compared_on_taught_nothing() -> None:
    found = choice.Halves.of(stands(regulars(60)), seed=7)
    for taught, rest, judged in zip(found.teach, found.rest, found.judged, strict=True):
        assert not set(taught.candidates.customer) & set(rest.candidates.customer)
        assert set(judged) <= set(rest.candidates.customer)


def test_who_buys_nothing_at_all_is_offered_the_same_at_lower_chances() -> None:
    """The product of both chances keeps the order within a customer."""
    (one, _) = stands(regulars())
    whole = blend.learn([one.lesson], "shallow", seed=7)
    x = one.lesson.candidates.x
    assert np.isfinite(whole.logit(x)).all()
    alone = blend.Blend(whole.head)
    rows = one.lesson.candidates.customer == one.lesson.candidates.customer[0]
    assert np.array_equal(
        np.argsort(whole.logit(x[rows]), kind="stable"), np.argsort(alone.logit(x[rows]), kind="stable")
    )
