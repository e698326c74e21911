"""From contributions to reasons: one per human group, told with the customer's own numbers, never against them.

A group's contribution is the sum over its columns. What speaks for the outcome comes first, what speaks against it
after. Symptoms (buying less, longer silence) say the same in several words, and models spread weight among them by
chance: their joint weight is told apart by `symptoms`, from the customer's own facts, which no retraining changes.
Symptoms and circumstances (a region) leave a place to a cause that has something to say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from training.ml import decline, symptoms
from training.ml.rules import BAD, GOOD, PLAIN, RULES, Facts, Lookup

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Bools, Columns, Floats, Ints

PLACES = 3
AGAINST = 2
"""Reasons told against the outcome, after up to `PLACES` for it."""
LEAST = 0.02
"""Contributions nearer to zero than this (in log-odds) are no reasons."""
SYMPTOMS = ("rhythm", "trend", "money", "habit", "range")
"""Groups that show how much a customer still buys."""
CAUSES = ("price", "support", "competitor", "subscription")
"""Groups that tell why, where the others tell how it shows or whom it concerns."""
FALLS = ("trend", "money")
"""Groups that tell a fall in what is bought."""
CIRCUMSTANCES = ("segment", "industry", "region", "country", "tenure")
"""Groups that tell whom it concerns, where customers bought or wrote; nobody can act on them."""


def told(frame: pd.DataFrame, contributions: Floats, columns: Columns, *, bad_is_up: bool) -> list[str]:
    """The reasons of every row as a JSON list of `{"code", "group", "sign", "weight", "values"}`.

    frame: the rows' facts. contributions: (n × m) log-odds. bad_is_up: the outcome is unwelcome (churn), so that
    bad news must push upward. At most three reasons for the outcome, then at most two against it.
    """
    picked = _picked(frame, contributions, columns, bad_is_up=bad_is_up)
    texts = np.full(picked.order.shape, "", dtype=object)
    for k, group in enumerate(picked.names):
        rows, places = np.nonzero(picked.order == k)
        texts[rows, places] = _texts(group, picked.choices[k], rows, picked.shares[rows, k])
    return [f"[{', '.join(filter(None, row))}]" for row in texts.tolist()]


def top(frame: pd.DataFrame, contributions: Floats, columns: Columns, *, bad_is_up: bool) -> list[frozenset[str]]:
    """Of every row the groups of its reasons for the outcome, at most three: what retraining should not change."""
    picked = _picked(frame, contributions, columns, bad_is_up=bad_is_up)
    return [frozenset(picked.names[k] for k in row if k >= 0) for row in picked.order[:, :PLACES].tolist()]


@dataclass(frozen=True)
class _Picked:
    """names (g): groups; shares (n × g): log-odds; choices by group; order (n × places): group numbers, −1 none."""

    names: list[str]
    shares: Floats
    choices: list[_Choice]
    order: Ints


@dataclass(frozen=True)
class _Choice:
    """Of one group: the number of the sentence that fits each row (−1: none), and all sentences with their values."""

    number: Ints
    sentences: list[tuple[str, dict[str, Any]]]


def _picked(frame: pd.DataFrame, contributions: Floats, columns: Columns, *, bad_is_up: bool) -> _Picked:
    groups = dict(sorted(columns.positions().items(), key=lambda one: _place(one[0])))
    shares = np.column_stack([contributions[:, places].sum(axis=1) for places in groups.values()])
    facts = Lookup(frame)
    _retold(shares, facts, {name: k for k, name in enumerate(groups) if name in SYMPTOMS}, bad_is_up=bad_is_up)
    choices = [_choice(name, shares[:, k], facts, frame, bad_is_up) for k, name in enumerate(groups)]
    usable = np.column_stack([choice.number >= 0 for choice in choices])
    usable &= np.abs(shares) >= LEAST
    if bad_is_up:
        _explained(shares, usable, facts, list(groups))
    return _Picked(list(groups), shares, choices, _order(shares, usable, list(groups)))


def _retold(shares: Floats, facts: Facts, at: dict[str, int], *, bad_is_up: bool) -> None:
    """Put in place of the symptoms' contributions what `symptoms.parts` makes of their sum."""
    if len(at) < 2:
        return
    columns = list(at.values())
    found = symptoms.parts(shares[:, columns].sum(axis=1), facts, bad_is_up=bad_is_up)
    shares[:, columns] = 0.0
    rest = at.get(symptoms.LEVEL, columns[0])
    for group, share in found.items():
        shares[:, at.get(group, rest)] += share


def _explained(shares: Floats, usable: Bools, facts: Facts, names: list[str]) -> None:
    """A fall in orders that may well be chance is no reason of its own where a stronger cause is told."""
    causes = np.array([name in CAUSES for name in names])
    strongest = np.where(usable, shares, 0.0)[:, causes].max(axis=1, initial=0.0)
    slight = np.maximum(facts["faded"], facts["fell"]) < decline.SURE
    for k, name in enumerate(names):
        if name in FALLS:
            usable[:, k] &= ~(slight & (shares[:, k] > 0) & (strongest > shares[:, k]))


