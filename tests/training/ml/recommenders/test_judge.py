"""The measures, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from training.ml.recommenders.judge import difference, interval, judge, measures, ndcg

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
