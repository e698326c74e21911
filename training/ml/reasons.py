"""From contributions to reasons: one per human group, told with the customer's own numbers, never against them.

A group's contribution is the sum over its columns. Whether a sentence fits is decided by the customer's facts: a
rise in orders is never given as a reason for leaving, and trouble is only named where there was some. Symptoms and
circumstances (buying less, longer silence, a region) take at most two of the three places while a cause has
something to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Bools, Columns, Floats

PLACES = 3
LEAST = 0.02
"""Contributions nearer to zero than this (in log-odds) are no reasons."""
SYMPTOMS = ("rhythm", "trend", "money", "habit", "range")
"""Groups that show how much a customer still buys. They say the same in other words, so that a model may put their
joint weight on any of them: their sum is shared equally among those whose facts speak its way."""
CAUSES = ("price", "support", "competitor", "subscription")
"""Groups that tell why, where the others tell how it shows or whom it concerns."""
BAD, PLAIN, GOOD = -1, 0, 1
Facts = dict[str, "Floats"]


@dataclass(frozen=True)
class Rule:
    """A sentence of a group: when the facts allow it, what it says of the relationship, and its numbers."""

    code: str
    tone: int
    fits: Callable[[Facts], Bools]
    values: dict[str, str]


def _rules() -> dict[str, tuple[Rule, ...]]:
    r = Rule
    return {
        "rhythm": (
            r("bought_once", BAD, lambda f: f["active_days"] == 1, {"silence": "silence"}),
            r("silent", BAD, lambda f: f["overdue"] >= 1, {"gap": "gap", "silence": "silence"}),
            r("in_rhythm", GOOD, lambda f: f["overdue"] < 1, {"gap": "gap", "silence": "silence"}),
        ),
        "habit": (
            r("one_order", BAD, lambda f: f["orders_365"] == 1, {}),
            r("few_orders", BAD, lambda f: (f["orders_365"] > 1) & (f["orders_365"] <= 4), {"orders": "orders_365"}),
            r("many_orders", GOOD, lambda f: f["orders_365"] > 2, {"orders": "orders_365", "months": "months_365"}),
        ),
        "trend": (
            r("no_recent_orders", BAD, lambda f: f["orders_180"] == 0, {}),
            r("orders_fell", BAD, lambda f: f["orders_90"] < f["orders_before_90"],
              {"before": "orders_before_90", "now": "orders_90"}),
            r("orders_rose", GOOD, lambda f: f["orders_90"] > f["orders_before_90"],
              {"before": "orders_before_90", "now": "orders_90"}),
            r("orders_steady", GOOD, lambda f: f["orders_90"] == f["orders_before_90"], {"now": "orders_90"}),
        ),
        "money": (
            r("spend_fell", BAD, lambda f: f["spend_90"] < 0.9 * f["spend_before_90"],
              {"before": "spend_before_90", "now": "spend_90"}),
            r("spend_rose", GOOD, lambda f: f["spend_90"] > 1.1 * f["spend_before_90"],
              {"before": "spend_before_90", "now": "spend_90"}),
            r("spend_level", PLAIN, lambda f: f["spend_365"] > 0, {"year": "spend_365", "basket": "basket"}),
        ),
        "range": (r("narrow_range", PLAIN, lambda f: f["skus_all"] > 0, {"skus": "skus_all", "new": "new_skus_180"}),),
        "price": (
            r("price_rose", BAD, lambda f: f["price_peak_180"] >= 0.02, {"share": "price_peak_180"}),
            r("price_drifted", BAD, lambda f: f["price_drift"] >= 0.04, {"share": "price_drift"}),
            r("shelf_rose", BAD, lambda f: f["shelf_rise"] >= 0.02, {"share": "shelf_rise"}),
            r("price_talk", BAD, lambda f: f["price_talk_180"] > 0, {"times": "price_talk_180"}),
            r("price_fell", GOOD, lambda f: f["price_change_180"] <= -0.02, {"share": "price_change_180"}),
        ),
        "season": (
            r("season_ahead", GOOD, lambda f: f["season_ahead"] > 0, {"ahead": "season_ahead"}),
            r("season_past", BAD, lambda f: f["season_behind"] > f["orders_90"],
              {"behind": "season_behind", "now": "orders_90"}),
            r("no_season", BAD, lambda f: (f["season_ahead"] == 0) & (f["age"] > 365), {}),
        ),
        "returns": (
            r("returns", PLAIN, lambda f: f["returns_365"] > 0,
              {"returns": "returns_365", "returned_share": "returned_share"}),
        ),
        "support": (
            r("trouble", BAD, lambda f: f["trouble_90"] > 0, {"cases": "trouble_90", "days": "trouble_silence"}),
            r("trouble_past", BAD, lambda f: f["trouble_365"] > 0,
              {"cases": "trouble_365", "days": "trouble_silence"}),
            r("low_mood", BAD, lambda f: f["sentiment_180"] < -0.1, {}),
            r("good_mood", GOOD, lambda f: f["sentiment_180"] > 0.1, {}),
            r("no_trouble", GOOD, lambda f: f["trouble_365"] == 0, {}),
        ),
        "competitor": (
            r("competitor", BAD, lambda f: f["competitor_180"] > 0, {"times": "competitor_180"}),
            r("quotes", PLAIN, lambda f: f["quotes_90"] > 0, {"quotes": "quotes_90"}),
        ),
        "contact": (
            r("no_contact", BAD, lambda f: f["contact_silence"] > 60, {"days": "contact_silence"}),
            r("contact", GOOD, lambda f: f["contacts_90"] > 0,
              {"contacts": "contacts_90", "days": "contact_silence"}),
        ),
        "subscription": (
            r("contract_ended", BAD, lambda f: f["contracts_ended_180"] > 0,
              {"ended": "contracts_ended_180", "running": "contracts"}),
            r("contract_shrank", BAD, lambda f: f["contract_change"] <= -0.02, {"share": "contract_change"}),
            r("contract_grew", GOOD, lambda f: f["contract_change"] >= 0.02, {"share": "contract_change"}),
            r("contract", PLAIN, lambda f: f["contracts"] > 0, {"running": "contracts", "days": "contract_age"}),
        ),
        "renewal": (r("renewal_near", PLAIN, lambda f: f["renewal_days"] >= 0, {"days": "renewal_days"}),),
        "tenure": (r("tenure", PLAIN, lambda f: f["tenure"] > 0, {"days": "tenure"}),),
        "category": (
            r("category_recent", GOOD, lambda f: f["category_orders_365"] > 0,
              {"days": "category_silence", "orders": "category_orders_365"}),
            r("category_never", BAD, lambda f: ~(f["category_orders_all"] > 0), {}),
        ),
    }  # fmt: skip


RULES = _rules()


class _Lookup(dict[str, "Floats"]):
    """A frame's columns as arrays; a feature the frame lacks is NaN, and so never fits."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__()
        self.frame = frame

    def __missing__(self, name: str) -> Floats:
        known = name in self.frame
        self[name] = self.frame[name].to_numpy(np.float64) if known else np.full(len(self.frame), np.nan)
        return self[name]


