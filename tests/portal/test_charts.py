"""Chart geometry: positions follow the numbers, and no chart comes without its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit import charts

WORDS = {"title": "Orders", "takeaway": "They fell.", "columns": ["Month", "Orders"]}
MONTHS = [("Jan", 9.0), ("Feb", 4.0), ("Mar", 2.0)]


def heights(chart: charts.Chart) -> list[float]:
    return [dot.y for dot in chart.dots]


@pytest.mark.parametrize(
    ("high", "steps"),
    [(9, [0, 5, 10]), (81, [0, 50, 100]), (0.82, [0, 0.5, 1.0]), (4, [0, 1, 2, 3, 4]), (1200, [0, 500, 1000, 1500])],
)
def test_axis_steps_are_round_and_reach_the_highest_value(high: float, steps: list[float]) -> None:
    assert charts.nice_steps(high) == steps


@pytest.mark.parametrize("nothing", [0, -3, float("nan"), float("inf")])
def test_an_axis_without_a_span_still_has_two_ends(nothing: float) -> None:
    assert charts.nice_steps(nothing) == [0, 1]


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_every_axis_covers_its_value_in_at_most_six_steps(high: float) -> None:
    steps = charts.nice_steps(high)
    assert steps[0] == 0
    assert steps[-1] >= high * 0.999
    assert 2 <= len(steps) <= 6
    assert steps == sorted(steps)


def test_scaling_maps_the_ends_onto_the_ends() -> None:
    assert charts.scale(0, (0, 10), (100, 200)) == 100
    assert charts.scale(10, (0, 10), (100, 200)) == 200
    assert charts.scale(5, (0, 10), (200, 100)) == 150


def test_scaling_a_constant_series_puts_it_in_the_middle() -> None:
    assert charts.scale(7, (7, 7), (0, 100)) == 50


def test_paths_start_with_a_move_and_go_on_with_lines() -> None:
    assert charts.path([(1, 2), (3, 4.5)]) == "M1 2L3 4.5"
    assert charts.path([]) == ""
    assert charts.area_under([(1, 2), (3, 4)], 10) == "M1 2L3 4L3 10L1 10Z"
    assert charts.area_under([], 10) == ""


def test_labels_are_thinned_evenly_and_the_last_one_stays() -> None:
    labels = [str(n) for n in range(24)]
    shown = charts.thin(labels, most=6)
    assert len(shown) <= 6
    assert 23 in shown
    assert len({b - a for a, b in zip(sorted(shown), sorted(shown)[1:], strict=False)}) == 1
    assert charts.thin(labels[:3], most=6) == {0, 1, 2}


def test_a_higher_value_is_drawn_higher() -> None:
    drawn = charts.line(MONTHS, **WORDS)
    assert heights(drawn) == sorted(heights(drawn))  # y grows downwards, the series falls
    assert drawn.rows == [("Jan", "9"), ("Feb", "4"), ("Mar", "2")]
    assert drawn.dots[0].label == "Jan: 9"


def test_the_line_runs_from_left_to_right_inside_its_frame() -> None:
    drawn = charts.line(MONTHS, **WORDS)
    places = [dot.x for dot in drawn.dots]
    assert places == sorted(places)
    assert all(drawn.left <= x <= drawn.right for x in places)
    assert all(drawn.top <= y <= drawn.bottom for y in heights(drawn))


def test_marks_stand_at_the_point_they_belong_to() -> None:
    drawn = charts.line(MONTHS, marks=[(1, "new model")], **WORDS)
    assert [(mark.at, mark.label) for mark in drawn.marks] == [(drawn.dots[1].x, "new model")]


@pytest.mark.parametrize("points", [[], [("Jan", 3.0)]])
def test_too_few_points_draw_nothing_but_keep_the_words(points: list[tuple[str, float]]) -> None:
    drawn = charts.line(points, **WORDS)
    assert drawn.empty
    assert drawn.title == "Orders"
    assert drawn.line == ""


def test_a_flat_line_at_zero_can_be_drawn() -> None:
    drawn = charts.line([("Jan", 0.0), ("Feb", 0.0)], **WORDS)
    assert not drawn.empty
    assert set(heights(drawn)) == {drawn.bottom}


def test_values_are_written_by_the_given_format() -> None:
    drawn = charts.line(MONTHS, fmt=lambda value: f"€{value:.0f}", **WORDS)
    assert drawn.rows[0] == ("Jan", "€9")
    assert drawn.y_ticks[0].label == "€0"


def test_the_longest_bar_fills_the_room_and_the_others_follow() -> None:
    drawn = charts.bars([("North", 400), ("South", 100)], **WORDS)
    north, south = drawn.bars
    assert north.width == pytest.approx(drawn.right - drawn.left)
    assert south.width == pytest.approx(north.width / 4)
    assert north.end == pytest.approx(drawn.right)
    assert drawn.height > north.height * 2


def test_a_bar_of_nothing_keeps_a_visible_sliver() -> None:
    drawn = charts.bars([("North", 0), ("South", 0)], **WORDS)
    assert [bar.width for bar in drawn.bars] == [1, 1]


def test_no_bars_at_all_say_so() -> None:
    assert charts.bars([], **WORDS).empty


def test_bars_of_the_histogram_take_the_band_their_middle_is_in() -> None:
    drawn = charts.bands([5, 4, 3, 2, 1], medium_from=0.4, high_from=0.8, **WORDS)
    assert [bar.look for bar in drawn.bars] == ["low", "low", "medium", "medium", "high"]
    assert [bar.label for bar in drawn.bars] == ["0–20 %", "20–40 %", "40–60 %", "60–80 %", "80–100 %"]
    assert drawn.rows[0] == ("0–20 %", "5")


def test_bars_of_the_histogram_stand_on_the_axis() -> None:
    drawn = charts.bands([5, 0, 3], medium_from=0.4, high_from=0.8, **WORDS)
    assert all(bar.y + bar.height == pytest.approx(drawn.bottom) for bar in drawn.bars)
    assert drawn.bars[1].height == 0


def test_a_histogram_of_nobody_is_empty() -> None:
    assert charts.bands([0, 0, 0], medium_from=0.4, high_from=0.8, **WORDS).empty


def test_the_gain_curve_starts_at_nothing_and_ends_at_everything() -> None:
    drawn = charts.gain([(0.2, 0.5), (1.0, 1.0)], **WORDS)
    assert drawn.line.startswith(f"M{drawn.left:g} {drawn.bottom:g}")
    assert drawn.line.endswith(f"{drawn.right:g} {drawn.top:g}")
    assert drawn.cut is None


def test_the_cut_stands_on_the_curve_between_its_points() -> None:
    drawn = charts.gain([(0.2, 0.5), (0.4, 0.7), (1.0, 1.0)], cut=0.3, **WORDS)
    assert drawn.cut is not None
    assert drawn.cut.label == "30% → 60%"
    assert drawn.cut.x == charts.scale(0.3, (0, 1), (drawn.left, drawn.right))
    assert drawn.cut.y == charts.scale(0.6, (0, 1), (drawn.bottom, drawn.top))


def test_a_cut_beyond_the_curve_reads_its_end() -> None:
    drawn = charts.gain([(0.2, 0.5), (0.9, 0.95)], cut=1.0, **WORDS)
    assert drawn.cut is not None
    assert drawn.cut.label.endswith("95%")


def test_calibration_points_carry_their_interval() -> None:
    drawn = charts.calibration([(0.85, 0.84, 0.75, 0.9, 100)], **WORDS)
    (dot,) = drawn.dots
    assert dot.low is not None
    assert dot.high is not None
    assert dot.low > dot.y > dot.high  # y grows downwards
    assert drawn.rows == [("85%", "84%", "75%–90%", "100")]
    assert drawn.rival.startswith("M")


def test_shares_outside_nought_and_one_stay_inside_the_frame() -> None:
    drawn = charts.calibration([(0.5, 1.4, -0.2, 1.6, 9)], **WORDS)
    (dot,) = drawn.dots
    assert drawn.top <= dot.y <= drawn.bottom
    assert dot.low == drawn.bottom
    assert dot.high == drawn.top


def test_a_sparkline_needs_two_values() -> None:
    assert charts.sparkline([3]).empty
    assert not charts.sparkline([3, 4]).empty


def test_a_sparkline_ends_in_a_dot_at_its_last_value() -> None:
    drawn = charts.sparkline([9, 5, 2])
    (dot,) = drawn.dots
    assert drawn.line.endswith(f"{dot.x:g} {dot.y:g}")
    assert dot.x < drawn.width


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=2, max_size=60))
def test_a_sparkline_never_leaves_its_box(values: list[float]) -> None:
    drawn = charts.sparkline(values)
    points = [tuple(map(float, point.split())) for point in drawn.line[1:].split("L")]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points)


def test_pitching_from_the_top_reaches_buyers_faster_than_blindly() -> None:
    drawn = charts.reach(
        [0.9, 0.6, 0.3, 0.1], title="T", takeaway="S", columns=["Pitched", "Reached", "Blindly"], per_head=0.2, cut=2
    )
    assert [row[0] for row in drawn.rows] == ["1", "2", "3", "4"]
    assert [float(row[1]) for row in drawn.rows] == pytest.approx([0.9, 1.5, 1.8, 1.9])
    assert [float(row[2]) for row in drawn.rows] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert drawn.cut is not None
    assert drawn.cut.label == "2 → 1.5"
    assert drawn.left < drawn.cut.x < drawn.right
    assert drawn.top <= drawn.cut.y < drawn.bottom


def test_a_long_ranking_is_drawn_with_few_points_and_told_in_few_rows() -> None:
    drawn = charts.reach([0.5] * 2000, title="", takeaway="", columns=["a", "b", "c"], per_head=0.1, cut=333)
    assert drawn.line.count("L") <= 82
    assert len(drawn.rows) == 11
    assert "333" in [row[0] for row in drawn.rows]


@pytest.mark.parametrize("chances", [[], [0.4], [0.0, 0.0, 0.0]])
def test_a_ranking_without_buyers_draws_nothing(chances: list[float]) -> None:
    drawn = charts.reach(chances, title="", takeaway="", columns=["a", "b", "c"], per_head=0.0, cut=len(chances))
    assert drawn.empty