def _place(group: str) -> int:
    """Symptoms first, the plainest before the others: the order among equals, the same after every training."""
    return SYMPTOMS.index(group) if group in SYMPTOMS else len(SYMPTOMS)


def _choice(group: str, share: Floats, facts: Facts, frame: pd.DataFrame, bad_is_up: bool) -> _Choice:
    if group not in RULES:
        return _Choice(np.zeros(len(share), dtype=np.int64), [_attribute(group, frame)])
    chosen = np.full(len(share), -1)
    direction = np.where(share > 0, BAD if bad_is_up else GOOD, GOOD if bad_is_up else BAD)
    for number, rule in enumerate(RULES[group]):
        neutral = rule.tone == PLAIN and group not in SYMPTOMS
        agrees = np.ones(len(share), dtype=bool) if neutral else direction == rule.tone
        fits = rule.fits(facts) & agrees & (chosen < 0)
        chosen[fits] = number
    sentences = [(rule.code, {name: facts[column] for name, column in rule.values.items()}) for rule in RULES[group]]
    return _Choice(chosen, sentences)


def _attribute(group: str, frame: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """A customer's attribute speaks for itself: its name and value."""
    value = frame[group].to_numpy(dtype=object) if group in frame else np.full(len(frame), None)
    return "attribute", {"name": np.full(len(frame), title(group)), "value": value}


def title(column: str) -> str:
    """An attribute's column as people call it: attr_payment_method → Payment method."""
    return column.removeprefix("attr_").replace("_", " ").strip().capitalize()


def _order(shares: Floats, usable: Bools, names: list[str]) -> Ints:
    """Group numbers to tell per row (n × places, −1 = nothing): pushes upward first, then those downward."""
    cause, symptom, circumstance = (
        np.array([name in kind for name in names]) for kind in (CAUSES, SYMPTOMS, CIRCUMSTANCES)
    )
    up = np.where(usable & (shares > 0), shares, 0.0)
    ranked = np.argsort(-up, axis=1, kind="stable")

    def later(kind: Bools, most: int | Ints) -> Bools:
        """Places in the ranking that one more of this kind would take beyond its number."""
        return kind[ranked] & (np.cumsum(kind[ranked], axis=1) > most)

    strong = (up * cause).max(axis=1, initial=0) >= (up * symptom).max(axis=1, initial=0)
    strong &= (up * cause).any(axis=1)
    idle = later(circumstance, 1)
    late = later(symptom, np.where(strong, 1, PLACES)[:, None]) | idle
    crowd = ~cause[ranked] & ~late
    late |= crowd & (np.cumsum(crowd, axis=1) > PLACES - 1)
    put_off = np.where(idle, 1e-9, np.where(late, 1e-6, 1.0))
    key = np.empty_like(up)
    np.put_along_axis(key, ranked, np.take_along_axis(up, ranked, 1) * put_off, 1)
    down = np.where(usable & (shares < 0), -shares, 0.0) * np.where(circumstance, 1e-6, 1.0)
    return np.hstack([_first(key, PLACES), _first(down, AGAINST)])


def _first(key: Floats, places: int) -> Ints:
    """The groups of the largest keys, largest first; −1 where a key is 0."""
    order = np.argsort(-key, axis=1, kind="stable")[:, :places]
    return np.where(np.take_along_axis(key, order, 1) > 0, order, -1)


def _texts(group: str, choice: _Choice, rows: Ints, share: Floats) -> Any:
    """The reasons of one group for these rows as JSON, written column by column: a list may have a million rows."""
    found = np.full(len(rows), "", dtype=object)
    number = choice.number[rows]
    signs, weights = np.where(share > 0, "1", "-1"), np.round(share, 3).tolist()
    for place, (code, values) in enumerate(choice.sentences):
        here = np.flatnonzero(number == place)
        columns = [[f'"{name}": {one}' for one in _spelled(of[rows[here]])] for name, of in values.items()]
        numbers = [", ".join(row) for row in zip(*columns, strict=True)] if columns else [""] * len(here)
        head = f'"group": {json.dumps(group, ensure_ascii=False)}, "sign": '
        for k, told_numbers in zip(here.tolist(), numbers, strict=True):
            missing = code == "attribute" and told_numbers.endswith('"value": null')
            named = "attribute_missing" if missing else code
            told_numbers = told_numbers.removesuffix(', "value": null') if missing else told_numbers
            found[k] = f'{{"code": "{named}", {head}{signs[k]}, "weight": {weights[k]}, "values": {{{told_numbers}}}}}'
    return found


def _spelled(values: Any) -> list[str]:
    """Values as JSON: numbers with three decimals at most, what is not known as null."""
    if values.dtype.kind in "fiu":
        return ["null" if one != one else repr(one) for one in np.round(values.astype(np.float64), 3).tolist()]
    known: dict[Any, str] = {}
    keys = [(type(one), one) for one in values.tolist()]
    return [known[key] if key in known else known.setdefault(key, _word(key[1])) for key in keys]


def _word(value: Any) -> str:
    if value is None or value != value:
        return "null"
    value = value.item() if isinstance(value, np.generic) else value
    return json.dumps(round(value, 3) if isinstance(value, float) else value, ensure_ascii=False)