def told(frame: pd.DataFrame, contributions: Floats, columns: Columns, *, bad_is_up: bool) -> list[str]:
    """The reasons of every row as a JSON list of at most three `{"code", "group", "sign", "weight", "values"}`.

    frame: the rows' facts. contributions: (n × m) log-odds. bad_is_up: the outcome is unwelcome (churn), so that
    bad news must push upward.
    """
    groups = dict(sorted(columns.positions().items(), key=lambda one: _place(one[0])))
    shares = np.column_stack([contributions[:, places].sum(axis=1) for places in groups.values()])
    facts = _Lookup(frame)
    symptoms = [k for k, name in enumerate(groups) if name in SYMPTOMS]
    shares[:, symptoms] = shares[:, symptoms].sum(axis=1, keepdims=True)
    choices = [_choices(name, shares[:, k], facts, frame, bad_is_up) for k, name in enumerate(groups)]
    usable = np.column_stack([choice >= 0 for choice, _ in choices])
    shares[:, symptoms] /= np.maximum(usable[:, symptoms].sum(axis=1, keepdims=True), 1)
    usable &= np.abs(shares) >= LEAST
    order = _order(shares, usable, [name not in CAUSES for name in groups])
    names = list(groups)
    made = [
        json.dumps(
            [_made(names[k], choices[k], row, float(shares[row, k])) for k in picked if k >= 0], ensure_ascii=False
        )
        for row, picked in enumerate(order)
    ]
    return made


