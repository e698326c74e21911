"""The measures, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from training.ml.recommenders.judge import (
    difference,
    interval,
    intervals,
    judge,
    measures,
    ndcg,
    novelty,
    reciprocal_rank,
    trust,
)

TRUTH = sp.csr_matrix(np.array([[1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1]], dtype=np.float32))
LISTS = np.array([[0, 2, 1, 3, -1], [0, 1, 2, 4, 5]], dtype=np.int32)


def test_ndcg_takes_the_smaller_of_cut_and_basket_as_ideal() -> None:
    hits = np.array([[1.0, 0, 1, 0], [0, 0, 0, 0], [1, 1, 0, 0]])
    found = ndcg(hits, np.array([2, 1, 5]), 2)
    first_two = 1 + 1 / np.log2(3)
    assert found == pytest.approx([1 / first_two, 0, 1])


def test_measures_agree_with_the_hand() -> None:
    found = measures(LISTS, TRUTH)
    one = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    two = (1 / np.log2(5) + 1 / np.log2(6)) / (1 + 1 / np.log2(3) + 1 / np.log2(4))
    assert found["ndcg_5"]["value"] == pytest.approx((one + two) / 2)
    assert found["recall_5"]["value"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["hit_rate_5"]["value"] == 1
    assert found["coverage_5"] == 1


def test_a_list_that_ends_early_is_no_hit() -> None:
    nothing = np.full((2, 20), -1, dtype=np.int32)
    found = measures(nothing, TRUTH)
    assert (found["ndcg_10"]["value"], found["recall_20"]["value"], found["coverage_20"]) == (0, 0, 0)


def test_perfect_lists_reach_one_whatever_the_basket() -> None:
    found = measures(np.array([[1, 0, 5, 5, 5], [3, 4, 5, 0, 0]], dtype=np.int32), TRUTH)
    assert found["ndcg_10"] == {"value": 1, "low": 1, "high": 1}


def test_intervals_hold_the_mean_and_repeat_themselves() -> None:
    values = np.random.default_rng(1).random(300)
    found = interval(values, seed=3)
    assert found == interval(values, seed=3)
    assert found["low"] < found["value"] < found["high"]
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * values.std() / np.sqrt(300), rel=0.2)


def test_nobody_to_judge_gives_zeros() -> None:
    assert interval(np.zeros(0)) == {"value": 0, "low": 0, "high": 0}
    empty = judge({"blend": np.zeros((0, 20), np.int32)}, sp.csr_matrix((0, 6)))
    assert (empty["n"], empty["ndcg_10"]["value"]) == (0, 0)


def test_rivals_stand_beside_with_the_difference_on_the_same_customers() -> None:
    worse = np.full((2, 5), 2, dtype=np.int32)
    found = judge({"blend": LISTS, "popularity": worse}, TRUTH)
    assert found["ideal"] == "min(k, basket)"
    assert found["n"] == 2
    assert found["popularity"]["ndcg_10"]["value"] == 0
    gap = found["popularity"]["difference_ndcg_10"]
    assert gap["value"] == pytest.approx(found["ndcg_10"]["value"])
    assert gap == difference(LISTS, worse, TRUTH)


def test_the_verdict_holds_itself_against_the_strongest_rival() -> None:
    worse, strong = np.full((2, 5), 2, dtype=np.int32), np.array([[0, 1, 2], [3, 4, 5]], dtype=np.int32)
    found = judge({"blend": LISTS, "popularity": worse, "frequency": strong}, TRUTH)
    assert found["better"] == {"ndcg_10": found["frequency"]["difference_ndcg_10"]}
    assert found["better"]["ndcg_10"]["value"] < 0
    assert "better" not in judge({"blend": LISTS}, TRUTH)


def test_the_reciprocal_rank_looks_no_further_than_the_cut() -> None:
    hits = np.array([[0.0, 1, 1], [0, 0, 0], [1, 0, 1], [0, 0, 1]])
    assert reciprocal_rank(hits, 2) == pytest.approx([1 / 2, 0, 1, 0])
    assert measures(LISTS, TRUTH)["mrr_5"]["value"] == pytest.approx((1 + 1 / 4) / 2)


def test_novelty_is_the_mean_of_the_bits_a_listed_product_tells() -> None:
    shares = np.array([0.5, 0.25, 0.125, 0.0], dtype=np.float32)
    listed = np.array([[0, 1, 2], [2, -1, -1], [3, 0, -1], [-1, -1, -1]], dtype=np.int32)
    assert novelty(listed, shares, 2) == pytest.approx([1.5, 3, 2, 0])  # nobody's product counts like the rarest one
    assert novelty(listed, shares, 3) == pytest.approx([2, 3, 2, 0])
    assert "novelty_10" not in measures(LISTS, TRUTH)
    same = measures(LISTS, TRUTH, shares=np.full(6, 0.25, dtype=np.float32))
    assert same["novelty_5"] == {"value": 2, "low": 2, "high": 2}


def test_nobody_is_surprised_where_nothing_was_ever_sold() -> None:
    assert novelty(np.array([[0, 1]], dtype=np.int32), np.zeros(2, np.float32), 2) == pytest.approx([0])


def test_several_measures_are_drawn_from_the_same_customers() -> None:
    values = np.random.default_rng(2).random((50, 1))
    one, twice = intervals(np.hstack([values, 2 * values]), seed=5)
    assert {name: 2 * value for name, value in one.items()} == pytest.approx(twice)
    assert one == pytest.approx(interval(values[:, 0], seed=5))


def test_chances_are_held_against_purchases_of_repeats_and_new_products_apart() -> None:
    chances = np.concatenate([np.full(50, 0.5), np.full(100, 0.1)])
    bought = np.arange(150) % 50 < 20
    found = trust(chances, bought, np.arange(150) < 50)
    assert found["repeat"] == {"n": 50, "said": pytest.approx(25), "was": 20, "ratio": pytest.approx(1.25)}
    assert found["new"] == {"n": 100, "said": pytest.approx(10), "was": 40, "ratio": pytest.approx(0.25)}


def test_too_few_purchases_say_nothing_of_chances() -> None:
    found = trust(np.full(30, 0.5), np.arange(30) < 19, np.ones(30, dtype=bool))
    assert found["repeat"]["ratio"] is None
    assert found["new"] == {"n": 0, "said": 0, "was": 0, "ratio": None}
