"""The money curve: sums to check by hand, an interval that holds them, and a cut-off that follows the terms."""

import json

import numpy as np
import pytest

from training.ml import money
from training.ml.money import Terms


def world(rows: int = 1000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 4, rows)
    return (rng.random(rows) < p).astype(float), p, rng.lognormal(6, 1, rows)


def test_four_customers_by_hand() -> None:
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.1])
    worth = np.array([1000.0, 50.0, 200.0, 9999.0])
    kept = money.curve(y, p, worth, seed=1)
    points = {point.n: point for point in money.asked(kept, Terms(cost=10, save=0.5, margin=0.4))}
    assert {n: point.net for n, point in points.items()} == {0: 0, 1: 190, 2: 180, 3: 210, 4: 200}
    assert points[3].hits == 2
    assert money.best(list(points.values())) == points[3]


def test_in_the_order_of_money_the_dear_are_called_first() -> None:
    y, p = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.9, 0.5, 0.4, 0.1])
    worth = np.array([10.0, 1000.0, 10.0, 10.0])
    kept = money.curve(y, p, worth, seed=1)
    terms = Terms(cost=0, save=1, margin=1)
    assert money.asked(kept, terms, order="probability")[1].net == 10
    assert money.asked(kept, terms, order="money")[1].net == 1000


def test_calling_nobody_brings_nothing_and_is_best_when_calls_cost_more_than_they_bring() -> None:
    points = money.asked(money.curve(*world(), seed=1), Terms(cost=1e6))
    found = money.best(points)
    assert found is not None
    assert (found.n, found.net) == (0, 0.0)


def test_nearly_all_is_often_earned_by_far_fewer_calls() -> None:
    points = money.asked(money.curve(*world(), seed=1), Terms(cost=0, save=1, margin=1))
    found, most = money.enough(points), money.best(points)
    assert found is not None
    assert most is not None
    assert 0.95 * most.net <= found.net <= most.net
    assert found.n < most.n
    assert all(point.net < 0.95 * most.net for point in points if point.n < found.n)
    assert money.enough(money.asked(money.curve(*world(), seed=1), Terms(cost=1e6))) is None


def test_when_calls_are_free_the_best_is_to_call_all_who_leave() -> None:
    y, p, worth = world()
    found = money.best(money.asked(money.curve(y, p, worth, seed=1), Terms(cost=0)))
    assert found is not None
    assert found.hits == y.sum()


def test_dearer_calls_never_make_the_best_list_longer() -> None:
    kept = money.curve(*world(), seed=1)
    lengths = []
    for cost in (0, 1, 5, 20, 80):
        found = money.best(money.asked(kept, Terms(cost=cost)))
        assert found is not None
        lengths.append(found.n)
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > lengths[-1]


def test_the_interval_holds_the_number_and_narrows_with_customers() -> None:
    widths = []
    for rows in (400, 40_000):
        y, p, worth = world(rows)
        points = money.asked(money.curve(y, p, np.minimum(worth, 1000), seed=1), Terms(cost=0))
        assert all(point.low <= point.net <= point.high for point in points)
        middle = money.nearest(points, rows // 2)
        assert middle is not None
        widths.append((middle.high - middle.low) / middle.net)
    assert widths[1] < widths[0] / 5


def test_where_no_money_is_known_a_customer_is_worth_what_one_says() -> None:
    y, p, worth = world()
    kept = money.curve(y, p, np.zeros_like(worth), seed=1)
    assert list(kept["orders"]) == ["probability"]
    one, ten = (money.asked(kept, Terms(cost=0, save=1, margin=1, flat=flat)) for flat in (1, 10))
    assert one[-1].net == y.sum()
    assert ten[-1].net == 10 * y.sum()


def test_what_the_card_keeps_is_small_honest_json() -> None:
    text = json.dumps(money.curve(*world(20_000), seed=1), allow_nan=False)
    assert len(text) < 12_000
    assert money.asked(json.loads(text))[-1].n == 20_000


@pytest.mark.parametrize("kept", [{}, {"orders": {}}, {"orders": {"probability": []}}])
def test_a_card_without_a_curve_gives_no_points(kept: dict) -> None:
    assert money.asked(kept) == []
    assert money.best([]) is None
    assert money.nearest([], 3) is None


def test_one_row_is_a_curve_too() -> None:
    assert [point.n for point in money.asked(money.curve(*world(1), seed=1))] == [0, 1]