def _place(group: str) -> int:
    """Symptoms first, the plainest before the others: the order among equals, the same after every training."""
    return SYMPTOMS.index(group) if group in SYMPTOMS else len(SYMPTOMS)


Chosen = tuple[Any, list[tuple[str, dict[str, Any]]]]


def _choices(group: str, share: Floats, facts: Facts, frame: pd.DataFrame, bad_is_up: bool) -> Chosen:
    """For every row the number of the first sentence that fits (−1: none), and the sentences' codes and values."""
    if group not in RULES:
        return np.zeros(len(share), dtype=np.int64), [_attribute(group, frame)]
    chosen = np.full(len(share), -1)
    direction = np.where(share > 0, BAD if bad_is_up else GOOD, GOOD if bad_is_up else BAD)
    for number, rule in enumerate(RULES[group]):
        neutral = rule.tone == PLAIN and group not in SYMPTOMS
        agrees = np.ones(len(share), dtype=bool) if neutral else direction == rule.tone
        fits = rule.fits(facts) & agrees & (chosen < 0)
        chosen[fits] = number
    return chosen, [(rule.code, {name: facts[column] for name, column in rule.values.items()}) for rule in RULES[group]]


def _attribute(group: str, frame: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """A customer's attribute speaks for itself: its name and value."""
    value = frame[group].to_numpy(dtype=object) if group in frame else np.full(len(frame), None)
    return "attribute", {"name": np.full(len(frame), title(group)), "value": value}


def title(column: str) -> str:
    """An attribute's column as people call it: attr_payment_method → Payment method."""
    return column.removeprefix("attr_").replace("_", " ").strip().capitalize()


def _order(shares: Floats, usable: Bools, symptom: list[bool]) -> Any:
    """Group numbers to tell per row (n × 3, −1 = nothing): upward pushes first, causes not crowded out."""
    key = np.where(shares > 0, shares, shares.clip(max=0) * -1e-3)
    key = np.where(usable, key, -1.0)
    ranked = np.argsort(-key, axis=1, kind="stable")
    flags = np.asarray(symptom)[ranked]
    crowd = flags & (np.cumsum(flags, axis=1) > PLACES - 1)
    key = np.where(usable, key, 0.0)
    np.put_along_axis(
        key, ranked, np.where(crowd, np.take_along_axis(key, ranked, 1) * 1e-6, np.take_along_axis(key, ranked, 1)), 1
    )
    final = np.argsort(-np.where(usable, key, -1.0), axis=1, kind="stable")[:, :PLACES]
    return np.where(np.take_along_axis(usable, final, 1), final, -1)


def _made(group: str, choice: Chosen, row: int, share: float) -> dict[str, Any]:
    code, values = choice[1][int(choice[0][row])]
    told_values = {name: _number(column[row]) for name, column in values.items()}
    if code == "attribute" and told_values["value"] is None:
        code, told_values = "attribute_missing", {"name": told_values["name"]}
    return {
        "code": code,
        "group": group,
        "sign": 1 if share > 0 else -1,
        "weight": round(share, 3),
        "values": told_values,
    }


def _number(value: Any) -> Any:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (float, np.floating)):
        return round(float(value), 3)
    return value.item() if isinstance(value, np.generic) else value
