"""Who learns from whom where labels are on file: folds, seats, and what a budget allows. No clock is looked at.

Customers are dealt into folds. A *seat* is a set of folds that its models never see; every two neighbouring folds share
a seat. For the customers of fold k, whose label must not matter for their own score, the seats that hold k answer;
the same seats hold a neighbour j as well, so that their answers on j teach weights and calibration for k without a
single model, weight or encoder having seen k. That is nested cross-fitting at the price of one layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.ml import families

if TYPE_CHECKING:
    from training.ml.interface import Task

DESIGNS = ((2, 8, 2), (1, 8, 2), (1, 5, 2), (1, 5, 1))
"""(repeats, folds, reach): fold k shares seats with its neighbours up to k + reach. The richest that fits is taken."""
SCARCE = 40
"""Below so many customers of the rarer outcome, five folds are as many as can each hold a few of both."""
RICH, ENOUGH, NETS = 0.12, 0.5, 0.25
"""Shares of the budget: for richer designs, for the plainest one, and for nets."""
LEAST, MOST = 4_000, 100_000
"""However short the time, so many rows teach; however long, no more than so many."""
CORE = ("logistic", "boosting", "additive", "eager", "forest", "svm")
"""The families for one row per customer; when even a sample is too slow for all, the last ones go first."""
PRICE = {"logistic": 0.5, "svm": 1.0, "additive": 1.5, "eager": 1.5, "boosting": 3.0, "forest": 1.5}
"""Microseconds a fit costs per row and column on one core of an ordinary server, measured on wide and long files."""
START = {"boosting": 0.25, "additive": 0.25, "eager": 0.25, "forest": 0.1}
"""Seconds a fit costs however few the rows: hundreds of rounds have their price."""
LITTLE, OTHER = 0.05, 3.0
EPOCHS = 40e-6
"""Seconds a row costs a net for an epoch, where the net does not tell its own pace."""


@dataclass(frozen=True)
class Seat:
    """Folds of one repeat that are never seen, and the families that learn from all others."""

    repeat: int
    held: tuple[int, ...]
    families: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """folds and repeats; the seats; most teaching rows per fit; families without a seat, for want of time."""

    repeats: int
    folds: int
    seats: tuple[Seat, ...]
    rows: int
    left_out: tuple[str, ...] = ()

    def tried(self) -> tuple[str, ...]:
        """The families with a seat, in the order they are fitted."""
        return tuple(dict.fromkeys(name for seat in self.seats for name in seat.families))


def plan(task: Task, *, rows: int, columns: int, rarer: int) -> Plan:
    """The richest design that rows × columns and the budget allow. rarer: customers of the rarer outcome.

    The same file and budget give the same plan on every machine, however crowded.
    """
    named = families.chosen(task.families) if task.families else (*CORE, "tabm")
    named = tuple(name for name in named if name not in families.SEQUENCES)  # there are no weeks to look at
    nets = tuple(name for name in named if name in families.NETS)
    quick = tuple(name for name in named if name not in families.NETS)
    most = min(rows, MOST)
    design = _richest(quick, rows=most, columns=columns, rarer=rarer, budget=task.budget)
    while price(quick, design, rows=most, columns=columns) > ENOUGH * task.budget:
        if most > LEAST:
            most = max(LEAST, int(most * 0.8))
        elif len(quick) > 2 and not task.families:
            quick = quick[:-1]
        else:
            break
    seats = [Seat(repeat, held, quick) for repeat in range(design[0]) for held in pairs(design) if quick]
    spare, blocks = NETS * task.budget, halves(design)
    for name in nets:
        cost = len(blocks) * net_price(name, rows=most // 2, columns=columns)
        if cost <= spare or task.families:
            seats += [Seat(0, held, (name,)) for held in blocks]
            spare -= cost
    tried = {name for seat in seats for name in seat.families}
    out = tuple(name for name in named if name not in tried)
    taught = rows if most == rows else max(1, most * (design[1] - 2) // design[1])
    return Plan(design[0] if quick else 1, design[1], tuple(seats), taught, out)


def _richest(names: tuple[str, ...], *, rows: int, columns: int, rarer: int, budget: float) -> tuple[int, int, int]:
    fitting = [one for one in DESIGNS if one[1] == 5 or rarer >= SCARCE]
    paid = (one for one in fitting if price(names, one, rows=rows, columns=columns) <= RICH * budget)
    return next(paid, fitting[-1])


def pairs(design: tuple[int, int, int]) -> list[tuple[int, ...]]:
    """Every fold with its neighbours up to `reach` further on, around the circle."""
    _, folds, reach = design
    found = {tuple(sorted((k, (k + step) % folds))) for step in range(1, reach + 1) for k in range(folds)}
    return sorted(found)


def halves(design: tuple[int, int, int]) -> list[tuple[int, ...]]:
    """Wider seats for families that cost much: four that hold half of eight folds each, so that every pair fits in."""
    folds = design[1]
    if folds < 8:
        return pairs(design)
    return [tuple(sorted((first + step) % folds for step in range(4))) for first in range(0, folds, 2)]


def price(names: tuple[str, ...], design: tuple[int, int, int], *, rows: int, columns: int) -> float:
    """Seconds that the quick families cost on one core."""
    repeats, folds, _ = design
    cells = rows * (folds - 2) / folds * columns
    each = sum(START.get(name, LITTLE) + PRICE.get(name, OTHER) * 1e-6 * cells for name in names)
    return repeats * len(pairs(design)) * each


def net_price(name: str, *, rows: int, columns: int) -> float:
    """Seconds one fit of a net costs on one core, by its own pace where it tells one."""
    pace = getattr(families.family(name), "pace", None)
    if pace is not None:
        return float(pace.seconds(rows=rows, columns=columns))
    return 2.0 + 60 * EPOCHS * rows
