"""Seats: every fold is answered for by what never saw it, and the plan follows from rows, columns and budget."""

import pytest

from training.ml import families, seating
from training.ml.interface import Task


def plan(rows: int, *, budget: float = 600.0, columns: int = 40, rarer: int = 500, **more: object) -> seating.Plan:
    return seating.plan(Task("churn", "labelled", 90, budget=budget, **more), rows=rows, columns=columns, rarer=rarer)


@pytest.mark.parametrize("design", seating.DESIGNS)
def test_every_fold_has_neighbours_whose_answers_can_teach_its_weights(design: tuple[int, int, int]) -> None:
    _, folds, reach = design
    for seats in (seating.pairs(design), seating.halves(design)):
        for k in range(folds):
            mine = [held for held in seats if k in held]
            neighbours = {(k + step) % folds for step in range(-reach, reach + 1)} - {k}
            assert mine
            assert neighbours <= {j for held in mine for j in held}


@pytest.mark.parametrize("design", seating.DESIGNS)
def test_half_the_customers_teach_in_every_seat(design: tuple[int, int, int]) -> None:
    for held in (*seating.pairs(design), *seating.halves(design)):
        assert len(held) <= design[1] / 2


def test_more_time_buys_richer_designs_and_nets() -> None:
    short, long = plan(10_000, budget=60), plan(10_000, budget=600)
    assert len(short.seats) < len(long.seats)
    assert "tabm" in short.left_out
    assert "tabm" in long.tried()


def test_the_planned_cost_never_grows_faster_than_the_rows_and_is_capped() -> None:
    costs = []
    for rows in (5_000, 50_000, 500_000, 5_000_000):
        made = plan(rows)
        quick = [seat for seat in made.seats if not set(seat.families) & set(families.NETS)]
        costs.append(sum(len(seat.families) for seat in quick) * made.rows)
    assert costs[1] <= 10 * costs[0]
    assert costs[2] == costs[3]
    assert plan(5_000_000).rows <= seating.MOST


@pytest.mark.parametrize("budget", [10.0, 60.0, 600.0])
@pytest.mark.parametrize("rows", [30, 3_000, 300_000])
def test_the_plainest_way_is_left_however_short_the_time(budget: float, rows: int) -> None:
    made = plan(rows, budget=budget, rarer=rows // 6)
    assert {"logistic", "boosting"} <= set(made.tried())
    assert set(made.tried()) | set(made.left_out) == {*seating.CORE, "tabm"}


def test_nothing_is_sampled_where_time_and_rows_allow_all() -> None:
    assert plan(7_043).rows == 7_043
    assert plan(400_000).rows < 400_000


def test_few_of_the_rarer_outcome_are_dealt_into_five_folds() -> None:
    assert plan(2_000, rarer=20).folds == 5
    assert plan(2_000, rarer=200).folds == 8


def test_families_asked_for_are_tried_whatever_they_cost() -> None:
    made = plan(100_000, budget=20, families=("churn_net", "svm"))
    assert set(made.tried()) == {"churn_net", "svm"}
    assert plan(1_000, families=("tabm",)).tried() == ("tabm",)
