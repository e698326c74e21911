"""The sentences a group may tell: when the customer's facts allow each, what it says, and with which numbers.

Whether a sentence fits is decided by the customer's facts: a rise in orders is never given as a reason for leaving,
and trouble is only named where there was some. A decline is one against the customer's own usual pace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.ml import decline

if TYPE_CHECKING:
    import pandas as pd

    from training.ml.interface import Bools, Floats

BAD, PLAIN, GOOD = -1, 0, 1
Facts = dict[str, "Floats"]
DEARER = 0.04
"""A rise in prices below this is what a year of inflation does to everybody."""


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
            r("orders_fell", BAD, lambda f: f["fell"] >= np.where(f["faded"] > f["fell"], decline.SURE, decline.COIN),
              {"before": "orders_before_90", "now": "orders_90"}),
            r("orders_faded", BAD, lambda f: f["faded"] >= decline.COIN,
              {"usual": "faded_usual", "now": "faded_now", "days": "faded_days"}),
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
            r("price_rose", BAD, lambda f: f["price_peak_180"] >= DEARER, {"share": "price_peak_180"}),
            r("price_drifted", BAD, lambda f: f["price_drift"] >= DEARER, {"share": "price_drift"}),
            r("shelf_rose", BAD, lambda f: f["shelf_rise"] >= DEARER, {"share": "shelf_rise"}),
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


class Lookup(dict[str, "Floats"]):
    """A frame's columns as arrays, and what `decline` makes of them; one the frame lacks is NaN and never fits."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__()
        self.frame = frame
        self.update(decline.facts(self))

    def __missing__(self, name: str) -> Floats:
        known = name in self.frame
        self[name] = self.frame[name].to_numpy(np.float64) if known else np.full(len(self.frame), np.nan)
        return self[name]
