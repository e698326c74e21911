"""From scored candidates to the list a person works through: the cut, the rank, the money."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.ml.recommenders.candidates import Candidates, World
from training.ml.recommenders.interface import Flags, Floats, Ints, cells
from training.ml.recommenders.proposals import ordered


def cut(candidates: Candidates, scores: Floats, *, top: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """Of candidates sorted by customer, the rows to keep and their rank (1 = best), sorted by customer and rank.

    Kept are each customer's best `top` of all, best `top` new ones and best `top` repeats, so that any of the three
    lists can be cut from the result later. Ties go to the lower item code.
    """
    order = ordered(candidates.customer, scores)
    customer, repeat = candidates.customer[order], candidates.repeat[order]
    overall = _running(customer, np.ones(len(order), dtype=bool))
    kept = overall <= top
    for flags in (repeat, ~repeat):
        kept |= flags & (_running(customer, flags) <= top)
    rows = order[kept]
    return rows, _running(customer[kept], np.ones(int(kept.sum()), dtype=bool)).astype(np.int32)


def keys(candidates: Candidates, scores: Floats, value: npt.NDArray[np.float64], *, by_value: bool) -> Floats:
    """What lists are cut by: the scores, or the expected value; what has no price comes last then, by score."""
    if not by_value:
        return scores
    known = np.isfinite(value)
    return np.where(known, value, np.minimum(value[known].min(initial=0.0), 0.0) - 1e3 + scores).astype(np.float32)


def pinned_first(candidates: Candidates, key: Floats, pins: tuple[Ints, Ints]) -> tuple[Floats, Flags]:
    """Keys that put pinned products before all others in the order of `pins`, and which rows are pinned."""
    marked = np.zeros(len(candidates), dtype=bool)
    if not len(pins[0]) or not len(candidates):
        return key, marked
    width = np.int64(max(int(candidates.item.max()), int(pins[1].max())) + 1)
    code = candidates.customer.astype(np.int64) * width + candidates.item  # ascending
    wanted = pins[0].astype(np.int64) * width + pins[1]
    place = np.minimum(np.searchsorted(code, wanted), len(code) - 1)
    found = code[place] == wanted
    marked[place[found]] = True
    order = ordered(candidates.customer, key)
    places = np.empty(len(order), dtype=np.float32)
    places[order] = -_running(candidates.customer[order], np.ones(len(order), dtype=bool))
    turn = _running(pins[0], np.ones(len(wanted), dtype=bool))
    places[place[found]] = 1e6 - turn[found]
    return places, marked


def shown(customer: Ints, rank: Ints, repeat: Flags, *, best: int, each: int) -> Flags:
    """Rows, by customer and rank, that become rows of the database: the `best`, the first `each` never bought and the
    first `each` bought before."""
    kept = rank <= best
    for flags in (repeat, ~repeat):
        kept |= flags & (_running(customer, flags) <= each)
    return kept


def _running(customer: Ints, counted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many `counted` rows of the same customer stand up to and including each row."""
    totals = np.cumsum(counted)
    first = np.flatnonzero(np.diff(customer, prepend=-1))
    sizes = np.diff(np.append(first, len(customer)))
    before = totals[first] - counted[first] if len(first) else np.zeros(0, dtype=np.int64)
    return totals - np.repeat(before, sizes)


def worth(world: World, candidates: Candidates) -> npt.NDArray[np.float64]:
    """What one purchase of each candidate brings, in the partner's currency; NaN when no price is known.

    Usual price × usual quantity: the customer's own where they have bought it, else that of all customers. Where the
    cost is known, the margin instead of the price.
    """
    pairs, demand = world.pairs, world.demand
    pair = cells(world.pairs.place, candidates.customer, candidates.item) - 1
    price = demand.price[candidates.item].astype(np.float64)
    quantity = demand.quantity[candidates.item].astype(np.float64)
    mine = pair >= 0
    own = pairs.price[pair[mine]].astype(np.float64)
    price[mine] = np.where(np.isfinite(own), own, price[mine])
    quantity[mine] = pairs.quantity[pair[mine]]
    cost = world.baskets.items.cost[candidates.item]
    return (price - np.nan_to_num(cost)) * quantity


def lists(candidates: Candidates, scores: Floats, customers: Ints, *, top: int) -> Ints:
    """(len(customers) × top) item codes, best first, -1 where a customer's list ends early; customers ascending."""
    order = np.lexsort((candidates.item, -scores, candidates.customer))
    customer, item = candidates.customer[order], candidates.item[order]
    rank = _running(customer, np.ones(len(order), dtype=bool)) - 1
    row = np.searchsorted(customers, customer)
    fits = (rank < top) & (row < len(customers))
    fits[fits] = customers[row[fits]] == customer[fits]
    found = np.full((len(customers), top), -1, dtype=np.int32)
    found[row[fits], rank[fits]] = item[fits]
    return found
