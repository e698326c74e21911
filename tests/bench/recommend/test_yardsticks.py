"""The benchmark's own yardsticks, protocols and peers, against values worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tests.bench.recommend import Asked, Line, given, measures, ours, peers, standing, tuned, worlds
from tests.bench.recommend import __main__ as bench
from tests.bench.recommend.history import History, Question, last_out, next_basket
from tests.bench.recommend.tuned import searched


def history(*lines: tuple[str, int, str], as_of: int = 100) -> History:
    """(customer, day, products) with one order per customer and day, a product per letter."""
    rows = [(who, f"{who}{day}", day, sku) for who, day, skus in lines for sku in skus]
    return History.of(pd.DataFrame(rows, columns=["customer_id", "order_id", "date", "sku"]), as_of=as_of)


def rows_of(table: sp.csr_matrix | np.ndarray) -> list[list[float]]:
    return np.asarray(table.toarray() if sp.issparse(table) else table).tolist()


def test_ndcg_and_recall_agree_with_the_hand() -> None:
    truth = sp.csr_matrix([[1, 0, 0, 1], [0, 1, 0, 0]])
    lists = np.array([[0, 1, 3], [2, -1, -1]])
    ideal = 1 + 1 / np.log2(3)
    assert measures.ndcg(lists, truth, 3) == pytest.approx((1 + 1 / np.log2(4)) / ideal / 2)
    assert measures.recall(lists, truth, 2) == pytest.approx((0.5 + 0) / 2)


def test_lists_of_unseen_products_leave_out_what_is_owned() -> None:
    known = history(("a", 1, "xy"), ("b", 1, "z"))
    question = Question(known, np.array([0]), sp.csr_matrix([[0, 0, 1]]), unseen=True)
    assert measures.ranked(np.array([[3.0, 2.0, 1.0]]), question, 3).tolist() == [[2, -1, -1]]


def test_the_next_basket_is_the_first_order_of_regular_customers_within_the_horizon() -> None:
    whole = history(
        ("a", 1, "x"), ("a", 50, "y"), ("a", 100, "xz"), ("a", 101, "y"),  # asked: x and z, of which z is new
        ("b", 50, "x"), ("b", 100, "x"),  # one order before
        ("c", 1, "x"), ("c", 60, "x"), ("c", 200, "x"),  # too late
        ("d", 1, "x"), ("d", 2, "x"), ("d", 100, "x"),  # silent too long
    )  # fmt: skip
    question = next_basket(whole, day=100, horizon=90, active=60)
    assert question.rows.tolist() == [0]
    assert rows_of(question.truth) == [[1, 0, 1]]
    assert rows_of(question.newly().truth) == [[0, 0, 1]]
    assert question.known.day.max() < 100


def test_the_last_order_is_held_out_of_those_who_have_two() -> None:
    question = last_out(history(("a", 1, "x"), ("a", 2, "yz"), ("b", 1, "x")))
    assert question.rows.tolist() == [0]
    assert rows_of(question.truth) == [[0, 1, 1]]
    assert rows_of(question.known.bought()) == [[1, 0, 0], [1, 0, 0]]


def test_orders_are_dated_by_their_turn_alone() -> None:
    frame = pd.DataFrame(
        [("a", "o2", 900, "x"), ("a", "o1", 5, "y"), ("b", "o3", 700, "x")],
        columns=["customer_id", "order_id", "date", "sku"],
    )
    turns, as_of = given.in_turns(frame)
    days = turns.set_index("order_id")["date"] - given.START.toordinal()
    assert days.to_dict() == {"o1": 0, "o2": 1, "o3": 0}
    assert as_of == date(2020, 1, 3)


def test_a_fifth_of_every_customers_products_is_held_out_and_unknown() -> None:
    pairs = pd.DataFrame([(who, sku) for who in "ab" for sku in "tuvwxyz"], columns=["customer_id", "sku"])
    question = given.parted(pairs, seed=1)
    assert np.diff(question.truth.indptr).tolist() == [1, 1]
    assert question.truth.multiply(question.known.bought()).nnz == 0
    assert question.known.bought().nnz == 12
    assert given.parted(pairs, seed=1).truth.toarray().tolist() == question.truth.toarray().tolist()


def test_the_core_keeps_those_with_five_of_each_other() -> None:
    pairs = [(f"c{n}", sku) for n in range(5) for sku in "vwxyz"] + [("c0", "rare"), ("few", "x")]
    kept = given.core(pd.DataFrame(pairs, columns=["customer_id", "sku"]))
    assert (kept["customer_id"].nunique(), kept["sku"].nunique(), len(kept)) == (5, 5, 25)


def test_own_most_frequent_counts_orders_and_lets_the_recent_win() -> None:
    known = history(("a", 1, "xy"), ("a", 50, "xz"))
    found = peers.own_most_frequent(known, np.array([0]))[0]
    assert np.argsort(-found).tolist() == [0, 2, 1]
    assert found == pytest.approx([2, 1, 1], abs=1e-3)


def test_tifu_knn_decays_within_and_between_groups_and_asks_the_nearest() -> None:
    known = history(("a", 1, "x"), ("a", 2, "y"), ("a", 3, "z"), ("b", 1, "z"), ("c", 1, "w"))
    setting = {"groups": 2, "within": 0.5, "between": 0.8, "neighbours": 1}
    own = peers.tifu_knn(known, np.array([0]), own=1.0, **setting)[0]
    # the newest two baskets are one group: (0.5 y + z) / 2; the one before is 0.8 x; both groups share the mean
    assert own == pytest.approx([0, 0.4, 0.125, 0.25], abs=1e-5)
    both = peers.tifu_knn(known, np.array([0]), own=0.5, **setting)[0]
    assert both == pytest.approx([0, 0.2, 0.0625, 0.125 + 0.5], abs=1e-5)  # the nearest is b, who bought z


def test_up_cf_sums_recent_popularity_by_asymmetric_cosine() -> None:
    known = history(("a", 1, "xy"), ("a", 2, "x"), ("b", 1, "xyz"), ("b", 2, "z"))
    found = peers.up_cf(known, np.array([0]), recent=1, locality=1, lean=0.5)[0]
    assert found == pytest.approx([1, 0, 2 / np.sqrt(2 * 3)], abs=1e-5)
    wide = peers.up_cf(known, np.array([0]), recent=9, locality=2, lean=1.0)[0]
    assert wide == pytest.approx([1 + 0.5, 0.5 + 0.5, 1], abs=1e-5)  # (2 / 2)² = 1


def test_ease_solves_the_small_case() -> None:
    known = history(("a", 1, "xy"), ("b", 1, "x"))
    # gram + 1 = [[3, 1], [1, 2]]: the weight of y for x is 1 / 3, of x for y 1 / 2
    assert peers.ease(known, np.array([1]), ridge=1.0)[0] == pytest.approx([0, 1 / 3], abs=1e-6)


def test_settings_are_searched_along_one_axis_after_the_other() -> None:
    axes = {"a": (1, 2, 3), "b": (5, 4)}
    assert searched(axes, lambda one: -abs(float(one["a"]) - 2) - float(one["b"]), quick=False) == {"a": 2, "b": 4}  # type: ignore[arg-type]
    assert searched(axes, lambda one: 0.0, quick=True) == {"a": 1, "b": 5}


def test_the_ratio_is_to_the_best_peer_and_small_is_good_where_said() -> None:
    assert Line("ndcg", 0.33, {"one": 0.3, "two": 0.2}, 1.06).verdict() is True
    assert Line("ndcg", 0.31, {"one": 0.3, "two": 0.2}, 1.06).verdict() is False
    slow = Line("seconds", 50.0, {"bare": 20.0, "other": 30.0}, 3.0, at_most=True)
    assert (slow.ratio, slow.verdict()) == (2.5, True)
    assert Line("what", 1.0).row() == "| what | 0 | 1 | – | – | – | – |"


def test_the_made_up_market_is_the_same_again_and_sells_in_bundles(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        worlds.services(tmp_path / name, customers=300)
    one, two = (worlds.purchases(tmp_path / name) for name in ("one", "two"))
    keys = ["customer_id", "order_id", "sku"]
    assert one.sort_values(keys).reset_index(drop=True).equals(two.sort_values(keys).reset_index(drop=True))
    assert one["sku"].nunique() == worlds.SERVICES
    repeats = one.groupby(["customer_id", "sku"])["order_id"].nunique()
    assert (repeats > 1).mean() < 0.35


def test_nothing_dated_later_is_in_what_is_seen(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    worlds.services(tmp_path / "whole", customers=100)
    seen = worlds.purchases(worlds.seen(tmp_path / "whole", tmp_path / "seen", until=date(2010, 6, 1)))
    assert seen["date"].max() < date(2010, 6, 1).toordinal()


def test_our_lists_keep_the_order_offered_and_leave_repeats_out_where_only_new_is_asked() -> None:
    known = history(("a", 1, "xyz"), ("b", 1, "z"))
    offers = pd.DataFrame(
        [("b", "z", 1, True), ("b", "x", 2, False), ("b", "y", 3, False), ("c", "x", 1, False)],
        columns=["customer_id", "sku", "rank", "is_repeat"],
    )
    question = Question(known, np.array([0, 1]), sp.csr_matrix((2, 3)))
    assert ours.lists(offers, question, 2).tolist() == [[-1, -1], [2, 0]]
    fresh = Question(known, np.array([1]), sp.csr_matrix((1, 3)), unseen=True)
    assert ours.lists(offers, fresh, 3).tolist() == [[0, 1, -1]]


def test_chances_are_added_up_over_purchases_within_the_horizon() -> None:
    log = history(("a", 10, "xy"), ("a", 60, "x"), ("b", 10, "y"), ("b", 900, "y"))
    rows = [("a", "x", 1, True, 0.5), ("a", "y", 2, True, 0.2), ("b", "y", 1, True, 0.8), ("b", "x", 2, False, 0.3)]
    offers = pd.DataFrame(rows, columns=["customer_id", "sku", "rank", "is_repeat", "probability"])
    assert standing._held(offers, log, date.fromordinal(50), repeat=True) == pytest.approx(1.5)
    assert standing._held(offers, log, date.fromordinal(50), repeat=False) == pytest.approx(0.3)


def test_figures_of_peers_are_kept_only_where_asked_and_taken_from_there(tmp_path: Path) -> None:
    known = history(("a", 1, "xy"), ("b", 1, "x"))
    kinds = {"kind": (Question(known, np.array([0, 1]), sp.csr_matrix([[1, 0], [0, 1]])), "recall", 1)}
    names = {"kind": ("own most frequent",)}
    found = tuned.peers(Asked(cache=tmp_path), "key", names, kinds, kinds)
    assert found["kind"] == {"own most frequent": 0.5}
    (tmp_path / "key.json").write_text('{"kind": {"own most frequent": 0.7}}')
    assert tuned.peers(Asked(cache=tmp_path), "key", names, kinds, kinds)["kind"] == {"own most frequent": 0.7}
    assert tuned.peers(Asked(), "key", names, kinds, kinds)["kind"] == {"own most frequent": 0.5}


def test_a_part_measured_takes_its_own_place_and_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(
        f"before\n{bench.BEGIN}\n\nold\n\n**new** (1 s)\n\n| a |\n\n**topn** (2 s)\n\n| b |\n\n{bench.END}\nafter"
    )
    bench.write(file, {"new": "**new** (3 s)\n\n| c |", "next": "**next** (4 s)\n\n| d |"})
    text = file.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after")
    assert [line for line in text.splitlines() if line.startswith("|")] == ["| d |", "| c |", "| b |"]
    assert "old" not in text
