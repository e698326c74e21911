"""The sampling tricks do what they say."""

import numpy as np

from portal.demo.randomness import arrivals, pick, stream


def test_equal_names_give_equal_streams_and_other_names_other_ones():
    assert stream(1, "a", "b").random() == stream(1, "a", "b").random()
    assert stream(1, "a", "b").random() != stream(1, "a", "c").random()
    assert stream(1, "a").random() != stream(2, "a").random()


def test_pick_draws_each_row_from_its_own_weights():
    weights = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 3.0]])
    rows = np.repeat([0, 1], 4000)
    drawn = pick(stream(3, "pick"), weights, rows)
    assert set(drawn[rows == 0]) == {0}
    assert set(drawn[rows == 1]) == {1, 2}
    assert abs((drawn[rows == 1] == 2).mean() - 0.75) < 0.03


def test_arrivals_follow_the_rate_of_each_week():
    rate = np.zeros((300, 20))
    rate[:, 5:10] = 2.0
    who, day = arrivals(stream(3, "arrivals"), rate, np.ones(300))
    assert day.min() >= 35
    assert day.max() < 70
    assert abs(len(who) / (300 * 10) - 1) < 0.06


def test_a_high_shape_makes_the_gaps_regular():
    rate = np.full((200, 60), 0.5)
    spread = {}
    for shape in (1.0, 16.0):
        who, day = arrivals(stream(3, "gaps"), rate, np.full(200, shape))
        gaps = np.diff(day)[np.diff(who) == 0]
        spread[shape] = gaps.std() / gaps.mean()
    assert 0.85 < spread[1.0] < 1.15
    assert spread[16.0] < 0.35


def test_arrivals_come_sorted_by_process_and_day():
    who, day = arrivals(stream(3, "sorted"), np.full((40, 30), 1.5), np.full(40, 2.0))
    assert (np.diff(who) >= 0).all()
    assert (np.diff(day)[np.diff(who) == 0] >= 0).all()


def test_a_process_that_never_runs_has_no_events():
    rate = np.zeros((3, 10))
    rate[1] = 5.0
    who, _ = arrivals(stream(3, "silent"), rate, np.ones(3))
    assert set(who) == {1}
